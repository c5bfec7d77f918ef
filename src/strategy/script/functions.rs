//! The functions that scripts have.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicStringPackage, LogicPackage, Package,
};
use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, Module, Shared};

use super::convert::{Ask, list, number, numbers, whole};
use crate::num;
use crate::rng::Draws;
use crate::strategy::validator::Eye;

/// What functions work with during a turn.
#[derive(Default)]
pub(in crate::strategy) struct Hand {
    /// The agent's own draws.
    pub(in crate::strategy) draws: Option<Draws>,
    /// What an evaluation looks at.
    pub(in crate::strategy) eye: Option<Eye>,
    /// Whether it was looked at.
    pub(in crate::strategy) evaluated: bool,
    /// What the script has asked for.
    pub(in crate::strategy) asks: Vec<Ask>,
}

/// What a function gives to a script.
pub(in crate::strategy) type Given<T> = Result<T, Box<EvalAltResult>>;

/// What of the language's own library scripts get: nothing that sleeps, prints, reads or writes, and
/// nothing whose last bit depends on the platform.
static LIBRARY: LazyLock<Vec<Shared<Module>>> = LazyLock::new(|| {
    vec![
        ArithmeticPackage::new().as_shared_module(),
        LogicPackage::new().as_shared_module(),
        BasicArrayPackage::new().as_shared_module(),
        BasicMapPackage::new().as_shared_module(),
        BasicStringPackage::new().as_shared_module(),
        BasicIteratorPackage::new().as_shared_module(),
        BasicFnPackage::new().as_shared_module(),
    ]
});

/// Adds the functions that all scripts have.
pub(super) fn register(engine: &mut Engine, hand: &Arc<Mutex<Hand>>) {
    for module in LIBRARY.iter() {
        engine.register_global_module(module.clone());
    }
    draws(engine, hand);
    elementary(engine);
    over_arrays(engine);
}

/// Adds a function over what is at hand.
pub(in crate::strategy) fn with_hand<T>(
    hand: &Arc<Mutex<Hand>>,
    act: impl FnOnce(&mut Hand) -> Given<T>,
) -> Given<T> {
    act(&mut hand.lock().unwrap_or_else(PoisonError::into_inner))
}

fn draws(engine: &mut Engine, hand: &Arc<Mutex<Hand>>) {
    let drawn = |hand: &mut Hand, draw: fn(&mut Draws) -> f64| {
        hand.draws.as_mut().map(draw).ok_or_else(|| "there is nothing to draw from".into())
    };
    let own = Arc::clone(hand);
    engine.register_fn("uniform", move || with_hand(&own, |hand| drawn(hand, Draws::uniform)));
    let own = Arc::clone(hand);
    engine.register_fn("normal", move || with_hand(&own, |hand| drawn(hand, Draws::normal)));
}

fn elementary(engine: &mut Engine) {
    let ones: [(&str, fn(f64) -> f64); 6] = [
        ("exp", num::exp),
        ("ln", num::ln),
        ("sqrt", f64::sqrt),
        ("floor", f64::floor),
        ("ceiling", f64::ceil),
        ("round", f64::round),
    ];
    for (name, of) in ones {
        engine.register_fn(name, move |x: f64| of(x));
        engine.register_fn(name, move |x: i64| of(x as f64));
    }
    engine.register_fn("pow", |x: Dynamic, y: Dynamic| -> Given<f64> {
        Ok(num::pow(number(&x)?, number(&y)?))
    });
    engine.register_fn("is_finite", |x: Dynamic| -> Given<bool> { Ok(number(&x)?.is_finite()) });
    engine.register_fn("is_nan", |x: Dynamic| -> Given<bool> { Ok(number(&x)?.is_nan()) });
    engine.register_fn("to_float", |x: Dynamic| number(&x));
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and NaN gives 0")]
    engine.register_fn("to_int", |x: Dynamic| -> Given<i64> { Ok(number(&x)? as i64) });
}

