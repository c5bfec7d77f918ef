//! The epoch again, for speed: the same numbers as [`consensus::epoch`], which is the rule as one
//! reads it.
//!
//! Rows and columns are run through in loops without branches, which the compiler turns into
//! vectors; [`num::widest`] chooses their width when the epoch runs. Every element is computed by
//! the same operations in the same order as in the readable form, and column sums run over rows in
//! the same order, so that consensus, incentive and bonds are equal to the bit. The sums along a
//! row, validator trust and dividends, are added up in sixteen strands instead of one, and may
//! differ in the last places.

mod bonds;
mod median;
mod rows;

use crate::num::{self, Simd, WithSimd};
use crate::protocol::consensus::{self, Input, Outcome};
use crate::protocol::emission;
use crate::protocol::liquid_alpha::LiquidAlpha;
use crate::protocol::median::{TIE_MARGIN, Voters};
use crate::protocol::params::{Params, RewardRule};
use crate::units::Uid;

/// Working memory of an epoch. It holds no state: a new one gives the same outcome.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    order: Vec<Uid>,
    row_stake: Vec<f64>,
    voters: Voters,
    search: median::Search,
    /// Bonds of this epoch before they are stored, `[setters, uids]`.
    bonds: Vec<f64>,
    /// Which permitted rows list anything with weight 0, `[setters]`.
    row_zeros: Vec<bool>,
    row: rows::Row,
    columns: bonds::Columns,
}

/// Runs one epoch. Equal to [`consensus::epoch`].
pub fn epoch(params: &Params, input: &Input<'_>, scratch: &mut Scratch, out: &mut Outcome) {
    input.debug_check();
    let (uids, setters) = (input.stake.len(), input.setters.len());
    out.resize(uids, setters);
    if uids == 0 {
        return;
    }
    scratch.resize(uids, setters);
    consensus::vote_shares(params, input, &mut scratch.order, out);
    let active = &out.active_stake;
    scratch.row_stake.extend(input.setters.iter().map(|&uid| active[uid]));
    scratch.voters.find(&scratch.row_stake, input.has_silent_stake(active));
    let first_fresh = input.first_fresh(params.tempo);
    scratch.columns.mark_new(input.registered, first_fresh);

    num::widest(Matrices { params, input, scratch, out });

    emission::shares(
        params.validator_share,
        [&out.incentive, &out.dividends],
        [&out.active_stake, &out.stake_share],
        [&mut out.incentive_emission, &mut out.dividend_emission],
    );
}

/// Weights that still count, each row summing to 1 or all 0, `[setters, uids]`.
pub(super) fn read_weights(input: &Input<'_>, weights: &mut [f64]) {
    rows::read(input, weights, |_, _| ());
}

/// All that runs over the matrices.
struct Matrices<'a, 'b> {
    params: &'a Params,
    input: &'a Input<'b>,
    scratch: &'a mut Scratch,
    out: &'a mut Outcome,
}

impl WithSimd for Matrices<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { params, input, scratch, out } = self;
        let Scratch { row_zeros, .. } = &mut *scratch;
        rows::read(input, &mut out.weights, |row, zeros| row_zeros[row] = zeros);
        let needed = params.stored_kappa() + TIE_MARGIN;
        let (voters, search) = (&scratch.voters, &mut scratch.search);
        median::consensus(simd, voters, &out.weights, needed, search, &mut out.consensus);
        let liquid = params.liquid_alpha && num::sum(&out.consensus) > 0.0;
        let steepness = params.alpha_sigmoid_steepness;
        let curve = LiquidAlpha::new(params.alpha_low, params.alpha_high, steepness);
        match params.reward_rule {
            RewardRule::ChainClassic => bonds::classic(params, input, scratch, out),
            RewardRule::ChainYuma3 if liquid => {
                bonds::yuma3(params, input, Some(&curve), scratch, out);
            }
            RewardRule::ChainYuma3 => bonds::yuma3(params, input, None, scratch, out),
        }
    }
}

impl Scratch {
    fn resize(&mut self, uids: usize, setters: usize) {
        self.row_stake.clear();
        consensus::refill(&mut self.row_zeros, setters, false);
        self.bonds.resize(setters * uids, 0.0);
        self.row.resize(uids);
        self.columns.resize(uids);
    }
}
