//! `taosim check`.

use std::process::ExitCode;

use super::output::say;
use super::{CheckArgs, Failure, run};

pub(super) fn check(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let scenarios = run::load(&args.text.scenarios, &args.text.edits())?;
    if !args.quiet {
        for scenario in &scenarios {
            say(scenario.resolved().trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}
