//! The epoch of one mechanism: stake, weights and bonds in; consensus, shares and bonds out.
//!
//! [`epoch`] holds the protocol's order; what each of its lines does is in the sibling modules.
//! Matrices are `[setters, uids]`, row-major: a setter is a uid that has a row of weights or
//! bonds, and a uid without one has an empty row.

use crate::num;
use crate::protocol::bonds::{self, Columns, View};
use crate::protocol::emission;
pub use crate::protocol::input::Input;
use crate::protocol::liquid_alpha::LiquidAlpha;
use crate::protocol::median::{self, TIE_MARGIN, Vote, Voters};
use crate::protocol::params::{Params, RewardRule};
use crate::protocol::permits;
use crate::protocol::stake;
use crate::protocol::weights;
use crate::protocol::winner;
use crate::units::Uid;

/// What an epoch decides. The buffers are resized and reused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Share of all stake that reaches the threshold, `[uids]`; sums to 1 or is all 0.
    pub stake_share: Vec<f64>,
    /// Share of the stake that voted, `[uids]`; sums to 1 or is all 0.
    pub active_stake: Vec<f64>,
    /// Who may set weights in the next epoch, `[uids]`.
    pub permits: Vec<bool>,
    /// Greatest weight on each uid that a majority of the stake supports, `[uids]`, in `[0, 1]`.
    pub consensus: Vec<f64>,
    /// Each uid's part of what miners earn, `[uids]`; sums to 1 or is all 0.
    pub incentive: Vec<f64>,
    /// Each uid's part of what validators earn, `[uids]`; sums to 1 or is all 0.
    pub dividends: Vec<f64>,
    /// How much of each uid's weight the consensus left standing, `[uids]`, in `[0, 1]`.
    pub vtrust: Vec<f64>,
    /// Weights after masks, each row summing to 1 or all 0, `[setters, uids]`.
    pub weights: Vec<f64>,
    /// Bonds to be stored, in 65535ths, `[setters, uids]`.
    pub bonds: Vec<u16>,
    /// Part of the epoch's emission each uid earns as a miner, `[uids]`.
    pub incentive_emission: Vec<f64>,
    /// Part of the epoch's emission each uid earns as a validator, `[uids]`; with the above it
    /// sums to 1, or is all 0 where there is no stake.
    pub dividend_emission: Vec<f64>,
}

/// Working memory of an epoch. It holds no state: a new one gives the same outcome.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    order: Vec<Uid>,
    voters: Voters,
    votes: Vec<Vote>,
    listed: Vec<bool>,
    fresh: Vec<bool>,
    row_stake: Vec<f64>,
    row_dividends: Vec<f64>,
    bond_weights: Vec<f64>,
    bonds: Vec<f64>,
    columns: Columns,
}

/// Runs one epoch. The order is the protocol's.
///
/// Source: `epoch/run_epoch.rs::epoch_mechanism` (the sparse form, which is the one in use).
pub fn epoch(params: &Params, input: &Input<'_>, scratch: &mut Scratch, out: &mut Outcome) {
    input.debug_check();
    let uids = input.stake.len();
    out.resize(uids, input.setters.len());
    scratch.resize(uids, input.setters.len());
    if uids == 0 {
        return;
    }

    vote_shares(params, input, &mut scratch.order, out);
    read_weights(input, scratch, out);
    agree(params, input, scratch, out);
    reward(params, input, scratch, out);
    emission::shares(
        params.validator_share,
        [&out.incentive, &out.dividends],
        [&out.active_stake, &out.stake_share],
        [&mut out.incentive_emission, &mut out.dividend_emission],
    );
}

/// Stake shares, the permits of the next epoch, and the stake that votes in this one.
pub(super) fn vote_shares(
    params: &Params,
    input: &Input<'_>,
    order: &mut Vec<Uid>,
    out: &mut Outcome,
) {
    stake::shares(input.stake, params.stake_threshold, input.owner, &mut out.stake_share);

    let validators = params.max_allowed_validators;
    permits::top_k(&out.stake_share, validators, order, &mut out.permits);
    if let Some(permit) = input.owner.and_then(|owner| out.permits.get_mut(owner)) {
        *permit = true;
    }

    let cutoff = params.activity_cutoff();
    let is_active = |uid: Uid| input.last_update[uid].saturating_add(cutoff) >= input.block;
    let votes = |uid: Uid| input.permitted(uid) && is_active(uid);
    stake::active(&out.stake_share, votes, &mut out.active_stake);
}

/// Weights that still count, each row summing to 1. Rows without a permit are empty.
fn read_weights(input: &Input<'_>, scratch: &mut Scratch, out: &mut Outcome) {
    let uids = input.stake.len();
    let rows = input.weights.chunks_exact(uids).zip(out.weights.chunks_exact_mut(uids));
    let rows = rows.zip(scratch.listed.chunks_exact_mut(uids)).enumerate();
    for (row, ((stored, weights), listed)) in rows {
        if input.permitted(input.setters[row]) {
            weights::normalised_row(stored, input.mask(row), weights, listed);
        } else {
            weights.fill(0.0);
            listed.fill(false);
        }
    }
}

