//! The command line: parse, dispatch, print the error, set the exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match cli::dispatch(cli) {
        Ok(code) => code,
        Err(failure) => {
            anstream::eprintln!("{}", failure.message());
            failure.exit_code()
        }
    }
}
