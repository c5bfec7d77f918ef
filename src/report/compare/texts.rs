//! What differs between texts, key by key.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;

use super::Side;

/// A key whose values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextDifference {
    /// Its path.
    pub key: String,
    /// Its value in each text, as it is written; `None` where a text does not have it.
    pub values: Vec<Option<String>>,
}

/// The keys that differ between the resolved texts.
pub(super) fn differences(sides: &[Side]) -> Vec<TextDifference> {
    let flat: Vec<BTreeMap<String, String>> =
        sides.iter().map(|side| flatten(&side.text)).collect();
    let keys: BTreeSet<&String> = flat.iter().flat_map(BTreeMap::keys).collect();
    let of = |key: &String| TextDifference {
        key: key.clone(),
        values: flat.iter().map(|text| text.get(key).cloned()).collect(),
    };
    let differs = |found: &TextDifference| found.values.windows(2).any(|pair| pair[0] != pair[1]);
    keys.into_iter().map(of).filter(differs).collect()
}

/// Every value of a text under its key path; elements of a list that have a name are called by it.
fn flatten(text: &str) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::new();
    if let Ok(table) = text.parse::<toml::Table>() {
        for (key, value) in &table {
            walk(key.clone(), value, &mut flat);
        }
    }
    flat
}

fn walk(path: String, value: &Value, flat: &mut BTreeMap<String, String>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                walk(format!("{path}.{key}"), value, flat);
            }
        }
        Value::Array(rows) if rows.iter().any(Value::is_table) => {
            for (at, row) in rows.iter().enumerate() {
                let name = row.get("name").and_then(Value::as_str);
                let step = name.map_or_else(|| at.to_string(), str::to_owned);
                walk(format!("{path}.{step}"), row, flat);
            }
        }
        value => {
            flat.insert(path, value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn keys_are_called_by_the_names_of_their_tables() {
        let side = |text: &str| Side {
            name: String::new(),
            runs: BTreeMap::from([(1, PathBuf::new())]),
            text: text.into(),
        };
        let one = "a = 1\n[[b]]\nname = 'x'\nc = 2\n[[b]]\nname = 'y'\nc = 3\n";
        let other = "a = 1\n[[b]]\nname = 'y'\nc = 4\n";
        let found = differences(&[side(one), side(other)]);
        let told: Vec<(&str, Option<&str>, Option<&str>)> = found
            .iter()
            .map(|f| (f.key.as_str(), f.values[0].as_deref(), f.values[1].as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("b.x.c", Some("2"), None),
                ("b.x.name", Some("\"x\""), None),
                ("b.y.c", Some("3"), Some("4"))
            ]
        );
    }
}
