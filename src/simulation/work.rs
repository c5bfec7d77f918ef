//! Miners choose their effort; abilities drift.

use super::{People, RunError};
use crate::num;
use crate::rng::{Domain, Streams};
use crate::strategy::MinerTurn;
use crate::units::Epoch;
use crate::world::Subnet;

pub(super) fn work(
    subnet: &mut Subnet,
    people: &mut People,
    streams: Streams,
    epoch: Epoch,
) -> Result<(), RunError> {
    for (uid, miner) in &mut people.miners {
        let uid = *uid;
        let mut draws = streams.at(Domain::Mine, subnet.neurons.agent[uid], epoch);
        let neurons = &mut subnet.neurons;
        if neurons.drift[uid] > 0.0 && epoch > 0 && neurons.first_quality[uid] > 0.0 {
            let start = num::ln(neurons.first_quality[uid]);
            let away = num::ln(neurons.quality[uid]) - start;
            let log =
                start + (1.0 - neurons.reversion[uid]) * away + neurons.drift[uid] * draws.normal();
            // Far beyond any use, but finite: a quality of 0 could never come back.
            neurons.quality[uid] = num::exp(log.clamp(-300.0, 300.0));
        }
        let mut turn = MinerTurn {
            epoch,
            uid,
            quality: neurons.quality[uid],
            full_cost: neurons.full_cost[uid].tokens(),
            last_income: subnet.flows.earned[uid].tokens(),
            last_cost: subnet.flows.cost[uid].tokens(),
            incentive: &subnet.outcome.incentive,
            draws,
        };
        let effort = miner.work(&mut turn);
        if !(0.0..=1.0).contains(&effort) {
            return Err(RunError::Strategy {
                epoch,
                who: subnet.called(uid),
                strategy: subnet.groups[subnet.neurons.group[uid]].strategy.clone(),
                did: format!("chose an effort of {effort}, which is not in [0, 1]"),
            });
        }
        let neurons = &mut subnet.neurons;
        neurons.effort[uid] = effort;
        neurons.output[uid] = neurons.quality[uid] * effort;
        neurons.hashes[uid] = neurons.hash_power[uid] * effort;
        subnet.flows.cost[uid] = neurons.full_cost[uid].part(effort);
    }
    Ok(())
}
