//! The scenarios that come with the program, and who plays in them.

use super::Scenario;

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// File name and text of each scenario in the folder `scenarios` that shows behaviours.
        pub const SHIPPED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../scenarios/", $name)))),*];
    };
}

shipped![
    "quickstart.toml",
    "weight-copying.toml",
    "cabal.toml",
    "validators.toml",
    "layered-validation.toml",
    "bribery.toml",
    "miners.toml",
    "free-entry.toml",
    "data-market.toml",
    "order-flow.toml",
    "traders.toml",
    "owners.toml",
    "takeover.toml",
    "consumers.toml",
    "governance.toml",
    "voters.toml",
    "scripted.toml",
    "rival-rules.toml",
    "halving.toml",
    "era-tournament.toml",
    "network-2026.toml",
];

/// Name, as scenarios give it, and text of each script in the folder `scenarios/scripts`.
pub const SCRIPTS: &[(&str, &str)] = &[
    ("scripts/trimmed.rhai", include_str!("../../scenarios/scripts/trimmed.rhai")),
    ("scripts/break-even.rhai", include_str!("../../scenarios/scripts/break-even.rhai")),
    ("scripts/spreader.rhai", include_str!("../../scenarios/scripts/spreader.rhai")),
];

impl Scenario {
    /// The behaviours that its people play: role, as in the text, and name.
    #[must_use]
    pub fn played(&self) -> Vec<(&'static str, &'static str)> {
        let mut played = Vec::new();
        for subnet in &self.subnets {
            played.extend(
                subnet
                    .validators
                    .iter()
                    .flat_map(|p| &p.strategy)
                    .map(|s| ("validators", s.name())),
            );
            played.extend(
                subnet.miners.iter().flat_map(|p| &p.strategy).map(|s| ("miners", s.name())),
            );
            played.extend(
                subnet.stakers.iter().flat_map(|p| &p.strategy).map(|s| ("stakers", s.name())),
            );
            let providers = subnet.data_providers.iter().flat_map(|p| &p.strategy);
            let owner = subnet.owner_plays.iter().map(|s| ("owners", s.name()));
            played.extend(owner);
            played.extend(providers.map(|s| ("data_providers", s.name())));
        }
        let coalitions = self.coalitions.iter().flat_map(|coalition| &coalition.strategy);
        played.extend(coalitions.map(|s| ("validators", s.name())));
        let traders = self.network.iter().flat_map(|network| &network.traders);
        played.extend(traders.flat_map(|plan| &plan.strategy).map(|s| ("traders", s.name())));
        let consumers = self.network.iter().flat_map(|network| &network.consumers);
        played.extend(consumers.flat_map(|plan| &plan.strategy).map(|s| ("consumers", s.name())));
        if let Some(plan) = &self.governance {
            played.extend(plan.strategy.iter().map(|s| ("voters", s.name())));
            let named = plan.voters.iter().flat_map(|voters| &voters.strategy);
            played.extend(named.map(|s| ("voters", s.name())));
        }
        played
    }
}
