//! The commands, in the order of the flow.

mod attack;
mod check;
mod compare;
mod completions;
mod consensus;
mod failure;
mod import;
mod list;
mod new;
mod output;
mod plot;
mod progress;
mod report;
mod retention;
mod run;
mod schema;
mod study;
mod sweep;
mod tune;
mod validate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use taosim::scenario::Edit;

pub(crate) use failure::Failure;

/// Simulates the economics of the Bittensor network, epoch by epoch.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        taosim run scenarios/quickstart.toml\n  \
        taosim run scenarios/weight-copying.toml --set protocol.reveal_period=9\n  \
        taosim new my-study && taosim check my-study.toml\n  \
        taosim list strategies\n\n\
        Exit code 0: done. 1: the run failed. 2: bad input, nothing was written. 130: interrupted."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scenarios: tables, plots, a summary, and the digest on the last line.
    #[command(after_help = "Examples:\n  \
        taosim run scenarios/quickstart.toml\n  \
        taosim run scenarios/cabal.toml --set subnet.text.validators.defectors.stake=10620 --out try\n  \
        taosim run scenarios/*.toml --epochs 50 --no-plots --quiet\n\n\
        Results go to OUT/NAME/SEED: Parquet tables, plots/, scenario.toml (the resolved text, \
        which repeats the run) and manifest.toml. Results of another text are never overwritten.")]
    Run(RunArgs),
    /// Check scenarios: every problem at once, or the resolved text.
    #[command(after_help = "Examples:\n  \
        taosim check scenarios/quickstart.toml\n  \
        taosim check mine.toml --set protocol.kappa=0.6")]
    Check(CheckArgs),
    /// Write a commented scenario to start from.
    #[command(
        after_help = "Example:\n  taosim new my-study\n\nwrites my-study.toml, which runs as \
        it is. A file that is there is never overwritten."
    )]
    New {
        /// Name of the scenario: 1 to 60 of a-z, 0-9, - and _.
        name: String,
    },
    /// List what scenarios and tables are made of.
    #[command(after_help = "Examples:\n  taosim list strategies\n  taosim list parameters")]
    List {
        /// What to list.
        what: What,
    },
    /// Print the JSON schema of scenarios or studies, by which an editor completes and checks them.
    #[command(after_help = "Examples:\n  taosim schema > scenario.json\n  \
        taosim schema attack > attack.json\n\n\
        A text that begins with the line `#:schema ./scenario.json` is completed and checked by \
        Taplo and by Even Better TOML.")]
    Schema {
        /// Of which texts.
        #[arg(default_value = "scenario")]
        of: TextKind,
    },
    /// Recompute recorded series of stakes and weights, under any form of consensus.
    #[command(after_help = "Examples:\n  \
        taosim consensus case.json\n  \
        taosim consensus case.json --versions YUMA1,YUMA2,YUMA3,CHAIN_YUMA3 --plots plots\n  \
        taosim consensus cases/ --override kappa=0.6,bond_penalty=0.5 --json results --quiet\n\n\
        A series is one JSON object: version, params, reset_bonds, validators, servers, epochs, \
        stakes[epoch][validator] and weights[epoch][validator][server]. Versions: YUMA1, YUMA2, \
        YUMA2B, YUMA2C, YUMA3, YUMA3_LIQUID, CHAIN_CLASSIC, CHAIN_YUMA3, STAKE_WEIGHTED_MEAN,\n  \
        PEER_PREDICTION.")]
    Consensus(ConsensusArgs),
    /// Compute the official consensus guarantee: how useful an honest majority must be.
    #[command(after_help = "Examples:\n  \
        taosim retention\n  \
        taosim retention --sweep weight-noise\n  \
        taosim retention --sweep kappa --seeds 20 --out output\n  \
        taosim retention --sweep kappa --published tests/vectors/retention_contours.json \\\n    \
        --out published\n\n\
        Seed 0 is the published draw. Results go to OUT/retention/SWEEP: map.parquet, \
        required.parquet, summary.parquet, lines.parquet, plots/ and manifest.toml.\n\n\
        Published contours are one JSON object: figures.NAME.params (sigma_W, kappa, beta, xi) and \
        figures.NAME.contours[], each with honest_stake, level and \
        polylines[line][vertex][W_H, W_C].")]
    Retention(RetentionArgs),
    /// Ask what an attack earns: against the same world without it, where it breaks even, who pays.
    #[command(after_help = "Examples:\n  \
        taosim attack scenarios/studies/majority-cliff.toml\n  \
        taosim attack scenarios/studies/majority-cliff.toml --set replicates=5 --png\n  \
        taosim attack scenarios/studies/worst-self-vote.toml --search\n\n\
        Results go to OUT/NAME: Parquet tables, plots/, verdict.md, figures.json, study.toml (the \
        resolved text), base/ (the scenario and its scripts), scenario.toml (as all settings have it) \
        and manifest.toml; `taosim attack OUT/NAME/study.toml` repeats it. Those of --search go to \
        OUT/NAME-search. What is finished is in a journal \
        beside them: a study that was stopped goes on from there when it is called again.")]
    Attack(attack::AttackArgs),
    /// Run many settings of one scenario: what does a number depend on, and how sure is it?
    #[command(after_help = "Examples:\n  \
        taosim sweep scenarios/studies/kappa-sweep.toml --dry-run\n  \
        taosim sweep scenarios/studies/kappa-sweep.toml\n  \
        taosim sweep scenarios/studies/kappa-sweep.toml --resume\n  \
        taosim sweep scenarios/studies/kappa-sweep.toml --shard 1/2 --out a\n  \
        taosim sweep scenarios/studies/kappa-sweep.toml --shard 2/2 --out b\n  \
        taosim sweep scenarios/studies/kappa-sweep.toml --merge a/kappa-sweep-shard-1-of-2 \\\n    \
        b/kappa-sweep-shard-2-of-2\n\n\
        Results go to OUT/NAME: runs/ (Hive-partitioned Parquet, a row for each run), points.parquet, \
        plots/, verdict.md, figures.json, study.toml and base/ (which repeat it), scenario.toml (as all \
        points have it) and manifest.toml. What is finished is kept beside them: a sweep that was \
        stopped goes on from there when it is called again.")]
    Sweep(sweep::SweepArgs),
    /// Look for the best setting: in the face of attacks, and beside the default under fresh seeds.
    #[command(after_help = "Examples:\n  \
        taosim tune scenarios/studies/tune-split.toml --dry-run\n  \
        taosim tune scenarios/studies/tune-split.toml\n  \
        taosim tune scenarios/studies/tune-anti-copier.toml --set search.rounds=5 --png\n\n\
        Results go to OUT/NAME: chosen.toml (the scenario to use), default.toml, Parquet tables, plots/, \
        verdict.md, figures.json, study.toml and base/ (which repeat it) and manifest.toml. What is \
        finished is in a journal beside them: a study that was stopped goes on from there when it is called again.")]
    Tune(study::StudyArgs),
    /// Lay runs side by side: what differs in the texts, in the metrics, and in pictures.
    #[command(after_help = "Examples:\n  \
        taosim run scenarios/quickstart.toml --set protocol.kappa=0.6 --out try\n  \
        taosim compare output/quickstart/7 try/quickstart/7\n  \
        taosim compare output/quickstart try/quickstart --from 5 --out comparison\n\n\
        Each is the folder of a run, or one that holds runs of one text under several seeds, which are \
        then compared seed by seed.")]
    Compare(compare::CompareArgs),
    /// Hold the rules of the token economy against what the chain recorded.
    #[command(after_help = "Examples:\n  \
        taosim validate ../shared/data\n  \
        taosim validate ../shared/data --out output/validation --png\n\n\
        DATA is a folder with any of these files; what is not there is left out:\n  \
        alpha_price_2025_daily.csv.gz, alpha_price_2025_hourly*.parquet, \
        subnet_tao_emission_2025_sep.csv.gz,\n  \
        subnet_economics_2026_jun_jul.csv, subnet_economics_2026_aug.csv, \
        emission_pipeline_block8740402.csv,\n  \
        amm_sim_swap_vectors.csv, macro_snapshots.json, subnet_registration_costs.csv, \
        issuance_2025-11.csv.")]
    Validate(ValidateArgs),
    /// Make a scenario from real data.
    #[command(subcommand)]
    Import(Import),
    /// Draw the figures of a folder of results again, from what is in it.
    #[command(after_help = "Examples:\n  \
        taosim plot output/quickstart/7 --png\n  \
        taosim attack scenarios/studies/majority-cliff.toml\n  \
        taosim plot output/studies/majority-cliff")]
    Plot {
        /// Folder of results, such as output/quickstart/7 or output/studies/majority-cliff.
        results: PathBuf,
        /// Write PNG besides SVG.
        #[arg(long)]
        png: bool,
    },
    /// Write one page of HTML about a folder of results: verdict, numbers, charts, scenario.
    #[command(after_help = "Examples:\n  \
        taosim report output/quickstart/7\n  \
        taosim attack scenarios/studies/majority-cliff.toml\n  \
        taosim report output/studies/majority-cliff --out cliff.html\n\n\
        The page needs no network and no other file. The same folder gives the same bytes.")]
    Report {
        /// Folder of results, such as output/quickstart/7 or output/studies/majority-cliff.
        results: PathBuf,
        /// Where to write the page [default: report.html in the folder].
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Print completions for a shell.
    #[command(after_help = "Examples:\n  \
        taosim completions bash > taosim.bash && source ./taosim.bash\n  \
        taosim completions fish > taosim.fish")]
    Completions {
        /// For which shell.
        shell: Shell,
    },
    /// Write man pages, one for each command.
    #[command(after_help = "Example:\n  taosim man --out man")]
    Man {
        /// Folder for the pages.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
struct TextArgs {
    /// Scenario files.
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Change a key, such as protocol.kappa=0.6; may be given many times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    edits: Vec<Edit>,
    /// Change the seed; the same as --set seed=N.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<i64>,
    /// Change the length of the run; the same as --set epochs=N.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    epochs: Option<i64>,
}

impl TextArgs {
    /// All changes to the text, in the order in which they apply.
    fn edits(&self) -> Vec<Edit> {
        let mut edits = self.edits.clone();
        for (path, value) in [("seed", self.seed), ("epochs", self.epochs)] {
            if let Some(value) = value {
                edits.push(Edit { path: path.into(), value: value.into() });
            }
        }
        edits
    }
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
struct RunArgs {
    #[command(flatten)]
    text: TextArgs,
    /// Folder under which results are kept, as NAME/SEED.
    #[arg(long, value_name = "DIR", default_value = "output")]
    out: PathBuf,
    /// Threads; 0 for as many as there are cores. Results do not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0)]
    jobs: usize,
    /// Write PNG besides SVG.
    #[arg(long)]
    png: bool,
    /// Draw no figures.
    #[arg(long, conflicts_with = "png")]
    no_plots: bool,
    /// Check every law of the token economy after each epoch; a breach ends the run.
    #[arg(long)]
    audit: bool,
    /// Print nothing but the digest.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Args)]
struct CheckArgs {
    #[command(flatten)]
    text: TextArgs,
    /// Print nothing where all is well.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Args)]
struct ConsensusArgs {
    /// Files with a series each, or folders of such files.
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Write dividends, incentives, bonds and consensus as JSON: to this file, or for several
    /// series into this folder.
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Draw figures into this folder.
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    /// Change parameters of every series.
    #[arg(long = "override", value_name = "KEY=VALUE", value_delimiter = ',')]
    overrides: Vec<String>,
    /// Replay every series under these forms instead of its own.
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    versions: Vec<String>,
    /// Write PNG besides SVG.
    #[arg(long, requires = "plots")]
    png: bool,
    /// Print no tables.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Args)]
struct RetentionArgs {
    /// Compare three values of this parameter, or the two rules.
    #[arg(long, value_name = "KEY")]
    sweep: Option<SweepKey>,
    /// First draw of the noise; 0 is the published one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How many draws, for means, confidence intervals and spreads.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seeds: u64,
    /// Rule that turns bonds into dividends.
    #[arg(long, value_name = "RULE", default_value = "chain-classic")]
    rule: RuleName,
    /// The majority.
    #[arg(long, value_name = "X", default_value_t = 0.5)]
    kappa: f64,
    /// How far weights above consensus are cut back in the bonds.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    bonds_penalty: f64,
    /// Part of the reward that follows dividends.
    #[arg(long, value_name = "X", default_value_t = 0.5)]
    validator_share: f64,
    /// Standard deviation of a weight over its mean.
    #[arg(long, value_name = "X", default_value_t = 0.4)]
    weight_noise: f64,
    /// Lay published contours over the lines, and tell how far they are off.
    #[arg(long, value_name = "FILE")]
    published: Option<PathBuf>,
    /// Folder under which results are kept.
    #[arg(long, value_name = "DIR", default_value = "output")]
    out: PathBuf,
    /// Threads; 0 for as many as there are cores. Results do not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0)]
    jobs: usize,
    /// Write PNG besides SVG.
    #[arg(long)]
    png: bool,
    /// Print nothing but the digest.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SweepKey {
    /// Weight noise 0, 0.2 and 0.4.
    WeightNoise,
    /// Kappa 0.4, 0.5 and 0.6.
    Kappa,
    /// Bonds penalty 0, 0.5 and 1.
    BondsPenalty,
    /// Validator share 0, 0.25 and 0.5.
    ValidatorShare,
    /// The chain's classic rule and Yuma3.
    RewardRule,
}

impl SweepKey {
    /// Its name in tables and folders.
    fn name(self) -> &'static str {
        match self {
            Self::WeightNoise => "weight_noise",
            Self::Kappa => "kappa",
            Self::BondsPenalty => "bonds_penalty",
            Self::ValidatorShare => "validator_share",
            Self::RewardRule => "reward_rule",
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RuleName {
    /// The chain's first rule.
    ChainClassic,
    /// The chain's rule for new subnets.
    ChainYuma3,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Behaviours that a scenario can name, with their parameters.
    Strategies,
    /// Columns that say how a run went.
    Metrics,
    /// Tables of a run, with their columns.
    Tables,
    /// Rules of the token economy that the network has had.
    Eras,
    /// Every key that a scenario may have.
    Parameters,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TextKind {
    /// Scenarios.
    Scenario,
    /// Attack studies.
    Attack,
    /// Sweeps.
    Sweep,
    /// Tuning studies.
    Tune,
}

#[derive(Debug, Subcommand)]
enum Import {
    /// From the stakes and weights of one subnet.
    #[command(after_help = "Example:\n  \
        taosim import metagraph --stake stake.csv --weights weights.csv --out sn15.toml\n\n\
        The stake file has the columns uid and stake…, the weights file validator_uid, miner_uid \
        and weight. The scenario starts from exactly that state.")]
    Metagraph(MetagraphArgs),
    /// From the markets, validators and root of the whole network.
    #[command(after_help = "Example:\n  \
        taosim import network --economics economics.csv --positions positions.csv \\\n    \
        --validators validators.csv --tao-issued 11206920 --tao-usd 188.7 --out network.toml\n\n\
        The economics file has a row for each subnet and for root, the positions file hotkey_id, \
        netuid, stake_alpha and vtrust, the validators file hotkey_id, coldkey_id, take, \
        subnet_count, root_stake_tao and alpha_stake_tao. A file of rules may have kappa, \
        commit_reveal_on, yuma3_on and liquid_alpha_on for each netuid.")]
    Network(import::NetworkArgs),
}

#[derive(Debug, Args)]
struct ValidateArgs {
    /// Folder with what the chain recorded.
    data: PathBuf,
    /// Draw figures into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write PNG besides SVG.
    #[arg(long, requires = "out")]
    png: bool,
}

#[derive(Debug, Args)]
struct MetagraphArgs {
    /// CSV with a stake for each uid.
    #[arg(long, value_name = "CSV")]
    stake: PathBuf,
    /// CSV with a weight for each pair of validator and miner.
    #[arg(long, value_name = "CSV")]
    weights: PathBuf,
    /// Scenario file to write; one that is there is never overwritten.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Name of the scenario [default: that of the file].
    #[arg(long)]
    name: Option<String>,
    /// Seed of the scenario.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Length of the run.
    #[arg(long, value_name = "N", default_value_t = 300)]
    epochs: u64,
    /// Where the snapshot is from, such as its block, for the head of the file.
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

/// Carries out a command.
pub(crate) fn dispatch(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::check(&args),
        Command::New { name } => new::new(&name),
        Command::List { what } => {
            list::list(what);
            Ok(ExitCode::SUCCESS)
        }
        Command::Schema { of } => Ok(schema::schema(of)),
        Command::Completions { shell } => Ok(completions::completions(shell)),
        Command::Man { out } => completions::man(&out),
        Command::Consensus(args) => consensus::consensus(&args),
        Command::Retention(args) => retention::retention(&args),
        Command::Attack(args) => attack::attack(&args),
        Command::Sweep(args) => sweep::sweep(&args),
        Command::Tune(args) => tune::tune(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Validate(args) => validate::validate(&args),
        Command::Import(Import::Metagraph(args)) => import::metagraph(&args),
        Command::Import(Import::Network(args)) => import::network(&args),
        Command::Plot { results, png } => plot::plot(&results, png),
        Command::Report { results, out } => report::report(&results, out),
    }
}
