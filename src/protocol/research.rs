//! Research versions of Yuma consensus, as their authors compare them with one another.
//!
//! They differ in what a validator has to do to own a bond, and in how fast bonds follow weights:
//!
//! | version | a bond is | carried on as |
//! |---|---|---|
//! | [`Version::Yuma1`] | stake times clipped weight | nothing: bought anew every epoch |
//! | [`Version::Yuma2`] | stake times clipped weight, by column | a moving average |
//! | [`Version::Yuma2b`] | the same of the last epoch's weights | a moving average |
//! | [`Version::Yuma2c`] | bought up to a capacity set by stake | what is left after decay |
//! | [`Version::Yuma3`] | the validator's own, in `[0, 1]`, without stake | a moving average |
//!
//! The rules are those of the package `yuma-simulation` (commit 2b976fd), in `f64`: its Yuma 2 does
//! not make carried bonds sum to 1, and its Yuma 3 looks at plain weights, where its interactive
//! successor does and looks at clipped ones. They depart from the chain, which the sibling modules
//! follow: consensus is made to sum to 1 before weights are clipped to it, sums that divide have a
//! small constant added, and nothing is masked.
//!
//! In one point they depart from the package. Where no weight above 0 has the support it needs,
//! in any column, the package turns 0/0 into a consensus of -32768.5 everywhere; here a column
//! without support has consensus 0, and an epoch without any pays nobody.
//!
//! Matrices are `[validators, servers]`, row-major; a server is what the chain calls a miner.
//! A state and an outcome that have been used once make no further allocation.

mod agreement;
mod bonds;
mod params;

pub use params::{ConsensusMode, Params, Version};

use crate::num;
use agreement::Vote;

/// What the divisors of shares have added, so that nothing is divided by 0.
const EPSILON: f64 = 1e-6;

/// What an epoch hands to the next.
#[derive(Clone, Debug)]
pub struct State {
    /// Bonds, `[validators, servers]`, at least 0; under [`Version::Yuma2c`] up to 2^64, under the
    /// others at most 1.
    pub bonds: Vec<f64>,
    /// Consensus of the last epoch, `[servers]`, all 0 before the first.
    pub consensus: Vec<f64>,
    /// Weights of the last epoch, each row summing to just below 1 or 0, `[validators, servers]`.
    pub weights: Vec<f64>,
    /// Whether there was an epoch before; the first has no bonds, consensus or weights to look
    /// back to.
    pub started: bool,
    scratch: Scratch,
}

impl State {
    /// The state before the first epoch.
    #[must_use]
    pub fn new(validators: usize, servers: usize) -> Self {
        let matrix = || vec![0.0; validators * servers];
        Self {
            bonds: matrix(),
            consensus: vec![0.0; servers],
            weights: matrix(),
            started: false,
            scratch: Scratch {
                votes: Vec::with_capacity(validators),
                fresh: matrix(),
                columns: vec![0.0; servers],
                reference: vec![0.0; servers],
            },
        }
    }

    /// Takes everyone's bonds in `server` away, as when another miner takes its place.
    ///
    /// The package does so only under versions that say [`Version::resets_bonds`]. A server that
    /// does not exist has no bonds to lose.
    pub fn reset_column(&mut self, server: usize) {
        let servers = self.consensus.len();
        if server < servers {
            self.bonds.iter_mut().skip(server).step_by(servers).for_each(|bond| *bond = 0.0);
        }
    }
}

/// Working memory; it holds nothing from one epoch to the next.
#[derive(Clone, Debug)]
struct Scratch {
    votes: Vec<Vote>,
    /// New bonds before they are averaged, `[validators, servers]`.
    fresh: Vec<f64>,
    /// Sums of columns, `[servers]`.
    columns: Vec<f64>,
    /// The consensus that liquid alpha looks at, `[servers]`.
    reference: Vec<f64>,
}

/// What an epoch decides. The buffers are resized and reused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shares {
    /// Share of all stake, `[validators]`; sums to 1 or is all 0.
    pub stakes: Vec<f64>,
    /// Weights of this epoch, each row summing to just below 1 or 0, `[validators, servers]`.
    pub weights: Vec<f64>,
    /// The level weights are clipped to, in 65535ths, `[servers]`; sums to just below 1, or is
    /// all 0.
    pub consensus: Vec<f64>,
    /// Stake behind each server after clipping, `[servers]`, in `[0, 1]`.
    pub ranks: Vec<f64>,
    /// Each server's part of what servers earn, `[servers]`; sums to 1 or is all 0.
    pub incentives: Vec<f64>,
    /// How much of each validator's weight the consensus left standing, `[validators]`, in
    /// `[0, 1]`, or up to 2 under [`Version::Yuma2b`], which clips the weights of the last epoch.
    pub validator_trust: Vec<f64>,
    /// Bonds as carried on, `[validators, servers]`.
    pub bonds: Vec<f64>,
    /// Each validator's part of what validators earn, `[validators]`; sums to just below 1.
    pub dividends: Vec<f64>,
}

