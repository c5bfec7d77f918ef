//! The texts that repeat a study.

use super::Study;
use crate::scenario::Scenario;

impl Study {
    /// The texts of the study and of its base, each with the path that it has in a folder of its own.
    #[must_use]
    pub fn texts(&self) -> [(String, String); 2] {
        self.base.texts(&self.resolved)
    }

    /// The scripts that any of its settings names, each with its text; they belong beside the base.
    pub fn scripts(&self) -> impl Iterator<Item = (&str, &str)> {
        let settings = self.settings.iter();
        settings.flat_map(|setting| [&setting.attack, &setting.honest]).flat_map(Scenario::scripts)
    }
}
