//! What a run came to: in words, and in the numbers that the words rest on.

use std::fmt::Write as _;
use std::path::Path;

use crate::record::RecordError;
use crate::report::economy::Economy;
use crate::report::series::{largest, quantile};
use crate::report::shape::{GroupName, Run};
use crate::report::study::Number;

use super::rows::digits;

/// Most subnets that are each told of.
const EACH: usize = 4;

/// What a run came to.
pub(super) struct Outcome {
    /// The verdict, as Markdown.
    pub(super) words: String,
    pub(super) numbers: Vec<Number>,
}

/// What the ranges of a run's numbers are.
pub(super) const RANGES: &str = "One run under one seed: the range is where the number lay in nine tenths of the \
    epochs of the run's second half. How far it moves from seed to seed only runs under other seeds can tell \
    (--seed N).";

/// Metrics of a subnet that are told as numbers: column, name, unit, whether a share.
const METRICS: &[(&str, &str, &str)] = &[
    ("honest_stake_share", "honest validators' share of stake", "%"),
    ("honest_emission_share", "honest keys' share of emission", "%"),
    ("quality_incentive_spearman", "rank correlation of quality and pay", ""),
    ("emission_efficiency", "quality paid for, of the best there is", "%"),
    ("vtrust", "validator trust, by stake", ""),
    ("stake_gini_entity", "Gini coefficient of stake, over owners", ""),
    ("stake_nakamoto_entity", "fewest owners with more than half of the stake", ""),
    ("emission_gini_entity", "Gini coefficient of emission, over owners", ""),
];

/// The same of a network.
const NETWORK: &[(&str, &str, &str)] = &[
    ("tao_issued_tao", "TAO issued", "TAO"),
    ("ema_price_sum", "sum of smoothed prices", "TAO per alpha"),
    ("root_tao", "stake on root", "TAO"),
    ("root_paid_share", "blocks in which root is paid", "%"),
    ("emission_hhi", "Herfindahl–Hirschman index of emission over subnets", ""),
    ("paid_subnets", "subnets that are paid", ""),
];

/// Reads what a run came to.
///
/// # Errors
/// A table cannot be read.
pub(super) fn read(folder: &Path) -> Result<Outcome, RecordError> {
    let economy = Economy::read(folder)?;
    let mut outcome = Outcome { words: String::new(), numbers: Vec::new() };
    if let Some(economy) = &economy {
        of_network(economy, &mut outcome);
        if economy.subnets.len() > EACH {
            return Ok(outcome);
        }
    }
    let run = Run::read(folder)?;
    let subnets = run.subnets();
    for subnet in subnets.iter().take(EACH) {
        let several = subnets.len() > 1;
        of_subnet(&run, subnet, several, &mut outcome);
    }
    if subnets.len() > EACH {
        let _ =
            writeln!(outcome.words, "{} more subnets are in the tables.\n", subnets.len() - EACH);
    }
    Ok(outcome)
}

/// A number after the last epoch, with where it lay in the second half of the run.
fn number(name: &str, values: &[f64], unit: &str) -> Number {
    let late = &values[values.len() / 2..];
    let range = (quantile(late, 0.05), quantile(late, 0.95));
    Number::new(name, values.last().copied().unwrap_or(f64::NAN), range, unit)
}

fn of_network(economy: &Economy, outcome: &mut Outcome) {
    let last = |metric: &str| economy.network_last(metric);
    let days = economy.days.last().copied().unwrap_or(0.0);
    let shares = economy.market_last("emission_share");
    let first = largest(&shares, 1).first().copied().unwrap_or(0);
    // Writing to a string cannot fail.
    let words = &mut outcome.words;
    let _ = write!(
        words,
        "**The network.** After {} epochs, {} days, {} TAO are issued. {} of {} subnets are paid",
        economy.manifest.epochs_run,
        digits((days * 10.0).round() / 10.0),
        digits(last("tao_issued_tao").round()),
        digits(last("paid_subnets")),
        digits(last("subnets")),
    );
    if let (Some(name), Some(share)) = (economy.subnets.get(first), shares.get(first)) {
        let _ =
            write!(words, "; the most paid, `{name}`, gets {} of the emission", percent(*share));
    }
    words.push_str(". ");
    let gains = economy.trading("gain_share");
    let mut traders: Vec<(&str, f64)> = economy
        .traders
        .iter()
        .zip(&gains)
        .map(|(name, gains)| (&**name, gains.last().copied().unwrap_or(f64::NAN)))
        .filter(|(_, gain)| gain.is_finite())
        .collect();
    traders.sort_by(|one, other| other.1.total_cmp(&one.1));
    if let (Some(best), Some(worst)) = (traders.first(), traders.last()) {
        let _ = write!(words, "Of the traders `{}` did best, with {}", best.0, signed(best.1));
        if traders.len() > 1 {
            let _ = write!(words, ", and `{}` worst, with {}", worst.0, signed(worst.1));
        }
        words.push_str(" of their worth in TAO.");
    }
    words.push_str("\n\n");
    let numbers = NETWORK.iter().map(|(metric, name, unit)| {
        let values = economy.network(metric);
        number(name, &values, unit)
    });
    outcome.numbers.extend(numbers);
    let market = [economy.market("emission_share"), economy.market("price_tao_per_alpha")];
    for at in largest(&shares, 5) {
        let name = &economy.subnets[at];
        outcome.numbers.push(number(&format!("{name}: share of emission"), &market[0][at], "%"));
        outcome.numbers.push(number(&format!("{name}: price"), &market[1][at], "TAO per alpha"));
    }
    for (name, gains) in economy.traders.iter().zip(&gains) {
        outcome.numbers.push(number(&format!("{name}: gain in TAO's worth"), gains, "%"));
    }
}

