//! One key: its type, unit and range, and what happens when the text does not have it.

use toml::Value;

use super::{Bound, Fields, Part, Range, Scalar, Shape, kind_of, unfit_name};

/// A key that is being declared; ends with [`Key::default`], [`Key::required`] or
/// [`Key::optional`], which read it.
#[must_use = "a key is read only by its last word: default, required or optional"]
#[derive(Debug)]
pub struct Key<'f, 'a, T> {
    fields: &'f mut Fields<'a>,
    called: &'static str,
    about: &'static str,
    unit: &'static str,
    range: Range,
    name: bool,
    also: Vec<Shape>,
    value: std::marker::PhantomData<T>,
}

impl<'f, 'a, T: Scalar> Key<'f, 'a, T> {
    pub(super) fn new(fields: &'f mut Fields<'a>, key: &'static str, about: &'static str) -> Self {
        let (unit, value) = ("", std::marker::PhantomData);
        let least = T::least().map(|at| Bound { at, included: true });
        let (range, also) = (Range { least, most: None }, Vec::new());
        Self { fields, called: key, about, unit, range, name: false, also, value }
    }

    /// Its unit.
    pub fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// It must be `at` or more.
    pub fn at_least(mut self, at: f64) -> Self {
        self.range.least = Some(Bound { at, included: true });
        self
    }

    /// It must be more than `at`.
    pub fn above(mut self, at: f64) -> Self {
        self.range.least = Some(Bound { at, included: false });
        self
    }

    /// It must be `at` or less.
    pub fn at_most(mut self, at: f64) -> Self {
        self.range.most = Some(Bound { at, included: true });
        self
    }

    /// It must be less than `at`.
    pub fn below(mut self, at: f64) -> Self {
        self.range.most = Some(Bound { at, included: false });
        self
    }

    /// It must lie in `[0, 1]`.
    pub fn share(self) -> Self {
        self.at_least(0.0).at_most(1.0)
    }

    /// It must be a name: 1 to 60 of a-z, 0-9, - and _.
    pub fn name(self) -> Self {
        Self { name: true, ..self }
    }

    /// What it may be besides, where its reader takes that too; only said, not read.
    pub fn or(mut self, shape: Shape) -> Self {
        self.also.push(shape);
        self
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
            let help = format!("add `{} = …`: {}{unit}, {}", self.called, self.about, self.shape());
            self.fields.problem(self.called, Part::Key, message, Some(help));
            return T::stand_in();
        }
        self.read().unwrap_or_else(T::stand_in)
    }

    /// The value, or `default` where the text has none and there is a default; documented as a key
    /// that may be left out.
    pub fn default_or_required(mut self, default: Option<impl Into<T>>) -> T {
        match default {
            Some(default) => self.default(default),
            None if self.fields.sheet.describing => {
                self.document(None, false);
                T::stand_in()
            }
            None => self.required(),
        }
    }

    /// The value, if the text has one.
    #[must_use]
    pub fn optional(mut self) -> Option<T> {
        self.document(None, false);
        self.read()
    }

    fn read(self) -> Option<T> {
        let shape = self.shape();
        let Self { fields, called: key, range, .. } = self;
        let value = fields.value(key)?;
        let Some(found) = T::from_value(value) else {
            let message = format!("`{key}` must be {shape}, got {}", told(value));
            fields.problem(key, Part::Value, message, Some(self.about.into()));
            return None;
        };
        if let Some(outside) = found.numbers().iter().find(|number| !range.holds(**number)) {
            let message = format!("`{key}` must be {shape}, got {outside}");
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
        let mut shape = self.shape();
        if !self.also.is_empty() {
            shape = Shape::Either([vec![shape], std::mem::take(&mut self.also)].concat());
        }
        self.fields.document(self.called, self.about, shape, self.unit, default, required);
    }

    fn shape(&self) -> Shape {
        match T::shape(self.range) {
            Shape::Text if self.name => Shape::Name,
            shape => shape,
        }
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
