//! The research versions of Yuma on the uids of a subnet.
//!
//! Validators are the setters and servers are all uids, so that what the versions read and write
//! has the shape of the chain's matrices. Stake and weights are those that count on the chain.

use super::Reward;
use crate::num;
use crate::protocol::consensus::{Input, Outcome};
use crate::protocol::params::Params;
use crate::protocol::proportion;
use crate::protocol::research::{self, Shares, State, Version};
use crate::units::Uid;

/// What a rule hands from one epoch to the next beside what the chain stores: the bonds, weights
/// and consensus of the research versions, in f64. Empty under all others.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// The uid of each row of the state, `[setters]`.
    setters: Vec<Uid>,
    state: Option<State>,
}

impl Carried {
    /// What the research versions carry, `[setters, uids]`; `None` before their first epoch.
    #[must_use]
    pub fn research(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// The state for these rows and columns. Rows go with their uids: who was not there before
    /// starts without bonds.
    fn state(&mut self, setters: &[Uid], uids: usize) -> &mut State {
        let fits = self.state.as_ref().is_some_and(|state| state.consensus.len() == uids);
        if !fits || self.setters != setters {
            let mut state = State::new(setters.len(), uids);
            if let Some(before) = &self.state {
                state.take_over(before, |row| self.setters.binary_search(&setters[row]).ok());
            }
            self.setters = setters.to_vec();
            self.state = Some(state);
        }
        self.state.get_or_insert_with(|| State::new(setters.len(), uids))
    }
}

/// Working memory; it holds nothing from one epoch to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    stakes: Vec<f64>,
    shares: Shares,
}

/// A version and where its parameters come from.
pub(super) struct Terms<'a> {
    pub(super) version: Version,
    pub(super) params: &'a Params,
    pub(super) reward: &'a Reward,
}

impl Terms<'_> {
    fn params(&self) -> research::Params {
        let Params { kappa, liquid_alpha, alpha_low, alpha_high, .. } = *self.params;
        research::Params {
            kappa,
            bond_penalty: self.params.bonds_penalty,
            bond_moving_avg: self.params.bonds_moving_average,
            liquid_alpha,
            alpha_low,
            alpha_high,
            alpha_sigmoid_steepness: self.params.alpha_sigmoid_steepness,
            consensus_mode: self.reward.consensus_mode,
            decay_rate: self.reward.decay_rate,
            capacity_alpha: self.reward.capacity_alpha,
            winner_takes_all: self.params.winner_takes_all,
        }
    }
}

/// Incentive, dividends, consensus and bonds under a research version.
///
/// Dividends, which the versions let sum to just below 1, sum to 1 here. Bonds and weights of the
/// last epoch on a uid that has changed hands are gone, and so are the bonds of who loses its
/// permit, as on the chain.
pub(super) fn epoch(
    terms: &Terms<'_>,
    input: &Input<'_>,
    carried: &mut Carried,
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    let uids = input.stake.len();
    let state = carried.state(input.setters, uids);
    let first_fresh = input.first_fresh(terms.params.tempo);
    for (uid, _) in input.registered.iter().enumerate().filter(|(_, at)| **at >= first_fresh) {
        state.forget(uid);
    }
    let Scratch { stakes, shares } = scratch;
    stakes.clear();
    stakes.extend(input.setters.iter().map(|&uid| out.active_stake[uid]));
    research::epoch(terms.version, &terms.params(), stakes, &out.weights, state, shares);

    out.consensus.copy_from_slice(&shares.consensus);
    // The package lets a winner take all even of what nobody earned; see [`crate::protocol::winner`].
    if shares.ranks.iter().any(|rank| *rank > 0.0) {
        out.incentive.copy_from_slice(&shares.incentives);
        for (&uid, dividends) in input.setters.iter().zip(&shares.dividends) {
            out.dividends[uid] = *dividends;
        }
        num::normalise(&mut out.dividends);
    }
    for (row, &uid) in input.setters.iter().enumerate() {
        out.vtrust[uid] = shares.validator_trust[row].min(1.0);
        if !out.permits[uid] {
            state.bonds[row * uids..][..uids].fill(0.0);
        }
    }
    let whole = terms.version.whole_bond();
    for (stored, bond) in out.bonds.iter_mut().zip(&state.bonds) {
        *stored = proportion::stored(bond / whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uid 2 was in the second row and is in the first now; uid 5 is new.
    #[test]
    fn rows_go_with_their_uids() {
        let mut carried = Carried::default();
        let state = carried.state(&[0, 2], 3);
        state.bonds.copy_from_slice(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
        state.started = true;
        let moved = carried.state(&[2, 5], 3);
        assert_eq!(moved.bonds, [0.4, 0.5, 0.6, 0.0, 0.0, 0.0]);
        assert!(moved.started);
        assert_eq!(carried.state(&[2, 5], 4).bonds, [0.4, 0.5, 0.6, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }
}
