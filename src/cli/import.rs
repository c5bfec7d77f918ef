//! `taosim import`.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use flate2::read::GzDecoder;
use taosim::fields::unfit_name;
use taosim::scenario::era;
use taosim::scenario::import::{Csv, Economy, ImportError, NetworkFiles, Options};
use taosim::scenario::import::{metagraph as from_csv, network as from_files};

use super::{Failure, MetagraphArgs, new};

#[derive(Debug, Args)]
pub(super) struct NetworkArgs {
    /// CSV with a row for each subnet: pool, prices, uids, flags, owner.
    #[arg(long, value_name = "CSV")]
    economics: PathBuf,
    /// CSV with a row for each validator's place in a subnet: stake and trust.
    #[arg(long, value_name = "CSV")]
    positions: PathBuf,
    /// CSV with a row for each validator: owner, take, stake on root.
    #[arg(long, value_name = "CSV")]
    validators: PathBuf,
    /// CSV with rules of subnets, and its block; of several, a later one goes before an earlier.
    #[arg(long, value_name = "CSV@BLOCK")]
    hyperparams: Vec<String>,
    /// TAO that counts as issued.
    #[arg(long, value_name = "TAO")]
    tao_issued: f64,
    /// Price of a TAO in dollars.
    #[arg(long, value_name = "USD")]
    tao_usd: f64,
    /// Rules of the network.
    #[arg(long, value_name = "NAME", default_value = era::LAST)]
    era: String,
    /// What shares of the TAO emission follow, where that is not what the era says.
    #[arg(long, value_name = "MODEL")]
    shares: Option<String>,
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
    #[arg(long, value_name = "N", default_value_t = 200)]
    epochs: u64,
    /// Where the files are from, for the head of the scenario; may be given many times.
    #[arg(long, value_name = "TEXT")]
    source: Vec<String>,
}

pub(super) fn metagraph(args: &MetagraphArgs) -> Result<ExitCode, Failure> {
    let (stake, weights) = (File::read(&args.stake)?, File::read(&args.weights)?);
    let files =
        || format!("State of a subnet, from {} and {}.", file(&args.stake), file(&args.weights));
    let options = Options {
        name: name(&args.out, args.name.as_ref())?,
        seed: args.seed,
        epochs: epochs(args.epochs)?,
        source: args.source.clone().unwrap_or_else(files),
    };
    let text = from_csv(stake.csv(), weights.csv(), &options).map_err(|error| told(&error))?;
    new::write_new(&args.out, &text)
}

pub(super) fn network(args: &NetworkArgs) -> Result<ExitCode, Failure> {
    let read = |path| File::read(path);
    let (economics, positions) = (read(&args.economics)?, read(&args.positions)?);
    let validators = read(&args.validators)?;
    let hyperparams: Vec<(File, u64)> =
        args.hyperparams.iter().map(|at| at_block(at)).collect::<Result<_, _>>()?;
    let files = NetworkFiles {
        economics: economics.csv(),
        positions: positions.csv(),
        validators: validators.csv(),
        hyperparams: hyperparams.iter().map(|(file, block)| (file.csv(), *block)).collect(),
    };
    if era::names().iter().all(|(name, _)| *name != args.era) {
        let known: Vec<&str> = era::names().into_iter().map(|(name, _)| name).collect();
        let message = format!("error: no era is named `{}`\nhelp: ", args.era);
        return Err(Failure::Input(format!("{message}there are {}", known.join(", "))));
    }
    for (flag, value) in [("--tao-issued", args.tao_issued), ("--tao-usd", args.tao_usd)] {
        if !(value.is_finite() && value > 0.0) {
            let message = format!("error: {flag} must be above 0, got {value}");
            return Err(Failure::Input(message));
        }
    }
    let economy = Economy {
        tao_issued: args.tao_issued,
        tao_usd: args.tao_usd,
        era: args.era.clone(),
        shares: args.shares.clone(),
    };
    let named = [&args.economics, &args.positions, &args.validators].map(|path| file(path));
    let source = if args.source.is_empty() {
        format!("State of the network, from {}.", named.join(", "))
    } else {
        args.source.join("\n")
    };
    let options = Options {
        name: name(&args.out, args.name.as_ref())?,
        seed: args.seed,
        epochs: epochs(args.epochs)?,
        source,
    };
    let text = from_files(&files, &economy, &options).map_err(|error| told(&error))?;
    new::write_new(&args.out, &text)
}

/// A file and the block of what is in it.
fn at_block(given: &str) -> Result<(File, u64), Failure> {
    let wrong = || {
        let message = format!("error: --hyperparams must be CSV@BLOCK, got `{given}`");
        Failure::Input(format!("{message}\nhelp: such as rules.csv@6521727"))
    };
    let (path, block) = given.rsplit_once('@').ok_or_else(wrong)?;
    let block = block.parse().map_err(|_| wrong())?;
    Ok((File::read(Path::new(path))?, block))
}

/// The name that was given, or that of the file to write.
fn name(out: &Path, given: Option<&String>) -> Result<String, Failure> {
    let stem = out.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = given.cloned().unwrap_or_else(|| stem.to_lowercase().replace('.', "-"));
    match unfit_name(&name) {
        None => Ok(name),
        Some(rule) => {
            let help = "help: give one with --name";
            Err(Failure::Input(format!("error: {rule}\n{help}")))
        }
    }
}

fn epochs(epochs: u64) -> Result<u64, Failure> {
    let none = || Failure::Input("error: --epochs must be at least 1, got 0".into());
    if epochs == 0 { Err(none()) } else { Ok(epochs) }
}

fn told(error: &ImportError) -> Failure {
    let lines: Vec<String> = error.0.iter().map(|problem| format!("error: {problem}")).collect();
    Failure::Input(format!("{}\n\n{} problems; nothing was written", lines.join("\n"), lines.len()))
}

/// The bare name of a file: where it lies on this machine is nobody else's concern.
fn file(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// More than any snapshot; a compressed file can hold more than there is memory for `[bytes]`.
const MOST_TEXT: u64 = 1 << 30;

/// A text and where it is from; one that is named `….gz` is compressed.
struct File {
    name: String,
    text: String,
}

impl File {
    fn read(path: &Path) -> Result<Self, Failure> {
        let read = || {
            if path.extension().is_none_or(|ending| ending != "gz") {
                return fs::read_to_string(path);
            }
            let (file, mut text) = (fs::File::open(path)?, String::new());
            GzDecoder::new(file).take(MOST_TEXT).read_to_string(&mut text)?;
            Ok(text)
        };
        let text = read().map_err(|error| Failure::unreadable(path, &error))?;
        Ok(Self { name: path.display().to_string(), text })
    }

    fn csv(&self) -> Csv<'_> {
        Csv { name: &self.name, text: &self.text }
    }
}
