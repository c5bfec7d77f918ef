//! What came out, at a glance.

mod network;

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::ReportError;
use super::economy::Economy;
use super::shape::Run;

/// Most subnets of a network that each have a table of their own.
const EACH: usize = 4;

/// The summary of a folder of results: the token economy, where there is one, and for each subnet a
/// table of its groups and a line of concentration, unless they are many subnets of a network.
///
/// # Errors
/// A table cannot be read.
pub fn of_run(folder: &Path) -> Result<String, ReportError> {
    let economy = Economy::read(folder)?;
    let mut out = economy.as_ref().map_or_else(String::new, network::network);
    if economy.is_some_and(|economy| economy.subnets.len() > EACH) {
        return Ok(out);
    }
    let run = Run::read(folder)?;
    // Writing to a string cannot fail.
    for subnet in run.subnets() {
        let last = |metric: &str| run.subnet(&subnet, metric).last().map_or(f64::NAN, |p| p.1);
        let first = |metric: &str| run.subnet(&subnet, metric).first().map_or(f64::NAN, |p| p.1);
        let _ = writeln!(out, "subnet {subnet}, after {} epochs", run.manifest.epochs_run);
        out += &groups(&run, &subnet);
        let _ = writeln!(
            out,
            "honest stake share {} (start {}) · pay follows quality: Spearman {:.3} · mean vtrust {:.3}",
            percent(last("honest_stake_share")),
            percent(first("honest_stake_share")),
            last("quality_incentive_spearman"),
            last("vtrust"),
        );
        let _ = writeln!(
            out,
            "stake: Gini {:.3} per key, {:.3} per entity; more than half with {} keys, {} entities",
            last("stake_gini"),
            last("stake_gini_entity"),
            last("stake_nakamoto"),
            last("stake_nakamoto_entity"),
        );
    }
    Ok(out)
}

fn groups(run: &Run, subnet: &str) -> String {
    let mut table = blank();
    table.set_header([
        "group",
        "role",
        "plays",
        "members",
        "stake",
        "incentive",
        "dividends",
        "emission",
        "profit [alpha]",
        "vtrust",
        "rel. rate",
    ]);
    for group in run.groups_of(subnet) {
        let last = |metric: &str| {
            run.group(subnet, &group.name, metric).last().map_or(f64::NAN, |pair| pair.1)
        };
        let neuron = *group.role != *"staker";
        let or_none = |text: String| if neuron { text } else { "–".to_owned() };
        table.add_row([
            group.name.to_string(),
            group.role.to_string(),
            group.strategy.to_string(),
            format!("{}", last("members")),
            percent(last("stake_share")),
            or_none(percent(last("incentive_share"))),
            or_none(percent(last("dividend_share"))),
            percent(last("emission_share")),
            grouped(last("total_profit_alpha")),
            decimal(last("vtrust")),
            decimal(last("relative_dividend_rate")),
        ]);
    }
    text(&mut table, 3..11)
}

/// A table without rows.
fn blank() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// The text of a table whose columns of numbers are `numbers`.
fn text(table: &mut Table, numbers: Range<usize>) -> String {
    for column in numbers {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

fn percent(share: f64) -> String {
    if share.is_nan() { "–".into() } else { format!("{:.1} %", share * 100.0) }
}

fn decimal(number: f64) -> String {
    if number.is_nan() { "–".into() } else { format!("{number:.3}") }
}

/// A number with one decimal and thin groups of thousands.
fn grouped(number: f64) -> String {
    if number.is_nan() {
        return "–".into();
    }
    let text = format!("{:.1}", number.abs());
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let digits: Vec<char> = whole.chars().collect();
    let mut out = String::new();
    for (at, digit) in digits.iter().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(*digit);
    }
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{out}.{part}")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(1_234_567.84), "1 234 567.8");
        assert_eq!(grouped(-999.0), "-999.0");
    }
}
