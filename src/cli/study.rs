//! What the commands of all studies do alike.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use taosim::plot::Format;
use taosim::record::{RecordError, keep_scripts};
use taosim::scenario::{Edit, ScenarioError};
use taosim::study::text::StudyError;

use super::Failure;
use super::run::INTERRUPTED;

/// What the commands of all studies take.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
pub(super) struct StudyArgs {
    /// The study's file.
    pub(super) study: PathBuf,
    /// Change a key of the study, such as replicates=100; may be given many times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) edits: Vec<Edit>,
    /// Folder under which results are kept, as NAME.
    #[arg(long, value_name = "DIR", default_value = "output/studies")]
    pub(super) out: PathBuf,
    /// Threads; 0 for as many as there are cores. Results do not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) jobs: usize,
    /// Write PNG besides SVG.
    #[arg(long)]
    png: bool,
    /// Draw no figures.
    #[arg(long, conflicts_with = "png")]
    no_plots: bool,
    /// Tell what it takes (runs; of a sweep also time and disk), and keep nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Print nothing but the digest.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

impl StudyArgs {
    /// The command that repeats the study where its text is.
    pub(super) fn command(&self, name: &str, flags: &str) -> String {
        let file = self.study.file_name().unwrap_or_default().to_string_lossy();
        let edits = self.edits.iter().map(|edit| format!(" --set {}", shell(&edit.shown())));
        format!("taosim {name} {}{flags}{}", shell(&file), edits.collect::<Vec<_>>().concat())
    }

    /// The formats that figures are drawn in.
    pub(super) fn formats(&self) -> &'static [Format] {
        match (self.no_plots, self.png) {
            (true, _) => &[],
            (false, true) => &[Format::Svg, Format::Png],
            (false, false) => &[Format::Svg],
        }
    }
}

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
        let path = without_steps_back(&folder.join(base));
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

/// A path without what it leaves again, such as `scenarios/cabal.toml` for
/// `scenarios/studies/../cabal.toml`; as it is where a link makes that another place.
fn without_steps_back(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if matches!(last(&short), Some(Component::Normal(_))) => {
                short.pop();
            }
            Component::CurDir => {}
            part => short.push(part),
        }
    }
    let same = fs::canonicalize(path).ok() == fs::canonicalize(&short).ok();
    if same { short } else { path.to_owned() }
}

fn last(path: &Path) -> Option<Component<'_>> {
    path.components().next_back()
}

/// A word as a shell reads it back.
fn shell(word: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./=".contains(sign);
    if word.chars().all(plain) { word.into() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Keeps what repeats a study in its folder: its text and its base's, the base's scripts, and the
/// scenario that all settings have.
pub(super) fn keep_texts<'s>(
    folder: &Path,
    texts: &[(String, String)],
    scripts: impl Iterator<Item = (&'s str, &'s str)>,
    scenario: &str,
) -> Result<(), Failure> {
    let base = folder.join("base");
    let made = |source| RecordError::Io { doing: "cannot make", path: base.clone(), source };
    fs::create_dir_all(&base).map_err(made)?;
    for (name, text) in texts {
        write(folder, name, text)?;
    }
    write(folder, "scenario.toml", scenario)?;
    Ok(keep_scripts(&base, scripts)?)
}

/// Writes a text into a folder of results.
pub(super) fn write(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    let write = |source| RecordError::Io { doing: "cannot write", path: path.clone(), source };
    Ok(fs::write(&path, text).map_err(write)?)
}
