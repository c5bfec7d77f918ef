//! `taosim attack`.

use std::fs;
use std::process::ExitCode;

use clap::Args;
use taosim::record::journal::Journal;
use taosim::record::table::Table;
use taosim::record::{Folder, Manifest, Status, manifest, parquet, read_script};
use taosim::report::attack as told;
use taosim::report::study::{self, Shown};
use taosim::strategy::Catalogue;
use taosim::study::attack::{Study, StudyFailure};
use taosim::study::batch::Desk;

use super::Failure;
use super::output::say;
use super::progress::Runs;
use super::run::INTERRUPTED;
use super::study::{StudyArgs, base, keep_texts, pool, stop_on_interrupt, text, write, wrong};

#[derive(Debug, Args)]
pub(super) struct AttackArgs {
    #[command(flatten)]
    of: StudyArgs,
    /// Let an adversary look for the worst attack, by the study's [search].
    #[arg(long)]
    search: bool,
}

/// What is kept of a study.
struct Results {
    tables: Vec<(&'static str, Table)>,
    shown: Shown,
    verdict: String,
    short: String,
    digest: String,
}

pub(super) fn attack(args: &AttackArgs) -> Result<ExitCode, Failure> {
    let study = load(args)?;
    let name = &study.plan.header.name;
    let name = if args.search { format!("{name}-search") } else { name.clone() };
    if args.of.dry_run {
        return Ok(dry_run(&study, args));
    }
    let stop = stop_on_interrupt();
    let pool = pool(args.of.jobs)?;
    let place = args.of.out.join(&name);
    let digest = study.digest();
    let folder = Folder::take(&place, &digest)?;
    let journal_path = args.of.out.join(format!(".{name}.journal"));
    let mut journal = Journal::open(&journal_path)?;
    let progress = Runs::new(&name, args.of.quiet);
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
    if !args.of.quiet {
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

fn load(args: &AttackArgs) -> Result<Study, Failure> {
    let (source, text) = text(&args.of.study)?;
    let catalogue = Catalogue::builtin().with_scripts(read_script);
    Study::load(&source, &text, &args.of.edits, &catalogue, base(&args.of.study)).map_err(wrong)
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
            shown: Shown {
                command: args.of.command("attack", " --search"),
                numbers: told::search_numbers(study, &found),
                ranges: told::ranges(study),
                figures: told::search_figures(study, &found),
            },
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
        shown: Shown {
            command: args.of.command("attack", ""),
            numbers: told::numbers(study, &findings),
            ranges: told::ranges(study),
            figures: told::figures(study, &findings),
        },
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
    keep_texts(folder.path(), &study.texts(), study.scripts(), &study.scenario)?;
    write(folder.path(), "verdict.md", &results.verdict)?;
    study::write(folder.path(), &results.shown, args.of.formats())?;
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