/// The consensus, and with weights clipped to it, incentive and the weights that earn bonds.
fn agree(params: &Params, input: &Input<'_>, scratch: &mut Scratch, out: &mut Outcome) {
    let uids = input.stake.len();
    for (stake, &uid) in scratch.row_stake.iter_mut().zip(input.setters) {
        *stake = out.active_stake[uid];
    }
    scratch.voters.find(&scratch.row_stake, input.has_silent_stake(&out.active_stake));
    median::consensus(
        &scratch.voters,
        &out.weights,
        params.stored_kappa() + TIE_MARGIN,
        &mut scratch.votes,
        &mut out.consensus,
    );

    let penalty = params.bonds_penalty;
    let (consensus, incentive) = (&out.consensus[..uids], &mut out.incentive[..uids]);
    // At exactly 0 and 1 the chain takes the one matrix or the other as it is, and keeps entries
    // with weight 0; in between it interpolates and drops them.
    let keeps_zeros = penalty <= 0.0 || penalty >= 1.0;
    let rows = out.weights.chunks_exact(uids).zip(scratch.bond_weights.chunks_exact_mut(uids));
    let rows = rows.zip(scratch.listed.chunks_exact_mut(uids));
    for (row, ((weights, bond_weights), listed)) in rows.enumerate() {
        let stake = scratch.row_stake[row];
        let mut trust = 0.0;
        for uid in 0..uids {
            let weight = weights[uid];
            let clipped = if weight > consensus[uid] { consensus[uid] } else { weight };
            trust += clipped;
            incentive[uid] += stake * clipped;
            let bond_weight = penalised(weight, clipped, penalty);
            bond_weights[uid] = bond_weight;
            listed[uid] &= bond_weight > 0.0 || (keeps_zeros && weight == 0.0);
        }
        out.vtrust[input.setters[row]] = trust;
    }
    num::normalise(&mut out.incentive);
    if params.winner_takes_all {
        winner::takes_all(&mut out.incentive);
    }
}

/// A weight after its part above the consensus has been cut back.
fn penalised(weight: f64, clipped: f64, penalty: f64) -> f64 {
    if penalty >= 1.0 { clipped } else { weight + penalty * (clipped - weight) }
}

/// Bonds, the dividends they earn, and the bonds to store.
fn reward(params: &Params, input: &Input<'_>, scratch: &mut Scratch, out: &mut Outcome) {
    let first_fresh = input.first_fresh(params.tempo);
    for (fresh, &registered) in scratch.fresh.iter_mut().zip(input.registered) {
        *fresh = registered >= first_fresh;
    }
    let view = View {
        stake: &scratch.row_stake,
        weights: &scratch.bond_weights,
        stored: input.bonds,
        fresh: &scratch.fresh,
    };
    let (rule, columns, bonds) = (params.reward_rule, &mut scratch.columns, &mut scratch.bonds);
    let rate = 1.0 - params.bonds_moving_average;
    match rule {
        RewardRule::ChainClassic => bonds::classic(&view, rate, columns, bonds),
        RewardRule::ChainYuma3 if params.liquid_alpha && num::sum(&out.consensus) > 0.0 => {
            let curve = LiquidAlpha::new(
                params.alpha_low,
                params.alpha_high,
                params.alpha_sigmoid_steepness,
            );
            bonds::yuma3_liquid(&view, &curve, &scratch.listed, &out.consensus, bonds);
        }
        RewardRule::ChainYuma3 => bonds::yuma3(&view, rate, bonds),
    }

    let earned = &mut scratch.row_dividends;
    bonds::dividends(rule, bonds, view.stake, &out.incentive, columns, earned);
    for (&uid, earned) in input.setters.iter().zip(earned) {
        out.dividends[uid] = *earned;
    }
    num::normalise(&mut out.dividends);

    let keeps = |row: usize| out.permits[input.setters[row]];
    bonds::store(rule, bonds, keeps, columns, &mut out.bonds);
}

impl Outcome {
    /// Makes room; every column is 0.
    pub(super) fn resize(&mut self, uids: usize, setters: usize) {
        let each = [
            &mut self.stake_share,
            &mut self.active_stake,
            &mut self.consensus,
            &mut self.incentive,
            &mut self.dividends,
            &mut self.vtrust,
            &mut self.incentive_emission,
            &mut self.dividend_emission,
        ];
        for column in each {
            refill(column, uids, 0.0);
        }
        refill(&mut self.permits, uids, false);
        // Matrices are written whole, so what they hold from the last epoch may stay.
        self.weights.resize(setters * uids, 0.0);
        self.bonds.resize(setters * uids, 0);
    }
}

impl Scratch {
    fn resize(&mut self, uids: usize, setters: usize) {
        self.fresh.resize(uids, false);
        self.row_stake.resize(setters, 0.0);
        self.row_dividends.resize(setters, 0.0);
        self.listed.resize(setters * uids, false);
        self.bond_weights.resize(setters * uids, 0.0);
        self.bonds.resize(setters * uids, 0.0);
    }
}

