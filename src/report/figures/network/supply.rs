//! How much TAO there is, and how much is added.

use super::{View, coloured, from_zero, panel};
use crate::plot::{Axis, Chart, Figure, Lines, Mark};
use crate::protocol::issuance::block_emission;
use crate::units::{BLOCKS_PER_DAY, RAO, SUPPLY_CAP, Tao};

impl View<'_> {
    pub(super) fn supply(&self) -> Figure {
        let economy = self.economy;
        let issued = economy.network("tao_issued_tao");
        let minted = self.stretches.line(&economy.network("tao_minted_tao"));
        let halves = issued.first().zip(minted.first()).is_some_and(|(issued, minted)| {
            // The first epoch may be the one in which the emission is halved.
            let block = block_emission(Tao::from_tokens(*issued).0) as f64 / RAO as f64;
            let day = block * BLOCKS_PER_DAY as f64;
            (day * 0.99..day * 2.01).contains(&minted.1)
        });
        let thresholds = if halves { thresholds(&issued) } else { Vec::new() };
        let next = issued.last().and_then(|last| halvings().find(|at| at > last));
        let more = match next.filter(|_| halves) {
            Some(next) => format!("the emission is halved next at {} TAO", grouped(next)),
            None => "after every epoch, and by day".into(),
        };
        let supply = Lines {
            y_marks: thresholds,
            ..self.lines(Axis::new("TAO issued", "TAO"), vec![coloured(0, "", self.line(&issued))])
        };
        let recycled = self.stretches.line(&economy.network("tao_recycled_tao"));
        let emission = self.lines(
            from_zero("per day", "TAO per day"),
            vec![coloured(0, "minted", minted), coloured(1, "recycled", recycled)],
        );
        let title =
            if supply.y_marks.is_empty() { "TAO issued" } else { "TAO issued, halvings marked" };
        let panels = vec![
            panel(title, Chart::Lines(supply)),
            panel("Minted, and taken back as not placed", Chart::Lines(emission)),
        ];
        self.figure("How much TAO there is", &more, 2, panels)
    }
}

/// The issuances at which the emission is halved, ascending `[TAO]`.
fn halvings() -> impl Iterator<Item = f64> {
    (1..=29).map(|times| Tao(SUPPLY_CAP - (SUPPLY_CAP >> times)).tokens())
}

/// Marks at the halvings that the issuance passed.
fn thresholds(issued: &[f64]) -> Vec<Mark> {
    let low = issued.iter().copied().fold(f64::INFINITY, f64::min);
    let high = issued.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let passed = halvings().filter(|at| (low..=high).contains(at));
    passed.map(|at| Mark { at, label: grouped(at) }).collect()
}

/// A number of millions.
fn grouped(tokens: f64) -> String {
    format!("{}M", tokens / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halvings_in_range_are_marked() {
        let first: Vec<f64> = halvings().take(4).collect();
        assert_eq!(first, [10_500_000.0, 15_750_000.0, 18_375_000.0, 19_687_500.0]);
        let marks = thresholds(&[15_749_000.0, 15_751_000.0]);
        assert_eq!(marks, [Mark { at: 15_750_000.0, label: "15.75M".into() }]);
        assert!(thresholds(&[11e6, 12e6]).is_empty());
        assert!(thresholds(&[]).is_empty());
    }
}
