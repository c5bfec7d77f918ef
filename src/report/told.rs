//! Numbers as verdicts tell them.

use std::fmt::Write as _;

use crate::study::statistics::Mean;
use crate::study::text::Header;

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

/// How a verdict begins: what was asked and expected, and what was found, in short.
pub(in crate::report) fn beginning(header: &Header, found: &str) -> String {
    let mut page = format!("# {}\n\n**Question.** {}\n\n", header.name, header.question);
    for (what, text) in [
        ("Expected", &header.expected),
        ("Source", &header.source),
        ("What would falsify it", &header.falsified_by),
    ] {
        if !text.is_empty() {
            let _ = writeln!(page, "**{what}.** {text}\n");
        }
    }
    let _ = writeln!(page, "**Found.** {found}\n");
    page
}
