//! `taosim run`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use taosim::plot::Format;
use taosim::record::{Digest, Folder, Manifest, Published, RecordError, Status, Tables, manifest};
use taosim::report::{figures, summary};
use taosim::scenario::{Edit, Scenario, ScenarioError};
use taosim::simulation::{Ending, RunError, Simulation};

use super::output::say;
use super::progress::Progress;
use super::{Failure, RunArgs};

/// The exit code of a program that was stopped by Ctrl-C.
const INTERRUPTED: u8 = 130;

pub(super) fn run(args: &RunArgs) -> Result<ExitCode, Failure> {
    // Every text is checked before the first is run.
    let scenarios = load(&args.text.scenarios, &args.text.edits())?;
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // Without a handler Ctrl-C kills the run, which leaves no half-written results either.
    let _ = ctrlc::set_handler(move || {
        // Who asks twice does not want to wait for the end of the epoch and the figures.
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs)
        .build()
        .map_err(|error| Failure::Failed(format!("error: cannot start threads: {error}")))?;
    for scenario in &scenarios {
        let ending = pool.install(|| one(scenario, args, &stop))?;
        if ending == Ending::Interrupted {
            return Ok(ExitCode::from(INTERRUPTED));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads and checks every text; all that is wrong with any of them is told.
pub(super) fn load(paths: &[impl AsRef<Path>], edits: &[Edit]) -> Result<Vec<Scenario>, Failure> {
    let (mut scenarios, mut wrong) = (Vec::new(), Vec::new());
    for path in paths.iter().map(AsRef::as_ref) {
        let bytes = fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
        let source = path.display().to_string();
        let loaded = match String::from_utf8(bytes) {
            Ok(text) => Scenario::load(&source, &text, edits),
            Err(_) => Err(ScenarioError::not_text(&source)),
        };
        match loaded {
            Ok(scenario) => scenarios.push(scenario),
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() { Ok(scenarios) } else { Err(Failure::Scenario(wrong)) }
}

/// Runs one scenario into its folder and tells what came out.
fn one(scenario: &Scenario, args: &RunArgs, stop: &AtomicBool) -> Result<Ending, Failure> {
    let place = args.out.join(&scenario.name).join(scenario.seed.to_string());
    let folder = Folder::take(&place, &scenario.digest())?;
    save(folder.path(), scenario)?;

    let mut simulation = Simulation::new(scenario);
    if args.audit {
        simulation = simulation.audited();
    }
    let mut digest = Digest::new();
    let mut tables = Tables::create(folder.path(), scenario.record).map_err(RunError::from)?;
    let mut progress = Progress::new(scenario, args.quiet);
    let ending = simulation.run(&mut [&mut digest, &mut tables, &mut progress], stop)?;

    let manifest = Manifest {
        schema: manifest::TABLES_SCHEMA,
        program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).into(),
        scenario: scenario.name.clone(),
        scenario_digest: scenario.digest(),
        seed: scenario.seed,
        status: match ending {
            Ending::Complete => Status::Complete,
            Ending::Interrupted => Status::Interrupted,
        },
        epochs: scenario.epochs,
        epochs_run: simulation.world().epoch,
        result_digest: digest.text(),
        rows: tables
            .rows()
            .iter()
            .map(|(name, rows)| {
                ((*name).to_owned(), i64::try_from(*rows).unwrap_or(i64::MAX).into())
            })
            .collect(),
    };
    manifest.write(folder.path()).map_err(RunError::from)?;
    if !args.no_plots {
        let formats: &[Format] =
            if args.png { &[Format::Svg, Format::Png] } else { &[Format::Svg] };
        figures::draw(folder.path(), formats)?;
    }
    let text = if args.quiet { String::new() } else { summary::of_run(folder.path())? };
    let published = folder.publish(&manifest)?;
    if !args.quiet {
        tell(&manifest, &published, &text);
    }
    say(&manifest.result_digest);
    Ok(ending)
}

fn tell(manifest: &Manifest, published: &Published, summary: &str) {
    say(summary.trim_end());
    match (published, manifest.status) {
        (Published::New(place), Status::Complete) => {
            say(format!("results in {}", place.display()));
        }
        (Published::New(place), Status::Interrupted) => say(format!(
            "interrupted after {} of {} epochs; what there is is in {}",
            manifest.epochs_run,
            manifest.epochs,
            place.display()
        )),
        (Published::KeptOld(place), _) => say(format!(
            "interrupted after {} of {} epochs; the complete results in {} were kept",
            manifest.epochs_run,
            manifest.epochs,
            place.display()
        )),
    }
}

/// Saves the resolved text, which repeats the run.
fn save(folder: &Path, scenario: &Scenario) -> Result<(), Failure> {
    let path = folder.join("scenario.toml");
    fs::write(&path, scenario.resolved()).map_err(|source| {
        RunError::from(RecordError::Io { doing: "cannot write", path, source }).into()
    })
}
