//! Those who sell data, as the world begins.

use super::Making;
use crate::rng::{Agent, Domain};
use crate::scenario::DataProviderPlan;
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
            let price = Alpha::from_tokens(plan.price.of(index, &mut draws(Domain::Cost)));
            let usd = plan.price_usd.of(index, &mut draws(Domain::Cost));
            self.subnet.providers.add(at, quality, price.min(Alpha(SUPPLY_CAP)), usd);
            self.providers.push(strategy.build());
        }
    }
}
