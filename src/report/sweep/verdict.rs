//! The verdict of a sweep, in words.

use std::fmt::Write as _;

use crate::report::told::{beginning, digits, with_interval};
use crate::study::design::{self, Level};
use crate::study::statistics::Paired;
use crate::study::sweep::{Findings, Goal, Sweep, Tried};

/// Most rows of a table on the page.
const ROWS: usize = 60;

/// One page of Markdown: the question, the answer, the numbers behind it, and how to repeat it.
#[must_use]
pub fn verdict(sweep: &Sweep, findings: &Findings) -> String {
    let header = &sweep.plan.header;
    let mut page = beginning(header, &short(sweep, findings));
    if sweep.plan.design.kind.is_sensitivity() {
        page.push_str(&what_matters(sweep, findings));
    } else {
        page.push_str(&each_point(sweep, findings));
        page.push_str(&what_cannot_be_told_apart(sweep, findings));
    }
    page.push_str(&failures(sweep, findings));
    let until = sweep.plan.until.as_ref().map_or(String::new(), |until| {
        format!(
            " A point had runs until the interval of `{}` was no wider than ±{}, at least {} and at \
             most {}.",
            until.metric,
            digits(until.half_width),
            until.at_least,
            header.replicates
        )
    });
    let _ = writeln!(
        page,
        "## How to repeat it\n\n`taosim sweep {}.toml`: {} points of a `{}`, {} seeds from {}, the \
         same at every point.{until} Means have intervals of 95 % confidence by Student's t over \
         seeds, differences by bootstrap over pairs of runs under the same seed.\n\nResult digest: \
         `{}`",
        header.name,
        sweep.points.len(),
        sweep.plan.design.kind.name(),
        sweep.seeds().len(),
        header.seed,
        findings.digest
    );
    page
}

/// The answer in two or three sentences.
#[must_use]
pub fn short(sweep: &Sweep, findings: &Findings) -> String {
    let Some(name) = sweep.reading.names.first() else { return String::new() };
    let told = |tried: &Tried| design::shown(&sweep.plan.axes, &tried.point);
    if sweep.plan.design.kind.is_sensitivity() {
        return most_important(sweep, findings);
    }
    if let Some(best) = findings.best(sweep.plan.read.goal) {
        let best = &findings.tried[best];
        let more = if sweep.plan.read.goal == Goal::Maximise { "most" } else { "least" };
        let against = best.against.first();
        let mut text =
            format!("{name} is {more} at {}: {}", told(best), with_interval(&best.numbers[0].mean));
        if !best.is_reference {
            let reference = sweep.reference_told();
            let _ = match against {
                Some(paired) if paired.is_apart() => {
                    write!(text, ", {} more than at {reference}", interval(paired))
                }
                _ => write!(text, ", which cannot be told apart from {reference}"),
            };
        }
        text.push('.');
        return text;
    }
    let defined = || findings.tried.iter().filter(|tried| tried.numbers[0].mean.mean.is_finite());
    let by_mean = |one: &&Tried, other: &&Tried| {
        one.numbers[0].mean.mean.total_cmp(&other.numbers[0].mean.mean)
    };
    match (defined().min_by(by_mean), defined().max_by(by_mean)) {
        (Some(least), Some(most)) => format!(
            "{name} goes from {} at {} to {} at {}.",
            with_interval(&least.numbers[0].mean),
            told(least),
            with_interval(&most.numbers[0].mean),
            told(most)
        ),
        _ => format!("{name} is defined at no point."),
    }
}

fn interval(paired: &Paired) -> String {
    format!("{} ({} to {})", digits(paired.mean), digits(paired.low), digits(paired.high))
}

fn most_important(sweep: &Sweep, findings: &Findings) -> String {
    let name = &sweep.reading.names[0];
    let shown = ["mu_star", "total"];
    let mut of_first: Vec<_> = findings
        .indices
        .iter()
        .filter(|index| index.number == 0 && shown.contains(&index.name))
        .collect();
    of_first.sort_by(|one, other| other.value.total_cmp(&one.value));
    let told: Vec<String> = of_first
        .iter()
        .take(3)
        .map(|index| {
            format!(
                "{} ({} to {}) by {}",
                digits(index.value),
                digits(index.low),
                digits(index.high),
                sweep.plan.axes[index.axis].name
            )
        })
        .collect();
    let what = match of_first.first().map(|index| index.name) {
        Some("mu_star") => "mean size of an effect over an axis's range",
        _ => "part of the variance with all interactions",
    };
    format!("What moves {name} most, {what}: {}.", told.join(", "))
}

fn each_point(sweep: &Sweep, findings: &Findings) -> String {
    let mut text = String::from("## At each point\n\n");
    let names = &sweep.reading.names[..sweep.reading.names.len().min(3)];
    let mut columns: Vec<String> = sweep.plan.axes.iter().map(design::Axis::label).collect();
    columns.push("runs".into());
    columns.extend(names.iter().map(|name| format!("`{name}`")));
    columns.push(format!("`{}` less that at the reference", names[0]));
    let _ = writeln!(text, "| {} |", columns.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(columns.len()));
    for tried in findings.tried.iter().take(ROWS) {
        let mut row: Vec<String> = tried.point.iter().map(Level::shown).collect();
        row.push(tried.runs.to_string());
        row.extend((0..names.len()).map(|at| with_interval(&tried.numbers[at].mean)));
        row.push(if tried.is_reference {
            "the reference".into()
        } else {
            interval(&tried.against[0])
        });
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    let more = findings.tried.len().saturating_sub(ROWS);
    if more > 0 {
        let _ = writeln!(text, "\n{more} more points are in `points.parquet`.");
    }
    text.push('\n');
    text
}

/// The warning that two settings may be one.
fn what_cannot_be_told_apart(sweep: &Sweep, findings: &Findings) -> String {
    let alike: Vec<String> = findings
        .tried
        .iter()
        .filter(|tried| !tried.is_reference && !tried.against[0].is_apart())
        .map(|tried| design::shown(&sweep.plan.axes, &tried.point))
        .collect();
    if alike.is_empty() {
        return String::new();
    }
    let reference = sweep.reference_told();
    let shown = alike.len().min(ROWS);
    let more = alike.len() - shown;
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!(
        "**Warning.** With these seeds `{}` cannot be told apart from that at the reference ({reference}) \
         at: {}{more}.\n\n",
        sweep.reading.names[0],
        alike[..shown].join("; ")
    )
}

fn what_matters(sweep: &Sweep, findings: &Findings) -> String {
    let mut text =
        String::from("## What matters\n\n| metric | axis | index | value |\n|---|---|---|---|\n");
    for index in findings.indices.iter().take(ROWS) {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} ({} to {}) |",
            sweep.reading.names[index.number],
            sweep.plan.axes[index.axis].name,
            index.name,
            digits(index.value),
            digits(index.low),
            digits(index.high)
        );
    }
    text.push('\n');
    text
}

fn failures(sweep: &Sweep, findings: &Findings) -> String {
    let failed: usize = findings.tried.iter().map(|tried| tried.failed.0).sum();
    let Some(first) = findings.tried.iter().find(|tried| tried.failed.0 > 0) else {
        return String::new();
    };
    format!(
        "{failed} runs failed; the table `runs` says why. The first, at {}: {}\n\n",
        design::shown(&sweep.plan.axes, &first.point),
        first.failed.1.as_deref().unwrap_or_default()
    )
}
