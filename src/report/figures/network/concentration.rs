//! How unequally emission, value and stake are held.

use std::collections::BTreeMap;

use super::super::share;
use super::{View, coloured, from_zero, panel};
use crate::metrics::inequality::{gini, hhi, nakamoto};
use crate::plot::{Axis, Chart, Dash, Emphasis, Figure, Lines, Range, Series, Style, Ticks};
use crate::report::series::lorenz;

impl View<'_> {
    pub(super) fn lorenz(&self) -> Figure {
        let last = self.economy.days.len().saturating_sub(1);
        let (keys, entities) = self.stakes();
        let values: Vec<f64> = self.values().iter().map(|values| values[last]).collect();
        let curves = [
            ("TAO emission over subnets", self.economy.market_last("emission_share")),
            ("value of alpha over subnets", values),
            ("stake over keys", keys),
            ("stake over entities", entities),
        ];
        let curve = |(at, (name, amounts)): (usize, (&str, Vec<f64>))| {
            let held = amounts.iter().filter(|amount| **amount > 0.0).count();
            let name = format!("{name}: Gini {:.2} of {held}", gini(&amounts));
            (held > 0).then(|| coloured(at, &name, lorenz(&amounts)))
        };
        let equal = Series {
            style: Style { emphasis: Emphasis::Faint, dash: Dash::Dashed, ..Style::default() },
            ..Series::new("all the same", vec![(0.0, 0.0), (1.0, 1.0)])
        };
        let mut series: Vec<Series> = curves.into_iter().enumerate().filter_map(curve).collect();
        series.push(equal);
        let chart = Chart::Lines(Lines {
            x: share("part of the holders, the poorest first"),
            y: share("their part of all"),
            series,
            ..Lines::default()
        });
        let more = "after the last epoch, alpha at spot prices, holders of nothing left out";
        self.figure("How unequally it is held", more, 1, vec![panel("", chart)])
    }

    /// The stake on every key, and that of every entity in every subnet `[TAO]`.
    fn stakes(&self) -> (Vec<f64>, Vec<f64>) {
        let holders = &self.economy.holders;
        let prices = self.economy.market_last("price_tao_per_alpha");
        let price: BTreeMap<&str, f64> =
            self.economy.subnets.iter().map(|name| &**name).zip(prices).collect();
        let (subnets, entities) = (holders.texts("subnet"), holders.texts("entity"));
        let stakes = holders.numbers("stake_alpha");
        let mut by_entity: BTreeMap<(&str, &str), f64> = BTreeMap::new();
        let mut keys = Vec::with_capacity(stakes.len());
        for ((subnet, entity), stake) in subnets.iter().zip(&entities).zip(stakes) {
            let worth = stake * price.get(&**subnet).copied().unwrap_or(f64::NAN);
            keys.push(worth);
            *by_entity.entry((subnet, entity)).or_default() += worth;
        }
        (keys, by_entity.into_values().collect())
    }

    /// What the alpha outside each pool is worth at the spot price `[subnets][epochs]` `[TAO]`.
    fn values(&self) -> Vec<Vec<f64>> {
        let [issued, pooled, price] = ["alpha_issued_alpha", "pool_alpha", "price_tao_per_alpha"]
            .map(|metric| self.economy.market(metric));
        let value = |((issued, pooled), price): ((&f64, &f64), &f64)| (issued - pooled) * price;
        let of = |subnet: usize| {
            issued[subnet].iter().zip(&pooled[subnet]).zip(&price[subnet]).map(value).collect()
        };
        (0..issued.len()).map(of).collect()
    }

    pub(super) fn concentration(&self) -> Figure {
        let shares = self.economy.market("emission_share");
        let values = self.values();
        let through_time = |of: &[Vec<f64>], measure: fn(&[f64]) -> f64| {
            let at = |epoch: usize| of.iter().map(|of| of[epoch]).collect::<Vec<f64>>();
            let points: Vec<f64> =
                (0..self.economy.days.len()).map(|epoch| measure(&at(epoch))).collect();
            self.line(&points)
        };
        let pair = |measure: fn(&[f64]) -> f64| {
            vec![
                coloured(0, "TAO emission", through_time(&shares, measure)),
                coloured(1, "value of alpha", through_time(&values, measure)),
            ]
        };
        let count = || Axis { ticks: Ticks::Whole, ..from_zero("subnets", "") };
        let unit = Range::Fixed { low: 0.0, high: 1.0 };
        let paid = self.line(&self.economy.network("paid_subnets"));
        let subnets = self.line(&self.economy.network("subnets"));
        let inverse = through_time(&shares, |shares| 1.0 / hhi(shares));
        let counts = vec![
            coloured(4, "all subnets", subnets),
            coloured(2, "with a share", paid),
            coloured(3, "as many equal ones, 1 / HHI", inverse),
        ];
        let lines = |y: Axis, series: Vec<Series>| Chart::Lines(self.lines(y, series));
        let panels = vec![
            panel("Herfindahl–Hirschman", lines(from_zero("index", ""), pair(hhi))),
            panel("Nakamoto: the fewest with more than half", {
                lines(count(), pair(|amounts| nakamoto(amounts, 0.5)))
            }),
            panel("Gini", lines(Axis { range: unit, ..Axis::new("coefficient", "") }, pair(gini))),
            panel("Subnets that are paid", lines(count(), counts)),
        ];
        let more = "over subnets, after every epoch";
        self.figure("How concentrated emission and value are", more, 2, panels)
    }
}
