//! The numbers that answer a study's question, each with its interval.

use super::{cells, shown};
use crate::report::study::Number;
use crate::study::attack::search::Found;
use crate::study::attack::{Findings, Study, Which};
use crate::study::design;
use crate::study::statistics::Mean;

/// Most break-even points that are told.
const CROSSINGS: usize = 8;

/// What else is told of the setting that pictures show: metric, name, unit.
const METRICS: &[(&str, &str, &str)] = &[
    ("profit", "profit", ""),
    ("roi", "profit for each unit of what the attackers own", "%"),
    ("others_loss", "what others lose", ""),
    ("honest_stake_share", "change of the honest share of stake", "%"),
    ("honest_emission_share", "change of the honest share of emission", "%"),
    ("vtrust", "change of validator trust", ""),
    ("emission_efficiency", "change of quality paid for, of the best there is", "%"),
    ("quality_incentive_spearman", "change of the rank correlation of quality and pay", ""),
];

/// What the ranges of the numbers are.
#[must_use]
pub fn ranges(study: &Study) -> String {
    format!(
        "Ranges are of 95 % confidence over {} seeds (means: Student's t; break-even: bootstrap). A change is with the \
         attack less without it, on the same draws.",
        study.seeds().len()
    )
}

/// The numbers of a study: the headline, where the attack breaks even, and what it does in the
/// setting that pictures show.
#[must_use]
pub fn numbers(study: &Study, findings: &Findings) -> Vec<Number> {
    let headline = &study.plan.headline;
    let about = if headline.about.is_empty() { &headline.metric } else { &headline.about };
    let unit = match headline.metric.as_str() {
        "profit" | "others_loss" => study.unit,
        "break_even" => study.plan.axes.first().map_or("", |axis| axis.unit.as_str()),
        _ => "",
    };
    let mut numbers = vec![of(&format!("headline: {about}"), &study.headline(findings), unit)];
    let several = cells(&findings.tried).len() > 1;
    for crossing in findings.crossings.iter().take(CROSSINGS) {
        let (Some(at), Some(axis)) = (crossing.at, study.plan.axes.first()) else { continue };
        let cell = design::shown(&study.plan.axes[1..], &crossing.cell);
        let cell = if several { format!(" at {cell}") } else { String::new() };
        let name = format!("break-even of {}{cell}", axis.name);
        numbers.push(Number::new(&name, at, (crossing.low, crossing.high), &axis.unit));
    }
    if let Some(tried) = shown(study, &findings.tried) {
        let place = design::shown(&study.plan.axes, &tried.point);
        let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
        for (metric, name, unit) in METRICS {
            let mean = Mean::of(&study.numbers(tried, metric, Which::Difference));
            let unit = if ["profit", "others_loss"].contains(metric) { study.unit } else { unit };
            if mean.mean.is_finite() {
                numbers.push(of(&format!("{place}{name}"), &mean, unit));
            }
        }
    }
    numbers
}

/// The numbers of a search: the worst attack that it found, and what it takes.
#[must_use]
pub fn search_numbers(study: &Study, found: &Found) -> Vec<Number> {
    let mut numbers = Vec::new();
    if let Some(best) = found.finalists.first() {
        numbers.push(of("profit of the worst attack found", &best.profit, study.unit));
        numbers.push(of("the same for each unit of what the attackers own", &best.roi, "%"));
    }
    if let Some(known) = found.finalists.iter().find(|one| one.policy.round == 0) {
        numbers.push(of("profit of the best attack known before", &known.profit, study.unit));
    }
    let tried = found.policies.len() as f64;
    numbers.push(Number::new("policies tried", tried, (f64::NAN, f64::NAN), ""));
    numbers
}

fn of(name: &str, mean: &Mean, unit: &str) -> Number {
    Number::new(name, mean.mean, (mean.low, mean.high), unit)
}
