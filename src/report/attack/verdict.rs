//! The verdict of an attack study, in words.

use std::fmt::Write as _;

use super::figures::{purse_gains, purse_returns};
use super::tables::loss_per_gain;
use super::{digits, grid, percent, shown, with_interval};
use crate::report::told::beginning;
use crate::study::attack::{Findings, Study, Which};
use crate::study::design::{self, Level, Levels};
use crate::study::statistics::{Mean, quantile};

/// One page of Markdown: the question, the answer, the numbers behind it, and how to repeat it.
#[must_use]
pub fn verdict(study: &Study, findings: &Findings, result_digest: &str) -> String {
    let header = &study.plan.header;
    let mut page = beginning(header, &short(study, findings));
    page.push_str(&what_it_earns(study, findings));
    page.push_str(&where_it_breaks_even(study, findings));
    page.push_str(&who_pays(study, findings));
    page.push_str(&what_else(study, findings));
    page.push_str(&what_a_stake_returns(study, findings));
    let failed: usize = findings
        .tried
        .iter()
        .map(|tried| tried.trials.iter().filter(|trial| trial.arms.is_err()).count())
        .sum();
    if failed > 0 {
        let _ = writeln!(page, "{failed} pairs of runs failed; `runs.parquet` says why.\n");
    }
    let _ = writeln!(
        page,
        "## How to repeat it\n\n`taosim attack study.toml` in this folder: {} settings, {} seeds from {}, each run with and without the \
         attack on the same draws. Worth is in {}; the attackers' is what they would get if they sold \
         all of it at once, others' is at pool prices. Intervals are of 95 % confidence (means: Student's t over \
         seeds; break-even: bootstrap over seeds).\n\nResult digest: `{result_digest}`",
        findings.tried.len(),
        study.seeds().len(),
        header.seed,
        study.unit
    );
    page
}

/// The answer in two or three sentences.
#[must_use]
pub fn short(study: &Study, findings: &Findings) -> String {
    let headline = &study.plan.headline;
    let mean = study.headline(findings);
    let about = if headline.about.is_empty() { &headline.metric } else { &headline.about };
    let unit = match headline.metric.as_str() {
        "profit" | "others_loss" => format!(" {}", study.unit),
        "break_even" => {
            study.plan.axes.first().map_or(String::new(), |axis| format!(" {}", axis.unit))
        }
        _ => String::new(),
    };
    let unit = unit.trim_end();
    let mut text = format!(
        "{about}: {}{unit}, 95 % confidence {} to {}, standard error {}",
        digits(mean.mean),
        digits(mean.low),
        digits(mean.high),
        digits(mean.standard_error)
    );
    if headline.metric == "profit" && headline.minus.is_empty() && mean.count > 1 {
        text.push_str(if mean.low > 0.0 {
            ". The attack pays"
        } else if mean.high < 0.0 {
            ". The attack loses"
        } else {
            ". Whether the attack pays cannot be told from 0"
        });
    }
    text.push('.');
    text
}

