//! `taosim run`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use taosim::plot::Format;
use taosim::record::{
    Digest, Folder, Manifest, Published, RecordError, Status, Tables, keep_scripts, manifest,
    read_script,
};
use taosim::report::{eras, figures, summary};
use taosim::scenario::{Edit, Scenario, ScenarioError};
use taosim::simulation::{Ending, RunError, Simulation};
use taosim::strategy::Catalogue;

use super::output::say;
use super::progress::Progress;
use super::{Failure, RunArgs};

/// The exit code of a program that was stopped by Ctrl-C.
pub(super) const INTERRUPTED: u8 = 130;

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
    if !args.no_plots {
        compare(&scenarios, args)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Draws the variants of each text side by side, where they have a network.
fn compare(scenarios: &[Scenario], args: &RunArgs) -> Result<(), Failure> {
    for family in scenarios.chunk_by(|one, next| one.family == next.family) {
        let Some(name) = &family[0].family else { continue };
        if family.iter().any(|one| one.network.is_none()) {
            continue;
        }
        let own = |one: &Scenario| {
            let short = one.name.strip_prefix(&format!("{name}-")).unwrap_or(&one.name);
            (short.to_owned(), folder_of(one, args))
        };
        let folders: Vec<(String, PathBuf)> = family.iter().map(own).collect();
        let named: Vec<(&str, &Path)> =
            folders.iter().map(|(name, folder)| (name.as_str(), folder.as_path())).collect();
        let place = args.out.join(name).join(family[0].seed.to_string()).join("plots");
        figures::write(&place, &eras::compare(&named)?, formats(args))?;
        if !args.quiet {
            say(format!("side by side in {}", place.display()));
        }
    }
    Ok(())
}

fn folder_of(scenario: &Scenario, args: &RunArgs) -> PathBuf {
    args.out.join(&scenario.name).join(scenario.seed.to_string())
}

fn formats(args: &RunArgs) -> &'static [Format] {
    if args.png { &[Format::Svg, Format::Png] } else { &[Format::Svg] }
}

/// Reads and checks every text; all that is wrong with any of them is told.
pub(super) fn load(paths: &[impl AsRef<Path>], edits: &[Edit]) -> Result<Vec<Scenario>, Failure> {
    let (mut scenarios, mut wrong) = (Vec::new(), Vec::new());
    let catalogue = Catalogue::builtin().with_scripts(read_script);
    for path in paths.iter().map(AsRef::as_ref) {
        let bytes = fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
        let source = path.display().to_string();
        let loaded = match String::from_utf8(bytes) {
            Ok(text) => Scenario::load_each(&source, &text, edits, &catalogue),
            Err(_) => Err(ScenarioError::not_text(&source)),
        };
        match loaded {
            Ok(each) => scenarios.extend(each),
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() { Ok(scenarios) } else { Err(Failure::Scenario(wrong)) }
}

/// Runs one scenario into its folder and tells what came out.
fn one(scenario: &Scenario, args: &RunArgs, stop: &AtomicBool) -> Result<Ending, Failure> {
    let place = folder_of(scenario, args);
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
        figures::draw(folder.path(), formats(args))?;
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

/// Saves the resolved text, which repeats the run, and beside it the scripts that it names.
fn save(folder: &Path, scenario: &Scenario) -> Result<(), Failure> {
    keep_scripts(folder, scenario.scripts()).map_err(RunError::from)?;
    let path = folder.join("scenario.toml");
    fs::write(&path, scenario.resolved()).map_err(|source| {
        RunError::from(RecordError::Io { doing: "cannot write", path, source }).into()
    })
}
