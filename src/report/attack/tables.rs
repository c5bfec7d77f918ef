//! The tables of an attack study.

use crate::record::table::Table;
use crate::report::growing::Growing;
use crate::study::attack::trial::{COURSE, PURSE_METRICS, purse_metrics, subnet_metrics};
use crate::study::attack::{Findings, Study, Trial, Tried, Which};
use crate::study::design::Level;
use crate::study::statistics::Mean;

/// A fingerprint of every run of a study `[32 hexadecimal digits]`.
#[must_use]
pub fn digest(findings: &Findings) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |value: f64| {
        hasher.update(&value.to_bits().to_le_bytes());
    };
    for trial in findings.tried.iter().flat_map(|tried| &tried.trials) {
        add(trial.seed as f64);
        let Ok((attack, honest)) = &trial.arms else {
            add(f64::NAN);
            continue;
        };
        for arm in [attack, honest] {
            let purses = arm.purses.iter().flat_map(|purse| &purse.numbers);
            let numbers = arm.subnet.iter().chain(&arm.attackers).chain(&arm.course).chain(purses);
            numbers.for_each(|value| add(*value));
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// The tables, each under the name of its file.
#[must_use]
pub fn tables(study: &Study, findings: &Findings) -> Vec<(&'static str, Table)> {
    vec![
        ("runs", runs(study, findings)),
        ("purses", purses(study, findings)),
        ("settings", settings(study, findings)),
        ("break_even", break_even(study, findings)),
        ("course", course(study, findings)),
    ]
}

/// A row for each setting and seed.
fn runs(study: &Study, findings: &Findings) -> Table {
    let rows: Vec<(usize, &Tried, &Trial)> = findings
        .tried
        .iter()
        .enumerate()
        .flat_map(|(at, tried)| tried.trials.iter().map(move |trial| (at, tried, trial)))
        .collect();
    let points: Vec<&[Level]> = rows.iter().map(|(_, tried, _)| tried.point.as_slice()).collect();
    let mut table = Growing::default();
    table.whole("setting", rows.iter().map(|row| row.0));
    table.axes(&study.plan.axes, &points);
    table.flag("refined", rows.iter().map(|row| row.1.refined).collect());
    table.number("seed", rows.iter().map(|row| row.2.seed as f64).collect());
    let number = |metric: &str, arm| -> Vec<f64> {
        findings.tried.iter().flat_map(|tried| study.numbers(tried, metric, arm)).collect()
    };
    let unit = study.unit.to_lowercase();
    table.number(&format!("profit_{unit}"), number("profit", Which::Difference));
    table.number("roi", number("roi", Which::Difference));
    table.number(&format!("others_loss_{unit}"), number("others_loss", Which::Difference));
    let arms = |of: fn(&crate::study::attack::Arm) -> f64, attack: bool| -> Vec<f64> {
        let read = |row: &(usize, &Tried, &Trial)| match &row.2.arms {
            Ok((with, without)) => of(if attack { with } else { without }),
            Err(_) => f64::NAN,
        };
        rows.iter().map(read).collect()
    };
    table.number(&format!("start_{unit}"), arms(crate::study::attack::Arm::start, true));
    for (arm, attack) in [("attack", true), ("honest", false)] {
        let gain = arms(crate::study::attack::Arm::gain, attack);
        table.number(&format!("gain_{unit}_{arm}"), gain);
        let tied = arms(crate::study::attack::Arm::tied, attack);
        table.number(&format!("tied_{unit}_{arm}"), tied);
    }
    table.number("detected_epoch", arms(|arm| arm.detected.map_or(f64::NAN, f64::from), true));
    for metric in subnet_metrics() {
        table.number(&format!("{metric}_attack"), number(metric, Which::Attack));
        table.number(&format!("{metric}_honest"), number(metric, Which::Honest));
    }
    table.text(
        "error",
        rows.iter().map(|row| row.2.arms.as_ref().err().cloned().unwrap_or_default()),
    );
    table.done()
}

/// A row for each setting, seed and purse.
fn purses(study: &Study, findings: &Findings) -> Table {
    let mut rows = Vec::new();
    for (at, tried) in findings.tried.iter().enumerate() {
        for trial in &tried.trials {
            let Ok((attack, honest)) = &trial.arms else { continue };
            rows.extend(attack.purses.iter().map(|purse| (at, trial.seed, purse, honest)));
        }
    }
    let mut table = Growing::default();
    table.whole("setting", rows.iter().map(|row| row.0));
    table.number("seed", rows.iter().map(|row| row.1 as f64).collect());
    table.text("purse", rows.iter().map(|row| row.2.name.clone()));
    let attacks = |name: &String| study.focus.attackers.contains(name);
    table.flag("attacker", rows.iter().map(|row| attacks(&row.2.name)).collect());
    for (index, metric) in purse_metrics().enumerate() {
        let metric = if PURSE_METRICS.contains(&metric) {
            format!("{metric}_{}", study.unit.to_lowercase())
        } else {
            metric.to_owned()
        };
        let read = |numbers: Option<&Vec<f64>>| -> f64 {
            numbers.and_then(|numbers| numbers.get(index)).copied().unwrap_or(f64::NAN)
        };
        table.number(
            &format!("{metric}_attack"),
            rows.iter().map(|row| read(Some(&row.2.numbers))).collect(),
        );
        let honest = |row: &(
            usize,
            u64,
            &crate::study::attack::trial::PurseArm,
            &crate::study::attack::Arm,
        )| {
            let same = row.3.purses.iter().find(|purse| purse.name == row.2.name);
            read(same.map(|purse| &purse.numbers))
        };
        table.number(&format!("{metric}_honest"), rows.iter().map(honest).collect());
    }
    table.done()
}

/// A row for each setting.
fn settings(study: &Study, findings: &Findings) -> Table {
    let tried = &findings.tried;
    let points: Vec<&[Level]> = tried.iter().map(|tried| tried.point.as_slice()).collect();
    let mut table = Growing::default();
    table.whole("setting", 0..tried.len());
    table.axes(&study.plan.axes, &points);
    table.flag("refined", tried.iter().map(|tried| tried.refined).collect());
    let failed = |tried: &Tried| tried.trials.iter().filter(|trial| trial.arms.is_err()).count();
    table.whole("replicates", tried.iter().map(|tried| tried.trials.len() - failed(tried)));
    table.whole("failed", tried.iter().map(failed));
    let unit = study.unit.to_lowercase();
    for (name, metric) in [
        (format!("profit_{unit}"), "profit"),
        ("roi".into(), "roi"),
        (format!("others_loss_{unit}"), "others_loss"),
    ] {
        let means: Vec<Mean> =
            tried.iter().map(|t| Mean::of(&study.numbers(t, metric, Which::Difference))).collect();
        table.number(&format!("{name}_mean"), means.iter().map(|mean| mean.mean).collect());
        let errors = means.iter().map(|mean| mean.standard_error).collect();
        table.number(&format!("{name}_standard_error"), errors);
        table.number(&format!("{name}_low"), means.iter().map(|mean| mean.low).collect());
        table.number(&format!("{name}_high"), means.iter().map(|mean| mean.high).collect());
    }
    let pays = |tried: &Tried| {
        let profits = study.profits(tried);
        let defined: Vec<f64> = profits.into_iter().filter(|profit| profit.is_finite()).collect();
        let paying = defined.iter().filter(|profit| **profit > 0.0).count();
        if defined.is_empty() { f64::NAN } else { paying as f64 / defined.len() as f64 }
    };
    table.number("chance_of_profit", tried.iter().map(pays).collect());
    table.number("loss_per_gain", tried.iter().map(|tried| loss_per_gain(study, tried)).collect());
    let found = |tried: &Tried| Mean::of(&study.numbers(tried, "detected", Which::Attack)).mean;
    table.number("detected_share", tried.iter().map(found).collect());
    table.done()
}

/// What the others lose for each unit that the attackers gain: of the means, for the ratio of two
/// noisy numbers has no mean; NaN where nothing is gained.
pub(super) fn loss_per_gain(study: &Study, tried: &Tried) -> f64 {
    let mean = |metric| Mean::of(&study.numbers(tried, metric, Which::Difference)).mean;
    let profit = mean("profit");
    if profit > 0.0 { mean("others_loss") / profit } else { f64::NAN }
}

/// A row for each combination of all axes but the first.
fn break_even(study: &Study, findings: &Findings) -> Table {
    let crossings = &findings.crossings;
    let cells: Vec<&[Level]> = crossings.iter().map(|crossing| crossing.cell.as_slice()).collect();
    let mut table = Growing::default();
    let (first, others) = match study.plan.axes.split_first() {
        Some((first, others)) => (first.name.as_str(), others),
        None => ("value", &[][..]),
    };
    table.text("axis", crossings.iter().map(|_| first.to_owned()));
    table.axes(others, &cells);
    let at = |of: fn(&crate::study::attack::break_even::Crossing) -> f64| -> Vec<f64> {
        crossings.iter().map(of).collect()
    };
    table.number("break_even", at(|crossing| crossing.at.unwrap_or(f64::NAN)));
    table.number("low", at(|crossing| crossing.low));
    table.number("high", at(|crossing| crossing.high));
    table.number("certainty", at(|crossing| crossing.certainty));
    table.flag("pays_at_first", crossings.iter().map(|crossing| crossing.pays_at_first).collect());
    table.done()
}

/// A row for each setting of the grid, world and epoch that is looked at: means over the seeds.
fn course(study: &Study, findings: &Findings) -> Table {
    let mut rows: Vec<(usize, &str, Vec<f64>)> = Vec::new();
    for (at, tried) in findings.tried.iter().enumerate() {
        if tried.refined {
            continue;
        }
        for (name, arm) in [("attack", Which::Attack), ("honest", Which::Honest)] {
            rows.extend(mean_course(tried, arm).into_iter().map(|row| (at, name, row)));
        }
    }
    let points: Vec<&[Level]> =
        rows.iter().map(|row| findings.tried[row.0].point.as_slice()).collect();
    let mut table = Growing::default();
    table.whole("setting", rows.iter().map(|row| row.0));
    table.axes(&study.plan.axes, &points);
    table.text("world", rows.iter().map(|row| row.1.to_owned()));
    for (index, name) in COURSE.iter().enumerate() {
        let name = if *name == "gain" {
            format!("gain_{}", study.unit.to_lowercase())
        } else {
            (*name).to_owned()
        };
        table.number(&name, rows.iter().map(|row| row.2[index]).collect());
    }
    table.done()
}

/// The course of one world of a setting, in the mean over its seeds: rows of [`COURSE`].
pub(super) fn mean_course(tried: &Tried, arm: Which) -> Vec<Vec<f64>> {
    let courses: Vec<&Vec<f64>> = tried
        .trials
        .iter()
        .filter_map(|trial| trial.arms.as_ref().ok())
        .map(|(attack, honest)| if arm == Which::Attack { &attack.course } else { &honest.course })
        .collect();
    let rows = courses.iter().map(|course| course.len() / COURSE.len()).min().unwrap_or(0);
    let mean = |at: usize| {
        let values: Vec<f64> = courses.iter().map(|course| course[at]).collect();
        crate::study::attack::defined_mean(&values)
    };
    (0..rows)
        .map(|row| (0..COURSE.len()).map(|at| mean(row * COURSE.len() + at)).collect())
        .collect()
}
