//! `taosim new`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use taosim::fields::unfit_name;

use super::Failure;
use super::output::say;

/// What a new scenario starts as; `NAME` is replaced.
const TEMPLATE: &str = include_str!("new.toml");

pub(super) fn new(name: &str) -> Result<ExitCode, Failure> {
    let name = name.strip_suffix(".toml").unwrap_or(name);
    if let Some(rule) = unfit_name(name) {
        return Err(Failure::Input(format!("error: {rule}")));
    }
    write_new(&PathBuf::from(format!("{name}.toml")), &TEMPLATE.replace("NAME", name))
}

/// Writes a file that must not be there yet, and says what to do with it.
pub(super) fn write_new(path: &PathBuf, text: &str) -> Result<ExitCode, Failure> {
    let place = path.display();
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Failure::Input(format!(
                "error: {place} exists and is not overwritten\nhelp: choose another name, or \
                 remove it first"
            )));
        }
        Err(error) => return Err(Failure::Input(format!("error: cannot create {place}: {error}"))),
    };
    file.write_all(text.as_bytes())
        .map_err(|error| Failure::Failed(format!("error: cannot write {place}: {error}")))?;
    say(format!("wrote {place}; run it with: taosim run {place}"));
    Ok(ExitCode::SUCCESS)
}
