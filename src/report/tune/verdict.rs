//! The verdict of a tuning study, in words.

use std::fmt::Write as _;

use crate::report::told::{beginning, digits};
use crate::study::design::{self, Level, Point};
use crate::study::tune::plan::{Measure, Seeds, Worlds};
use crate::study::tune::{Finalist, Findings, Measured, Tuning};

/// One page of Markdown: the question, the chosen setting beside the default, the numbers behind
/// it, and how to repeat it.
#[must_use]
pub fn verdict(tuning: &Tuning, findings: &Findings) -> String {
    let header = &tuning.plan.header;
    let mut page = beginning(header, &short(tuning, findings));
    page.push_str(&beside_the_default(tuning, findings));
    page.push_str(&the_best(tuning, findings));
    page.push_str(&what_to_write(tuning, findings));
    let search = tuning.plan.search;
    let _ = writeln!(
        page,
        "## How to repeat it\n\n`taosim tune {}.toml`: {} settings in {} rounds of `{}`, {} seeds each; \
         the best {} again under {} other seeds, by which one was chosen, and under {} more, of which \
         are the numbers here. Intervals are of 95 % confidence, by bootstrap over seeds; differences \
         are of pairs under the same seed.\n\nResult digest: `{}`",
        header.name,
        findings.tried.len(),
        findings.tried.iter().map(|tried| tried.round).max().unwrap_or(0),
        tuning.plan.method_name(),
        search.replicates,
        findings.finalists.len().saturating_sub(1),
        header.replicates,
        header.replicates,
        findings.digest
    );
    page
}

fn with_interval(measured: &Measured) -> String {
    format!("{} ({} to {})", digits(measured.value), digits(measured.low), digits(measured.high))
}

/// The answer in two or three sentences.
#[must_use]
pub fn short(tuning: &Tuning, findings: &Findings) -> String {
    let Some(chosen) = findings.chosen.and_then(|at| findings.finalists.get(at)) else {
        return "No setting was found that keeps all constraints.".into();
    };
    let setting = chosen.setting.as_ref();
    let told = setting.map_or("default".into(), |set| design::shown(&tuning.plan.axes, set));
    let mut text = format!("Chosen: {told}.");
    for (at, objective) in tuning.plan.objectives.iter().enumerate() {
        let difference = chosen.differences[at];
        let better = if objective.maximise { difference.low > 0.0 } else { difference.high < 0.0 };
        let worse = if objective.maximise { difference.high < 0.0 } else { difference.low > 0.0 };
        let verdict = if better {
            "better than the default"
        } else if worse {
            "worse than the default"
        } else {
            "not to be told apart from the default"
        };
        let default = findings.finalists.first().map_or(f64::NAN, |f| f.objectives[at].value);
        let _ = write!(
            text,
            " {}: {}, against {} of the default; difference {}: {verdict}.",
            objective.name,
            digits(chosen.objectives[at].value),
            digits(default),
            with_interval(&difference)
        );
    }
    let at_bound = at_bound(tuning, setting);
    if !at_bound.is_empty() {
        let _ = write!(
            text,
            " It lies at the bound of {}: a wider range may hold a better one.",
            at_bound.join(" and ")
        );
    }
    text
}

/// Axes of which a setting has nearly the first or the last value of the range.
fn at_bound(tuning: &Tuning, setting: Option<&Point>) -> Vec<String> {
    let Some(setting) = setting else { return Vec::new() };
    let is_at = |(axis, level): &(&design::Axis, &Level)| {
        let place = axis.span.map(|span| span.place(level.number()));
        place.is_some_and(|place| !(0.01..=0.99).contains(&place))
    };
    let each = tuning.plan.axes.iter().zip(setting).filter(is_at);
    each.map(|(axis, _)| axis.name.clone()).collect()
}

/// What a measure is, in words.
fn told(measure: &Measure) -> String {
    let over = match measure.over {
        Seeds::Mean => "mean".to_owned(),
        Seeds::Quantile(p) => format!("quantile at {} %", digits(p * 100.0)),
    };
    let world = match &measure.world {
        Worlds::Worst => "worst world".to_owned(),
        Worlds::One(name) => format!("world `{name}`"),
    };
    let less =
        measure.less.as_ref().map_or(String::new(), |less| format!(", less that in `{less}`"));
    format!("`{}`, {over} over seeds, {world}{less}", measure.metric)
}

