//! A validator that votes for its friends.

use super::{Decision, Validator, ValidatorTurn, noise, scores};
use crate::fields::Fields;
use crate::num;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "cabal",
    about: "Puts `self_weight` of its vote on the miners of its own entity or coalition, in \
            proportion to its honest answer about them (evenly where that is zero), and the rest \
            on the others in proportion to its honest answer.",
    source: "The two-team model of the chain's consensus analysis: a cabal of stake 1 - S_H with \
             self-weight W_C.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Cabal::read(t)),
};

/// Knows its own scores and its partners; decides how much to vote for them.
#[derive(Clone, Debug)]
struct Cabal {
    self_weight: f64,
    noise: f64,
}

impl Cabal {
    fn read(t: &mut Fields<'_>) -> Self {
        Self {
            self_weight: t
                .number("self_weight", "share of its vote that goes to its own miners")
                .share()
                .default(1.0),
            noise: noise(t),
        }
    }
}

impl Validator for Cabal {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        if row.iter().all(|weight| *weight == 0.0) && self.self_weight < 1.0 {
            scores(turn, self.noise, 1.0, row);
        }
        favour(row, turn.partners, self.self_weight);
        Decision::Submit
    }
}

/// Rescales `row` so that `partners` together hold `self_weight` of it and the rest hold the
/// rest. A side without any honest weight shares evenly (partners) or gets nothing (the rest).
fn favour(row: &mut [f64], partners: &[usize], self_weight: f64) {
    if partners.is_empty() {
        return;
    }
    let total = num::sum(row);
    let own = partners.iter().fold(0.0, |sum, uid| sum + row[*uid]);
    let rest = total - own;
    let rest_scale = if rest > 0.0 { (1.0 - self_weight) / rest } else { 0.0 };
    let even = self_weight / partners.len() as f64;
    for (uid, weight) in row.iter_mut().enumerate() {
        if partners.binary_search(&uid).is_err() {
            *weight *= rest_scale;
        } else if own > 0.0 {
            *weight *= self_weight / own;
        } else {
            *weight = even;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::favour;

    #[test]
    fn partners_hold_the_self_weight_and_proportions_are_kept() {
        // Own miners 2 and 3 hold 0.2 + 0.2 of 1; at self-weight 0.8 each side keeps its shape.
        let mut row = [0.4, 0.2, 0.3, 0.1];
        favour(&mut row, &[2, 3], 0.8);
        let expected = [0.2 * 2.0 / 3.0, 0.2 / 3.0, 0.6, 0.2];
        for (found, expected) in row.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn partners_that_score_nothing_share_evenly() {
        let mut row = [1.0, 0.0, 0.0];
        favour(&mut row, &[1, 2], 1.0);
        assert_eq!(row, [0.0, 0.5, 0.5]);
    }
}
