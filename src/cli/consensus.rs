//! `taosim consensus`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use taosim::fields::{nearest, quoted};
use taosim::plot::Format;
use taosim::report::{figures, replay as shown};
use taosim::study::replay::{Form, Replay, Series, overridden, replay, series};

use super::output::say;
use super::{ConsensusArgs, Failure};

/// What `--json` writes: the keys of a record's `expected`.
#[derive(Serialize)]
struct Json<'r> {
    version: &'r str,
    dividends: &'r [Vec<f64>],
    incentives: &'r [Vec<f64>],
    bonds: Vec<Vec<&'r [f64]>>,
    consensus: &'r [Vec<f64>],
}

pub(super) fn consensus(args: &ConsensusArgs) -> Result<ExitCode, Failure> {
    let forms = forms(&args.versions)?;
    let read = load(&args.paths, &args.overrides)?;
    let many = read.len() > 1 || forms.len() > 1;
    for (stem, series) in &read {
        let results = under_each(series, &forms);
        for (series, replay) in &results {
            if !args.quiet {
                say(shown::table(series, replay));
            }
            let name =
                if forms.is_empty() { stem.clone() } else { format!("{stem}-{}", series.version) };
            if let Some(out) = &args.json {
                let path = if many { out.join(format!("{name}.json")) } else { out.clone() };
                write(&path, series, replay)?;
            }
            if let Some(plots) = &args.plots {
                let place = if many { plots.join(&name) } else { plots.clone() };
                figures::write(&place, &shown::figures(series, replay), formats(args))?;
            }
        }
        if let (Some(plots), true) = (&args.plots, results.len() > 1) {
            let place = if read.len() > 1 { plots.join(stem) } else { plots.clone() };
            figures::write(&place, &[shown::versions(&results)], formats(args))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn formats(args: &ConsensusArgs) -> &'static [Format] {
    if args.png { &[Format::Svg, Format::Png] } else { &[Format::Svg] }
}

/// The forms of these names.
fn forms(names: &[String]) -> Result<Vec<(String, Form)>, Failure> {
    let mut forms = Vec::new();
    for name in names {
        let Some(form) = Form::named(name) else {
            let help = nearest(name, Form::NAMES)
                .unwrap_or_else(|| format!("there are {}", quoted(Form::NAMES)));
            return Err(Failure::Input(format!("error: unknown version `{name}`\nhelp: {help}")));
        };
        forms.push((name.clone(), form));
    }
    Ok(forms)
}

/// Every series of the files and folders, each with the stem of its file; all that is wrong with
/// any of them is told.
fn load(paths: &[PathBuf], overrides: &[String]) -> Result<Vec<(String, Series)>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(series_in(path)?);
        } else {
            files.push(path.clone());
        }
    }
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).map_err(|error| Failure::unreadable(&file, &error))?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let changed = series(&file.display().to_string(), &text).and_then(|mut series| {
            series.params = overridden(&series.params, overrides)?;
            Ok(series)
        });
        match changed {
            Ok(series) => read.push((stem, series)),
            Err(error) => wrong.extend(error.0),
        }
    }
    if wrong.is_empty() {
        return Ok(read);
    }
    wrong.dedup();
    let lines: Vec<String> = wrong.iter().map(|problem| format!("error: {problem}")).collect();
    Err(Failure::Input(lines.join("\n")))
}

/// The JSON files of a folder, by name.
fn series_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::unreadable(folder, &error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    files.sort();
    if files.is_empty() {
        let message = format!("error: {} has no file ending in .json", folder.display());
        return Err(Failure::Input(message));
    }
    Ok(files)
}

/// The series under each of the forms, or under its own where there are none.
fn under_each(series: &Series, forms: &[(String, Form)]) -> Vec<(Series, Replay)> {
    if forms.is_empty() {
        return vec![(series.clone(), replay(series))];
    }
    let under = |(name, form): &(String, Form)| {
        let mut series = Series { version: name.clone(), form: *form, ..series.clone() };
        series.params.liquid_alpha |= name == "YUMA3_LIQUID";
        let replay = replay(&series);
        (series, replay)
    };
    forms.iter().map(under).collect()
}

fn write(path: &Path, series: &Series, replay: &Replay) -> Result<(), Failure> {
    let columns = series.servers.len();
    let json = Json {
        version: &series.version,
        dividends: &replay.dividends,
        incentives: &replay.incentives,
        bonds: replay.bonds.iter().map(|bonds| bonds.chunks(columns).collect()).collect(),
        consensus: &replay.consensus,
    };
    let failed =
        |error: String| Failure::Failed(format!("error: cannot write {}: {error}", path.display()));
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| failed(error.to_string()))?;
    }
    let text = serde_json::to_string(&json).map_err(|error| failed(error.to_string()))?;
    fs::write(path, text + "\n").map_err(|error| failed(error.to_string()))
}
