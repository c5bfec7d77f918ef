//! Where an axis is divided.

use super::axis::{Limits, Scale};
use super::number::{Ticks, order};

/// One division of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// Where it lies on the axis, 0 to 1.
    pub(super) place: f64,
    pub(super) label: String,
}

/// The divisions of an axis, at least `spacing` of its length apart.
pub(super) fn divide(limits: &Limits, ticks: Ticks, spacing: f64) -> Vec<Tick> {
    let spacing = spacing.clamp(0.02, 1.0);
    match limits.scale {
        Scale::Linear => even(limits, ticks, spacing),
        Scale::Log if limits.decades() < 0.7 => even(limits, ticks, spacing),
        Scale::Log | Scale::Sqrt => round(limits, ticks, spacing),
    }
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn even(limits: &Limits, ticks: Ticks, spacing: f64) -> Vec<Tick> {
    let least = (limits.high - limits.low) * spacing;
    let mut exponent = order(least);
    let lead = least / power(exponent);
    let mut factor = if lead <= 1.0 {
        1.0
    } else if lead <= 2.0 {
        2.0
    } else if lead <= 5.0 {
        5.0
    } else {
        exponent += 1;
        1.0
    };
    if ticks == Ticks::Whole && exponent < 0 {
        (factor, exponent) = (1.0, 0);
    }
    let step = factor * power(exponent);
    let first = (limits.low / step - 1e-9).ceil();
    let values: Vec<f64> = (0..64)
        .map(|index| {
            let multiple = (first + f64::from(index)) * factor;
            // Dividing by a whole power of ten rounds once; multiplying by 0.1 would round twice.
            if exponent < 0 { multiple / power(-exponent) } else { multiple * power(exponent) }
        })
        .take_while(|value| *value <= limits.high + step * 1e-9)
        .collect();
    let labels = ticks.write(&values, exponent);
    place(limits, values.into_iter().zip(labels))
}

/// Zero, the powers of ten of either sign, and where there is room twice and five times those.
fn round(limits: &Limits, ticks: Ticks, spacing: f64) -> Vec<Tick> {
    let largest = limits.low.abs().max(limits.high.abs());
    let smallest = if limits.scale == Scale::Log { order(limits.low) } else { order(largest) - 4 };
    let mut values = vec![(0.0, 0)];
    for factor in [1.0, 2.0, 5.0] {
        for exponent in (smallest..=order(largest)).rev() {
            let value = factor * power(exponent);
            values.extend([(value, exponent), (-value, exponent)]);
        }
    }
    values.retain(|(value, exponent)| {
        (limits.low..=limits.high).contains(value) && (ticks != Ticks::Whole || *exponent >= 0)
    });
    let labelled = values
        .into_iter()
        .map(|(value, exponent)| (value, ticks.write(&[value], exponent).concat()));
    // The rounder a number, the earlier it takes its place.
    let mut kept: Vec<Tick> = Vec::new();
    for tick in place(limits, labelled) {
        let near = |other: &Tick| (tick.place - other.place).abs() < spacing;
        if !kept.iter().any(near) {
            kept.push(tick);
        }
    }
    kept.sort_by(|a, b| a.place.total_cmp(&b.place));
    kept
}

fn place(limits: &Limits, labelled: impl Iterator<Item = (f64, String)>) -> Vec<Tick> {
    labelled
        .filter_map(|(value, label)| {
            let place = limits.place(value)?;
            (-1e-6..=1.000_001).contains(&place).then_some(Tick { place, label })
        })
        .collect()
}

/// Ten to the power `exponent`, exactly as it would be written in decimal.
fn power(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().expect("a power of ten is a number, if an infinite one")
}
