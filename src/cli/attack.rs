//! `taosim attack`.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use taosim::plot::Format;
use taosim::record::journal::Journal;
use taosim::record::table::Table;
use taosim::record::{
    Folder, Manifest, RecordError, Status, keep_scripts, manifest, parquet, read_script,
};
use taosim::report::figures::Named;
use taosim::report::{attack as told, figures};
use taosim::scenario::ScenarioError;
use taosim::strategy::Catalogue;
use taosim::study::attack::{Study, StudyFailure};
use taosim::study::batch::Desk;
use taosim::study::text::StudyError;

use super::output::say;
use super::progress::Runs;
use super::run::INTERRUPTED;
use super::{AttackArgs, Failure};

/// What is kept of a study.
struct Results {
    tables: Vec<(&'static str, Table)>,
    figures: Vec<Named>,
    verdict: String,
    short: String,
    digest: String,
}

pub(super) fn attack(args: &AttackArgs) -> Result<ExitCode, Failure> {
    let study = load(args)?;
    let name = &study.plan.header.name;
    let name = if args.search { format!("{name}-search") } else { name.clone() };
    if args.dry_run {
        return Ok(dry_run(&study, args));
    }
    let stop = stop_on_interrupt();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs)
        .build()
        .map_err(|error| Failure::Failed(format!("error: cannot start threads: {error}")))?;
    let place = args.out.join(&name);
    let digest = study.digest();
    let folder = Folder::take(&place, &digest)?;
    let journal_path = args.out.join(format!(".{name}.journal"));
    let mut journal = Journal::open(&journal_path)?;
    let progress = Runs::new(&name, args.quiet);
    let desk = Desk { stop: &stop, watcher: &progress };
    let results = pool.install(|| compute(&study, args, &mut journal, desk));
    progress.end();
    let Some(results) = results.map_err(broken)? else {
        say(format!(
            "interrupted; what is finished is in {}: the same command goes on from there",
            journal_path.display()
        ));
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let manifest = keep(&study, &results, args, &folder, digest)?;
    folder.publish(&manifest)?;
    // All that it holds is in the tables now.
    let _ = fs::remove_file(&journal_path);
    if !args.quiet {
        say(&results.short);
        say(format!("results in {}", place.display()));
    }
    say(&results.digest);
    Ok(ExitCode::SUCCESS)
}

fn broken(error: StudyFailure) -> Failure {
    match error {
        StudyFailure::Record(error) => error.into(),
        StudyFailure::Setting(error) => wrong(error),
    }
}

/// Bad input, told whole.
fn wrong(error: StudyError) -> Failure {
    match error {
        StudyError::Text(error) => Failure::Scenario(vec![error]),
        StudyError::Setting { place, error } => {
            let told = Failure::Scenario(vec![error]).message();
            Failure::Input(format!("error: {place} is no scenario\n\n{told}"))
        }
        StudyError::Unreadable(message) => Failure::Input(message),
    }
}

fn load(args: &AttackArgs) -> Result<Study, Failure> {
    let path = &args.study;
    let bytes = fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let source = path.display().to_string();
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Failure::Scenario(vec![ScenarioError::not_text(&source)]));
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let read = |base: &str| {
        let path = without_steps_back(&folder.join(base));
        let text = fs::read_to_string(&path).map_err(|error| {
            format!("error: cannot read the study's base {}: {error}", path.display())
        })?;
        Ok((path.display().to_string(), text))
    };
    let catalogue = Catalogue::builtin().with_scripts(read_script);
    Study::load(&source, &text, &args.edits, &catalogue, read).map_err(wrong)
}

/// A path without what it leaves again, such as `scenarios/cabal.toml` for
/// `scenarios/studies/../cabal.toml`; as it is where a link makes that another place.
fn without_steps_back(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if matches!(last(&short), Some(Component::Normal(_))) => {
                short.pop();
            }
            Component::CurDir => {}
            part => short.push(part),
        }
    }
    let same = fs::canonicalize(path).ok() == fs::canonicalize(&short).ok();
    if same { short } else { path.to_owned() }
}

fn last(path: &Path) -> Option<Component<'_>> {
    path.components().next_back()
}

fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let _ = ctrlc::set_handler(move || {
        // Who asks twice does not want to wait for the runs that have begun; they are lost.
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
    stop
}

fn dry_run(study: &Study, args: &AttackArgs) -> ExitCode {
    let runs = match (&study.plan.search, args.search) {
        (Some(search), true) => {
            let tried = search.population as u64 * search.rounds + search.known.len() as u64;
            format!(
                "at most {tried} policies under {} seeds each, and the finalists under {}",
                search.replicates,
                study.seeds().len()
            )
        }
        _ => format!("{} runs, and more where a break-even is looked for", study.runs()),
    };
    say(runs);
    ExitCode::SUCCESS
}

fn compute(
    study: &Study,
    args: &AttackArgs,
    journal: &mut Journal<taosim::study::attack::Arm>,
    desk: Desk<'_>,
) -> Result<Option<Results>, StudyFailure> {
    if args.search {
        let found = study.search(journal, desk)?;
        let verdict = told::search_verdict(study, &found);
        let tables = told::search_tables(study, &found);
        let digest = blake3::hash(format!("{tables:?}").as_bytes()).to_hex()[..32].to_owned();
        return Ok(found.complete.then(|| Results {
            short: verdict.lines().nth(2).unwrap_or_default().replace("**", ""),
            figures: told::search_figures(study, &found),
            tables,
            verdict: format!("{verdict}\nResult digest: `{digest}`\n"),
            digest,
        }));
    }
    let findings = study.run(journal, desk)?;
    if !findings.complete {
        return Ok(None);
    }
    let digest = told::digest(&findings);
    Ok(Some(Results {
        tables: told::tables(study, &findings),
        figures: told::figures(study, &findings),
        verdict: told::verdict(study, &findings, &digest),
        short: told::short(study, &findings),
        digest,
    }))
}

/// Writes all of it into the folder.
fn keep(
    study: &Study,
    results: &Results,
    args: &AttackArgs,
    folder: &Folder,
    digest: String,
) -> Result<Manifest, Failure> {
    let mut rows = Vec::new();
    for (name, table) in &results.tables {
        let count = parquet::write(folder.path(), name, table)?;
        rows.push(((*name).to_owned(), i64::try_from(count).unwrap_or(i64::MAX).into()));
    }
    let base = folder.path().join("base");
    fs::create_dir_all(&base).map_err(|source| {
        let path = base.clone();
        RecordError::Io { doing: "cannot make", path, source }
    })?;
    let texts = study.texts();
    let verdict = ("verdict.md".to_owned(), results.verdict.clone());
    for (name, text) in texts.iter().chain([&verdict]) {
        let path = folder.path().join(name);
        let write = |source| RecordError::Io { doing: "cannot write", path: path.clone(), source };
        fs::write(&path, text).map_err(write)?;
    }
    keep_scripts(&base, study.scripts())?;
    if !args.no_plots {
        let formats: &[Format] =
            if args.png { &[Format::Svg, Format::Png] } else { &[Format::Svg] };
        let plots = folder.path().join("plots");
        figures::write(&plots, &results.figures, formats)?;
    }
    Ok(Manifest {
        schema: manifest::TABLES_SCHEMA,
        program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).into(),
        scenario: study.plan.header.name.clone(),
        scenario_digest: digest,
        seed: study.plan.header.seed,
        status: Status::Complete,
        epochs: study.epochs(),
        epochs_run: study.epochs(),
        result_digest: results.digest.clone(),
        rows: rows.into_iter().collect(),
    })
}
