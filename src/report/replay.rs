//! Tables and figures of a replayed series.

use comfy_table::{CellAlignment, Table, presets};

use super::figures::Named;
use crate::plot::{Axis, Chart, Figure, Lines, Mark, Panel, Range, Series as Line, Ticks};
use crate::study::replay::{Replay, Series, stake_shares};

/// Most lines in one panel, and most panels in one figure.
const MOST: usize = 8;

/// The per-epoch table: dividends of the validators, incentive of the servers, as shares.
#[must_use]
pub fn table(series: &Series, replay: &Replay) -> String {
    let (validators, servers) = (largest_validators(series), largest_servers(series, replay));
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut header = vec!["epoch".to_owned()];
    header.extend(validators.iter().map(|v| format!("D {}", series.validators[*v])));
    header.extend(servers.iter().map(|s| format!("I {}", series.servers[*s])));
    let columns = header.len();
    table.set_header(header);
    for epoch in 0..series.stakes.len() {
        let mut row = vec![epoch.to_string()];
        row.extend(validators.iter().map(|v| format!("{:.6}", replay.dividends[epoch][*v])));
        row.extend(servers.iter().map(|s| format!("{:.6}", replay.incentives[epoch][*s])));
        table.add_row(row);
    }
    for column in 0..columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let hidden = |what: &str, all: usize, shown: usize| {
        if all > shown { format!(", {shown} of {all} {what} shown") } else { String::new() }
    };
    format!(
        "{} under {}: D dividends, I incentive, as shares{}{}\n{}",
        series.name,
        series.version,
        hidden("validators", series.validators.len(), validators.len()),
        hidden("servers", series.servers.len(), servers.len()),
        lines.join("\n")
    )
}

/// Dividends, relative dividends, bonds, incentives and weights through time.
#[must_use]
pub fn figures(series: &Series, replay: &Replay) -> Vec<Named> {
    let view = View { series, replay };
    let named = |name: &str, figure| Named { name: name.into(), figure };
    vec![
        named("dividends", view.dividends()),
        named("relative-dividends", view.relative_dividends()),
        named("incentives", view.incentives()),
        named("bonds", view.by_server("Which bonds validators hold", "bond", &replay.bonds)),
        named("weights", view.by_server("How validators vote", "weight", &series.weights)),
    ]
}

/// One series under several forms, side by side.
#[must_use]
pub fn versions(series: &[(Series, Replay)]) -> Named {
    // One scale for all panels, or they could not be compared.
    let views = || series.iter().map(|(series, replay)| View { series, replay });
    let all = views().flat_map(|view| view.relative()).flat_map(|line| line.points);
    let (low, high) = all
        .filter(|point| point.1.is_finite())
        .fold((0.0_f64, 0.0_f64), |(low, high), point| (low.min(point.1), high.max(point.1)));
    let margin = 0.05 * (high - low).max(1e-9);
    let range = Range::Fixed { low: low - margin, high: high + margin };
    let panel = |view: View<'_>| Panel {
        title: view.series.version.clone(),
        chart: view.relative_chart(range),
    };
    let name = series.first().map_or("", |(series, _)| &series.name);
    let figure = Figure {
        title: "What each form of consensus pays the validators".into(),
        subtitle: format!("dividends less share of stake; {name}"),
        panels: views().map(panel).collect(),
        ..Figure::default()
    };
    Named { name: "versions".into(), figure }
}

struct View<'s> {
    series: &'s Series,
    replay: &'s Replay,
}

/// The validators with the most stake in the first epoch, in the order of the series.
fn largest_validators(series: &Series) -> Vec<usize> {
    largest(series.stakes.first().map_or(&[], Vec::as_slice))
}

/// The servers with the most incentive over all epochs, in the order of the series.
fn largest_servers(series: &Series, replay: &Replay) -> Vec<usize> {
    let mut sums = vec![0.0; series.servers.len()];
    for incentives in &replay.incentives {
        for (sum, incentive) in sums.iter_mut().zip(incentives) {
            *sum += incentive;
        }
    }
    largest(&sums)
}

