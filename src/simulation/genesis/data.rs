//! Those who sell data, as the world begins.

use super::Making;
use crate::rng::{Agent, Domain};
use crate::scenario::{Amounts, DataProviderPlan};
use crate::units::{Alpha, SUPPLY_CAP};
use crate::world::Role;

impl Making {
    /// Adds a group of those who sell data.
    pub(super) fn providers_of(&mut self, plan: &DataProviderPlan) {
        let Some(strategy) = &plan.strategy else { return };
        let role = Role::DataProvider;
        let at = self.add_group(&plan.name, role, strategy.name(), strategy.conduct());
        let key = plan.key(&self.subnet.name);
        for index in 0..plan.count {
            let draws = |domain| self.streams.at(domain, Agent::new(&key, index), 0);
            // More than that is beyond any use.
            let quality = plan.quality.of(index, &mut draws(Domain::Quality)).min(1.0);
            let alpha = |amounts: &Amounts| {
                let tokens = amounts.of(index, &mut draws(Domain::Cost));
                Alpha::from_tokens(tokens).min(Alpha(SUPPLY_CAP))
            };
            let usd = |amounts: &Amounts| amounts.of(index, &mut draws(Domain::Cost));
            let price = (alpha(&plan.price), usd(&plan.price_usd));
            let cost = (alpha(&plan.cost), usd(&plan.cost_usd));
            self.subnet.providers.add(at, quality, price, cost);
            self.providers.push(strategy.build());
        }
    }
}
