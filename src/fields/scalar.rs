//! Types that a key can hold.

use std::fmt;

use toml::{Table, Value};

use super::{Range, Shape};

/// A type that a key can hold.
pub trait Scalar: Clone + fmt::Debug {
    /// Its shape, with its numbers in `range`.
    #[must_use]
    fn shape(range: Range) -> Shape;
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

impl Scalar for f64 {
    fn shape(range: Range) -> Shape {
        Shape::Number(range)
    }

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
    fn shape(range: Range) -> Shape {
        Shape::Whole(range)
    }

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
    fn shape(_: Range) -> Shape {
        Shape::Flag
    }

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
    fn shape(_: Range) -> Shape {
        Shape::Text
    }

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
    fn shape(range: Range) -> Shape {
        Shape::Values(range)
    }

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
    ($element:ty) => {
        impl Scalar for Vec<$element> {
            fn shape(range: Range) -> Shape {
                Shape::List(Box::new(<$element>::shape(range)))
            }

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

list!(f64);
list!(u64);
list!(String);
