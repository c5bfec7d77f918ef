//! What a subnet has once all its people are there: tables of the right size, weights in force before
//! the first epoch, and who is whose partner.

use std::collections::BTreeSet;

use super::{GENESIS, Making};
use crate::protocol::commits::Commits;
use crate::protocol::reward::Carried;
use crate::protocol::weights;
use crate::scenario::SubnetPlan;
use crate::simulation::govern::Office;
use crate::simulation::{Memory, People};
use crate::units::Uid;
use crate::world::{Mechanism, Role, Subnet};

impl Making {
    pub(super) fn finish(self, plan: &SubnetPlan) -> (Subnet, People) {
        let Self {
            mut subnet, validators, miners, stakers, providers, mined_by, coalitions, ..
        } = self;
        let (rows, uids) = (subnet.setters.len(), subnet.uids());
        subnet.weights = vec![None; rows * uids];
        subnet.bonds = vec![0; rows * uids];
        for ((_, uid), _) in validators.iter().filter(|(_, validator)| validator.votes()) {
            subnet.neurons.last_update[*uid] = GENESIS;
        }
        let out = &mut subnet.outcome;
        for column in [
            &mut out.stake_share,
            &mut out.active_stake,
            &mut out.consensus,
            &mut out.incentive,
            &mut out.dividends,
            &mut out.vtrust,
            &mut out.incentive_emission,
            &mut out.dividend_emission,
        ] {
            column.resize(uids, 0.0);
        }
        out.weights = vec![0.0; rows * uids];
        out.bonds = vec![0; rows * uids];
        for start in &plan.start {
            let Ok(row) = subnet.setters.binary_search(&start.uid) else { continue };
            let mut shares = vec![0.0; uids];
            for (uid, weight) in start.to.iter().zip(&start.weights) {
                shares[*uid] = *weight;
            }
            let range = row * uids..(row + 1) * uids;
            weights::max_upscale(&shares, &mut subnet.weights[range.clone()]);
            let stored = &subnet.weights[range.clone()];
            let own = &mut subnet.outcome.weights[range];
            for (own, stored) in own.iter_mut().zip(stored) {
                *own = f64::from(stored.unwrap_or(0));
            }
            crate::num::normalise(own);
        }
        if plan.rules.mechanisms > 1 {
            let mechanism = Mechanism {
                carried: Carried::default(),
                weights: subnet.weights.clone(),
                sealed: Commits::default(),
                bonds: subnet.bonds.clone(),
                last_update: subnet.neurons.last_update.clone(),
                outcome: subnet.outcome.clone(),
            };
            subnet.mechanisms = vec![mechanism; plan.rules.mechanisms];
        }
        drop_empty_groups(&mut subnet);
        let partners = subnet
            .setters
            .iter()
            .map(|uid| {
                let neurons = &subnet.neurons;
                let own = |m: &Uid| neurons.entity[*m] == neurons.entity[*uid];
                (0..uids).filter(|m| neurons.role[*m] == Role::Miner).filter(own).collect()
            })
            .collect();
        // Of the coalitions that it is in, the last one decides.
        let of = |uid: &Uid| coalitions.iter().rposition(|c| c.validators.contains(uid));
        let coalition_of = subnet.setters.iter().map(of).collect();
        let validators = validators.into_iter().map(|(_, validator)| validator).collect();
        let (refused, memory, events) = (BTreeSet::new(), Memory::default(), Vec::new());
        let recruits = plan.miners.clone();
        let owner = plan.owner_plays.as_ref().filter(|spec| spec.name() != "passive");
        let owner = owner.map(|spec| Office::new(spec.build()));
        let cast = People {
            validators,
            miners,
            stakers,
            providers,
            partners,
            coalitions,
            coalition_of,
            mined_by,
            recruits,
            alpha_usd: None,
            owner,
            refused,
            memory,
            events,
        };
        (subnet, cast)
    }
}

/// Takes away groups whose members have all joined coalitions.
fn drop_empty_groups(subnet: &mut Subnet) {
    let mut used = vec![false; subnet.groups.len()];
    let others = subnet.staker_group.iter().chain(&subnet.providers.group);
    for group in subnet.neurons.group.iter().chain(others) {
        used[*group] = true;
    }
    let before = |group: usize| used[..group].iter().filter(|used| **used).count();
    let others = subnet.staker_group.iter_mut().chain(&mut subnet.providers.group);
    for group in subnet.neurons.group.iter_mut().chain(others) {
        *group = before(*group);
    }
    let mut used = used.iter();
    subnet.groups.retain(|_| used.next().copied().unwrap_or_default());
}
