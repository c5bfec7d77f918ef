//! Which subnets the TAO emission goes to, and whether it follows prices.

use super::super::share;
use super::{NAMED, View, logarithmic, panel, percent, summed};
use crate::plot::{
    Axis, Chart, Cloud, Colour, Dash, Emphasis, Figure, Guide, Layer, Lines, Mark, Scatter, Series,
    Style, Ticks,
};
use crate::report::series::{ranks, total};

impl View<'_> {
    pub(super) fn emission_share(&self) -> Figure {
        let shares = self.economy.market("emission_share");
        let named = self.largest.iter().take(NAMED).enumerate();
        let mut layers: Vec<Layer> = named
            .map(|(rank, &subnet)| Layer {
                name: self.name(subnet).into(),
                amounts: shares[subnet].clone(),
                style: Style { colour: Some(Colour::nth(rank)), ..Style::default() },
            })
            .collect();
        if let Some((name, rest)) = self.others(NAMED) {
            let rest: Vec<Vec<f64>> = rest.iter().map(|at| shares[*at].clone()).collect();
            let style = Style { colour: Some(Colour::FAINT), ..Style::default() };
            layers.push(Layer { name, amounts: summed(&rest), style });
        }
        let panels = vec![
            panel(
                "Shares through time",
                self.stack(share("share of the emission"), &self.economy.days, layers),
            ),
            panel("Shares by rank", Chart::Lines(self.ranked())),
        ];
        let more = "share of the TAO emission, the largest subnets named";
        self.figure("Which subnets are paid", more, 2, panels)
    }

    fn ranked(&self) -> Lines {
        let economy = self.economy;
        let line = |name: &str, colour: Colour, dash: Dash, shares: &[f64]| {
            let style = Style { colour: Some(colour), dash, ..Style::default() };
            Series { style, ..Series::new(name, ranks(shares)) }
        };
        let bar = economy.network_last("gate_bar_share");
        let mark = Mark { at: bar, label: format!("bar {:.2} %", bar * 100.0) };
        Lines {
            x: Axis { ticks: Ticks::Whole, ..logarithmic(Axis::new("rank", "")) },
            y: logarithmic(percent("share")),
            series: vec![
                line(
                    "emission at the start",
                    Colour::SOFT,
                    Dash::Dashed,
                    &economy.market_at("emission_share", 0),
                ),
                line(
                    "emission at the end",
                    Colour::INK,
                    Dash::Solid,
                    &economy.market_last("emission_share"),
                ),
                line("prices at the end", Colour::nth(1), Dash::Dotted, &self.price_shares()),
            ],
            x_marks: Vec::new(),
            y_marks: if bar > 0.0 { vec![mark] } else { Vec::new() },
        }
    }

    /// Each subnet's part of the sum of smoothed prices after the last epoch `[subnets]`.
    fn price_shares(&self) -> Vec<f64> {
        let prices = self.economy.market_last("ema_price_tao_per_alpha");
        let sum = total(prices.iter().copied());
        prices.iter().map(|price| price / sum).collect()
    }

    pub(super) fn price_share(&self) -> Figure {
        let (prices, shares) = (self.price_shares(), self.economy.market_last("emission_share"));
        let positive = |values: &[f64]| values.iter().copied().filter(|x| *x > 0.0).collect();
        let (paid, priced): (Vec<f64>, Vec<f64>) = (positive(&shares), positive(&prices));
        let least = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
        // On a logarithmic axis nothing has no place: it is drawn below everything.
        let floor = least(&paid).min(least(&priced)) / 3.0;
        let point = |at: usize| (prices[at], if shares[at] > 0.0 { shares[at] } else { floor });
        let clouds: Vec<Cloud> = self.clouds(point);
        let bar = self.economy.network_last("gate_bar_share");
        let top = paid.iter().chain(&priced).copied().fold(floor, f64::max);
        let mut guides = vec![Guide::Identity { name: "in proportion to prices".into() }];
        if bar > 0.0 {
            let style = Style {
                colour: Some(Colour::nth(1)),
                emphasis: Emphasis::Faint,
                dash: Dash::Dotted,
            };
            let upright = vec![(bar, floor), (bar, top)];
            guides.push(Guide::Curve(Series { style, ..Series::new("bar of the gate", upright) }));
        }
        let chart = Chart::Scatter(Scatter {
            x: logarithmic(percent("share of the sum of smoothed prices")),
            y: logarithmic(percent("share of the TAO emission")),
            clouds,
            guides,
        });
        let more = "each subnet in the last epoch, those without a share at the lower edge";
        self.figure("Whether emission follows the price", more, 1, vec![panel("", chart)])
    }
}
