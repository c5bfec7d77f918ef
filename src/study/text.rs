//! What the texts of all studies have: a question, and the scenario that it is asked of.

use thiserror::Error;

use crate::fields::{self, Fields, Part, Problem, Sheet};
use crate::scenario::{Edit, Scenario, ScenarioError, edit};
use crate::strategy::Catalogue;

/// The version of the study format that this program reads.
pub const SCHEMA: u64 = 1;

/// What a study is about.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name, which is also that of its folder of results.
    pub name: String,
    /// What is asked.
    pub question: String,
    /// What is expected, and in which direction.
    pub expected: String,
    /// Where the expectation comes from.
    pub source: String,
    /// What would show the expectation to be wrong.
    pub falsified_by: String,
    /// The scenario's file, relative to the study's.
    pub base: String,
    /// Changes to the scenario.
    pub set: Vec<Edit>,
    /// Runs of each setting, each under a seed of its own.
    pub replicates: u64,
    /// The first seed.
    pub seed: u64,
}

/// Why a study cannot be run.
#[derive(Clone, Debug, Error)]
pub enum StudyError {
    /// Its text is wrong, or its scenario's.
    #[error("{0}")]
    Text(ScenarioError),
    /// One of its settings is no scenario.
    #[error("in {place}:\n{error}")]
    Setting {
        /// Which setting.
        place: String,
        /// What is wrong with it.
        error: ScenarioError,
    },
    /// A file that it names cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// The scenario of a study, as text.
#[derive(Clone, Debug)]
pub struct Base {
    /// The name of its file.
    pub source: String,
    /// What is in it.
    pub text: String,
    /// Changes that all settings have.
    pub set: Vec<Edit>,
    /// The behaviours and scripts that it can name.
    pub catalogue: Catalogue,
}

impl Base {
    /// That of a study with this header, whose text `read` gets by its name, with the behaviours of a
    /// `catalogue`; gives also the scenario as all settings have it.
    ///
    /// # Errors
    /// It cannot be read, or is no scenario.
    pub(super) fn read(
        header: &Header,
        catalogue: &Catalogue,
        read: impl FnOnce(&str) -> Result<(String, String), String>,
    ) -> Result<(Self, Scenario), StudyError> {
        let (source, text) = read(&header.base).map_err(StudyError::Unreadable)?;
        let (set, catalogue) = (header.set.clone(), catalogue.clone());
        let base = Self { source, text, set, catalogue };
        let plain = base.with(&[]).map_err(StudyError::Text)?;
        Ok((base, plain))
    }

    /// The scenario with more changes.
    ///
    /// # Errors
    /// What is wrong with it then.
    pub fn with(&self, edits: &[Edit]) -> Result<Scenario, ScenarioError> {
        let all = [self.set.as_slice(), edits].concat();
        Scenario::load_with(&self.source, &self.text, &all, &self.catalogue)
    }
}

impl Base {
    /// The text of a study, with the place of its base in a folder of results, and the text of the base,
    /// each with its path there. The base is as it was read, before the study's `set`, for a default
    /// may follow what is set.
    #[must_use]
    pub fn texts(&self, resolved: &str) -> [(String, String); 2] {
        let file = self.source.rsplit(['/', '\\']).next().unwrap_or("base.toml");
        let place = format!("base/{file}");
        // It was written by `fields::read`, so that it is TOML.
        let mut study: toml_edit::DocumentMut = resolved.parse().unwrap_or_default();
        study["base"] = toml_edit::value(place.as_str());
        [("study.toml".to_owned(), study.to_string()), (place, self.text.clone())]
    }
}

/// Reads the text of a study with `read`, after `edits`; gives also its resolved form.
///
/// # Errors
/// All that is wrong with it, each with its place.
pub fn load<T>(
    source: &str,
    text: &str,
    edits: &[Edit],
    read: impl FnOnce(&mut Fields<'_>) -> T,
) -> Result<(T, String), ScenarioError> {
    let edited = edit::apply(source, text, edits)?;
    let Ok(table) = toml::from_str::<toml::Table>(&edited) else {
        return Err(ScenarioError::syntax(source, text, &edited));
    };
    let (plan, resolved, Sheet { problems, .. }) = fields::read(&table, read);
    if problems.is_empty() {
        return Ok((plan, resolved));
    }
    Err(ScenarioError::new(source, text, &edited, edits, problems))
}

/// The study with problems that only its scenario shows.
pub(super) fn refuse(
    source: &str,
    text: &str,
    edits: &[Edit],
    problems: Vec<Problem>,
) -> StudyError {
    // A text that was read once can be edited again.
    let edited = edit::apply(source, text, edits).unwrap_or_else(|_| text.to_owned());
    StudyError::Text(ScenarioError::new(source, text, &edited, edits, problems))
}

/// Notes a table that only another kind of study has, with the command that reads it.
pub(super) fn refuse_other_kinds(t: &mut Fields<'_>, own: &str) {
    let kinds = [("attack", "attack"), ("objectives", "tune"), ("design", "sweep")];
    for (table, command) in kinds {
        if command != own && t.has(table) {
            let message = format!("`{table}` is of a study for `taosim {command}`");
            let help = format!("run it by `taosim {command}`");
            t.problem(table, Part::Key, message, Some(help));
        }
    }
}

/// Reads what all studies have.
pub(super) fn header(t: &mut Fields<'_>, file: &str) -> Header {
    let schema = t.whole("schema", "version of the study format").required();
    if t.sound() && schema != SCHEMA {
        let message = format!("`schema` must be {SCHEMA}, got {schema}");
        t.problem("schema", Part::Value, message, None);
    }
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = stem.strip_suffix(".toml").unwrap_or(stem);
    let about = "name of the study and of its folder of results; by default that of the file";
    let name = t.text("name", about).name().default(stem);
    let question = t.text("question", "what is asked").required();
    let expected = t.text("expected", "what is expected, and in which direction").default("");
    let source = t.text("source", "where the expectation comes from").default("");
    let about = "what would show the expectation to be wrong";
    let falsified_by = t.text("falsified_by", about).default("");
    let base = t.text("base", "the scenario's file, relative to the study's").required();
    let set = edits(t, "set", "changes to the scenario, each KEY=VALUE");
    let about = "runs of each setting, each under a seed of its own";
    let replicates = t.whole("replicates", about).at_least(2.0).at_most(100_000.0).default(30_u64);
    let seed = t.whole("seed", "first seed").default(1_u64);
    Header { name, question, expected, source, falsified_by, base, set, replicates, seed }
}

/// Reads a list of edits.
pub(super) fn edits(t: &mut Fields<'_>, key: &'static str, about: &'static str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for text in t.texts(key, about).default(Vec::new()) {
        match text.parse() {
            Ok(edit) => edits.push(edit),
            Err(error) => {
                let message = format!("{error}");
                t.problem(key, Part::Value, message, Some("write \"KEY=VALUE\"".into()));
            }
        }
    }
    edits
}
