//! TAO that goes into the pools and out of them.

use super::{LINES, View, coloured, from_zero, panel, summed};
use crate::plot::{Axis, Chart, Colour, Figure, Layer, Range, Style};
use crate::report::series::total;

impl View<'_> {
    pub(super) fn flow(&self) -> Figure {
        let economy = self.economy;
        let [injected, bought_by_chain, bought, sold, income, claimed] = [
            "tao_injected_tao",
            "chain_buys_tao",
            "bought_tao",
            "sold_tao",
            "income_sold_tao",
            "root_claimed_tao",
        ]
        .map(|metric| economy.market(metric));
        let per_day = |columns: &[Vec<f64>]| self.stretches.per_day(&summed(columns));
        let sold_by_users = less(&per_day(&sold), &per_day(&income));
        let into = [
            ("injection", 0, per_day(&injected)),
            ("purchases of the chain", 5, per_day(&bought_by_chain)),
            ("purchases of users", 2, per_day(&bought)),
        ];
        let out = [
            ("sales of income", 4, per_day(&income)),
            ("sales of users", 1, sold_by_users),
            ("claims of root", 3, per_day(&claimed)),
        ];
        let heights = [&into, &out].map(|layers| tops(layers));
        let most = heights.iter().flatten().copied().fold(0.0, f64::max);
        // One scale for both, or they could not be compared.
        let range = Range::Fixed { low: 0.0, high: if most > 0.0 { 1.04 * most } else { 1.0 } };
        let amount = || Axis { range, ..Axis::new("", "TAO per day") };
        let stack = |layers: &[(&str, usize, Vec<f64>)]| {
            let layers = layers.iter().map(|(name, colour, amounts)| Layer {
                name: (*name).into(),
                amounts: amounts.clone(),
                style: Style { colour: Some(Colour::nth(*colour)), ..Style::default() },
            });
            self.stack(amount(), &self.stretches.middles, layers.collect())
        };
        let points = |values: Vec<f64>| {
            self.stretches.middles.iter().copied().zip(values).collect::<Vec<(f64, f64)>>()
        };
        let sums = |layers: &[(&str, usize, Vec<f64>)], kept: &[usize]| -> Vec<f64> {
            let kept: Vec<Vec<f64>> = kept.iter().map(|at| layers[*at].2.clone()).collect();
            summed(&kept)
        };
        let users = less(&sums(&into, &[2]), &sums(&out, &[0, 1]));
        let chain = less(&sums(&into, &[0, 1]), &sums(&out, &[2]));
        let net = vec![coloured(2, "users", points(users)), coloured(0, "chain", points(chain))];
        let of_subnet = |(rank, &subnet): (usize, &usize)| {
            let net = less(&bought[subnet], &sold[subnet]);
            coloured(rank, self.name(subnet), points(self.stretches.per_day(&net)))
        };
        let subnets = self.largest.iter().take(LINES).enumerate().map(of_subnet).collect();
        let signed = || from_zero("", "TAO per day");
        let panels = vec![
            panel("Into the pools", stack(&into)),
            panel("Out of the pools", stack(&out)),
            panel("In less out, of all pools", Chart::Lines(self.lines(signed(), net))),
            panel(
                "Users' in less out, of the largest subnets",
                Chart::Lines(self.lines(signed(), subnets)),
            ),
        ];
        self.figure("Who moves TAO into and out of the pools", "TAO per day", 2, panels)
    }
}

/// How high the layers are together, at each place.
fn tops(layers: &[(&str, usize, Vec<f64>)]) -> Vec<f64> {
    let places = layers.first().map_or(0, |layer| layer.2.len());
    (0..places).map(|at| total(layers.iter().map(|layer| layer.2[at]))).collect()
}

fn less(of: &[f64], what: &[f64]) -> Vec<f64> {
    of.iter().zip(what).map(|(of, what)| of - what).collect()
}
