//! `taosim sweep`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use taosim::record::{Blocks, Folder, Manifest, Published, Status, manifest, parquet, read_script};
use taosim::report::study::{self, Shown};
use taosim::report::sweep as told;
use taosim::strategy::Catalogue;
use taosim::study::batch::Desk;
use taosim::study::sweep::{Findings, Part, Sweep};

use super::Failure;
use super::output::say;
use super::progress::Runs;
use super::run::INTERRUPTED;
use super::study::{StudyArgs, base, keep_texts, pool, stop_on_interrupt, text, write, wrong};

/// Epochs of the run by which a dry run measures.
const MEASURED: u32 = 20;

#[derive(Debug, Args)]
pub(super) struct SweepArgs {
    #[command(flatten)]
    of: StudyArgs,
    /// Go on with a sweep that was stopped, and refuse to begin a new one.
    #[arg(long)]
    resume: bool,
    /// Run one part of several, such as 2/5, to be put together by --merge.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Put together the parts that --shard left in these folders; what is missing is run.
    #[arg(long, value_name = "DIR", num_args = 1.., conflicts_with = "shard")]
    merge: Vec<PathBuf>,
}

/// Which part of a sweep, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shard {
    number: usize,
    of: usize,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((number, of)) if (1..=of).contains(&number) && of <= 10_000 => {
                Ok(Self { number, of })
            }
            _ => Err("must be I/N with I from 1 to N, such as 2/5".into()),
        }
    }
}

pub(super) fn sweep(args: &SweepArgs) -> Result<ExitCode, Failure> {
    let stop = stop_on_interrupt();
    let pool = pool(args.of.jobs)?;
    let (source, text) = text(&args.of.study)?;
    let catalogue = Catalogue::builtin().with_scripts(read_script);
    let load = || Sweep::load(&source, &text, &args.of.edits, &catalogue, base(&args.of.study));
    let sweep = pool.install(load).map_err(wrong)?;
    if args.of.dry_run {
        return dry_run(&sweep, &pool, args);
    }
    let place = args.of.out.join(name(&sweep, args.shard));
    if args.resume && !Blocks::are_begun(&place) {
        // Who asks twice gets the same answer twice.
        let done = Manifest::read(&place).ok();
        if let Some(done) = done.filter(|done| done.scenario_digest == sweep.digest()) {
            say(done.result_digest);
            return Ok(ExitCode::SUCCESS);
        }
        return Err(Failure::Input(format!(
            "error: nothing to resume: no sweep that was stopped is beside {}\nhelp: begin it without \
             --resume",
            place.display()
        )));
    }
    let folder = Folder::take(&place, sweep.digest())?;
    let kept = Blocks::open(&place, sweep.digest())?;
    adopt(&sweep, &kept, &args.merge)?;
    let part = args.shard.map_or(Part::WHOLE, |s| Part { first: s.number - 1, of: s.of });
    let progress = Runs::new(&sweep.plan.header.name, args.of.quiet);
    let desk = Desk { stop: &stop, watcher: &progress };
    let complete = pool.install(|| sweep.run(&kept, part, desk));
    progress.end();
    let complete = complete.inspect_err(|_| {
        say(format!("what is finished is kept in {}", kept.path().display()));
    })?;
    if !complete {
        say(format!(
            "interrupted; what is finished is in {}: the same command goes on from there",
            kept.path().display()
        ));
        return Ok(ExitCode::from(INTERRUPTED));
    }
    for block in part.blocks(sweep.blocks()) {
        kept.hand_over(&block.name, folder.path())?;
    }
    let digest = if let Some(shard) = args.shard {
        keep_all_texts(&sweep, folder.path())?;
        let told = format!("part {} of {}: put together by --merge", shard.number, shard.of);
        let manifest = manifest(&sweep, String::new(), Vec::new());
        publish(folder, &manifest, args.of.quiet, &told)?;
        String::new()
    } else {
        let findings = sweep.findings(&kept)?;
        let rows = keep(&sweep, &findings, args, folder.path())?;
        let digest = findings.digest.clone();
        let manifest = manifest(&sweep, digest.clone(), rows);
        publish(folder, &manifest, args.of.quiet, &told::short(&sweep, &findings))?;
        digest
    };
    kept.clear();
    if !digest.is_empty() {
        say(digest);
    }
    Ok(ExitCode::SUCCESS)
}

fn name(sweep: &Sweep, shard: Option<Shard>) -> String {
    let name = &sweep.plan.header.name;
    shard.map_or(name.clone(), |s| format!("{name}-shard-{}-of-{}", s.number, s.of))
}

