//! How those who trade fare.

use super::{View, coloured, from_zero, panel, percent};
use crate::plot::{Axis, Chart, Figure, Lines, Mark, Series};

impl View<'_> {
    pub(super) fn traders(&self) -> Figure {
        let names = &self.economy.traders;
        let each = |columns: Vec<Vec<f64>>, line: &dyn Fn(&[f64]) -> Vec<(f64, f64)>| {
            let named = names.iter().zip(columns).enumerate();
            named.map(|(at, (name, column))| coloured(at, name, line(&column))).collect()
        };
        let worth: Vec<Series> = each(self.economy.trading("worth_tao"), &|v| self.line(v));
        let gain: Vec<Series> = each(self.economy.trading("gain_share"), &|v| self.line(v));
        let turnover: Vec<Series> =
            each(self.economy.trading("turnover_tao"), &|v| self.stretches.line(v));
        let lines = |y: Axis, series: Vec<Series>| self.lines(y, series);
        let gains = Lines {
            y_marks: vec![Mark { at: 0.0, label: String::new() }],
            ..lines(percent("change of worth in TAO"), gain)
        };
        let panels = vec![
            panel("Worth", Chart::Lines(lines(from_zero("worth", "TAO"), worth))),
            panel("Gain since the start", Chart::Lines(gains)),
            panel("Turnover", {
                Chart::Lines(lines(from_zero("turned over", "TAO per day"), turnover))
            }),
        ];
        let more = "all members of a group together, alpha at spot prices";
        self.figure("How traders fare", more, 3, panels)
    }
}
