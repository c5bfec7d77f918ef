//! What a staker gets, against what getting in and out costs.

use super::{View, logarithmic, panel, percent};
use crate::num;
use crate::plot::{
    Axis, Chart, Cloud, Colour, Dash, Emphasis, Figure, Guide, Scale, Scatter, Series, Style, Ticks,
};
use crate::report::series::largest;

/// How long the staker stays `[days]`.
const STAY: f64 = 30.0;
/// Days in a year.
const YEAR: f64 = 365.25;
/// A position of the same size in every subnet `[TAO]`.
const POSITION: f64 = 100.0;

impl View<'_> {
    pub(super) fn apy(&self) -> Figure {
        let economy = self.economy;
        let fees = economy.market_last("round_trip_cost_share");
        let (tao, weight) = (economy.market_last("pool_tao"), economy.market_last("pool_weight"));
        let count = economy.subnets.len();
        let costs: Vec<f64> = (0..count)
            .map(|at| 1.0 - (1.0 - fees[at]) * kept(POSITION, tao[at], weight[at]))
            .collect();
        let hundredth: Vec<f64> = (0..count)
            .map(|at| 1.0 - (1.0 - fees[at]) * kept(0.01 * tao[at], tao[at], weight[at]))
            .collect();
        let yields = self.yields();
        let growth: Vec<f64> = self.growth();
        let net = |costs: &[f64], at: usize| (1.0 + stay(yields[at])) * (1.0 - costs[at]) - 1.0;
        let steady: Vec<f64> = (0..count).map(|at| net(&hundredth, at)).collect();
        let order = largest(&steady, count);
        let by_rank = |value: &dyn Fn(usize) -> f64| {
            order.iter().enumerate().map(|(rank, at)| (rank as f64 + 1.0, value(*at))).collect()
        };
        let cloud = |name: &str, colour: Colour, points| Cloud {
            name: name.into(),
            points,
            style: Style { colour: Some(colour), ..Style::default() },
        };
        let ranked = |clouds: Vec<Cloud>| Scatter {
            x: Axis { ticks: Ticks::Whole, ..Axis::new("rank of the subnet", "") },
            y: percent("gain in TAO"),
            clouds,
            guides: vec![nothing(count)],
        };
        let unmoved = ranked(vec![
            cloud("with 100 TAO", Colour::nth(1), by_rank(&|at| net(&costs, at))),
            cloud("with 1 % of the pool", Colour::nth(2), by_rank(&|at| steady[at])),
        ]);
        let gain = |at: usize| (1.0 + steady[at]) * growth[at] - 1.0;
        let mut moved = ranked(vec![cloud("with 1 % of the pool", Colour::nth(2), by_rank(&gain))]);
        // One subnet in a boom would press all others flat.
        moved.y.scale = Scale::Sqrt;
        let against = Scatter {
            x: logarithmic(percent("cost of 100 TAO in and out")),
            y: logarithmic(percent("yearly return in alpha")),
            clouds: self.clouds(|at| (costs[at], yields[at])),
            guides: vec![Guide::Curve(break_even(&costs))],
        };
        let panels = vec![
            panel("Return against cost", Chart::Scatter(against)),
            panel("After 30 days, at an unmoved price", Chart::Scatter(unmoved)),
            panel(&format!("Price as in the last {:.0} days", self.stay()), Chart::Scatter(moved)),
        ];
        let more = "with the largest validator, after its take, fees and slippage";
        self.figure("What a staker nets", more, 3, panels)
    }

    /// Each subnet's yearly return to stakers, as of the last day `[subnets]`.
    fn yields(&self) -> Vec<f64> {
        let days = &self.economy.days;
        let since = days.last().copied().unwrap_or(0.0) - 1.0;
        let mean = |yields: Vec<f64>| {
            let (mut sum, mut count) = (0.0, 0.0);
            for (day, value) in days.iter().zip(yields) {
                if *day > since && value > -1.0 {
                    sum += num::ln(1.0 + value);
                    count += 1.0;
                }
            }
            num::exp(sum / count) - 1.0
        };
        self.economy.market("staker_apy").into_iter().map(mean).collect()
    }

    /// How long the prices are looked back at `[days]`.
    fn stay(&self) -> f64 {
        self.economy.days.last().copied().unwrap_or(0.0).min(STAY)
    }

    /// Each subnet's price after the last epoch over that before the stay `[subnets]`.
    fn growth(&self) -> Vec<f64> {
        let days = &self.economy.days;
        let since = days.last().copied().unwrap_or(0.0) - self.stay();
        let from = days.iter().position(|day| *day >= since).unwrap_or(0);
        let then = self.economy.market_at("price_tao_per_alpha", from);
        let now = self.economy.market_last("price_tao_per_alpha");
        now.iter().zip(then).map(|(now, then)| now / then).collect()
    }
}

