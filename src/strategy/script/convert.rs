//! Values of scripts, and what they ask for.

use rhai::{Array, Dynamic, Map};

use super::functions::Given;
use crate::strategy::MinerTurn;
use crate::units::{Epoch, Uid};

/// What a miner's script asks for beside its effort.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::strategy) enum Ask {
    /// See [`MinerTurn::improve`].
    Improve { factor: f64, cost: f64 },
    /// See [`MinerTurn::spend`].
    Spend { cost: f64 },
    /// See [`MinerTurn::release`].
    Release { quality: f64 },
    /// See [`MinerTurn::copy`].
    Copy { uid: Uid, epoch: Epoch, kept: f64 },
    /// See [`MinerTurn::buy`].
    Buy { provider: usize, part: f64 },
    /// See [`MinerTurn::forward`].
    Forward { to: Uid, kept: f64, fee: f64 },
    /// See [`MinerTurn::share`].
    Share { backend: Uid, members: usize },
}

/// Does what a script has asked for, in its order.
///
/// # Errors
/// What cannot be done.
pub(in crate::strategy) fn apply(asks: &[Ask], turn: &mut MinerTurn<'_>) -> Result<(), String> {
    for ask in asks {
        match *ask {
            Ask::Improve { factor, cost } => turn.improve(factor, cost),
            Ask::Spend { cost } => turn.spend(cost),
            Ask::Release { quality } => turn.release(quality),
            Ask::Copy { uid, epoch, kept } => {
                turn.copy(uid, epoch, kept);
            }
            Ask::Buy { provider, part } => turn.buy(provider, part),
            Ask::Forward { to, kept, fee } => turn.forward(to, kept, fee),
            Ask::Share { backend, members } => {
                if !turn.partners().any(|partner| partner == backend) {
                    return Err(format!("shared the machine of uid {backend}, not of its owner"));
                }
                turn.share(backend, members);
            }
        }
    }
    Ok(())
}

/// A number, whole or not.
///
/// # Errors
/// It is something else.
pub(in crate::strategy) fn number(value: &Dynamic) -> Given<f64> {
    let whole = || value.as_int().map(|number| number as f64);
    let found = value.as_float().or_else(|_| whole());
    found.map_err(|_| format!("a number is asked for, not {}", called(value)).into())
}

/// A whole number from 0 up.
///
/// # Errors
/// It is something else.
pub(in crate::strategy) fn whole(value: &Dynamic) -> Given<usize> {
    let found = value.as_int().ok().and_then(|number| usize::try_from(number).ok());
    let told = || format!("a whole number from 0 up is asked for, not {}", shown(value));
    found.ok_or_else(|| told().into())
}

/// What a value is called in messages.
pub(in crate::strategy) fn called(value: &Dynamic) -> String {
    if value.is_unit() { "()".into() } else { format!("a value of type {}", value.type_name()) }
}

/// A number as it is, and else what it is called.
fn shown(value: &Dynamic) -> String {
    match number(value) {
        Ok(number) => number.to_string(),
        Err(_) => called(value),
    }
}

/// The numbers of an array.
///
/// # Errors
/// One of them is none.
pub(in crate::strategy) fn numbers(array: &Array) -> Given<Vec<f64>> {
    array.iter().map(number).collect()
}

/// Numbers as an array.
pub(in crate::strategy) fn list(values: &[f64]) -> Array {
    values.iter().map(|value| Dynamic::from_float(*value)).collect()
}

/// A uid, or a place in a list.
pub(in crate::strategy) fn place(place: usize) -> Dynamic {
    i64::try_from(place).unwrap_or(i64::MAX).into()
}

/// A value of a text; a date is a string.
pub(super) fn from_toml(value: &toml::Value) -> Dynamic {
    match value {
        toml::Value::String(text) => text.clone().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => {
            let values: Array = values.iter().map(from_toml).collect();
            values.into()
        }
        toml::Value::Table(table) => {
            let entry = |(key, value): (&String, &toml::Value)| (key.into(), from_toml(value));
            let map: Map = table.iter().map(entry).collect();
            map.into()
        }
    }
}
