//! Reading the tables of a text, with every problem told at once.
//!
//! A table is read by asking a [`Fields`] for its keys one by one, each with its meaning, unit,
//! range and default. That one declaration does four things: it reads the value, it checks it,
//! it writes it into the resolved text, and (over an empty table, see [`describe`]) it documents
//! the key. Reading never stops at a problem: it notes it, goes on with a stand-in value, and
//! the caller throws the result away if [`Sheet::problems`] is not empty.
//!
//! This room knows TOML values and key paths. It does not know files, spans or the simulator: texts
//! that a text names are handed to it, see [`Beside`].

mod beside;
mod doc;
mod json_schema;
mod key;
mod kind;
mod path;
mod scalar;
mod tables;
mod words;

pub use beside::Beside;
pub use doc::{Bound, KeyDoc, KindDoc, Range, Shape};
pub use json_schema::json_schema;
pub use key::Key;
pub use kind::Kind;
pub use path::{KeyPath, Step};
pub use scalar::Scalar;
pub(crate) use words::kind_of;
pub use words::{nearest, quoted, unfit_name};

use toml::{Table, Value};

/// One thing wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, table or list element it concerns.
    pub path: KeyPath,
    /// Which part of it to point at.
    pub part: Part,
    /// The rule, then the value.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Which part of an entry a problem points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The key itself, or a table's header.
    Key,
    /// The value.
    Value,
}

/// What the reading of a text leaves behind.
#[derive(Debug, Default)]
pub struct Sheet {
    /// All that is wrong, in reading order.
    pub problems: Vec<Problem>,
    /// Every key that was asked for; filled only when describing.
    pub keys: Vec<KeyDoc>,
    beside: Beside,
    describing: bool,
}

/// One table of a text while it is being read.
#[derive(Debug)]
pub struct Fields<'a> {
    table: &'a Table,
    path: KeyPath,
    known: Vec<&'static str>,
    sheet: &'a mut Sheet,
    resolved: toml_edit::Table,
    problems_before: usize,
    inherits: bool,
}