impl Shares {
    /// Makes room and forgets what was there.
    fn reset(&mut self, validators: usize, servers: usize) {
        for row in [&mut self.stakes, &mut self.validator_trust, &mut self.dividends] {
            zeros(row, validators);
        }
        for row in [&mut self.consensus, &mut self.ranks, &mut self.incentives] {
            zeros(row, servers);
        }
        for matrix in [&mut self.weights, &mut self.bonds] {
            zeros(matrix, validators * servers);
        }
    }
}

/// Runs one epoch.
///
/// `stakes` is `[validators]` in any unit and `weights` `[validators, servers]` in any unit, both
/// finite and at least 0, of the shape `state` was made for. Without validators or servers
/// nothing happens.
pub fn epoch(
    version: Version,
    params: &Params,
    stakes: &[f64],
    weights: &[f64],
    state: &mut State,
    out: &mut Shares,
) {
    let (validators, servers) = (stakes.len(), state.consensus.len());
    debug_assert_eq!(weights.len(), validators * servers);
    debug_assert_eq!(state.bonds.len(), validators * servers);
    out.reset(validators, servers);
    if validators == 0 || servers == 0 {
        return;
    }

    shares(stakes, 0.0, &mut out.stakes);
    for (row, share) in weights.chunks_exact(servers).zip(out.weights.chunks_exact_mut(servers)) {
        shares(row, EPSILON, share);
    }
    if !state.started {
        state.weights.copy_from_slice(&out.weights);
    }

    let scratch = &mut state.scratch;
    let votes = &mut scratch.votes;
    agreement::consensus(params.kappa, &out.stakes, &out.weights, votes, &mut out.consensus);

    let judged = if version == Version::Yuma2b { &state.weights } else { &out.weights };
    let clipped = agreement::Clipped { weights: judged, consensus: &out.consensus };
    clipped.ranks(&out.stakes, &mut out.ranks);
    clipped.trust(&out.weights, &mut out.validator_trust);
    agreement::incentives(params.winner_takes_all, &out.ranks, &mut out.incentives);

    let liquid = state.started && params.liquid_alpha;
    let mode = if version == Version::Yuma3 { params.consensus_mode } else { ConsensusMode::Current };
    mode.reference(&out.consensus, &state.consensus, &mut scratch.reference);
    let trade = bonds::Trade {
        params,
        stakes: &out.stakes,
        weights: &out.weights,
        rate: bonds::Rate::new(version, params, liquid.then_some(&scratch.reference)),
        servers,
    };
    let (fresh, columns) = (&mut scratch.fresh, &mut scratch.columns);
    match version {
        Version::Yuma1 | Version::Yuma2 | Version::Yuma2b => {
            let epsilon = if version == Version::Yuma1 { EPSILON } else { 0.0 };
            trade.buy(&clipped, epsilon, columns, fresh);
            if state.started {
                trade.average(fresh, &mut state.bonds);
            } else {
                state.bonds.copy_from_slice(fresh);
            }
            if version == Version::Yuma1 {
                bonds::divide_columns(EPSILON, columns, &mut state.bonds);
            }
        }
        Version::Yuma2c => trade.within_capacity(&mut state.bonds),
        Version::Yuma3 => trade.toward_weights(&mut state.bonds),
    }
    bonds::dividends(
        version,
        &state.bonds,
        &out.stakes,
        &out.incentives,
        columns,
        &mut out.dividends,
    );

    out.bonds.copy_from_slice(&state.bonds);
    state.consensus.copy_from_slice(&out.consensus);
    state.weights.copy_from_slice(&out.weights);
    state.started = true;
}

/// Each value's share of their sum, to which `epsilon` is added; all 0 where that is 0.
fn shares(values: &[f64], epsilon: f64, shares: &mut [f64]) {
    /// 2^-64: makes any sum finite, and costs finite sums nothing, since they are left alone.
    const SMALL: f64 = 1.0 / 18_446_744_073_709_551_616.0;
    let scale = if num::sum(values).is_finite() { 1.0 } else { SMALL };
    for (share, value) in shares.iter_mut().zip(values) {
        *share = value * scale;
    }
    let total = num::sum(shares) + epsilon * scale;
    for share in shares {
        *share = ratio(*share, total);
    }
}

/// A ratio of two numbers that are at least 0; 0 where the divisor is 0.
fn ratio(value: f64, divisor: f64) -> f64 {
    if divisor > 0.0 { value / divisor } else { 0.0 }
}

/// As many zeros, without giving memory back.
fn zeros(values: &mut Vec<f64>, len: usize) {
    values.clear();
    values.resize(len, 0.0);
}
