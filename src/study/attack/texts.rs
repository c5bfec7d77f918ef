//! The texts that repeat a study.

use super::Study;
use crate::scenario::Scenario;

impl Study {
    /// The texts of the study and of its base, each with the path that it has in a folder of its own. The
    /// base is as it was read, before the study's `set`, for a default may follow what is set.
    #[must_use]
    pub fn texts(&self) -> [(String, String); 2] {
        let file = self.base.source.rsplit(['/', '\\']).next().unwrap_or("base.toml");
        let place = format!("base/{file}");
        // It was written by `fields::read`, so that it is TOML.
        let mut study: toml_edit::DocumentMut = self.resolved.parse().unwrap_or_default();
        study["base"] = toml_edit::value(place.as_str());
        [("study.toml".to_owned(), study.to_string()), (place, self.base.text.clone())]
    }

    /// The scripts that any of its settings names, each with its text; they belong beside the base.
    pub fn scripts(&self) -> impl Iterator<Item = (&str, &str)> {
        let settings = self.settings.iter();
        settings.flat_map(|setting| [&setting.attack, &setting.honest]).flat_map(Scenario::scripts)
    }
}
