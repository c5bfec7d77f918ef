//! What the commands of all studies do alike.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use taosim::record::RecordError;
use taosim::scenario::ScenarioError;
use taosim::study::text::StudyError;

use super::Failure;
use super::run::INTERRUPTED;

/// The text of a study, and what messages call its file.
pub(super) fn text(path: &Path) -> Result<(String, String), Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let source = path.display().to_string();
    match String::from_utf8(bytes) {
        Ok(text) => Ok((source, text)),
        Err(_) => Err(Failure::Scenario(vec![ScenarioError::not_text(&source)])),
    }
}

/// Reads the scenario that a study in this file names: what messages call it, and its text.
pub(super) fn base(
    study: &Path,
) -> impl FnOnce(&str) -> Result<(String, String), String> + use<'_> {
    let folder = study.parent().unwrap_or(Path::new(""));
    move |base| {
        let path: PathBuf = folder.join(base);
        let text = fs::read_to_string(&path).map_err(|error| {
            format!("error: cannot read the study's base {}: {error}", path.display())
        })?;
        Ok((path.display().to_string(), text))
    }
}

/// Bad input, told whole.
pub(super) fn wrong(error: StudyError) -> Failure {
    match error {
        StudyError::Text(error) => Failure::Scenario(vec![error]),
        StudyError::Setting { place, error } => {
            let told = Failure::Scenario(vec![error]).message();
            Failure::Input(format!("error: {place} is no scenario\n\n{told}"))
        }
        StudyError::Unreadable(message) => Failure::Input(message),
    }
}

/// Set when the user interrupts.
pub(super) fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let _ = ctrlc::set_handler(move || {
        // Who asks twice does not want to wait for the runs that have begun; they are lost.
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
    stop
}

/// Threads for the runs of a study.
pub(super) fn pool(jobs: usize) -> Result<rayon::ThreadPool, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    pool.map_err(|error| Failure::Failed(format!("error: cannot start threads: {error}")))
}

/// Writes a text into a folder of results.
pub(super) fn write(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    let write = |source| RecordError::Io { doing: "cannot write", path: path.clone(), source };
    Ok(fs::write(&path, text).map_err(write)?)
}
