//! Keys of a text that is several runs: the same but for one key.

use std::collections::BTreeSet;

use crate::fields::{Fields, Part};
use crate::scenario::Edit;

/// The same scenario under several values of one key, with the same seed.
#[derive(Clone, Debug)]
pub struct Variants {
    /// The key path that differs.
    pub key: String,
    /// Its values, one for each run.
    pub values: Vec<String>,
}

impl Variants {
    /// The edits that make each run's text out of the text, whose name is `name`.
    #[must_use]
    pub fn edits(&self, name: &str) -> Vec<[Edit; 2]> {
        let edit = |path: &str, value: &str| Edit {
            path: path.into(),
            value: value.parse().unwrap_or_else(|_| value.into()),
        };
        let each = |value: &String| {
            let named = format!("{name}-{}", slug(value));
            [edit(&self.key, value), edit("name", &format!("\"{named}\""))]
        };
        self.values.iter().map(each).collect()
    }
}

pub(super) fn variants(t: &mut Fields<'_>) -> Variants {
    let key = t.text("key", "key path that differs between the runs").required();
    let values = t.texts("values", "its values, one for each run").required();
    if t.sound() && key.split('.').any(str::is_empty) {
        let message = format!("`key` must be a key path, got \"{key}\"");
        let help = "such as network.era or protocol.kappa";
        t.problem("key", Part::Value, message, Some(help.into()));
    }
    let names: BTreeSet<String> = values.iter().map(|value| slug(value)).collect();
    if t.sound() && (values.is_empty() || names.len() < values.len()) {
        let message = "`values` must be different from each other, and at least one".into();
        t.problem("values", Part::Value, message, None);
    }
    Variants { key, values }
}

/// A value as a part of a name.
fn slug(value: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    value.to_lowercase().chars().map(fit).take(30).collect()
}
