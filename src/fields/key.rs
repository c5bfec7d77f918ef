//! One key: its type, unit and range, and what happens when the text does not have it.

use std::fmt;

use toml::{Table, Value};

use super::{Fields, Part, kind_of, unfit_name};

/// A type that a key can hold.
pub trait Scalar: Clone + fmt::Debug {
    /// What it is called in messages.
    const TYPE: &'static str;
    /// What stands in for a value that cannot be used.
    fn stand_in() -> Self;
    /// The value, if the TOML value is of this type.
    fn from_value(value: &Value) -> Option<Self>;
    /// As it is written in the resolved text.
    fn to_toml(&self) -> toml_edit::Value;
    /// The numbers in it that a range applies to.
    fn numbers(&self) -> Vec<f64>;
    /// The least that the type itself can hold, if it is worth saying.
    #[must_use]
    fn least() -> Option<f64> {
        None
    }
}

/// The smallest or largest permitted number.
#[derive(Clone, Copy, Debug)]
struct Bound {
    at: f64,
    included: bool,
}

/// A key that is being declared; ends with [`Key::default`], [`Key::required`] or
/// [`Key::optional`], which read it.
#[must_use = "a key is read only by its last word: default, required or optional"]
#[derive(Debug)]
pub struct Key<'f, 'a, T> {
    fields: &'f mut Fields<'a>,
    called: &'static str,
    about: &'static str,
    unit: &'static str,
    least: Option<Bound>,
    most: Option<Bound>,
    name: bool,
    value: std::marker::PhantomData<T>,
}

impl<'f, 'a, T: Scalar> Key<'f, 'a, T> {
    pub(super) fn new(fields: &'f mut Fields<'a>, key: &'static str, about: &'static str) -> Self {
        let (unit, value) = ("", std::marker::PhantomData);
        let least = T::least().map(|at| Bound { at, included: true });
        Self { fields, called: key, about, unit, least, most: None, name: false, value }
    }

    /// Its unit.
    pub fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// It must be `at` or more.
    pub fn at_least(self, at: f64) -> Self {
        Self { least: Some(Bound { at, included: true }), ..self }
    }

    /// It must be more than `at`.
    pub fn above(self, at: f64) -> Self {
        Self { least: Some(Bound { at, included: false }), ..self }
    }

    /// It must be `at` or less.
    pub fn at_most(self, at: f64) -> Self {
        Self { most: Some(Bound { at, included: true }), ..self }
    }

    /// It must be less than `at`.
    pub fn below(self, at: f64) -> Self {
        Self { most: Some(Bound { at, included: false }), ..self }
    }

    /// It must lie in `[0, 1]`.
    pub fn share(self) -> Self {
        self.at_least(0.0).at_most(1.0)
    }

    /// It must be a name: 1 to 60 of a-z, 0-9, - and _.
    pub fn name(self) -> Self {
        Self { name: true, ..self }
    }

    /// The value, or `default` where the text has none.
    pub fn default(mut self, default: impl Into<T>) -> T {
        let default = default.into();
        self.document(Some(default.to_toml().to_string().trim()), false);
        if self.fields.table.contains_key(self.called) {
            return self.read().unwrap_or(default);
        }
        self.fields.known.push(self.called);
        self.fields.resolve(self.called, default.to_toml());
        default
    }

    /// The value; a text without it has a problem.
    pub fn required(mut self) -> T {
        self.document(None, true);
        if !self.fields.table.contains_key(self.called) {
            self.fields.known.push(self.called);
            let unit = bracketed(self.unit);
            let message = format!("missing key `{}`", self.called);
            let help =
                format!("add `{} = …`: {}{unit}, {}", self.called, self.about, self.domain());
            self.fields.problem(self.called, Part::Key, message, Some(help));
            return T::stand_in();
        }
        self.read().unwrap_or_else(T::stand_in)
    }

    /// The value, if the text has one.
    #[must_use]
    pub fn optional(mut self) -> Option<T> {
        self.document(None, false);
        self.read()
    }

    fn read(self) -> Option<T> {
        let domain = self.domain();
        let Self { fields, called: key, least, most, .. } = self;
        let value = fields.value(key)?;
        let Some(found) = T::from_value(value) else {
            let message = format!("`{key}` must be {domain}, got {}", told(value));
            fields.problem(key, Part::Value, message, Some(self.about.into()));
            return None;
        };
        let inside = |number: &f64| {
            !number.is_nan()
                && least.is_none_or(|b| *number > b.at || (b.included && *number == b.at))
                && most.is_none_or(|b| *number < b.at || (b.included && *number == b.at))
        };
        if let Some(outside) = found.numbers().iter().find(|number| !inside(number)) {
            let message = format!("`{key}` must be {domain}, got {outside}");
            let help = format!("{}{}", self.about, bracketed(self.unit));
            fields.problem(key, Part::Value, message, Some(help));
            return None;
        }
        if let Some(rule) = value.as_str().filter(|_| self.name).and_then(unfit_name) {
            fields.problem(key, Part::Value, rule, None);
            return None;
        }
        fields.resolve(key, found.to_toml());
        Some(found)
    }

