//! `taosim compare`.

use std::fs;
use std::process::ExitCode;

use taosim::plot::Format;
use taosim::record::{RecordError, parquet};
use taosim::report::{ReportError, compare as told, figures};

use super::output::say;
use super::study::write;
use super::{CompareArgs, Failure};

pub(super) fn compare(args: &CompareArgs) -> Result<ExitCode, Failure> {
    let comparison = told::compare(&args.runs, args.from).map_err(|error| match error {
        ReportError::NoRun(_) | ReportError::NoSeedInCommon => {
            Failure::Input(format!("error: {error}"))
        }
        error => error.into(),
    })?;
    let page = told::verdict(&comparison);
    say(page.trim_end());
    let Some(out) = &args.out else { return Ok(ExitCode::SUCCESS) };
    let create = |source| RecordError::Io { doing: "cannot create", path: out.clone(), source };
    fs::create_dir_all(out).map_err(create)?;
    for (name, table) in told::tables(&comparison) {
        parquet::write(out, name, &table)?;
    }
    write(out, "comparison.md", &page)?;
    let formats: &[Format] = if args.png { &[Format::Svg, Format::Png] } else { &[Format::Svg] };
    figures::write(&out.join("plots"), &told::figures(&comparison)?, formats)?;
    say(format!("tables and plots in {}", out.display()));
    Ok(ExitCode::SUCCESS)
}