/// Takes over the blocks of parts that were run elsewhere.
fn adopt(sweep: &Sweep, kept: &Blocks, parts: &[PathBuf]) -> Result<(), Failure> {
    for part in parts {
        let refuse =
            |why: String| Failure::Input(format!("error: cannot merge {}: {why}", part.display()));
        let found = Manifest::read(part).map_err(|error| refuse(error.to_string()))?;
        if found.scenario_digest != sweep.digest() {
            return Err(refuse(format!(
                "it is of another sweep (digest {}, not {})\nhelp: run every part from one text with \
                 the same --set",
                found.scenario_digest,
                sweep.digest()
            )));
        }
        for block in sweep.blocks() {
            kept.adopt(part, &block.name)?;
        }
    }
    Ok(())
}

fn publish(folder: Folder, manifest: &Manifest, quiet: bool, told: &str) -> Result<(), Failure> {
    let (Published::New(place) | Published::KeptOld(place)) = folder.publish(manifest)?;
    if !quiet {
        say(told);
        say(format!("results in {}", place.display()));
    }
    Ok(())
}

fn keep_all_texts(sweep: &Sweep, folder: &Path) -> Result<(), Failure> {
    let base = sweep.base().map_err(wrong)?;
    keep_texts(folder, &sweep.texts(), base.scripts(), base.resolved())
}

/// Writes all but the runs into the folder; gives the rows of each table.
fn keep(
    sweep: &Sweep,
    findings: &Findings,
    args: &SweepArgs,
    folder: &Path,
) -> Result<Vec<(String, toml::Value)>, Failure> {
    let runs: usize = findings.tried.iter().map(|tried| tried.runs).sum();
    let count = |rows: u64| toml::Value::from(i64::try_from(rows).unwrap_or(i64::MAX));
    let mut rows = vec![("runs".to_owned(), count(runs as u64))];
    for (name, table) in told::tables(sweep, findings) {
        rows.push((name.to_owned(), count(parquet::write(folder, name, &table)?)));
    }
    keep_all_texts(sweep, folder)?;
    write(folder, "verdict.md", &told::verdict(sweep, findings))?;
    let shown = Shown {
        command: args.of.command("sweep", ""),
        numbers: told::numbers(sweep, findings),
        ranges: told::ranges(sweep),
        figures: told::figures(sweep, findings),
    };
    study::write(folder, &shown, args.of.formats())?;
    Ok(rows)
}

fn manifest(sweep: &Sweep, digest: String, rows: Vec<(String, toml::Value)>) -> Manifest {
    let epochs = sweep.base().map_or(0, |base| base.epochs);
    Manifest {
        schema: manifest::TABLES_SCHEMA,
        program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).into(),
        scenario: sweep.plan.header.name.clone(),
        scenario_digest: sweep.digest().to_owned(),
        seed: sweep.plan.header.seed,
        status: Status::Complete,
        epochs,
        epochs_run: epochs,
        result_digest: digest,
        rows: rows.into_iter().collect(),
    }
}

/// Tells what a sweep would take, from a piece of its first run.
#[expect(clippy::disallowed_methods, reason = "it tells time, and no result")]
fn dry_run(sweep: &Sweep, pool: &rayon::ThreadPool, args: &SweepArgs) -> Result<ExitCode, Failure> {
    let mut first = sweep.scenario(&sweep.points[0]).map_err(wrong)?;
    let epochs = first.epochs;
    first.epochs = epochs.min(MEASURED);
    let one = || {
        let start = Instant::now();
        let _ = sweep.reading.run(&first, sweep.plan.header.seed);
        start.elapsed()
    };
    let (_, took) = pool.install(|| (one(), one()));
    let part = args.shard.map_or(Part::WHOLE, |s| Part { first: s.number - 1, of: s.of });
    let points: usize = part.blocks(sweep.blocks()).map(|block| block.points.len()).sum();
    let runs = points * sweep.seeds().len();
    let threads = pool.current_num_threads().min(runs.max(1));
    let seconds = took.as_secs_f64() * f64::from(epochs) / f64::from(first.epochs.max(1))
        * runs as f64
        / threads as f64;
    // A value takes up to eight bytes, with what Parquet adds; the journal holds one block as text.
    let columns = sweep.reading.names.len() + sweep.plan.axes.len() + 3;
    let bytes = runs * columns * 8;
    let most = if sweep.plan.until.is_some() { "at most " } else { "" };
    say(format!(
        "{points} points of a {}, {} seeds: {most}{runs} runs of {epochs} epochs in {} blocks\n\
         time: about {} on {threads} threads, if all runs are like the first\n\
         disk: about {} in {} and, until it is finished, as much again",
        sweep.plan.design.kind.name(),
        sweep.seeds().len(),
        part.blocks(sweep.blocks()).count(),
        indicatif::HumanDuration(Duration::from_secs_f64(seconds.clamp(0.0, 1e12))),
        indicatif::HumanBytes(bytes as u64),
        args.of.out.join(name(sweep, args.shard)).display(),
    ));
    Ok(ExitCode::SUCCESS)
}