/// As many of one value, without giving memory back.
pub(super) fn refill<T: Clone>(buffer: &mut Vec<T>, length: usize, value: T) {
    buffer.clear();
    buffer.resize(length, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uids 0 and 1 hold 2/5 and 3/5 of the stake and give uid 2 everything.
    const INPUT: Input<'_> = Input {
        block: 1_000,
        last_epoch: Some(640),
        stake: &[40.0, 60.0, 0.0],
        permits: &[true, true, false],
        last_update: &[900, 900, 0],
        registered: &[0, 0, 0],
        owner: None,
        setters: &[0, 1],
        weights: &[None, None, Some(65_535), None, None, Some(65_535)],
        bonds: &[0, 0, 30_000, 0, 0, 30_000],
        committed: None,
    };

    fn outcome(params: &Params, input: &Input<'_>) -> Outcome {
        let mut out = Outcome::default();
        epoch(params, input, &mut Scratch::default(), &mut out);
        out
    }

    /// 0.1 * 1 + 0.9 * 30000/65535 = 0.511988, stored as 33553.
    #[test]
    fn agreement_pays_half_to_each_side() {
        let out = outcome(&Params::default(), &INPUT);
        assert_eq!(out.consensus, [0.0, 0.0, 1.0]);
        assert_eq!(out.incentive_emission, [0.0, 0.0, 0.5]);
        assert!((out.dividend_emission[0] - 0.2).abs() < 1e-15);
        assert_eq!(out.bonds, [0, 0, 33_553, 0, 0, 33_553]);
    }

    #[test]
    fn nobody_at_all_is_no_trouble() {
        assert_eq!(outcome(&Params::default(), &Input::default()), Outcome::default());
    }

    /// Stake is paid instead, and the permits that it earns count from the next epoch.
    #[test]
    fn without_a_permit_nobody_votes_but_the_owner() {
        let input = Input { permits: &[false; 3], ..INPUT };
        let out = outcome(&Params::default(), &input);
        assert_eq!(out.active_stake, [0.0; 3]);
        assert_eq!(out.dividend_emission, [0.4, 0.6, 0.0]);
        assert_eq!(out.permits, [true, true, false]);
        let out = outcome(&Params::default(), &Input { owner: Some(0), ..input });
        assert_eq!(out.incentive, [0.0, 0.0, 1.0]);
        assert_eq!(out.active_stake, [1.0, 0.0, 0.0]);
    }

    #[test]
    fn who_loses_the_permit_loses_the_bonds() {
        let params = Params { max_allowed_validators: 1, ..Params::default() };
        let out = outcome(&params, &INPUT);
        assert_eq!(out.permits, [false, true, false]);
        assert_eq!(out.bonds, [0, 0, 0, 0, 0, 33_553]);
        let out = outcome(&params, &Input { owner: Some(0), ..INPUT });
        assert_eq!(out.permits, [true, true, false], "the owner keeps one");
    }

    /// Uid 1 has no row but 3/5 of the stake.
    #[test]
    fn a_silent_majority_votes_zero() {
        let weights = &INPUT.weights[..3];
        let input = Input { setters: &[0], weights, bonds: &INPUT.bonds[..3], ..INPUT };
        assert_eq!(outcome(&Params::default(), &input).consensus, [0.0; 3]);
    }

    /// At 5000 blocks of age a validator still counts; one more and it does not.
    #[test]
    fn activity_ends_after_the_cutoff() {
        let input = Input { block: 5_900, last_update: &[899, 900, 0], ..INPUT };
        let out = outcome(&Params::default(), &input);
        assert_eq!(out.active_stake, [0.0, 1.0, 0.0]);
        assert_eq!(out.vtrust, [1.0, 1.0, 0.0], "its weights remain");
    }

    /// A registration in the block of the last epoch comes after it, and inherits the bonds.
    #[test]
    fn bonds_on_a_new_uid_are_dropped_from_the_block_after_the_epoch() {
        for (registered, bond) in [(640, 33_553), (641, 6_553)] {
            let registered = &[0, 0, registered];
            let out = outcome(&Params::default(), &Input { registered, ..INPUT });
            assert_eq!(out.bonds[2], bond);
        }
    }

    /// Where nobody lists anybody there is no consensus, and 0.9 * 30000 remains. Once uid 1
    /// makes one, the liquid rule drops the bond of uid 0, which still lists nobody.
    #[test]
    fn liquid_alpha_needs_a_consensus() {
        let params = Params { liquid_alpha: true, ..Params::default() };
        let (listless, other) = ([None; 6], INPUT.weights[5]);
        let out = outcome(&params, &Input { weights: &listless, ..INPUT });
        assert_eq!(out.bonds[2], 26_999);
        let listed = [None, None, None, None, None, other];
        let out = outcome(&params, &Input { weights: &listed, ..INPUT });
        assert_eq!(out.bonds[2], 0);
    }
}