    fn document(&mut self, default: Option<&str>, required: bool) {
        let domain = self.domain();
        self.fields.document(self.called, self.about, domain, self.unit, default, required);
    }

    fn domain(&self) -> String {
        let range = match (self.least, self.most) {
            (None, None) => return T::TYPE.into(),
            (Some(least), None) if least.included => format!("of at least {}", least.at),
            (Some(least), None) => format!("above {}", least.at),
            (None, Some(most)) if most.included => format!("of at most {}", most.at),
            (None, Some(most)) => format!("below {}", most.at),
            (Some(least), Some(most)) => format!(
                "in {}{}, {}{}",
                if least.included { '[' } else { '(' },
                least.at,
                most.at,
                if most.included { ']' } else { ')' }
            ),
        };
        format!("{} {range}", T::TYPE)
    }
}

fn bracketed(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" [{unit}]") }
}

/// The value where it is short, and its kind.
fn told(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Table(_) => kind_of(value).into(),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => value.to_string(),
        scalar => format!("{} {scalar}", kind_of(scalar)),
    }
}

impl Scalar for f64 {
    const TYPE: &'static str = "a number";

    fn stand_in() -> Self {
        0.0
    }

    #[expect(clippy::cast_precision_loss, reason = "TOML writers may leave out `.0`")]
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Float(number) => Some(*number),
            Value::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    fn to_toml(&self) -> toml_edit::Value {
        (*self).into()
    }

    fn numbers(&self) -> Vec<f64> {
        vec![*self]
    }
}

impl Scalar for u64 {
    const TYPE: &'static str = "a whole number";

    fn stand_in() -> Self {
        0
    }

    fn from_value(value: &Value) -> Option<Self> {
        value.as_integer().and_then(|number| u64::try_from(number).ok())
    }

    fn to_toml(&self) -> toml_edit::Value {
        i64::try_from(*self).unwrap_or(i64::MAX).into()
    }

    fn numbers(&self) -> Vec<f64> {
        vec![*self as f64]
    }

    fn least() -> Option<f64> {
        Some(0.0)
    }
}

impl Scalar for bool {
    const TYPE: &'static str = "true or false";

    fn stand_in() -> Self {
        false
    }

    fn from_value(value: &Value) -> Option<Self> {
        value.as_bool()
    }

    fn to_toml(&self) -> toml_edit::Value {
        (*self).into()
    }

    fn numbers(&self) -> Vec<f64> {
        Vec::new()
    }
}

impl Scalar for String {
    const TYPE: &'static str = "a string";

    fn stand_in() -> Self {
        Self::new()
    }

    fn from_value(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn to_toml(&self) -> toml_edit::Value {
        self.as_str().into()
    }

    fn numbers(&self) -> Vec<f64> {
        Vec::new()
    }
}

impl Scalar for Table {
    const TYPE: &'static str = "a table of values";

    fn stand_in() -> Self {
        Self::new()
    }

    fn from_value(value: &Value) -> Option<Self> {
        value.as_table().cloned()
    }

    fn to_toml(&self) -> toml_edit::Value {
        inline(&Value::Table(self.clone()))
    }

    fn numbers(&self) -> Vec<f64> {
        let mut found = Vec::new();
        self.values().for_each(|value| numbers_of(value, &mut found));
        found
    }
}

/// A value as it is written in a line.
fn inline(value: &Value) -> toml_edit::Value {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Boolean(flag) => (*flag).into(),
        Value::Datetime(time) => (*time).into(),
        Value::Array(list) => list.iter().map(inline).collect::<toml_edit::Array>().into(),
        Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| (key.as_str(), inline(value)));
            entries.collect::<toml_edit::InlineTable>().into()
        }
    }
}

fn numbers_of(value: &Value, found: &mut Vec<f64>) {
    match value {
        Value::Float(number) => found.push(*number),
        Value::Array(list) => list.iter().for_each(|value| numbers_of(value, found)),
        Value::Table(table) => table.values().for_each(|value| numbers_of(value, found)),
        _ => {}
    }
}

macro_rules! list {
    ($element:ty, $name:literal) => {
        impl Scalar for Vec<$element> {
            const TYPE: &'static str = $name;

            fn stand_in() -> Self {
                Self::new()
            }

            fn from_value(value: &Value) -> Option<Self> {
                value.as_array()?.iter().map(<$element>::from_value).collect()
            }

            fn to_toml(&self) -> toml_edit::Value {
                self.iter().map(Scalar::to_toml).collect::<toml_edit::Array>().into()
            }

            fn numbers(&self) -> Vec<f64> {
                self.iter().flat_map(Scalar::numbers).collect()
            }

            fn least() -> Option<f64> {
                <$element>::least()
            }
        }
    };
}

list!(f64, "a list of numbers");
list!(u64, "a list of whole numbers");
list!(String, "a list of strings");