fn beside_the_default(tuning: &Tuning, findings: &Findings) -> String {
    let Some(default) = findings.finalists.first() else { return String::new() };
    let Some(chosen) = findings.chosen.and_then(|at| findings.finalists.get(at)) else {
        return String::new();
    };
    let mut text = String::from(
        "## Beside the default\n\n| objective | default | chosen | difference | worst world of the chosen |\n\
         |---|---|---|---|---|\n",
    );
    for (at, objective) in tuning.plan.objectives.iter().enumerate() {
        let goal = if objective.maximise { "more" } else { "less" };
        let _ = writeln!(
            text,
            "| {} ({goal} is wanted): {} | {} | {} | {} | {} |",
            objective.name,
            told(&objective.measure),
            with_interval(&default.objectives[at]),
            with_interval(&chosen.objectives[at]),
            with_interval(&chosen.differences[at]),
            chosen.worst[at]
        );
    }
    for (at, constraint) in tuning.plan.constraints.iter().enumerate() {
        let bounds = [("at least", constraint.at_least), ("at most", constraint.at_most)];
        let bounds: Vec<String> = bounds
            .iter()
            .filter_map(|(what, bound)| Some(format!("{what} {}", digits((*bound)?))))
            .collect();
        let _ = writeln!(
            text,
            "| must be {}: {} | {} | {} | | |",
            bounds.join(" and "),
            told(&constraint.measure),
            with_interval(&default.constraints[at]),
            with_interval(&chosen.constraints[at])
        );
    }
    text.push('\n');
    text
}

fn the_best(tuning: &Tuning, findings: &Findings) -> String {
    let mut text = String::from("## The best settings, under seeds that no choice has seen\n\n");
    let mut columns: Vec<String> = tuning.plan.axes.iter().map(design::Axis::label).collect();
    columns.extend(tuning.plan.objectives.iter().map(|objective| objective.name.clone()));
    let _ = writeln!(text, "| {} | |", columns.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(columns.len() + 1));
    for (at, finalist) in findings.finalists.iter().enumerate() {
        let mut row: Vec<String> = super::levels(tuning, finalist).iter().map(shown).collect();
        row.extend(finalist.objectives.iter().map(with_interval));
        let note = note(findings, at, finalist);
        let _ = writeln!(text, "| {} | {note} |", row.join(" | "));
    }
    text.push('\n');
    text
}

fn shown(level: &Level) -> String {
    match level {
        Level::Number(value) => digits(*value),
        Level::Name(name) => format!("`{name}`"),
    }
}

fn note(findings: &Findings, at: usize, finalist: &Finalist) -> &'static str {
    if finalist.setting.is_none() {
        "default"
    } else if findings.chosen == Some(at) {
        "chosen"
    } else if finalist.violation > 0.0 {
        "breaks a constraint under other seeds"
    } else {
        ""
    }
}

/// The lines that a scenario needs.
fn what_to_write(tuning: &Tuning, findings: &Findings) -> String {
    let Some(chosen) = findings.chosen.and_then(|at| findings.finalists.get(at)) else {
        return String::new();
    };
    let edits: Vec<String> = tuning
        .edits(chosen.setting.as_ref())
        .unwrap_or_default()
        .iter()
        .map(|edit| format!("--set {}", quoted(&edit.shown())))
        .collect();
    format!(
        "## What to write\n\n`chosen.toml` beside this page is the whole scenario. The same, from the \
         base:\n\n```sh\ntaosim run {} {}\n```\n\n",
        tuning.plan.header.base,
        edits.join(" ")
    )
}

fn quoted(edit: &str) -> String {
    let is_plain = edit.chars().all(|c| c.is_ascii_alphanumeric() || "._-=/".contains(c));
    if is_plain { edit.to_owned() } else { format!("'{edit}'") }
}
