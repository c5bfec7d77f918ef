//! What a search for the worst attack came to.

use std::fmt::Write as _;

use super::{digits, with_interval};
use crate::plot::{Axis, Chart, Figure, Lines, Series, Ticks};
use crate::record::table::Table;
use crate::report::figures::Named;
use crate::report::growing::Growing;
use crate::study::attack::Study;
use crate::study::attack::search::{Found, Policy};
use crate::study::design::Level;

/// The tables, each under the name of its file.
#[must_use]
pub fn search_tables(study: &Study, found: &Found) -> Vec<(&'static str, Table)> {
    let unit = study.unit.to_lowercase();
    let levers = study.plan.search.as_ref().map_or(&[][..], |search| &search.levers);
    let lever_columns = |table: &mut Growing, policies: &[&Policy]| {
        for (at, lever) in levers.iter().enumerate() {
            if lever.names.is_empty() {
                let value = |policy: &&Policy| policy.levels[at].number();
                table.number(&lever.name, policies.iter().map(value).collect());
            } else {
                table.text(&lever.name, policies.iter().map(|policy| policy.levels[at].shown()));
            }
        }
    };
    let all: Vec<&Policy> = found.policies.iter().collect();
    let mut policies = Growing::default();
    policies.whole("round", all.iter().map(|policy| policy.round));
    lever_columns(&mut policies, &all);
    policies.number(&format!("profit_{unit}"), all.iter().map(|policy| policy.profit).collect());
    let last: Vec<&Policy> = found.finalists.iter().map(|finalist| &finalist.policy).collect();
    let mut finalists = Growing::default();
    finalists.flag("known_before", last.iter().map(|policy| policy.round == 0).collect());
    lever_columns(&mut finalists, &last);
    let of = |read: fn(&crate::study::attack::search::Finalist) -> f64| -> Vec<f64> {
        found.finalists.iter().map(read).collect()
    };
    finalists.number(&format!("profit_{unit}_mean"), of(|f| f.profit.mean));
    finalists.number(&format!("profit_{unit}_standard_error"), of(|f| f.profit.standard_error));
    finalists.number(&format!("profit_{unit}_low"), of(|f| f.profit.low));
    finalists.number(&format!("profit_{unit}_high"), of(|f| f.profit.high));
    finalists.number("profit_per_stake", of(|f| f.roi.mean));
    vec![("policies", policies.done()), ("finalists", finalists.done())]
}

/// How the search went on.
#[must_use]
pub fn search_figures(study: &Study, found: &Found) -> Vec<Named> {
    let last = found.policies.iter().map(|policy| policy.round).max().unwrap_or(0);
    let of_round = |round: usize| {
        found
            .policies
            .iter()
            .filter(move |policy| policy.round == round)
            .map(|policy| policy.profit)
    };
    let mut best = f64::NEG_INFINITY;
    let (mut so_far, mut middle) = (Vec::new(), Vec::new());
    for round in 0..=last {
        let profits: Vec<f64> = of_round(round).collect();
        best = profits.iter().copied().fold(best, f64::max);
        if best.is_finite() {
            so_far.push((round as f64, best));
        }
        if round > 0 && !profits.is_empty() {
            middle.push((round as f64, crate::study::statistics::mean(&profits)));
        }
    }
    let chart = Chart::Lines(Lines {
        x: Axis { ticks: Ticks::Whole, ..Axis::new("round", "") },
        y: Axis::new("profit of the attackers", study.unit),
        series: vec![Series::new("best so far", so_far), Series::new("mean of the round", middle)],
        ..Lines::default()
    });
    let subtitle = "under the seeds of the search, on which the best is too good; round 0 is what was \
                    known before";
    vec![Named {
        name: "progress".into(),
        figure: Figure::of("How the adversary learned", subtitle, chart),
    }]
}

/// One page of Markdown: the worst attack that was found, and what it earns.
#[must_use]
pub fn search_verdict(study: &Study, found: &Found) -> String {
    let header = &study.plan.header;
    let mut page = format!("# {}: the worst attack found\n\n", header.name);
    let Some(best) = found.finalists.first() else {
        page.push_str("No policy could be tried.\n");
        return page;
    };
    let told = |policy: &Policy| -> String {
        let levers = study.plan.search.as_ref().map_or(&[][..], |search| &search.levers);
        let each = levers.iter().zip(&policy.levels);
        let each =
            each.map(|(lever, level): (_, &Level)| format!("{} = {}", lever.name, level.shown()));
        each.collect::<Vec<_>>().join(", ")
    };
    let _ = writeln!(
        page,
        "**Found.** {}: profit {} {} on seeds that the search had not seen. Exploitability of the \
         setting, profit for each unit of what the attackers own: {}.\n",
        told(&best.policy),
        with_interval(&best.profit),
        study.unit,
        with_interval(&best.roi)
    );
    let _ = writeln!(
        page,
        "| policy | from | profit [{}] | per unit owned |\n|---|---|---|---|",
        study.unit
    );
    for finalist in &found.finalists {
        let from = if finalist.policy.round == 0 { "known before" } else { "found" };
        let _ = writeln!(
            page,
            "| {} | {from} | {} | {} |",
            told(&finalist.policy),
            with_interval(&finalist.profit),
            digits(finalist.roi.mean)
        );
    }
    let _ = writeln!(
        page,
        "\n{} policies were tried. What was not tried may be worse: this is a lower bound of the \
         damage.",
        found.policies.len()
    );
    page
}
