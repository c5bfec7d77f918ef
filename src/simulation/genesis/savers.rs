//! Miners who stake what they keep on a validator instead of their own hotkey.

use super::Making;
use crate::rng::Domain;
use crate::scenario::{Group, SubnetPlan};
use crate::strategy::{self, Conduct};
use crate::units::Uid;
use crate::world::Role;

impl Making {
    /// Gives each miner of a group that stakes on validators an account there: a staker that never
    /// moves, on a validator that is drawn with a chance in proportion to its stake.
    pub(super) fn savers_of(&mut self, group: &Group, uids: &[Uid], groups: &[(String, Vec<Uid>)]) {
        let Some(name) = &group.auto_stake else { return };
        let Some((_, validators)) = groups.iter().find(|(other, _)| other == name) else { return };
        let called = format!("{}-stake", group.name);
        let at = self.add_group(&called, Role::Staker, "auto-stake", Conduct::Honest);
        let stakes = |uid: &Uid| (*uid, self.subnet.ledger.own_stake(*uid).tokens());
        let offers: Vec<(Uid, f64)> = validators.iter().map(stakes).collect();
        let total = offers.iter().fold(0.0, |sum, offer| sum + offer.1);
        for &uid in uids {
            let agent = self.subnet.neurons.agent[uid];
            let mut left = total * self.streams.at(Domain::Delegate, agent, 0).uniform();
            let reached = |offer: &&(Uid, f64)| {
                left -= offer.1;
                left <= 0.0
            };
            let choice = offers.iter().find(reached).or(offers.last());
            let staker = self.subnet.staker_agent.len();
            self.subnet.neurons.auto_stake[uid] = choice.map(|(hotkey, _)| (staker, *hotkey));
            self.subnet.staker_group.push(at);
            self.subnet.staker_agent.push(agent);
            self.subnet.staker_entity.push(self.subnet.neurons.entity[uid]);
            self.stakers.push(strategy::staker::still());
        }
    }
}

/// The uids of each group of miners, in text order.
pub(super) fn miners_of<'n>(
    plan: &'n SubnetPlan,
    groups: &'n [(String, Vec<Uid>)],
) -> impl Iterator<Item = &'n [Uid]> {
    let of = |name: &str| groups.iter().find(|group| group.0 == name);
    plan.miners.iter().map(move |p| of(&p.group.name).map_or(&[][..], |group| &group.1))
}
