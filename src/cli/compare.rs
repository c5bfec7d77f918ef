//! `taosim compare`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use taosim::plot::Format;
use taosim::record::{RecordError, parquet};
use taosim::report::{ReportError, compare as told, figures};

use super::Failure;
use super::output::say;
use super::study::write;

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Folders of runs, two or more; all are compared with the first.
    #[arg(required = true, num_args = 2.., value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// First epoch that counts in means.
    #[arg(long, value_name = "EPOCH", default_value_t = 0)]
    from: u32,
    /// Write comparison.md, tables and plots into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write PNG besides SVG.
    #[arg(long, requires = "out")]
    png: bool,
}

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
