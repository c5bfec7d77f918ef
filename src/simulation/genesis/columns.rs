//! Columns at their start, before the text fills them.

use crate::rng::Agent;
use crate::units::{Alpha, Tao};
use crate::world::{Flows, Neurons, Role};

/// So many neurons, with nothing.
pub(super) fn neurons(count: usize) -> Neurons {
    Neurons {
        role: vec![Role::Miner; count],
        group: vec![0; count],
        entity: vec![0; count],
        hidden: vec![false; count],
        auto_stake: vec![None; count],
        agent: vec![Agent::new("", 0); count],
        registered: vec![0; count],
        last_update: vec![0; count],
        permits: vec![false; count],
        weights_version: vec![0; count],
        private: vec![false; count],
        noise_factor: vec![1.0; count],
        take: vec![0.0; count],
        child_take: vec![0.0; count],
        root: vec![None; count],
        root_stake: vec![Tao::ZERO; count],
        compound: vec![0.0; count],
        full_cost: vec![Alpha::ZERO; count],
        cost_usd: vec![0.0; count],
        fixed_cost: vec![Alpha::ZERO; count],
        first_quality: vec![0.0; count],
        quality: vec![0.0; count],
        drift: vec![0.0; count],
        reversion: vec![0.0; count],
        publishes: vec![false; count],
        released: vec![0.0; count],
        unanswered: vec![false; count],
        effort: vec![0.0; count],
        output: vec![0.0; count],
        hash_power: vec![0.0; count],
        hashes: vec![0.0; count],
    }
}

/// Flows of so many neurons and stakers, all of them nothing.
pub(super) fn flows(count: usize, stakers: usize) -> Flows {
    Flows {
        incentive: vec![Alpha::ZERO; count],
        dividends: vec![Alpha::ZERO; count],
        earned: vec![Alpha::ZERO; count],
        cost: vec![Alpha::ZERO; count],
        paid: vec![Alpha::ZERO; count],
        received: vec![Alpha::ZERO; count],
        profit: vec![0; count],
        staker_earned: vec![Alpha::ZERO; stakers],
        staker_profit: vec![0; stakers],
        ..Flows::default()
    }
}