fn of_subnet(run: &Run, subnet: &str, several: bool, outcome: &mut Outcome) {
    let values = |metric: &str| -> Vec<f64> {
        run.subnet(subnet, metric).iter().map(|pair| pair.1).collect()
    };
    let words = &mut outcome.words;
    let _ = write!(words, "**Subnet `{subnet}`.** ");
    let honest = values("honest_stake_share");
    if let (Some(first), Some(last)) = (honest.first(), honest.last()) {
        let moved = (last - first) * 100.0;
        let _ = write!(
            words,
            "Honest validators hold {} of validators' stake after {} epochs",
            percent(*last),
            run.manifest.epochs_run
        );
        let _ = if moved.abs() < 0.05 {
            write!(words, ", as at the start. ")
        } else {
            let way = if moved > 0.0 { "more" } else { "less" };
            write!(
                words,
                ", {} points {way} than at the start. ",
                digits((moved.abs() * 10.0).round() / 10.0)
            )
        };
    }
    let last = |metric: &str| values(metric).last().copied().unwrap_or(f64::NAN);
    let follows = last("quality_incentive_spearman");
    if follows.is_finite() {
        let how = match follows {
            0.9.. => "follows the quality of work closely",
            0.6.. => "follows the quality of work, not closely",
            0.2.. => "follows the quality of work loosely",
            _ => "does not follow the quality of work",
        };
        let _ = write!(words, "Pay {how} (rank correlation {follows:.2}). ");
    }
    let trust = last("vtrust");
    if trust.is_finite() {
        let _ = write!(words, "Consensus left {} of the votes standing. ", percent(trust));
    }
    let owners = last("stake_nakamoto_entity");
    if owners.is_finite() {
        let s = if owners == 1.0 { " has" } else { "s have" };
        let _ = write!(words, "{owners} owner{s} more than half of the stake. ");
    }
    words.push_str("\n\n");
    let of = |group: &GroupName, metric: &str| {
        run.group(subnet, &group.name, metric).last().map_or(f64::NAN, |pair| pair.1)
    };
    let groups = run.groups_of(subnet);
    for group in groups.iter().filter(|group| !group.honest) {
        let rate = of(group, "relative_dividend_rate");
        let (stake, emission) = (of(group, "stake_share"), of(group, "emission_share"));
        let held = match &*group.role {
            "miner" => String::new(),
            _ => format!("has {} of the stake and ", percent(stake)),
        };
        let _ = write!(
            words,
            "- `{}` ({}, plays `{}`) {held}gets {} of the emission",
            group.name,
            group.role,
            group.strategy,
            percent(emission)
        );
        if rate.is_finite() {
            let _ =
                write!(words, "; a unit of its stake earns {rate:.2} times the median validator's");
        }
        words.push_str(".\n");
    }
    words.push('\n');
    words.push_str(&table(run, subnet, &groups));
    let prefix = if several { format!("{subnet}: ") } else { String::new() };
    for (metric, name, unit) in METRICS {
        outcome.numbers.push(number(&format!("{prefix}{name}"), &values(metric), unit));
    }
}

/// The groups of a subnet after the last epoch, as a table in Markdown.
fn table(run: &Run, subnet: &str, groups: &[GroupName]) -> String {
    let mut out = String::from(
        "| group | role | plays | members | stake | incentive | dividends | emission | profit [alpha] | vtrust |\n\
         |---|---|---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for group in groups {
        let last = |metric: &str| {
            run.group(subnet, &group.name, metric).last().map_or(f64::NAN, |pair| pair.1)
        };
        let neuron = *group.role != *"staker";
        let of_neuron =
            |metric: &str| if neuron { percent(last(metric)) } else { "–".to_owned() };
        let trust = last("vtrust");
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            group.name,
            group.role,
            group.strategy,
            digits(last("members")),
            percent(last("stake_share")),
            of_neuron("incentive_share"),
            of_neuron("dividend_share"),
            percent(last("emission_share")),
            digits((last("total_profit_alpha") * 10.0).round() / 10.0),
            if trust.is_finite() { format!("{trust:.3}") } else { "–".into() },
        );
    }
    out + "\n"
}

fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.1} %", share * 100.0) } else { "–".into() }
}

fn signed(share: f64) -> String {
    format!("{:+.1} %", share * 100.0).replace('-', "−")
}