fn over_arrays(engine: &mut Engine) {
    engine.register_fn("sum", |array: &mut Array| -> Given<f64> { Ok(num::sum(&numbers(array)?)) });
    engine.register_fn("mean", |array: &mut Array| -> Given<f64> {
        let values = numbers(array)?;
        Ok(if values.is_empty() { 0.0 } else { num::sum(&values) / values.len() as f64 })
    });
    engine.register_fn("median", |array: &mut Array| -> Given<f64> { Ok(median(&sorted(array)?)) });
    // What the language does one by one costs it the length of the array each time.
    engine.register_fn("scaled", |array: &mut Array, factor: Dynamic| -> Given<Array> {
        let factor = number(&factor)?;
        Ok(numbers(array)?.iter().map(|value| (value * factor).into()).collect())
    });
    engine.register_fn("added", |array: &mut Array, other: Array| -> Given<Array> {
        let (values, others) = (numbers(array)?, numbers(&other)?);
        if values.len() != others.len() {
            let (own, other) = (values.len(), others.len());
            return Err(format!("cannot add an array of {other} to one of {own}").into());
        }
        Ok(values.iter().zip(&others).map(|(one, other)| (one + other).into()).collect())
    });
    engine.register_fn("above", |array: &mut Array, bar: Dynamic| -> Given<Array> {
        let bar = number(&bar)?;
        let kept = |value: &f64| if *value > bar { *value } else { 0.0 };
        Ok(numbers(array)?.iter().map(|value| kept(value).into()).collect())
    });
    engine.register_fn("only_above", |array: &mut Array, bar: Dynamic| -> Given<Array> {
        let bar = number(&bar)?;
        let values = numbers(array)?.into_iter();
        Ok(values.filter(|value| *value > bar).map(Dynamic::from_float).collect())
    });
    engine.register_fn("zeros", |count: Dynamic| -> Given<Array> {
        let count = whole(&count)?;
        // The engine looks at an array's size only once it is made.
        if count > 100_000 {
            return Err(format!("zeros of {count} is too long an array").into());
        }
        Ok(vec![Dynamic::from_float(0.0); count])
    });
    // The language's own orders hang on a comparison that need not be one, and on NaN.
    engine.register_fn("sort", |array: &mut Array| -> Given<()> {
        *array = list(&sorted(array)?);
        Ok(())
    });
    engine.register_fn("order", |array: &mut Array| -> Given<Array> { Ok(list(&sorted(array)?)) });
    engine.register_fn("ranked", |array: &mut Array| -> Given<Array> {
        let values = comparable(array)?;
        let mut places: Vec<usize> = (0..values.len()).collect();
        places.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
        Ok(places.into_iter().map(super::convert::place).collect())
    });
    let help = "there is `sort`, `order` and `ranked`, all of numbers and without a function";
    for name in ["sort", "sort_by", "order", "order_by"] {
        let refuse = move |_: &mut Array, _: FnPtr| -> Given<Dynamic> { Err(help.into()) };
        engine.register_fn(name, refuse);
    }
    for name in ["sort_desc", "order_desc"] {
        engine.register_fn(name, move |_: &mut Array| -> Given<Dynamic> { Err(help.into()) });
    }
}

/// The numbers of an array, none of them NaN, whose place in an order depends on the platform.
fn comparable(array: &Array) -> Given<Vec<f64>> {
    let values = numbers(array)?;
    match values.iter().position(|value| value.is_nan()) {
        Some(at) => Err(format!("element {at} is NaN, which has no place in an order").into()),
        None => Ok(values),
    }
}

fn sorted(array: &Array) -> Given<Vec<f64>> {
    let mut values = comparable(array)?;
    values.sort_by(f64::total_cmp);
    Ok(values)
}

/// The middle of a sorted list, or the mean of its two middles; 0 of nothing.
fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}