fn what_it_earns(study: &Study, findings: &Findings) -> String {
    let mut text = String::from("## What it earns\n\n");
    let header: Vec<String> = study.plan.axes.iter().map(design::Axis::label).collect();
    let mut columns = header.clone();
    columns.extend([
        format!("profit [{}]", study.unit),
        "return on what they own".into(),
        "chance of profit".into(),
        "others lose per unit gained".into(),
    ]);
    let _ = writeln!(text, "| {} |", columns.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(columns.len()));
    for tried in grid(&findings.tried) {
        let profits = study.profits(tried);
        let roi = Mean::of(&study.numbers(tried, "roi", Which::Difference));
        let paying = profits.iter().filter(|profit| **profit > 0.0).count();
        let mut row: Vec<String> = tried.point.iter().map(Level::shown).collect();
        row.extend([
            with_interval(&Mean::of(&profits)),
            percent(roi.mean),
            percent(paying as f64 / profits.len().max(1) as f64),
            digits(loss_per_gain(study, tried)),
        ]);
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text.push('\n');
    text
}

fn where_it_breaks_even(study: &Study, findings: &Findings) -> String {
    let Some(axis) = study.plan.axes.first() else { return String::new() };
    let Levels::Numbers(values) = &axis.values else { return String::new() };
    if findings.crossings.is_empty() || values.len() < 2 {
        return String::new();
    }
    let mut text = format!("## Where it breaks even, in {}\n\n", axis.label());
    for crossing in &findings.crossings {
        let cell = design::shown(&study.plan.axes[1..], &crossing.cell);
        let cell = if cell.is_empty() { String::new() } else { format!("{cell}: ") };
        let told = match crossing.at {
            Some(at) => format!(
                "{} ({} to {}){}",
                digits(at),
                digits(crossing.low),
                digits(crossing.high),
                if crossing.pays_at_first { ", above which it no longer pays" } else { "" }
            ),
            None if crossing.pays_at_first => "it pays throughout".into(),
            None => "it never pays".into(),
        };
        let _ = writeln!(text, "- {cell}{told}");
    }
    text.push('\n');
    text
}

fn who_pays(study: &Study, findings: &Findings) -> String {
    let Some(tried) = shown(study, &findings.tried) else { return String::new() };
    let place = design::shown(&study.plan.axes, &tried.point);
    let place = if place.is_empty() { String::new() } else { format!(" at {place}") };
    let mut gains = purse_gains(tried);
    gains.retain(|(_, mean)| mean.mean.is_finite() && mean.mean != 0.0);
    gains.sort_by(|one, other| other.1.mean.total_cmp(&one.1.mean));
    let told: Vec<String> = gains
        .iter()
        .enumerate()
        .filter(|(at, _)| *at < 4 || *at + 4 >= gains.len())
        .map(|(_, (name, mean))| {
            let attacks = if study.focus.attackers.contains(name) { " (attacks)" } else { "" };
            format!("- `{name}`{attacks}: {}", with_interval(mean))
        })
        .collect();
    format!("## Who gains and who loses{place} [{}]\n\n{}\n\n", study.unit, told.join("\n"))
}

fn what_else(study: &Study, findings: &Findings) -> String {
    let Some(tried) = shown(study, &findings.tried) else { return String::new() };
    let mut text =
        String::from("| there | with the attack | without it | difference |\n|---|---|---|---|\n");
    let metrics = [
        ("honest share of stake (retention)", "honest_stake_share"),
        ("honest share of emission", "honest_emission_share"),
        ("validator trust", "vtrust"),
        ("mean quality of output", "output_quality_mean"),
        ("quality paid for over the best", "emission_efficiency"),
        ("rank correlation of quality and pay", "quality_incentive_spearman"),
    ];
    for (name, metric) in metrics {
        let mean = |arm| Mean::of(&study.numbers(tried, metric, arm));
        let difference = mean(Which::Difference);
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} |",
            digits(mean(Which::Attack).mean),
            digits(mean(Which::Honest).mean),
            with_interval(&difference)
        );
    }
    let detected = Mean::of(&study.numbers(tried, "detected", Which::Attack)).mean;
    if detected > 0.0 {
        let _ = writeln!(text, "\nThe attack was found out in {} of the runs.", percent(detected));
    }
    text.push('\n');
    text
}

fn what_a_stake_returns(study: &Study, findings: &Findings) -> String {
    let Some(tried) = shown(study, &findings.tried) else { return String::new() };
    let mut text = format!(
        "## What each put in, and what it returned, with the attack [{}]\n\nA return is the gain over all that was \
         put in: owned at the start, paid for entry, and paid in the run. What is paid in it is for work, data and service; a consumer's gain is what service is worth to \
         it less that.\n\n| purse | at the start | paid in the run | return: median | nine tenths of the seeds | \
         chance of loss |\n|---|---|---|---|---|---|\n",
        study.unit
    );
    let before = text.len();
    for (name, mut returns) in purse_returns(tried) {
        returns.retain(|value| value.is_finite());
        if returns.is_empty() {
            continue;
        }
        returns.sort_unstable_by(f64::total_cmp);
        let losses = returns.iter().filter(|value| **value < 0.0).count();
        let arms = || tried.trials.iter().filter_map(|trial| trial.arms.as_ref().ok());
        let mean = |metric: &str| {
            let each: Vec<f64> = arms().map(|(arm, _)| arm.group_metric(&name, metric)).collect();
            digits(Mean::of(&each).mean)
        };
        let _ = writeln!(
            text,
            "| `{name}` | {} | {} | {} | {} to {} | {} |",
            mean("start"),
            mean("paid"),
            percent(quantile(&returns, 0.5)),
            percent(quantile(&returns, 0.05)),
            percent(quantile(&returns, 0.95)),
            percent(losses as f64 / returns.len() as f64)
        );
    }
    if text.len() == before {
        return String::new();
    }
    text.push('\n');
    text
}
