//! What several tests need.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use assert_cmd::Command;
use taosim::record::{Digest, InMemory};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::strategy::Catalogue;

/// The root of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The behaviours of this crate, and scripts that lie beside scenarios.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::builtin().with_scripts(taosim::record::read_script)
}

/// A scenario of the tree, after edits.
pub(crate) fn scenario(name: &str, edits: &[&str]) -> Scenario {
    let path = root().join("scenarios").join(name);
    let text = fs::read_to_string(&path).expect("a scenario of the tree");
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    match Scenario::load_with(&path.display().to_string(), &text, &edits, &catalogue()) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{error}"),
    }
}

/// Every scenario file of the tree.
pub(crate) fn scenarios() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("scenarios")).expect("the scenarios");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect();
    found.sort();
    assert!(found.len() >= 3, "{found:?}");
    found
}

/// Runs a scenario; gives its digest and the metrics of its first subnet.
pub(crate) fn run(scenario: &Scenario) -> (String, InMemory) {
    let (mut digest, mut memory) = (Digest::new(), InMemory::of(0));
    Simulation::new(scenario)
        .run(&mut [&mut digest, &mut memory], &AtomicBool::new(false))
        .expect("the scenario runs");
    (digest.text(), memory)
}

/// The program.
pub(crate) fn taosim() -> Command {
    let mut command = Command::cargo_bin("taosim").expect("the program is built");
    command.env_remove("NO_COLOR").current_dir(root());
    command
}

/// The mean of the values from `skip` on.
pub(crate) fn mean(values: &[f64], skip: usize) -> f64 {
    let late = &values[skip..];
    late.iter().fold(0.0, |sum, value| sum + value) / late.len() as f64
}

/// A folder with a study as `small.toml`, and the cabal's scenario where it names it.
pub(crate) fn study_folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("scenarios")).expect("a folder");
    let base = root().join("scenarios/cabal.toml");
    fs::copy(base, folder.path().join("scenarios/cabal.toml")).expect("a copy");
    fs::write(folder.path().join("small.toml"), text).expect("a study");
    folder
}

/// Runs a command on that study; gives the last line, which is the digest.
pub(crate) fn study_digest(command: &str, folder: &Path, out: &str, more: &[&str]) -> String {
    let arguments = [command, "small.toml", "--out", out, "--quiet"];
    let done = taosim().args(arguments).args(more).current_dir(folder).assert().success();
    let text = String::from_utf8(done.get_output().stdout.clone()).expect("text");
    text.lines().last().unwrap_or_default().to_owned()
}

/// Gives the texts that studies of tests name.
pub(crate) fn read_base(base: &str) -> Result<(String, String), String> {
    let text = fs::read_to_string(root().join(base)).map_err(|error| error.to_string())?;
    Ok((base.to_owned(), text))
}
