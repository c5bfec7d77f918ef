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
        let net = |costs: &[f64], at: usize| grown(yields[at], STAY) * (1.0 - costs[at]) - 1.0;
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
        let (past, growth) = self.growth();
        let gain = |at: usize| grown(yields[at], past) * growth[at] * (1.0 - hundredth[at]) - 1.0;
        let mut moved = ranked(vec![cloud("with 1 % of the pool", Colour::nth(2), by_rank(&gain))]);
        // One subnet in a boom would press all others flat.
        moved.y.scale = Scale::Sqrt;
        let against = Scatter {
            x: logarithmic(percent("cost of 100 TAO in and out")),
            y: logarithmic(percent("yearly return in alpha")),
            clouds: self.clouds(|at| (costs[at], yields[at])),
            guides: vec![Guide::Curve(break_even(&costs, &yields))],
        };
        let panels = vec![
            panel("Return against cost", Chart::Scatter(against)),
            panel("After 30 days, at an unmoved price", Chart::Scatter(unmoved)),
            panel(&format!("After the last {past:.0} days, as prices moved"), {
                Chart::Scatter(moved)
            }),
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

    /// The last days, as many as the stay if there are so many, and each subnet's price after them
    /// over that before `[days]` `[subnets]`.
    fn growth(&self) -> (f64, Vec<f64>) {
        let days = &self.economy.days;
        let end = days.last().copied().unwrap_or(0.0);
        let from = days.iter().position(|day| *day >= end - STAY).unwrap_or(0);
        let then = self.economy.market_at("price_tao_per_alpha", from);
        let now = self.economy.market_last("price_tao_per_alpha");
        let past = end - days.get(from).copied().unwrap_or(0.0);
        (past, now.iter().zip(then).map(|(now, then)| now / then).collect())
    }
}

/// The line between a gain and a loss, behind the points.
fn nothing(subnets: usize) -> Guide {
    let style = Style { emphasis: Emphasis::Faint, colour: Some(Colour::SOFT), ..Style::default() };
    Guide::Curve(Series { style, ..Series::new("", vec![(1.0, 0.0), (subnets as f64, 0.0)]) })
}

/// What becomes of 1 at a yearly return in so many days.
fn grown(yearly: f64, days: f64) -> f64 {
    num::pow(1.0 + yearly, days / YEAR)
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

/// The yearly return at which the stay earns just what getting in and out costs, over the costs that
/// there are, and up to the greatest return.
fn break_even(costs: &[f64], yields: &[f64]) -> Series {
    let span = |values: &[f64]| {
        let values = values.iter().copied().filter(|value| *value > 0.0 && value.is_finite());
        values.fold((f64::INFINITY, 0.0), |(low, high), x| (x.min(low), x.max(high)))
    };
    let ((low, most), (_, highest)) = (span(costs), span(yields));
    // At a cost of c the return must reach (1 / (1 - c))^(year / stay) - 1, and the other way round.
    let cost_at = |yearly: f64| 1.0 - 1.0 / grown(yearly, STAY);
    let high = most.min(cost_at(highest));
    let points = if low < high { sampled(low, high) } else { Vec::new() };
    let (colour, emphasis) = (Some(Colour::SOFT), Emphasis::Faint);
    let style = Style { colour, emphasis, dash: Dash::Dashed };
    Series { style, ..Series::new("pays for itself in 30 days", points) }
}

fn sampled(low: f64, high: f64) -> Vec<(f64, f64)> {
    let (from, to) = (num::ln(low), num::ln(high));
    let point = |step: u32| {
        let cost = num::exp(from + (to - from) * f64::from(step) / 60.0);
        (cost, num::pow(1.0 / (1.0 - cost), YEAR / STAY) - 1.0)
    };
    (0..=60).map(point).collect()
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

    /// A cost of 5 % needs 0.95^(-365.25/30) - 1 = 86.7 % a year, which is more than the 60 % that
    /// any subnet yields: the line ends at the cost that 60 % pays.
    #[test]
    fn at_the_break_even_nothing_is_left() {
        let points = break_even(&[0.01, 0.05], &[0.6, 0.2]).points;
        for (cost, yearly) in &points {
            assert!((grown(*yearly, STAY) * (1.0 - cost) - 1.0).abs() < 1e-12);
        }
        let (cost, yearly) = points[60];
        assert!((yearly - 0.6).abs() < 1e-12 && cost < 0.05, "{cost} {yearly}");
        assert!(break_even(&[], &[]).points.is_empty());
        assert!(break_even(&[0.01], &[0.0]).points.is_empty());
    }
}
