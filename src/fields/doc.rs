//! What is said of a key: its shape, unit, default and meaning.

use std::fmt;

use super::quoted;

/// What one key of a text means.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyDoc {
    /// Key path with `NAME` for free names, `N` for list indices, and `KEY(KIND)` for the table of a
    /// kind under a key.
    pub path: String,
    /// Type and range.
    pub shape: Shape,
    /// Unit, or empty for pure numbers and names.
    pub unit: &'static str,
    /// Value where the text says nothing; `None` for a key that must be given or may be left out.
    pub default: Option<String>,
    /// Whether the text must have it.
    pub required: bool,
    /// Meaning.
    pub about: &'static str,
}

impl KeyDoc {
    /// Meaning, type, unit and default, in a line.
    #[must_use]
    pub fn told(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" [{}]", self.unit) };
        let default = match (&self.default, self.required) {
            (Some(default), _) => format!(", default {default}"),
            (None, true) => ", required".into(),
            (None, false) => String::new(),
        };
        format!("{} ({}{unit}{default})", self.about, self.shape)
    }
}

/// What the value of a key may be; written as it stands in messages, such as `a number in [0, 1]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A number in a range, whole or not.
    Number(Range),
    /// A whole number in a range.
    Whole(Range),
    /// True or false.
    Flag,
    /// A piece of text.
    Text,
    /// A name, see [`unfit_name`](super::unfit_name).
    Name,
    /// A list, each element of the one shape.
    List(Box<Shape>),
    /// A table of values of one's own choice, whose numbers lie in a range.
    Values(Range),
    /// One of a few names.
    Choice(Vec<&'static str>),
    /// A table.
    Table,
    /// A list of tables.
    Tables,
    /// Tables under free names.
    Named,
    /// A table that says what it is, or the bare name of a kind.
    Kinds(Vec<KindDoc>),
    /// One of several shapes.
    Either(Vec<Shape>),
}

/// One of the kinds that a table can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindDoc {
    /// The value of its `kind` key.
    pub name: &'static str,
    /// Meaning.
    pub about: &'static str,
}

/// The numbers that are permitted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// The smallest, if there is one.
    pub least: Option<Bound>,
    /// The largest, if there is one.
    pub most: Option<Bound>,
}

/// The smallest or largest permitted number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Where it is.
    pub at: f64,
    /// Whether it is permitted itself.
    pub included: bool,
}

impl Range {
    /// Whether a number is permitted; NaN never is.
    #[must_use]
    pub fn holds(&self, number: f64) -> bool {
        !number.is_nan()
            && self.least.is_none_or(|b| number > b.at || (b.included && number == b.at))
            && self.most.is_none_or(|b| number < b.at || (b.included && number == b.at))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (None, None) => Ok(()),
            (Some(least), None) if least.included => write!(f, " of at least {}", least.at),
            (Some(least), None) => write!(f, " above {}", least.at),
            (None, Some(most)) if most.included => write!(f, " of at most {}", most.at),
            (None, Some(most)) => write!(f, " below {}", most.at),
            (Some(least), Some(most)) => {
                let open = if least.included { '[' } else { '(' };
                let close = if most.included { ']' } else { ')' };
                write!(f, " in {open}{}, {}{close}", least.at, most.at)
            }
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(range) => write!(f, "a number{range}"),
            Self::Whole(range) => write!(f, "a whole number{range}"),
            Self::Flag => f.write_str("true or false"),
            Self::Text | Self::Name => f.write_str("a string"),
            Self::List(of) => match &**of {
                Self::Number(range) => write!(f, "a list of numbers{range}"),
                Self::Whole(range) => write!(f, "a list of whole numbers{range}"),
                _ => f.write_str("a list of strings"),
            },
            Self::Values(range) => write!(f, "a table of values{range}"),
            Self::Choice(names) => write!(f, "one of {}", quoted(names)),
            Self::Table => f.write_str("table"),
            Self::Tables => f.write_str("list of tables"),
            Self::Named => f.write_str("tables by name"),
            Self::Kinds(kinds) => {
                let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
                write!(f, "table of kind {}", quoted(&names))
            }
            Self::Either(shapes) => {
                for (at, shape) in shapes.iter().enumerate() {
                    let before = match at {
                        0 => "",
                        at if at + 1 == shapes.len() => ", or ",
                        _ => ", ",
                    };
                    write!(f, "{before}{shape}")?;
                }
                Ok(())
            }
        }
    }
}
