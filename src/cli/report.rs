//! `taosim report`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use taosim::report::page;

use super::output::say;
use super::{Failure, plot};

pub(super) fn report(results: &Path, out: Option<PathBuf>) -> Result<ExitCode, Failure> {
    plot::check(results)?;
    let out = out.unwrap_or_else(|| results.join(page::FILE));
    say(page::write(results, &out)?.display());
    Ok(ExitCode::SUCCESS)
}
