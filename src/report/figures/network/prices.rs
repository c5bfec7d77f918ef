//! What alpha costs, against what it cost at the start.

use super::{LINES, View, coloured, from_zero, logarithmic, panel, strong};
use crate::plot::{Axis, Band, Chart, Figure};
use crate::report::series::{quantile, relative};

impl View<'_> {
    pub(super) fn prices(&self) -> Figure {
        let prices = self.economy.market("price_tao_per_alpha");
        let relative: Vec<Vec<f64>> = prices.iter().map(|prices| relative(prices)).collect();
        let mut median = strong("median of all", Vec::new());
        for (epoch, day) in self.economy.days.iter().enumerate() {
            let all: Vec<f64> = relative.iter().map(|prices| prices[epoch]).collect();
            median.points.push((*day, quantile(&all, 0.5)));
            let (low, high) = (quantile(&all, 0.1), quantile(&all, 0.9));
            median.band.push(Band { x: *day, low, high });
        }
        let named = self.largest.iter().take(LINES).enumerate();
        let mut series = vec![median];
        series.extend(named.map(|(rank, &subnet)| {
            coloured(rank, self.name(subnet), self.line(&relative[subnet]))
        }));
        let price = Axis::new("price of alpha in TAO", "start = 1");
        let sum = self.economy.network("ema_price_sum");
        let sum = vec![coloured(0, "", self.line(&sum))];
        let panels = vec![
            panel("Price over that at the start", {
                Chart::Lines(self.lines(logarithmic(price), series))
            }),
            panel("Sum of the smoothed prices", {
                Chart::Lines(self.lines(from_zero("sum of prices", "TAO per alpha"), sum))
            }),
        ];
        let more = "the largest subnets; the band holds the middle 80 % of all";
        self.figure("What alpha costs", more, 2, panels)
    }
}