fn largest(amounts: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..amounts.len()).collect();
    order.sort_by(|a, b| amounts[*b].total_cmp(&amounts[*a]).then(a.cmp(b)));
    order.truncate(MOST);
    order.sort_unstable();
    order
}

impl View<'_> {
    fn epoch(&self) -> Axis {
        let last = self.series.stakes.len().saturating_sub(1).max(1) as f64;
        let range = Range::Fixed { low: 0.0, high: last };
        Axis { ticks: Ticks::Whole, range, ..Axis::new("epoch", "") }
    }

    fn chart(&self, y: Axis, series: Vec<Line>, zero: bool) -> Chart {
        let reset = self.series.reset.map(|reset| Mark {
            at: reset.epoch as f64,
            label: format!("bonds on {} deleted", self.series.servers[reset.server]),
        });
        let zero = zero.then(|| Mark { at: 0.0, label: String::new() });
        Chart::Lines(Lines {
            x: self.epoch(),
            y,
            series,
            x_marks: reset.into_iter().collect(),
            y_marks: zero.into_iter().collect(),
        })
    }

    fn figure(&self, title: &str, more: &str, chart: Chart) -> Figure {
        let Series { name, version, .. } = self.series;
        Figure::of(title, &format!("{more}; {name}, {version}"), chart)
    }

    /// A line for each of the largest validators, of what `of` says about it in an epoch.
    fn validators(&self, of: impl Fn(usize, usize) -> f64) -> Vec<Line> {
        let line = |validator: usize| {
            let points = (0..self.series.stakes.len()).map(|at| (at as f64, of(at, validator)));
            Line::new(&self.series.validators[validator], points.collect())
        };
        largest_validators(self.series).into_iter().map(line).collect()
    }

    fn dividends(&self) -> Figure {
        let series = self.validators(|epoch, v| self.replay.dividends[epoch][v]);
        let y = Axis {
            range: Range::FromZero,
            ticks: Ticks::Percent,
            ..Axis::new("dividends", "share")
        };
        self.figure("Who gets the dividends", "by validator", self.chart(y, series, false))
    }

    /// Each validator's dividends less its share of stake.
    fn relative(&self) -> Vec<Line> {
        let stakes = stake_shares(self.series);
        self.validators(|epoch, v| self.replay.dividends[epoch][v] - stakes[epoch][v])
    }

    fn relative_chart(&self, range: Range) -> Chart {
        let y = Axis { ticks: Ticks::Percent, range, ..Axis::new("dividends less stake", "") };
        self.chart(y, self.relative(), true)
    }

    fn relative_dividends(&self) -> Figure {
        let chart = self.relative_chart(Range::Data);
        self.figure("Who gets more than its stake", "relative dividends by validator", chart)
    }

    fn incentives(&self) -> Figure {
        let line = |server: usize| {
            let points = self.replay.incentives.iter().map(|incentives| incentives[server]);
            let points = points.enumerate().map(|(at, y)| (at as f64, y)).collect();
            Line::new(&self.series.servers[server], points)
        };
        let servers = largest_servers(self.series, self.replay);
        let y = Axis {
            range: Range::FromZero,
            ticks: Ticks::Percent,
            ..Axis::new("incentive", "share")
        };
        let series = servers.into_iter().map(line).collect();
        self.figure("Which servers are paid", "by server", self.chart(y, series, false))
    }

    /// A panel for each of the largest servers, with a line for each validator.
    fn by_server(&self, title: &str, what: &str, values: &[Vec<f64>]) -> Figure {
        let columns = self.series.servers.len();
        let panel = |server: usize| {
            let series = self.validators(|epoch, v| values[epoch][v * columns + server]);
            let y = Axis { range: Range::FromZero, ..Axis::new(what, "") };
            let title = self.series.servers[server].clone();
            Panel { title, chart: self.chart(y, series, false) }
        };
        let Series { name, version, .. } = self.series;
        Figure {
            title: title.into(),
            subtitle: format!("{what} of each validator, by server; {name}, {version}"),
            panels: largest_servers(self.series, self.replay).into_iter().map(panel).collect(),
            ..Figure::default()
        }
    }
}
