//! `taosim tune`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use taosim::record::journal::Journal;
use taosim::record::{
    Folder, Manifest, Published, Status, keep_scripts, manifest, parquet, read_script,
};
use taosim::report::study::{self, Shown};
use taosim::report::tune as told;
use taosim::strategy::Catalogue;
use taosim::study::batch::Desk;
use taosim::study::tune::{Findings, Tuning};

use super::Failure;
use super::output::say;
use super::progress::Runs;
use super::run::INTERRUPTED;
use super::study::{StudyArgs, base, keep_texts, pool, stop_on_interrupt, text, write, wrong};

pub(super) fn tune(args: &StudyArgs) -> Result<ExitCode, Failure> {
    let stop = stop_on_interrupt();
    let (source, text) = text(&args.study)?;
    let catalogue = Catalogue::builtin().with_scripts(read_script);
    let tuning = Tuning::load(&source, &text, &args.edits, &catalogue, base(&args.study));
    let tuning = tuning.map_err(wrong)?;
    let name = &tuning.plan.header.name;
    if args.dry_run {
        let worlds: Vec<&str> = tuning.plan.worlds().collect();
        say(format!(
            "at most {} runs: {} settings a round, {} rounds, {} seeds, in {} worlds ({})",
            tuning.runs(),
            tuning.plan.search.population,
            tuning.plan.search.rounds,
            tuning.plan.search.replicates,
            worlds.len(),
            worlds.join(", ")
        ));
        return Ok(ExitCode::SUCCESS);
    }
    let pool = pool(args.jobs)?;
    let place = args.out.join(name);
    let folder = Folder::take(&place, tuning.digest())?;
    let journal_path = args.out.join(format!(".{name}.journal"));
    let mut journal = Journal::open(&journal_path)?;
    let progress = Runs::new(name, args.quiet);
    let desk = Desk { stop: &stop, watcher: &progress };
    let findings = pool.install(|| tuning.run(&mut journal, desk));
    progress.end();
    let findings = findings?;
    if !findings.complete {
        say(format!(
            "interrupted; what is finished is in {}: the same command goes on from there",
            journal_path.display()
        ));
        return Ok(ExitCode::from(INTERRUPTED));
    }
    let rows = keep(&tuning, &findings, args, folder.path())?;
    let manifest = Manifest {
        schema: manifest::TABLES_SCHEMA,
        program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).into(),
        scenario: name.clone(),
        scenario_digest: tuning.digest().to_owned(),
        seed: tuning.plan.header.seed,
        status: Status::Complete,
        epochs: 0,
        epochs_run: 0,
        result_digest: findings.digest.clone(),
        rows: rows.into_iter().collect(),
    };
    let (Published::New(place) | Published::KeptOld(place)) = folder.publish(&manifest)?;
    // All that it holds is in the tables now.
    let _ = fs::remove_file(&journal_path);
    if !args.quiet {
        say(told::short(&tuning, &findings));
        say(format!("results in {}", place.display()));
    }
    say(&findings.digest);
    Ok(ExitCode::SUCCESS)
}

/// Writes all of it into the folder; gives the rows of each table.
fn keep(
    tuning: &Tuning,
    findings: &Findings,
    args: &StudyArgs,
    folder: &Path,
) -> Result<Vec<(String, toml::Value)>, Failure> {
    let mut rows = Vec::new();
    for (name, table) in told::tables(tuning, findings) {
        let count = parquet::write(folder, name, &table)?;
        rows.push((name.to_owned(), i64::try_from(count).unwrap_or(i64::MAX).into()));
    }
    let default = tuning.scenario(None, 0).map_err(wrong)?;
    keep_texts(folder, &tuning.texts(), default.scripts(), default.resolved())?;
    keep_scripts(folder, default.scripts())?;
    write(folder, "default.toml", default.resolved())?;
    if let Some(chosen) = findings.chosen.and_then(|at| findings.finalists.get(at)) {
        let chosen = tuning.scenario(chosen.setting.as_ref(), 0).map_err(wrong)?;
        keep_scripts(folder, chosen.scripts())?;
        write(folder, "chosen.toml", chosen.resolved())?;
    }
    write(folder, "verdict.md", &told::verdict(tuning, findings))?;
    let shown = Shown {
        command: args.command("tune", ""),
        numbers: told::numbers(tuning, findings),
        ranges: told::ranges(tuning),
        figures: told::figures(tuning, findings),
    };
    study::write(folder, &shown, args.formats())?;
    Ok(rows)
}
