//! Weights and stake become consensus, bonds and shares.

use super::{Memory, mechanisms};
use crate::protocol::reward::{self, Carried, Scratch, Work};
use crate::protocol::{Input, Outcome};
use crate::world::Subnet;

pub(super) fn agree(subnet: &mut Subnet, memory: &mut Memory) {
    for mechanism in 0..subnet.rules.mechanisms {
        subnet.turn(mechanism);
        let mut outcome = std::mem::take(&mut subnet.outcome);
        let mut carried = std::mem::take(&mut subnet.carried);
        let Memory { stake, committed, scratch, .. } = memory;
        epoch(subnet, stake, committed, &mut carried, scratch, &mut outcome);
        (subnet.outcome, subnet.carried) = (outcome, carried);
        subnet.turn(mechanism);
    }
    mechanisms::combine(subnet);
}

/// What the epoch would give if it ran now, without any effect.
pub(super) fn preview(subnet: &Subnet, memory: &mut Memory) {
    let Memory { stake, committed, scratch, preview, .. } = memory;
    epoch(subnet, stake, committed, &mut subnet.carried.clone(), scratch, preview);
}

fn epoch(
    subnet: &Subnet,
    stake: &mut Vec<f64>,
    committed: &mut Vec<u64>,
    carried: &mut Carried,
    scratch: &mut Scratch,
    outcome: &mut Outcome,
) {
    subnet.stake_weights(stake);
    subnet.sealed.oldest(subnet.setters.len(), committed);
    let input = Input {
        block: subnet.block + subnet.rules.params.tempo,
        last_epoch: subnet.last_epoch,
        stake,
        permits: &subnet.neurons.permits,
        last_update: &subnet.neurons.last_update,
        registered: &subnet.neurons.registered,
        owner: subnet.owner,
        setters: &subnet.setters,
        weights: &subnet.weights,
        bonds: &subnet.bonds,
        committed: (subnet.rules.reveal_period > 0).then_some(committed.as_slice()),
    };
    let work = Work { hashes: &subnet.neurons.hashes, output: &subnet.neurons.output };
    let rules = &subnet.rules;
    reward::epoch(&rules.params, &rules.reward, &input, &work, carried, scratch, outcome);
}
