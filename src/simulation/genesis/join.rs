//! Members of a coalition come together.

use super::{Making, choose};
use crate::scenario::{CoalitionPlan, PaymentPlan};
use crate::simulation::coalition::{Coalition, Deal, Seen};
use crate::strategy::coalition::Turncoat;
use crate::strategy::{Conduct, Spec, Validator};
use crate::units::{Alpha, SUPPLY_CAP, Uid};
use crate::world::Role;

impl Making {
    /// Makes a coalition of those it names: one entity, groups of its own in the tables, and
    /// validators that turn.
    pub(super) fn join(&mut self, plan: &CoalitionPlan) {
        let entity = self.entity(plan.name.clone());
        let validators = choose::uids(&self.subnet, &plan.validators, Role::Validator);
        let miners = choose::uids(&self.subnet, &plan.miners, Role::Miner);
        if let Some(share) = plan.stake_share {
            self.scale_stake(&validators, share);
        }
        let strategy = plan.strategy.as_ref();
        let attack = strategy.map_or("", Spec::name);
        for (role, uids, suffix) in
            [(Role::Validator, &validators, ""), (Role::Miner, &miners, "-miners")]
        {
            if !uids.is_empty() {
                let name = format!("{}{suffix}", plan.name);
                let at = self.add_group(&name, role, attack, Conduct::Deviant);
                for uid in uids {
                    self.subnet.neurons.group[*uid] = at;
                    self.subnet.neurons.entity[*uid] = entity;
                }
            }
        }
        let evaluates = |uid: &Uid| {
            let mut own = self.validators.iter().filter(|(place, _)| place.1 == *uid);
            own.any(|(_, validator)| validator.evaluates())
        };
        let most = plan.evaluators.unwrap_or(0);
        let evaluators = validators.iter().copied().filter(evaluates).take(most).collect();
        if let Some(strategy) = strategy {
            let old = std::mem::take(&mut self.validators);
            let turn = |(place, inner): ((usize, Uid), Box<dyn Validator>)| {
                if validators.contains(&place.1) {
                    let attack = strategy.build();
                    let turned: Box<dyn Validator> =
                        Box::new(Turncoat { inner, attack, spell: plan.spell() });
                    (place, turned)
                } else {
                    (place, inner)
                }
            };
            self.validators = old.into_iter().map(turn).collect();
        }
        let deal = |payment| self.deal(payment, &validators, &miners);
        let deals = plan.payments.iter().map(deal).collect();
        self.coalitions.push(Coalition {
            name: plan.name.clone(),
            spell: plan.spell(),
            deals,
            validators,
            miners,
            evaluators,
            detection: plan.detection,
            seen: Seen::default(),
        });
    }

    /// Finds the members whom a payment names.
    fn deal(&self, plan: &PaymentPlan, validators: &[Uid], miners: &[Uid]) -> Deal {
        let members = |name: &str| -> Vec<Uid> {
            let group = self.named.iter().find(|group| group.0 == name);
            let mut owned = self.owned.iter().filter(|group| group.0 == name).peekable();
            let owned: Option<Vec<Uid>> =
                owned.peek().is_some().then(|| owned.flat_map(|group| group.1.clone()).collect());
            let chosen: &[Uid] = match (group, &owned, name) {
                (Some((_, uids)), ..) | (None, Some(uids), _) => uids,
                (None, None, "validators") => validators,
                (None, None, "miners") => miners,
                _ => &[],
            };
            let named = |uid: &Uid| chosen.contains(uid);
            let mut found: Vec<Uid> =
                validators.iter().chain(miners).copied().filter(named).collect();
            found.sort_unstable();
            found
        };
        let from = members(&plan.from);
        let own: Vec<Uid> = from.iter().copied().filter(|uid| miners.contains(uid)).collect();
        Deal {
            to: members(&plan.to),
            kind: plan.kind,
            // A validator that bribes does it for all miners of the coalition.
            miners: if own.is_empty() { miners.to_vec() } else { own },
            from,
            called: format!("{} to {}", plan.from, plan.to),
            failing: false,
        }
    }

    /// Scales the members' own stake so that on their keys lies this share of all on validators'.
    fn scale_stake(&mut self, members: &[Uid], share: f64) {
        let ledger = &mut self.subnet.ledger;
        let on = |uid: &&Uid| ledger.stake[**uid].tokens();
        let is_member = |uid: &&Uid| members.contains(uid);
        let others = self.subnet.setters.iter().filter(|uid| !is_member(uid)).map(|u| on(&u));
        let others = others.fold(0.0, |sum, stake| sum + stake);
        let own = members.iter().fold(0.0, |sum, uid| sum + ledger.own_stake(*uid).tokens());
        let lent = members.iter().map(|u| on(&u)).fold(0.0, |sum, stake| sum + stake) - own;
        let wanted = (others * share / (1.0 - share) - lent).max(0.0);
        for &uid in members {
            let before = ledger.own_stake(uid);
            let after = Alpha::from_tokens(before.tokens() * wanted / own.max(f64::MIN_POSITIVE));
            let after = after.min(Alpha(SUPPLY_CAP));
            ledger.withdraw_own(uid, Alpha(u64::MAX));
            ledger.balance[uid] -= before;
            ledger.issued -= before;
            ledger.issued += after;
            ledger.deposit_own(uid, after);
        }
    }
}
