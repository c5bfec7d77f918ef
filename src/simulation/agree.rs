//! Weights and stake become consensus, bonds and shares.

use super::Memory;
use crate::protocol::reward::{self, Carried, Scratch, Work};
use crate::protocol::{Input, Outcome};
use crate::world::Subnet;

pub(super) fn agree(subnet: &mut Subnet, memory: &mut Memory) {
    let mut outcome = std::mem::take(&mut subnet.outcome);
    let mut carried = std::mem::take(&mut subnet.carried);
    epoch(subnet, &mut memory.stake, &mut carried, &mut memory.scratch, &mut outcome);
    (subnet.outcome, subnet.carried) = (outcome, carried);
}

/// What the epoch would give if it ran now, without any effect.
pub(super) fn preview(subnet: &Subnet, memory: &mut Memory) {
    let Memory { stake, scratch, preview, .. } = memory;
    epoch(subnet, stake, &mut subnet.carried.clone(), scratch, preview);
}

fn epoch(
    subnet: &Subnet,
    stake: &mut Vec<f64>,
    carried: &mut Carried,
    scratch: &mut Scratch,
    outcome: &mut Outcome,
) {
    stake.clear();
    stake.extend(subnet.ledger.stake.iter().map(|stake| stake.0 as f64));
    let input = Input {
        block: subnet.block + subnet.rules.params.tempo,
        last_epoch: subnet.last_epoch,
        stake,
        permits: &subnet.neurons.permits,
        last_update: &subnet.neurons.last_update,
        registered: &subnet.neurons.registered,
        owner: None,
        setters: &subnet.setters,
        weights: &subnet.weights,
        bonds: &subnet.bonds,
        committed: None,
    };
    let work = Work { hashes: &subnet.neurons.hashes, output: &subnet.neurons.output };
    let rules = &subnet.rules;
    reward::epoch(&rules.params, &rules.reward, &input, &work, carried, scratch, outcome);
}
