//! The epoch of one mechanism: stake, weights and bonds in; consensus, shares and bonds out.
//!
//! [`epoch`] holds the protocol's order; what each of its lines does is in the sibling modules.
//! Matrices are [setters, uids], row-major: a setter is a uid that has a row of weights or
//! bonds, and a uid without one has an empty row.

use crate::num;
use crate::protocol::bonds::{self, Columns, View};
use crate::protocol::emission;
use crate::protocol::liquid_alpha::LiquidAlpha;
use crate::protocol::median::{self, TIE_MARGIN, Vote};
use crate::protocol::params::{Params, RewardRule};
use crate::protocol::permits;
use crate::protocol::stake;
use crate::protocol::weights;
use crate::units::Uid;

/// What an epoch reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// The block in which the epoch runs [block].
    pub block: u64,
    /// The block of the last successful epoch, if there was one [block].
    pub last_epoch: Option<u64>,
    /// Stake weight of each uid [rao], [uids]; finite and at least 0.
    pub stake: &'a [f64],
    /// Who may set weights in this epoch, as the last epoch decided, [uids].
    pub permits: &'a [bool],
    /// When each uid last set or committed weights, or registered [block], [uids].
    pub last_update: &'a [u64],
    /// When each uid registered [block], [uids]; 0 for an empty slot.
    pub registered: &'a [u64],
    /// The uid of the subnet owner's hotkey, if it has one: it always has a permit, needs no
    /// least stake, and may weigh itself.
    pub owner: Option<Uid>,
    /// The uid of each row, [setters], ascending.
    pub setters: &'a [Uid],
    /// Weights as stored, greatest of a row 65535, [setters, uids]; `None` is not listed, and
    /// `Some(0)` is listed with 0.
    pub weights: &'a [Option<u16>],
    /// Bonds as stored, in 65535ths, [setters, uids].
    pub bonds: &'a [u16],
    /// With commit-reveal, the block of each row's oldest commit that is still hidden, or
    /// `u64::MAX` if it has none [block], [setters]. A hidden vote must not fall to a uid that
    /// registered after it was cast.
    pub committed: Option<&'a [u64]>,
}

/// What an epoch decides. The buffers are resized and reused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Share of all stake that reaches the threshold, [uids]; sums to 1 or is all 0.
    pub stake_share: Vec<f64>,
    /// Share of the stake that voted, [uids]; sums to 1 or is all 0.
    pub active_stake: Vec<f64>,
    /// Who may set weights in the next epoch, [uids].
    pub permits: Vec<bool>,
    /// Greatest weight on each uid that a majority of the stake supports, [uids], in [0, 1].
    pub consensus: Vec<f64>,
    /// Each uid's part of what miners earn, [uids]; sums to 1 or is all 0.
    pub incentive: Vec<f64>,
    /// Each uid's part of what validators earn, [uids]; sums to 1 or is all 0.
    pub dividends: Vec<f64>,
    /// How much of each uid's weight the consensus left standing, [uids], in [0, 1].
    pub vtrust: Vec<f64>,
    /// Weights after masks, each row summing to 1 or all 0, [setters, uids].
    pub weights: Vec<f64>,
    /// Bonds to be stored, in 65535ths, [setters, uids].
    pub bonds: Vec<u16>,
    /// Part of the epoch's emission each uid earns as a miner, [uids].
    pub incentive_emission: Vec<f64>,
    /// Part of the epoch's emission each uid earns as a validator, [uids]; with the above it
    /// sums to 1, or is all 0 where there is no stake.
    pub dividend_emission: Vec<f64>,
}

/// Working memory of an epoch. It holds no state: a new one gives the same outcome.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    order: Vec<Uid>,
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

    vote_shares(params, input, scratch, out);
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
fn vote_shares(params: &Params, input: &Input<'_>, scratch: &mut Scratch, out: &mut Outcome) {
    stake::shares(input.stake, params.stake_threshold, input.owner, &mut out.stake_share);

    let validators = params.max_allowed_validators;
    permits::top_k(&out.stake_share, validators, &mut scratch.order, &mut out.permits);
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
    median::consensus(
        &scratch.row_stake,
        input.has_silent_stake(&out.active_stake),
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
}

/// A weight after its part above the consensus has been cut back.
fn penalised(weight: f64, clipped: f64, penalty: f64) -> f64 {
    if penalty >= 1.0 { clipped } else { weight + penalty * (clipped - weight) }
}

/// Bonds, the dividends they earn, and the bonds to store.
fn reward(params: &Params, input: &Input<'_>, scratch: &mut Scratch, out: &mut Outcome) {
    // Before the first epoch the chain counts one tempo back.
    let first_kept = input.block.saturating_sub(params.tempo);
    let first_kept = input.last_epoch.map_or(first_kept, |block| block.saturating_add(1));
    for (fresh, &registered) in scratch.fresh.iter_mut().zip(input.registered) {
        *fresh = registered >= first_kept;
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

impl Input<'_> {
    /// Whether the uid's weights count in this epoch.
    fn permitted(&self, uid: Uid) -> bool {
        self.permits[uid] || self.owner == Some(uid)
    }

    /// Which of a row's weights still count: not that on itself, and none that was cast for
    /// whoever held the slot before.
    fn mask(&self, row: usize) -> impl Fn(Uid) -> bool {
        let setter = self.setters[row];
        let weighs_itself = self.owner == Some(setter);
        let set = self.last_update[setter];
        let committed = self.committed.map_or(u64::MAX, |committed| committed[row]);
        let registered = self.registered;
        move |target| {
            let registered = registered[target];
            set > registered && committed >= registered && (target != setter || weighs_itself)
        }
    }

    /// Whether a uid without a row holds stake that votes.
    fn has_silent_stake(&self, active_stake: &[f64]) -> bool {
        let voters = active_stake.iter().filter(|&&stake| stake > 0.0).count();
        let with_row = self.setters.iter().filter(|&&uid| active_stake[uid] > 0.0).count();
        with_row < voters
    }

    /// Shapes are the caller's duty; a debug build says which one is wrong.
    fn debug_check(&self) {
        let (uids, setters) = (self.stake.len(), self.setters.len());
        debug_assert_eq!(self.permits.len(), uids, "permits");
        debug_assert_eq!(self.last_update.len(), uids, "last updates");
        debug_assert_eq!(self.registered.len(), uids, "registrations");
        debug_assert_eq!(self.weights.len(), setters * uids, "weights");
        debug_assert_eq!(self.bonds.len(), setters * uids, "bonds");
        debug_assert!(self.committed.is_none_or(|c| c.len() == setters), "commits");
        debug_assert!(self.setters.is_sorted_by(|a, b| a < b), "setters ascend");
        debug_assert!(self.setters.iter().all(|&uid| uid < uids), "setters are uids");
    }
}

impl Outcome {
    fn resize(&mut self, uids: usize, setters: usize) {
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

fn refill<T: Clone>(buffer: &mut Vec<T>, length: usize, value: T) {
    buffer.clear();
    buffer.resize(length, value);
}
