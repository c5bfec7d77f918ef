//! Changing a text by key path, as `--set` and the studies do.

use std::str::FromStr;

use thiserror::Error;
use toml_edit::{DocumentMut, Item, Table, Value};

use super::place::ScenarioError;

/// One change: a key path and the TOML value that it gets.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Dotted key path; a list element is named by its index or by its `name`.
    pub path: String,
    /// The new value.
    pub value: Value,
}

/// Why a piece of text is not an edit.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EditError {
    /// There is no `=`.
    #[error("`{0}` is not KEY=VALUE, such as protocol.kappa=0.6")]
    NoEquals(String),
    /// The key path is empty or has an empty step.
    #[error("`{0}` has an empty step in its key path")]
    EmptyStep(String),
}

impl FromStr for Edit {
    type Err = EditError;

    /// Reads `KEY=VALUE`. A value that is not TOML counts as a string, so that names need no
    /// quotes.
    fn from_str(text: &str) -> Result<Self, EditError> {
        let Some((path, value)) = text.split_once('=') else {
            return Err(EditError::NoEquals(text.into()));
        };
        let (path, value) = (path.trim(), value.trim());
        if path.split('.').any(str::is_empty) {
            return Err(EditError::EmptyStep(text.into()));
        }
        let value = value.parse().unwrap_or_else(|_| Value::from(value));
        Ok(Self { path: path.into(), value })
    }
}

impl Edit {
    /// The edit as it is written on the command line.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}={}", self.path, self.value.to_string().trim())
    }
}

/// Applies `edits` in order, keeping comments and layout.
///
/// # Errors
/// A text that is not TOML, or a path that leads through something that is not a table or list.
pub fn apply(source: &str, text: &str, edits: &[Edit]) -> Result<String, ScenarioError> {
    if edits.is_empty() {
        return Ok(text.to_owned());
    }
    let Ok(mut document) = text.parse::<DocumentMut>() else {
        return Err(ScenarioError::syntax(source, text, text));
    };
    let mut refused = Vec::new();
    for edit in edits {
        if let Err(reason) = set(document.as_table_mut(), edit) {
            refused.push((edit.shown(), reason));
        }
    }
    if refused.is_empty() {
        Ok(document.to_string())
    } else {
        Err(ScenarioError::edits(source, refused))
    }
}

/// Writes one value. Tables that are missing on the way are made: whether they may exist is for
/// the reading of the text to say, and that knows the nearest valid name.
fn set(table: &mut Table, edit: &Edit) -> Result<(), String> {
    let steps: Vec<&str> = edit.path.split('.').collect();
    let (last, way) = steps.split_last().ok_or("the key path is empty")?;
    let mut place = Place::Table(table);
    for (depth, step) in way.iter().enumerate() {
        let so_far = steps[..=depth].join(".");
        place = place.enter(step, &so_far)?;
    }
    place.write(last, edit.value.clone(), &edit.path)
}

/// Somewhere inside a document that has entries of its own.
enum Place<'t> {
    Table(&'t mut dyn toml_edit::TableLike),
    Tables(&'t mut toml_edit::ArrayOfTables),
    List(&'t mut toml_edit::Array),
}

impl Place<'_> {
    fn enter(self, step: &str, so_far: &str) -> Result<Self, String> {
        match self {
            Self::Table(table) => {
                if table.get(step).is_none() {
                    let mut made = Table::new();
                    made.set_implicit(true);
                    table.insert(step, Item::Table(made));
                }
                let item = table.get_mut(step).ok_or("the new table is missing")?;
                match item {
                    Item::Table(table) => Ok(Self::Table(table)),
                    Item::ArrayOfTables(tables) => Ok(Self::Tables(tables)),
                    Item::Value(Value::InlineTable(table)) => Ok(Self::Table(table)),
                    Item::Value(Value::Array(list)) => Ok(Self::List(list)),
                    other => Err(format!(
                        "`{so_far}` is of type {}, not a table or list",
                        other.type_name()
                    )),
                }
            }
            Self::Tables(tables) => {
                let named = |t: &Table| t.get("name").and_then(Item::as_str) == Some(step);
                let index = step.parse().ok().or_else(|| tables.iter().position(named));
                let length = tables.len();
                let found = index.and_then(|index: usize| tables.get_mut(index));
                let missing = || {
                    format!("`{so_far}` names none of the {length} in the list, by index or name")
                };
                Ok(Self::Table(found.ok_or_else(missing)?))
            }
            Self::List(list) => {
                let named = |value: &Value| {
                    let table = value.as_inline_table();
                    table.and_then(|t| t.get("name")).and_then(Value::as_str) == Some(step)
                };
                let index = step.parse().ok().or_else(|| list.iter().position(named));
                let length = list.len();
                let missing = || {
                    format!("`{so_far}` names none of the {length} in the list, by index or name")
                };
                let found = index.and_then(|index: usize| list.get_mut(index));
                match found.ok_or_else(missing)? {
                    Value::InlineTable(table) => Ok(Self::Table(table)),
                    Value::Array(list) => Ok(Self::List(list)),
                    other => Err(format!(
                        "`{so_far}` is of type {}, not a table or list",
                        other.type_name()
                    )),
                }
            }
        }
    }

    fn write(self, step: &str, value: Value, path: &str) -> Result<(), String> {
        match self {
            Self::Table(table) => {
                match table.get_mut(step) {
                    Some(Item::Value(old)) => {
                        let decor = old.decor().clone();
                        *old = value;
                        *old.decor_mut() = decor;
                    }
                    Some(other) => *other = Item::Value(value),
                    None => {
                        table.insert(step, Item::Value(value));
                    }
                }
                Ok(())
            }
            Self::List(list) => {
                let length = list.len();
                match step.parse::<usize>() {
                    Ok(index) if index < length => {
                        list.replace(index, value);
                        Ok(())
                    }
                    _ => Err(format!("`{path}` is not an index below {length}")),
                }
            }
            Self::Tables(_) => Err(format!("`{path}` is a whole table; set one of its keys")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edits: &[&str]) -> String {
        let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
        apply("t.toml", text, &edits).expect("the edits apply")
    }

    #[test]
    fn an_edit_keeps_comments_and_layout() {
        assert_eq!(
            edited("# why\nseed = 1 # because\n", &["seed=7"]),
            "# why\nseed = 7 # because\n"
        );
    }

    #[test]
    fn list_elements_go_by_index_and_by_name() {
        let text = "[[miners]]\nname = 'a'\ncount = 1\n[[miners]]\nname = 'b'\ncount = 2\n";
        let by_index = edited(text, &["miners.1.count=5"]);
        assert_eq!(by_index, edited(text, &["miners.b.count=5"]));
        assert!(by_index.ends_with("count = 5\n"));
    }

    #[test]
    fn tables_inside_of_a_line_go_by_name_too() {
        let text = "miners = [{ name = 'a', count = 1 }, { name = 'b', count = 2 }]\n";
        let by_name = edited(text, &["miners.b.count=5"]);
        assert_eq!(by_name, edited(text, &["miners.1.count=5"]));
        assert!(by_name.contains("name = 'b', count = 5"), "{by_name}");
    }

    #[test]
    fn a_missing_table_is_made() {
        assert_eq!(edited("", &["protocol.kappa=0.6"]).trim(), "[protocol]\nkappa = 0.6");
    }

    #[test]
    fn a_bare_word_is_a_string() {
        assert_eq!(edited("rule = 'a'\n", &["rule=b-c"]), "rule = \"b-c\"\n");
    }
}
