//! A comparison in words and as tables.

use std::fmt::Write as _;

use super::{Comparison, Metric};
use crate::record::table::Table;
use crate::report::growing::Growing;
use crate::report::told::digits;

/// Most rows of a table on the page.
const ROWS: usize = 40;

/// Differences that are smaller than this part of the numbers are not told.
const SMALL: f64 = 1e-9;

/// One page of Markdown: what differs in the texts, and what in the metrics.
#[must_use]
pub fn verdict(comparison: &Comparison) -> String {
    let sides = &comparison.sides;
    let letter = |at: usize| char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    let mut page = String::from("# Side by side\n\n");
    for (at, side) in sides.iter().enumerate() {
        let _ = writeln!(page, "- **{}**: {}", letter(at), side.name);
    }
    let letters: Vec<String> = (0..sides.len()).map(|at| letter(at).to_string()).collect();
    let _ = writeln!(page, "\n## In the text\n");
    if comparison.texts.is_empty() {
        page.push_str("Nothing: the texts are the same.\n");
    } else {
        let _ = writeln!(
            page,
            "| key | {} |\n|---|{}",
            letters.join(" | "),
            "---|".repeat(sides.len())
        );
        for found in comparison.texts.iter().take(ROWS) {
            let value =
                |value: &Option<String>| value.as_deref().unwrap_or("–").replace('|', "\\|");
            let values: Vec<String> = found.values.iter().map(value).collect();
            let _ = writeln!(page, "| `{}` | {} |", found.key, values.join(" | "));
        }
        more(&mut page, comparison.texts.len());
    }
    let seeds = comparison.seeds.len();
    let _ = writeln!(
        page,
        "\n## In the metrics\n\nMeans from epoch {} on, {}; the greatest differences first. {}\n",
        comparison.from,
        if seeds == 1 { "of one seed".into() } else { format!("of {seeds} seeds that all have") },
        if seeds == 1 {
            "**Warning.** One seed tells nothing of chance: run more (--seed) to have intervals."
        } else {
            "Differences are of pairs under the same seed, with 95 % confidence (bootstrap); those in \
             brackets cannot be told from 0."
        }
    );
    let others: Vec<String> = letters[1..].iter().map(|letter| format!("{letter} − A")).collect();
    let _ = writeln!(
        page,
        "| metric | {} | {} |\n|---|{}",
        letters.join(" | "),
        others.join(" | "),
        "---|".repeat(letters.len() + others.len())
    );
    let differing: Vec<&Metric> =
        comparison.metrics.iter().filter(|metric| metric.distance() > SMALL).collect();
    for metric in differing.iter().take(ROWS) {
        let means: Vec<String> = metric.means.iter().map(|mean| digits(*mean)).collect();
        let told: Vec<String> = metric.differences[1..]
            .iter()
            .map(|paired| {
                if paired.low.is_nan() {
                    digits(paired.mean)
                } else if paired.is_apart() {
                    format!(
                        "{} ({} to {})",
                        digits(paired.mean),
                        digits(paired.low),
                        digits(paired.high)
                    )
                } else {
                    format!("[{}]", digits(paired.mean))
                }
            })
            .collect();
        let _ =
            writeln!(page, "| `{}` | {} | {} |", name(metric), means.join(" | "), told.join(" | "));
    }
    more(&mut page, differing.len());
    let same = comparison.metrics.len() - differing.len();
    let _ = writeln!(page, "\n{same} of {} metrics do not differ.", comparison.metrics.len());
    page
}

fn more(page: &mut String, rows: usize) {
    if rows > ROWS {
        let _ = writeln!(page, "\n{} more are in the tables (--out DIR).", rows - ROWS);
    }
}

/// The name of a metric, as studies know it.
pub(super) fn name(metric: &Metric) -> String {
    if metric.table == "network" {
        format!("network.{}", metric.name)
    } else {
        format!("{}/{}", metric.subnet, metric.name)
    }
}

/// The tables, each under the name of its file.
#[must_use]
pub fn tables(comparison: &Comparison) -> Vec<(&'static str, Table)> {
    let rows: Vec<(&Metric, usize)> = comparison
        .metrics
        .iter()
        .flat_map(|metric| (0..comparison.sides.len()).map(move |side| (metric, side)))
        .collect();
    let mut metrics = Growing::default();
    metrics.text("metric", rows.iter().map(|(metric, _)| name(metric)));
    metrics.text("side", rows.iter().map(|(_, side)| comparison.sides[*side].name.clone()));
    metrics.number("mean", rows.iter().map(|(metric, side)| metric.means[*side]).collect());
    let paired = |read: fn(&crate::study::statistics::Paired) -> f64| -> Vec<f64> {
        rows.iter().map(|(metric, side)| read(&metric.differences[*side])).collect()
    };
    metrics.number("difference_mean", paired(|paired| paired.mean));
    metrics.number("difference_low", paired(|paired| paired.low));
    metrics.number("difference_high", paired(|paired| paired.high));
    let mut texts = Growing::default();
    let rows: Vec<(&str, usize, String)> = comparison
        .texts
        .iter()
        .flat_map(|found| {
            let each = found.values.iter().enumerate();
            each.map(|(side, value)| (found.key.as_str(), side, value.clone().unwrap_or_default()))
        })
        .collect();
    texts.text("key", rows.iter().map(|row| row.0.to_owned()));
    texts.text("side", rows.iter().map(|row| comparison.sides[row.1].name.clone()));
    texts.text("value", rows.iter().map(|row| row.2.clone()));
    vec![("metrics", metrics.done()), ("texts", texts.done())]
}