/// Reads `table` with `read`; gives the result, the resolved text, and what was wrong with it.
pub fn read<T>(table: &Table, read: impl FnOnce(&mut Fields<'_>) -> T) -> (T, String, Sheet) {
    read_beside(table, Beside::default(), read)
}

/// As [`read`], with the texts that `table` names.
pub fn read_beside<T>(
    table: &Table,
    beside: Beside,
    read: impl FnOnce(&mut Fields<'_>) -> T,
) -> (T, String, Sheet) {
    let mut sheet = Sheet { beside, ..Sheet::default() };
    let mut fields = Fields::new(table, KeyPath::default(), &mut sheet);
    let result = read(&mut fields);
    let mut document = toml_edit::DocumentMut::new();
    *document.as_table_mut() = fields.close();
    (result, document.to_string(), sheet)
}

/// Documents every key that `read` asks for.
pub fn describe<T>(read: impl FnOnce(&mut Fields<'_>) -> T) -> Vec<KeyDoc> {
    let mut sheet = Sheet { describing: true, ..Sheet::default() };
    read(&mut Fields::new(&Table::new(), KeyPath::default(), &mut sheet));
    sheet.keys
}

impl<'a> Fields<'a> {
    fn new(table: &'a Table, path: KeyPath, sheet: &'a mut Sheet) -> Self {
        let problems_before = sheet.problems.len();
        let (known, resolved) = (Vec::new(), toml_edit::Table::new());
        Self { table, path, known, sheet, resolved, problems_before, inherits: false }
    }

    /// Whether nothing wrong has been found in this table so far. Rules over several keys are
    /// worth checking only then.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.sheet.problems.len() == self.problems_before && !self.sheet.describing
    }

    /// Whether the text says nothing in this table.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Whether the text has this key here.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// How many tables by name the text has under this key.
    #[must_use]
    pub fn count(&self, key: &str) -> usize {
        self.table.get(key).and_then(Value::as_table).map_or(0, Table::len)
    }

    /// The texts that lie beside this one.
    #[must_use]
    pub fn beside(&self) -> Beside {
        self.sheet.beside.clone()
    }

    /// Where this table is.
    #[must_use]
    pub fn path(&self) -> &KeyPath {
        &self.path
    }

    /// A number, whole or not.
    pub fn number(&mut self, key: &'static str, about: &'static str) -> Key<'_, 'a, f64> {
        Key::new(self, key, about)
    }

    /// A whole number from 0 up.
    pub fn whole(&mut self, key: &'static str, about: &'static str) -> Key<'_, 'a, u64> {
        Key::new(self, key, about)
    }

    /// True or false.
    pub fn flag(&mut self, key: &'static str, about: &'static str) -> Key<'_, 'a, bool> {
        Key::new(self, key, about)
    }

    /// A piece of text.
    pub fn text(&mut self, key: &'static str, about: &'static str) -> Key<'_, 'a, String> {
        Key::new(self, key, about)
    }

    /// A list of whole numbers.
    pub fn wholes(&mut self, key: &'static str, about: &'static str) -> Key<'_, 'a, Vec<u64>> {
        Key::new(self, key, about)
    }

    /// A list of pieces of text.
    pub fn texts(&mut self, key: &'static str, about: &'static str) -> Key<'_, 'a, Vec<String>> {
        Key::new(self, key, about)
    }

    /// A list of numbers.
    pub fn numbers(&mut self, key: &'static str, about: &'static str) -> Key<'_, 'a, Vec<f64>> {
        Key::new(self, key, about)
    }

    /// A table of values of one's own choice.
    pub fn values(&mut self, key: &'static str, about: &'static str) -> Key<'_, 'a, Table> {
        Key::new(self, key, about)
    }

    /// One of a few names; `default` must be among the `options`.
    pub fn choice<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        about: &'static str,
        options: &[(&'static str, T)],
        default: T,
    ) -> T {
        let names: Vec<&str> = options.iter().map(|option| option.0).collect();
        let fallback = options.iter().find(|option| option.1 == default).map_or("", |o| o.0);
        let shape = Shape::Choice(options.iter().map(|option| option.0).collect());
        self.document(key, about, shape, "", Some(fallback), false);
        let found = match self.value(key) {
            None => fallback,
            Some(Value::String(name)) if names.contains(&name.as_str()) => name,
            Some(other) => {
                let message = format!("`{key}` must be one of {}, got {other}", quoted(&names));
                let help = other.as_str().and_then(|name| nearest(name, &names));
                self.problem(key, Part::Value, message, help);
                fallback
            }
        };
        let (name, value) =
            options.iter().find(|option| option.0 == found).copied().unwrap_or((fallback, default));
        self.resolve(key, name.into());
        value
    }

    /// Notes that `key` of this table breaks a rule.
    pub fn problem(&mut self, key: &str, part: Part, message: String, help: Option<String>) {
        self.note(self.path.key(key), part, message, help);
    }

    /// Notes that an element of the list under `key` breaks a rule.
    pub fn problem_at(&mut self, key: &str, at: usize, message: String, help: Option<String>) {
        self.note(self.path.key(key).index(at), Part::Value, message, help);
    }

    /// Notes that the table as a whole breaks a rule.
    pub fn problem_here(&mut self, message: String, help: Option<String>) {
        self.note(self.path.clone(), Part::Key, message, help);
    }

    /// The value under `key`, which counts as known from now on.
    pub(crate) fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.known.push(key);
        self.table.get(key)
    }

    /// Adds `value` to the resolved text, marked as a default where the text does not have it.
    pub(crate) fn resolve(&mut self, key: &str, mut value: toml_edit::Value) {
        if !self.table.contains_key(key) {
            if self.inherits {
                return;
            }
            value.decor_mut().set_suffix(" # default");
        }
        self.resolved.insert(key, toml_edit::Item::Value(value));
    }

    fn note(&mut self, path: KeyPath, part: Part, message: String, help: Option<String>) {
        if !self.sheet.describing {
            self.sheet.problems.push(Problem { path, part, message, help });
        }
    }

    fn document(
        &mut self,
        key: &str,
        about: &'static str,
        shape: Shape,
        unit: &'static str,
        default: Option<&str>,
        required: bool,
    ) {
        if self.sheet.describing {
            let (path, default) = (self.path.key(key).to_string(), default.map(str::to_owned));
            self.sheet.keys.push(KeyDoc { path, shape, unit, default, required, about });
        }
    }

    /// Ends the reading: every key that nobody asked for is unknown.
    fn close(self) -> toml_edit::Table {
        if !self.sheet.describing {
            for key in self.table.keys().filter(|key| !self.known.contains(&key.as_str())) {
                let mut valid = self.known.clone();
                valid.sort_unstable();
                valid.dedup();
                let help = nearest(key, &valid)
                    .or_else(|| Some(format!("valid keys here: {}", quoted(&valid))));
                let message = format!("unknown key `{key}`");
                let path = self.path.key(key);
                self.sheet.problems.push(Problem { path, part: Part::Key, message, help });
            }
        }
        self.resolved
    }
}

#[cfg(test)]
mod tests;
