//! How numbers are written at the ticks of an axis: short, alike, and without the dust of binary
//! fractions.

use serde::{Deserialize, Serialize};

/// Thin space that does not break: between thousands and before the percent sign.
const THIN: char = '\u{202f}';

/// How the values of an axis are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Ticks {
    /// As numbers: `0.25`, `1 200`, `1.2M`, `3B`, `2e−9`.
    #[default]
    Number,
    /// Shares as percentages: 0.35 is `35 %`.
    Percent,
    /// Whole numbers only, as for epochs and counts.
    Whole,
    /// Not at all: the places are named by marks.
    Hidden,
}

impl Ticks {
    /// Writes `values`, which are multiples of a step of the order 10^`exponent`, all in one manner.
    pub(super) fn write(self, values: &[f64], exponent: i32) -> Vec<String> {
        let (factor, exponent, sign) = match self {
            Self::Percent => (100.0, exponent + 2, format!("{THIN}%")),
            Self::Number | Self::Whole => (1.0, exponent, String::new()),
            Self::Hidden => return vec![String::new(); values.len()],
        };
        let largest = values.iter().fold(0.0_f64, |most, value| most.max((value * factor).abs()));
        let notation = Notation::choose(largest, exponent);
        values.iter().map(|value| notation.write(value * factor) + &sign).collect()
    }
}

/// A manner of writing numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Notation {
    /// `1 200.5`, in units of `unit` that the suffix names.
    Plain { decimals: usize, unit: f64, suffix: &'static str },
    /// `1.5e−7`.
    Scientific { digits: usize },
}

impl Notation {
    fn choose(largest: f64, exponent: i32) -> Self {
        let decimals = |shift: i32| usize::try_from(shift - exponent).unwrap_or(0);
        for (order, unit, suffix) in [(12, 1e12, "T"), (9, 1e9, "B"), (6, 1e6, "M")] {
            if (unit..1e15).contains(&largest) && decimals(order) <= 3 {
                return Self::Plain { decimals: decimals(order), unit, suffix };
            }
        }
        let tiny = largest < 1e-3 && decimals(0) > 4;
        if largest >= 1e15 || tiny || decimals(0) > 12 {
            let digits = order(largest).saturating_sub(exponent);
            return Self::Scientific { digits: usize::try_from(digits).unwrap_or(0).min(9) };
        }
        Self::Plain { decimals: decimals(0), unit: 1.0, suffix: "" }
    }

    fn write(self, value: f64) -> String {
        if value == 0.0 {
            return "0".to_owned();
        }
        let digits = match self {
            Self::Plain { decimals, unit, suffix } => {
                group(&format!("{:.decimals$}", value / unit)) + suffix
            }
            Self::Scientific { digits } => format!("{value:.digits$e}"),
        };
        digits.replace('-', "−")
    }
}

/// The power of ten of the first digit of a positive value; 0 for zero.
pub(super) fn order(value: f64) -> i32 {
    if value <= 0.0 || !value.is_finite() {
        return 0;
    }
    // The text of a number knows its exponent exactly, unlike a rounded logarithm.
    let text = format!("{value:e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// Puts a thin space between the thousands of the whole part.
fn group(digits: &str) -> String {
    let (whole, rest) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_written_short_and_alike() {
        let cases: [(Ticks, &[f64], i32, &[&str]); 13] = [
            (Ticks::Number, &[0.1, 0.2, 0.3], -1, &["0.1", "0.2", "0.3"]),
            (Ticks::Number, &[0.1 + 0.2], -1, &["0.3"]),
            (Ticks::Number, &[0.0, 0.001], -3, &["0", "0.001"]),
            (Ticks::Number, &[1200.0], 2, &["1\u{202f}200"]),
            (Ticks::Number, &[12_000.0], 3, &["12\u{202f}000"]),
            (Ticks::Number, &[1.2e6, 2e6], 5, &["1.2M", "2.0M"]),
            (Ticks::Number, &[3e9], 9, &["3B"]),
            (Ticks::Number, &[-2.0, 0.0], 0, &["−2", "0"]),
            (Ticks::Number, &[2e-12], -12, &["2e−12"]),
            (Ticks::Number, &[1.5e20], 19, &["1.5e20"]),
            (Ticks::Percent, &[0.35], -2, &["35\u{202f}%"]),
            (Ticks::Percent, &[0.0015], -4, &["0.15\u{202f}%"]),
            (Ticks::Whole, &[100.0], 2, &["100"]),
        ];
        for (ticks, values, exponent, expected) in cases {
            assert_eq!(ticks.write(values, exponent), expected, "{values:?}");
        }
    }

    #[test]
    fn neighbours_of_a_large_number_stay_apart() {
        let written = Ticks::Number.write(&[1e9, 1e9 + 1.0], 0);
        assert_eq!(written[1], "1\u{202f}000\u{202f}000\u{202f}001");
    }

    #[test]
    fn orders_are_exact_at_powers_of_ten() {
        for exponent in -300..300 {
            let value: f64 = format!("1e{exponent}").parse().unwrap();
            assert_eq!(order(value), exponent);
        }
    }
}
