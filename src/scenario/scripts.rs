//! Scripts that a scenario names.

use toml::Value;

use crate::fields::Beside;
use crate::strategy::Catalogue;

/// Reads the scripts that a text names in tables of kind `script`.
pub(super) fn gather(table: &toml::Table, source: &str, catalogue: &Catalogue) -> Beside {
    let mut names = Vec::new();
    search(table, &mut names);
    names.sort();
    names.dedup();
    catalogue.scripts(source, &names)
}

fn search(table: &toml::Table, names: &mut Vec<String>) {
    if table.get("kind").and_then(Value::as_str) == Some("script") {
        names.extend(table.get("file").and_then(Value::as_str).map(str::to_owned));
    }
    table.values().for_each(|value| search_value(value, names));
}

fn search_value(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Table(table) => search(table, names),
        Value::Array(values) => values.iter().for_each(|value| search_value(value, names)),
        _ => {}
    }
}
