//! What can go wrong, and with which exit code.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use taosim::record::{FolderError, RecordError};
use taosim::report::ReportError;
use taosim::scenario::ScenarioError;
use taosim::simulation::RunError;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A text is wrong, or several are.
    Scenario(Vec<ScenarioError>),
    /// What was asked for cannot be; nothing was written.
    Input(String),
    /// It was begun and failed.
    Failed(String),
}

impl Failure {
    /// A file that cannot be read.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::Input(format!("error: cannot read {}: {error}", path.display()))
    }

    /// What to print, in colour where a person will see it.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Scenario(errors) => {
                let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let styled = io::stderr().is_terminal() && !plain;
                let texts: Vec<String> = errors.iter().map(|error| error.render(styled)).collect();
                texts.join("\n\n")
            }
            Self::Input(message) | Self::Failed(message) => message.clone(),
        }
    }

    /// 2 for bad input, 1 for a failure.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Scenario(_) | Self::Input(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
        }
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        let message = format!("error: {error}");
        match error {
            FolderError::OtherText { .. } => Self::Input(format!(
                "{message}\nhelp: give the scenario another name (--set name=…), another folder \
                 (--out DIR), or remove the old results"
            )),
            FolderError::Foreign { .. } => {
                Self::Input(format!("{message}\nhelp: give another folder with --out DIR"))
            }
            FolderError::Busy { .. } => {
                Self::Failed(format!("{message}\nhelp: wait for it, or give another --out DIR"))
            }
            FolderError::Record(_) => Self::Failed(message),
        }
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        Self::Failed(format!("error: {error}"))
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Failed(format!("error: {error}"))
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        Self::Failed(format!("error: {error}"))
    }
}