/// The line between a gain and a loss, behind the points.
fn nothing(subnets: usize) -> Guide {
    let style = Style { emphasis: Emphasis::Faint, colour: Some(Colour::SOFT), ..Style::default() };
    Guide::Curve(Series { style, ..Series::new("", vec![(1.0, 0.0), (subnets as f64, 0.0)]) })
}

/// What a yearly return comes to in the stay.
fn stay(yearly: f64) -> f64 {
    num::pow(1.0 + yearly, STAY / YEAR) - 1.0
}

/// What is left, without fees, of TAO that buys from a pool and is sold into one as deep as that
/// was before, in [0, 1].
///
/// With reserves y and x and the ratio r of their weights, TAO of q buys `x (1 - (y/(y+q))^r)`
/// alpha, worth `v = y/r (1 - (y/(y+q))^r)` at the price before; that sells for
/// `y (1 - (1 + r v/y)^(-1/r))`.
fn kept(spent: f64, tao: f64, weight: f64) -> f64 {
    let ratio = weight / (1.0 - weight);
    let bought = (1.0 - num::pow(tao / (tao + spent), ratio)) / ratio;
    let back = 1.0 - num::pow(1.0 + ratio * bought, -1.0 / ratio);
    back * tao / spent
}

/// The yearly return at which the stay earns just what getting in and out costs.
fn break_even(costs: &[f64]) -> Series {
    let least = costs.iter().copied().filter(|cost| *cost > 0.0).fold(f64::INFINITY, f64::min);
    let most = costs.iter().copied().filter(|cost| *cost < 1.0).fold(0.0, f64::max);
    let (low, high) = (num::ln(least / 1.1), num::ln((most * 1.1).min(0.95)));
    let point = |step: u32| {
        let cost = num::exp(low + (high - low) * f64::from(step) / 60.0);
        (cost, num::pow(1.0 / (1.0 - cost), YEAR / STAY) - 1.0)
    };
    let points = if least < 1.0 { (0..=60).map(point).collect() } else { Vec::new() };
    let (colour, emphasis) = (Some(Colour::SOFT), Emphasis::Faint);
    let style = Style { colour, emphasis, dash: Dash::Dashed };
    Series { style, ..Series::new("pays for itself in 30 days", points) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 TAO into a pool of 1000: 1/11 of the alpha, worth 1000/11. Sold into the old pool that
    /// is 1000 (1 - 11/12), a twelfth: 83.3 of the 100.
    #[test]
    fn getting_in_and_out_costs_slippage_twice() {
        assert!((kept(100.0, 1000.0, 0.5) - 10.0 / 12.0).abs() < 1e-12);
        assert!((kept(1e-6, 1000.0, 0.7) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn at_the_break_even_nothing_is_left() {
        let curve = break_even(&[0.01, 0.05]);
        for (cost, yearly) in curve.points {
            assert!(((1.0 + stay(yearly)) * (1.0 - cost) - 1.0).abs() < 1e-12);
        }
        assert!(break_even(&[]).points.is_empty());
    }
}
