//! Weights and stake become consensus, bonds and shares.

use super::Memory;
use crate::protocol::{self, Input, Outcome, Scratch};
use crate::world::Subnet;

pub(super) fn agree(subnet: &mut Subnet, memory: &mut Memory) {
    let mut outcome = std::mem::take(&mut subnet.outcome);
    epoch(subnet, &mut memory.stake, &mut memory.scratch, &mut outcome);
    subnet.outcome = outcome;
}

/// What the epoch would give if it ran now, without any effect.
pub(super) fn preview(subnet: &Subnet, memory: &mut Memory) {
    let Memory { stake, scratch, preview, .. } = memory;
    epoch(subnet, stake, scratch, preview);
}

fn epoch(subnet: &Subnet, stake: &mut Vec<f64>, scratch: &mut Scratch, outcome: &mut Outcome) {
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
    protocol::epoch(&subnet.rules.params, &input, scratch, outcome);
}
