//! The figures of a run's token economy.

mod apy;
mod concentration;
mod emission;
mod flow;
mod prices;
mod supply;
mod tao;
mod traders;

use super::Named;
use crate::plot::{
    Axis, Chart, Cloud, Colour, Emphasis, Figure, Lines, Mark, Panel, Range, Scale, Series, Stack,
    Style, Ticks,
};
use crate::report::economy::Economy;
use crate::report::series::Stretches;

/// Most subnets that a chart names.
const NAMED: usize = 10;
/// Most subnets that are lines of their own in one chart.
const LINES: usize = 6;
/// Part of miners' pay from which on a subnet counts as one that withholds it.
const WITHHELD: f64 = 0.01;

/// Every figure of a token economy.
pub(super) fn figures(economy: &Economy) -> Vec<Named> {
    let view = View::of(economy);
    let mut figures = vec![
        ("supply", view.supply()),
        ("emission-share", view.emission_share()),
        ("price-share", view.price_share()),
        ("prices", view.prices()),
        ("flow", view.flow()),
        ("where-tao-is", view.where_tao_is()),
        ("lorenz", view.lorenz()),
        ("concentration-network", view.concentration()),
        ("apy", view.apy()),
    ];
    if !economy.traders.is_empty() {
        figures.push(("traders", view.traders()));
    }
    figures.into_iter().map(|(name, figure)| Named { name: name.into(), figure }).collect()
}

/// A token economy on its way into figures.
struct View<'e> {
    economy: &'e Economy,
    /// Every subnet, the largest first `[subnets]`.
    largest: Vec<usize>,
    stretches: Stretches,
    eras: Vec<Mark>,
    about: String,
}

impl<'e> View<'e> {
    fn of(economy: &'e Economy) -> Self {
        Self {
            economy,
            largest: economy.largest(economy.subnets.len()),
            stretches: Stretches::new(&economy.days),
            eras: economy.eras(),
            about: economy.about(),
        }
    }

    fn figure(&self, title: &str, more: &str, columns: usize, panels: Vec<Panel>) -> Figure {
        let subtitle = format!("{more}; {}", self.about);
        Figure { title: title.into(), subtitle, panels, columns, ..Figure::default() }
    }

    fn time(&self) -> Axis {
        let high = self.economy.days.last().copied().unwrap_or(1.0);
        Axis { range: Range::Fixed { low: 0.0, high }, ..Axis::new("time", "days") }
    }

    /// A value at the end of every epoch, as a line.
    fn line(&self, values: &[f64]) -> Vec<(f64, f64)> {
        self.economy.days.iter().copied().zip(values.iter().copied()).collect()
    }

    /// Lines over the days of the run.
    fn lines(&self, y: Axis, series: Vec<Series>) -> Lines {
        let (x, x_marks) = (self.time(), self.eras.clone());
        Lines { x, y, series, x_marks, y_marks: Vec::new() }
    }

    /// Areas over the days of the run.
    fn stack(&self, y: Axis, places: &[f64], layers: Vec<crate::plot::Layer>) -> Chart {
        Chart::Stack(Stack {
            x: self.time(),
            y,
            places: places.to_vec(),
            layers,
            lines: Vec::new(),
            x_marks: self.eras.clone(),
        })
    }

    fn name(&self, subnet: usize) -> &str {
        self.economy.subnets.get(subnet).map_or("", |name| name)
    }

    /// The subnets that are too small to be named, if there are any.
    fn others(&self, named: usize) -> Option<(String, &[usize])> {
        let rest = self.largest.get(named..).unwrap_or_default();
        (!rest.is_empty()).then(|| (format!("{} others", rest.len()), rest))
    }

    /// The points of all subnets as clouds by what the chain does for each; `point` gives that of
    /// a subnet.
    fn clouds(&self, point: impl Fn(usize) -> (f64, f64)) -> Vec<Cloud> {
        let (enabled, share) = (self.economy.enabled(), self.economy.market_last("emission_share"));
        let withheld = self.economy.market_last("miner_burned_share");
        let state = |at: &usize| match (enabled[*at], share[*at] > 0.0, withheld[*at] > WITHHELD) {
            (false, ..) => State::Disabled,
            (true, false, _) => State::Unpaid,
            (true, true, true) => State::Withholds,
            (true, true, false) => State::Paid,
        };
        let cloud = |wanted: State| {
            let subnets = (0..self.economy.subnets.len()).filter(|at| state(at) == wanted);
            let points: Vec<(f64, f64)> = subnets.map(&point).collect();
            let (name, colour) = wanted.look();
            let style = Style { colour: Some(colour), ..Style::default() };
            (!points.is_empty()).then(|| Cloud { name: name.into(), points, style })
        };
        let all = [State::Paid, State::Withholds, State::Unpaid, State::Disabled];
        all.into_iter().filter_map(cloud).collect()
    }
}

/// What the chain does for a subnet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Paid,
    Withholds,
    Unpaid,
    Disabled,
}

impl State {
    fn look(self) -> (&'static str, Colour) {
        match self {
            Self::Paid => ("paid", Colour::nth(0)),
            Self::Withholds => ("paid, but withholds miners' pay", Colour::nth(1)),
            Self::Unpaid => ("has no share", Colour::nth(3)),
            Self::Disabled => ("emission switched off", Colour::FAINT),
        }
    }
}

fn panel(title: &str, chart: Chart) -> Panel {
    Panel { title: title.into(), chart }
}

fn from_zero(label: &str, unit: &str) -> Axis {
    Axis { range: Range::FromZero, ..Axis::new(label, unit) }
}

fn percent(label: &str) -> Axis {
    Axis { ticks: Ticks::Percent, ..Axis::new(label, "") }
}

fn logarithmic(axis: Axis) -> Axis {
    Axis { scale: Scale::Log, ..axis }
}

/// A line in the colour of its place.
fn coloured(at: usize, name: &str, points: Vec<(f64, f64)>) -> Series {
    let style = Style { colour: Some(Colour::nth(at)), ..Style::default() };
    Series { style, ..Series::new(name, points) }
}

/// A line that stands out from the others.
fn strong(name: &str, points: Vec<(f64, f64)>) -> Series {
    let style = Style { colour: Some(Colour::INK), emphasis: Emphasis::Strong, ..Style::default() };
    Series { style, ..Series::new(name, points) }
}

/// The sum of several columns, epoch by epoch; what is not a number counts as nothing.
fn summed(columns: &[Vec<f64>]) -> Vec<f64> {
    let epochs = columns.first().map_or(0, Vec::len);
    let at = |epoch: usize| columns.iter().map(move |column| column[epoch]);
    (0..epochs).map(|epoch| crate::report::series::total(at(epoch))).collect()
}

#[cfg(test)]
mod tests {
    use super::summed;

    #[test]
    fn columns_are_summed_epoch_by_epoch() {
        assert_eq!(summed(&[vec![1.0, f64::NAN], vec![2.0, 4.0]]), [3.0, 4.0]);
        assert!(summed(&[]).is_empty());
    }
}
