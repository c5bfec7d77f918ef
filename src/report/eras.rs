//! Several runs of one network side by side, such as one scenario under several eras.

use std::collections::BTreeMap;
use std::path::Path;

use super::ReportError;
use super::economy::Economy;
use super::figures::Named;
use super::series::{Stretches, largest, quantile, ranks, relative, total};
use crate::plot::{Axis, Chart, Figure, HeatMap, Lines, Panel, Range, Scale, Series, Side, Ticks};

/// Subnets that count as the top: so many, but of few subnets only a third.
const TOP: usize = 10;
/// Most subnets that are named.
const NAMED: usize = 30;

/// Draws the runs in these folders of results side by side, each under a name of its own.
///
/// The figures are `eras` (concentration, subnets paid, the top's share, root's income and prices
/// through time), `eras-ranks` (shares of the emission by rank at the end) and `eras-shares` (the
/// share of every subnet at the end, of the largest 30).
///
/// # Errors
/// A table cannot be read, or a run had no network.
pub fn compare(folders: &[(&str, &Path)]) -> Result<Vec<Named>, ReportError> {
    let read = |(name, folder): &(&str, &Path)| match Economy::read(folder)? {
        Some(economy) => Ok(One::of(name, economy)),
        None => Err(ReportError::NoNetwork((*folder).to_owned())),
    };
    let runs: Vec<One> = folders.iter().map(read).collect::<Result<_, ReportError>>()?;
    let about = match runs.first() {
        Some(One { economy, .. }) => {
            let count = economy.subnets.len();
            format!(
                "{}, {count} subnets, seed {}",
                economy.manifest.scenario, economy.manifest.seed
            )
        }
        None => "no run".to_owned(),
    };
    let named = |name: &str, figure| Named { name: name.into(), figure };
    Ok(vec![
        named("eras", through_time(&runs, &about)),
        named("eras-ranks", by_rank(&runs, &about)),
        named("eras-shares", by_subnet(&runs, &about)),
    ])
}

/// One run.
struct One {
    name: String,
    economy: Economy,
    stretches: Stretches,
    /// Share of the emission `[subnets][epochs]`.
    shares: Vec<Vec<f64>>,
}

impl One {
    fn of(name: &str, economy: Economy) -> Self {
        let stretches = Stretches::new(&economy.days);
        let shares = economy.market("emission_share");
        Self { name: name.to_owned(), economy, stretches, shares }
    }

    fn line(&self, values: Vec<f64>) -> Vec<(f64, f64)> {
        self.economy.days.iter().copied().zip(values).collect()
    }

    fn network(&self, metric: &str) -> Vec<(f64, f64)> {
        self.line(self.economy.network(metric))
    }

    fn top_share(&self, top: usize) -> Vec<(f64, f64)> {
        let share = |epoch: usize| {
            let shares: Vec<f64> = self.shares.iter().map(|shares| shares[epoch]).collect();
            total(largest(&shares, top).into_iter().map(|at| shares[at]))
        };
        self.line((0..self.economy.days.len()).map(share).collect())
    }

    fn median_price(&self) -> Vec<(f64, f64)> {
        let prices = self.economy.market("price_tao_per_alpha");
        let prices: Vec<Vec<f64>> = prices.iter().map(|prices| relative(prices)).collect();
        let median = |epoch: usize| {
            let all: Vec<f64> = prices.iter().map(|prices| prices[epoch]).collect();
            quantile(&all, 0.5)
        };
        self.line((0..self.economy.days.len()).map(median).collect())
    }
}

fn through_time(runs: &[One], about: &str) -> Figure {
    let subnets = runs.iter().map(|run| run.economy.subnets.len()).min().unwrap_or(0);
    let top = TOP.min(subnets.div_ceil(3)).max(1);
    let days = runs.iter().filter_map(|run| run.economy.days.last()).copied().fold(0.0, f64::max);
    let range = Range::Fixed { low: 0.0, high: days };
    let panel = |title: &str, y: Axis, points: &dyn Fn(&One) -> Vec<(f64, f64)>| {
        let chart = Chart::Lines(Lines {
            x: Axis { range, ..Axis::new("time", "days") },
            y,
            series: runs.iter().map(|run| Series::new(&run.name, points(run))).collect(),
            ..Lines::default()
        });
        Panel { title: title.into(), chart }
    };
    let from_zero = |unit: &str| Axis { range: Range::FromZero, ..Axis::new("", unit) };
    let panels = vec![
        panel("HHI of the emission", from_zero(""), &|run| run.network("emission_hhi")),
        panel("Subnets with a share", Axis { ticks: Ticks::Whole, ..from_zero("") }, &|run| {
            run.network("paid_subnets")
        }),
        panel(
            &format!("Share of the {top} largest"),
            Axis { ticks: Ticks::Percent, ..from_zero("") },
            &|run| run.top_share(top),
        ),
        panel("Income of root", from_zero("TAO per day"), &|run| {
            run.stretches.line(&run.economy.network("root_earned_tao"))
        }),
        panel("Median price", Axis { scale: Scale::Log, ..Axis::new("", "start = 1") }, &|run| {
            run.median_price()
        }),
        panel("Sum of smoothed prices", from_zero("TAO per alpha"), &|run| {
            run.network("ema_price_sum")
        }),
    ];
    Figure {
        title: "What the rules do to emission, root and prices".into(),
        subtitle: format!("the same network under each; {about}"),
        panels,
        ..Figure::default()
    }
}

fn by_rank(runs: &[One], about: &str) -> Figure {
    let series =
        |run: &One| Series::new(&run.name, ranks(&run.economy.market_last("emission_share")));
    let chart = Chart::Lines(Lines {
        x: Axis { scale: Scale::Log, ticks: Ticks::Whole, ..Axis::new("rank", "") },
        y: Axis {
            scale: Scale::Log,
            ticks: Ticks::Percent,
            ..Axis::new("share of the TAO emission", "")
        },
        series: runs.iter().map(series).collect(),
        ..Lines::default()
    });
    let subtitle = format!("subnets by their share in the last epoch; {about}");
    Figure::of("How the emission is spread", &subtitle, chart)
}

fn by_subnet(runs: &[One], about: &str) -> Figure {
    // Every subnet's share under each run, by name, since runs may end with other subnets.
    let mut shares: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (at, run) in runs.iter().enumerate() {
        let last = run.economy.market_last("emission_share");
        for (name, share) in run.economy.subnets.iter().zip(last) {
            shares.entry(name).or_insert_with(|| vec![f64::NAN; runs.len()])[at] = share;
        }
    }
    let (names, shares): (Vec<&str>, Vec<Vec<f64>>) = shares.into_iter().unzip();
    let sums: Vec<f64> = shares.iter().map(|shares| total(shares.iter().copied())).collect();
    let columns = largest(&sums, NAMED);
    let values = (0..runs.len()).flat_map(|run| columns.iter().map(move |at| (run, *at)));
    let chart = Chart::HeatMap(HeatMap {
        x: Side {
            names: columns.iter().map(|at| names[*at].to_owned()).collect(),
            ..Side::new("subnet, by its mean share")
        },
        y: Side { names: runs.iter().map(|run| run.name.clone()).collect(), ..Side::default() },
        value: Axis { scale: Scale::Log, ticks: Ticks::Percent, ..Axis::new("share", "") },
        columns: columns.len(),
        values: values.map(|(run, at)| shares[at][run]).collect(),
        ..HeatMap::default()
    });
    let subtitle = format!("share of the TAO emission in the last epoch, grey is none; {about}");
    Figure::of("Whom the rules pay", &subtitle, chart)
}
