//! Numbers as verdicts tell them.

use crate::study::statistics::Mean;

/// A number as short as a reader needs it: four digits of it.
pub(in crate::report) fn digits(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    rounded.to_string()
}

/// A mean with its 95 % confidence interval.
pub(in crate::report) fn with_interval(mean: &Mean) -> String {
    if mean.low.is_nan() {
        return digits(mean.mean);
    }
    format!("{} ({} to {})", digits(mean.mean), digits(mean.low), digits(mean.high))
}

/// A share in percent.
pub(in crate::report) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{}\u{202f}%", digits(share * 100.0)) } else { "–".into() }
}
