//! `taosim completions` and `taosim man`: what is made of the command line's own declaration.

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::output::say;
use super::{Cli, Failure};

pub(super) fn completions(shell: Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "taosim", &mut script);
    say(String::from_utf8_lossy(&script).trim_end());
    ExitCode::SUCCESS
}

/// Writes `taosim.1` and a page for each command into a folder.
pub(super) fn man(out: &Path) -> Result<ExitCode, Failure> {
    let failed = |error: io::Error| {
        Failure::Failed(format!("error: cannot write man pages to {}: {error}", out.display()))
    };
    fs::create_dir_all(out).map_err(failed)?;
    clap_mangen::generate_to(Cli::command().disable_help_subcommand(true), out).map_err(failed)?;
    say(format!("wrote man pages; read one with: man {}", out.join("taosim.1").display()));
    Ok(ExitCode::SUCCESS)
}
