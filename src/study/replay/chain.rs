//! A series under a rule of the chain, or a rival on its terms: validators are the first uids, servers those after them.

use super::{Replay, Series};
use crate::protocol::reward::{self, Carried, Reward, Rule, Scratch, Work};
use crate::protocol::weights::max_upscale;
use crate::protocol::{Input, Outcome, Params, proportion};
use crate::units::Uid;

/// The block of the first epoch: after block 0, at which all uids count as registered.
const FIRST: u64 = 1;

pub(super) fn replay(series: &Series, rule: Rule) -> Replay {
    let (validators, servers) = (series.validators.len(), series.servers.len());
    let uids = validators + servers;
    let given = &series.params;
    let params = Params {
        kappa: given.kappa,
        bonds_penalty: given.bond_penalty,
        bonds_moving_average: given.bond_moving_avg,
        liquid_alpha: given.liquid_alpha,
        alpha_low: given.alpha_low,
        alpha_high: given.alpha_high,
        alpha_sigmoid_steepness: given.alpha_sigmoid_steepness,
        winner_takes_all: given.winner_takes_all,
        max_allowed_validators: uids,
        tempo: 1,
        activity_cutoff_factor: 50.0,
        ..Params::default()
    };
    let reward = Reward { rule, ..Reward::default() };
    let setters: Vec<Uid> = (0..validators).collect();
    let permits: Vec<bool> = (0..uids).map(|uid| uid < validators).collect();
    let registered = vec![0; uids];
    let mut stored = vec![None; validators * uids];
    let mut bonds = vec![0; validators * uids];
    let (mut scratch, mut outcome) = (Scratch::default(), Outcome::default());
    let (work, mut carried) = (Work::default(), Carried::default());
    let mut replay = Replay::default();
    for (at, (stakes, weights)) in series.stakes.iter().zip(&series.weights).enumerate() {
        let block = FIRST + at as u64;
        if let Some(reset) = series.reset.filter(|reset| reset.epoch == at) {
            for row in bonds.chunks_exact_mut(uids) {
                row[validators + reset.server] = 0;
            }
        }
        for (row, stored) in weights.chunks_exact(servers).zip(stored.chunks_exact_mut(uids)) {
            max_upscale(row, &mut stored[validators..]);
        }
        let mut stake = stakes.clone();
        crate::num::normalise(&mut stake);
        // Stakes may be shares; the chain's threshold and floors are in rao.
        for share in &mut stake {
            *share *= 1e15;
        }
        stake.resize(uids, 0.0);
        let input = Input {
            block,
            last_epoch: block.checked_sub(1).filter(|last| *last >= FIRST),
            stake: &stake,
            permits: &permits,
            last_update: &vec![block; uids],
            registered: &registered,
            owner: None,
            setters: &setters,
            weights: &stored,
            bonds: &bonds,
            committed: None,
        };
        reward::epoch(&params, &reward, &input, &work, &mut carried, &mut scratch, &mut outcome);
        bonds.copy_from_slice(&outcome.bonds);
        replay.dividends.push(outcome.dividends[..validators].to_vec());
        replay.incentives.push(outcome.incentive[validators..].to_vec());
        replay.consensus.push(outcome.consensus[validators..].to_vec());
        let share = |row: &[u16]| row[validators..].iter().map(|b| proportion::share(*b)).collect();
        let rows: Vec<Vec<f64>> = bonds.chunks_exact(uids).map(share).collect();
        replay.bonds.push(rows.concat());
    }
    replay
}
