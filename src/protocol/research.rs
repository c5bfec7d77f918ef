//! Research versions of Yuma consensus, as their authors compare them with one another.
//!
//! They differ in what a validator has to do to own a bond, and in how fast bonds follow weights:
//!
//! | version | a bond is | carried on as |
//! |---|---|---|
//! | [`Version::Yuma1`] | stake times clipped weight, by column | nothing, unless alpha is liquid |
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
//! In two points they depart from the package. Where no weight above 0 has the support it needs,
//! in any column, the package turns 0/0 into a consensus of -32768.5 everywhere; here a column
//! without support has consensus 0, and in an epoch without any all ranks are 0. And where all
//! stake must agree but its shares sum to less than 1 by rounding, the package takes the greatest
//! weight; here the consensus is the least, which all support.
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
    /// Weights of the last epoch, `[validators, servers]`; each row sums to less than 1.
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

impl State {
    /// Forgets all about `server`, as when another miner takes its place on a subnet: bonds in
    /// it, and the weights and consensus that the last epoch left.
    ///
    /// Unlike [`State::reset_column`] this belongs to every version: who comes new has no past.
    pub(super) fn forget(&mut self, server: usize) {
        self.reset_column(server);
        let servers = self.consensus.len();
        if server < servers {
            self.weights.iter_mut().skip(server).step_by(servers).for_each(|weight| *weight = 0.0);
            self.consensus[server] = 0.0;
        }
    }

    /// Takes over what `before` holds, with the row of `before` that `row_of` gives for each row;
    /// rows and columns that are not there start empty.
    pub(super) fn take_over(&mut self, before: &Self, row_of: impl Fn(usize) -> Option<usize>) {
        let (servers, had) = (self.consensus.len(), before.consensus.len());
        if servers == 0 || had == 0 {
            return;
        }
        for (consensus, was) in self.consensus.iter_mut().zip(&before.consensus) {
            *consensus = *was;
        }
        for (matrix, was) in
            [(&mut self.bonds, &before.bonds), (&mut self.weights, &before.weights)]
        {
            for (row, values) in matrix.chunks_exact_mut(servers).enumerate() {
                let was = row_of(row).map_or(&[][..], |row| &was[row * had..][..had]);
                for (value, was) in values.iter_mut().zip(was) {
                    *value = *was;
                }
            }
        }
        self.started = before.started;
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
    /// Weights of this epoch, `[validators, servers]`; each row sums to less than 1, by the more
    /// the nearer its raw weights come to the constant in the divisor.
    pub weights: Vec<f64>,
    /// The level weights are clipped to, in 65535ths, `[servers]`; sums to just below 1, or is
    /// all 0.
    pub consensus: Vec<f64>,
    /// Stake behind each server after clipping, `[servers]`, in `[0, 1]`.
    pub ranks: Vec<f64>,
    /// Each server's part of what servers earn, `[servers]`; sums to 1, or is all 0 where no rank
    /// is above 0 and no winner takes all.
    pub incentives: Vec<f64>,
    /// How much of each validator's weight the consensus left standing, `[validators]`, in
    /// `[0, 1]`; [`Version::Yuma2b`] puts the weights it judges, those of the last epoch, in
    /// proportion to this epoch's, and may exceed 1.
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
    let mode =
        if version == Version::Yuma3 { params.consensus_mode } else { ConsensusMode::Current };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn run(
        version: Version,
        params: &Params,
        stakes: &[f64],
        epochs: &[&[f64]],
    ) -> (State, Shares) {
        let servers = epochs[0].len() / stakes.len();
        let (mut state, mut out) = (State::new(stakes.len(), servers), Shares::default());
        for weights in epochs {
            epoch(version, params, stakes, weights, &mut state, &mut out);
        }
        (state, out)
    }

    fn assert_close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        let close = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-4);
        assert!(close, "{found:?} against {expected:?}");
    }

    /// Three validators, each with a server of its own: none has half of the stake behind it.
    #[test]
    fn without_consensus_nobody_is_paid() {
        let weights: &[f64] = &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        for version in Version::ALL {
            let (_, out) = run(version, &Params::default(), &[34.0, 33.0, 33.0], &[weights; 3]);
            assert_eq!([&out.consensus, &out.incentives, &out.dividends], [&[0.0; 3]; 3]);
        }
        let params = Params { winner_takes_all: true, ..Params::default() };
        let (_, out) = run(Version::Yuma1, &params, &[34.0, 33.0, 33.0], &[weights]);
        assert_close(&out.incentives, &[1.0 / 3.0; 3]);
    }

    /// At first all agree on 3 to 1. Then the big one turns to 1 to 3: the consensus on the first
    /// server falls from 3/4 to 1/4, and on the second it rises as far. The small one stands 1/2
    /// above the new consensus on the first and at the old; the big one stands 1/2 above the old
    /// consensus on the second and at the new. Half a whole is the middle of the curve, a rate of
    /// 0.2, and nothing is close to the lowest, 0.101339.
    #[test]
    fn the_mode_says_which_consensus_a_lead_is_measured_from() {
        let epochs: [&[f64]; 2] = [&[3.0, 1.0, 3.0, 1.0], &[1.0, 3.0, 3.0, 1.0]];
        let (low, mid) = (0.101_339, 0.2);
        for (mode, big, small) in [
            (ConsensusMode::Current, low, mid),
            (ConsensusMode::Previous, mid, low),
            (ConsensusMode::Mixed, low, low),
        ] {
            let params = Params {
                bond_moving_avg: 0.9,
                liquid_alpha: true,
                consensus_mode: mode,
                ..Params::default()
            };
            let (_, out) = run(Version::Yuma3, &params, &[0.8, 0.2], &epochs);
            let step =
                |rate: f64, weight: f64, first: f64| rate * weight + (1.0 - rate) * 0.1 * first;
            let expected = [step(big, 0.75, 0.25), step(small, 0.75, 0.75)];
            assert_close(&[out.bonds[1], out.bonds[2]], &expected);
        }
    }

    #[test]
    fn the_last_weights_count_under_2b() {
        let epochs: [&[f64]; 2] = [&[1.0, 0.0, 0.0, 1.0], &[0.0, 1.0, 0.0, 1.0]];
        let params = Params { bond_moving_avg: 0.0, ..Params::default() };
        let (_, out) = run(Version::Yuma2b, &params, &[0.8, 0.2], &epochs);
        assert_close(&out.bonds, &[0.0, 0.0, 0.0, 1.0]);
        assert_close(&out.validator_trust, &[0.0, 1.0]);
        let (_, out) = run(Version::Yuma2, &params, &[0.8, 0.2], &epochs);
        assert_close(&out.bonds, &[0.0, 0.8, 0.0, 0.2]);
    }

    /// Under a penalty of 1/2, the small validator's weight on the first server earns half of
    /// what it would without; the column then holds that alone. Under 1 it holds nothing.
    #[test]
    fn the_penalty_cuts_bonds_back() {
        let weights = [0.0, 1.0, 1.0, 1.0];
        for (bond_penalty, column) in [(0.0, [0.0, 1.0]), (0.5, [0.0, 1.0]), (1.0, [0.0, 0.0])] {
            let params = Params { bond_penalty, ..Params::default() };
            let (_, out) = run(Version::Yuma2, &params, &[0.8, 0.2], &[&weights]);
            assert_close(&[out.bonds[0], out.bonds[2]], &column);
            assert_close(&[out.bonds[1], out.bonds[3]], &[8.0 / 9.0, 1.0 / 9.0]);
        }
    }

    #[test]
    fn a_reset_takes_one_column() {
        let (mut state, _) = run(
            Version::Yuma3,
            &Params::default(),
            &[0.5, 0.5],
            &[&[1.0, 1.0, 2.0, 1.0, 1.0, 2.0]],
        );
        state.reset_column(1);
        assert_close(&state.bonds, &[0.225, 0.0, 0.45, 0.225, 0.0, 0.45]);
        state.reset_column(3);
        assert_close(&state.bonds, &[0.225, 0.0, 0.45, 0.225, 0.0, 0.45]);
    }

    #[test]
    fn nobody_and_nothing_are_no_trouble() {
        for (validators, servers) in [(0, 0), (0, 2), (2, 0)] {
            let (mut state, mut out) = (State::new(validators, servers), Shares::default());
            let (stakes, weights) = (vec![1.0; validators], vec![1.0; validators * servers]);
            epoch(Version::Yuma1, &Params::default(), &stakes, &weights, &mut state, &mut out);
            assert_eq!(out.dividends, vec![0.0; validators]);
            assert_eq!(out.incentives, vec![0.0; servers]);
        }
    }

    #[test]
    fn a_sum_too_great_to_hold_still_has_parts() {
        let mut parts = [0.0; 3];
        shares(&[f64::MAX, f64::MAX, 5e-324], 0.0, &mut parts);
        assert_eq!(parts, [0.5, 0.5, 0.0]);
        shares(&[0.0; 3], 0.0, &mut parts);
        assert_eq!(parts, [0.0; 3]);
    }
}
