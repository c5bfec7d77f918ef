//! Metrics: one list of them, from which come the columns of the tables, their documentation and
//! `taosim list metrics`.
//!
//! A metric is a number about a subnet after an epoch, or about one group of it. NaN means that
//! it is not defined there (the vtrust of miners, the correlation of one miner).

pub mod alignment;
mod census;
pub mod inequality;
pub mod wealth;

pub use census::Census;

use inequality::{gini, hhi, nakamoto};

/// A number about a subnet after an epoch.
#[derive(Clone, Copy, Debug)]
pub struct SubnetMetric {
    /// Column name, with the unit in it.
    pub name: &'static str,
    /// Meaning, range and source.
    pub about: &'static str,
    /// Its value.
    pub of: fn(&Census<'_>) -> f64,
}

/// A number about one group of a subnet after an epoch.
#[derive(Clone, Copy, Debug)]
pub struct GroupMetric {
    /// Column name, with the unit in it.
    pub name: &'static str,
    /// Meaning, range and source.
    pub about: &'static str,
    /// Its value for the group with this index.
    pub of: fn(&Census<'_>, usize) -> f64,
}

/// Every metric of a subnet, in column order.
pub const SUBNET_METRICS: &[SubnetMetric] = &[
    SubnetMetric {
        name: "honest_stake_share",
        about: "Share of the stake on validators that is on honest ones, in [0, 1]: what the \
                chain's consensus analysis calls retention, followed through time.",
        of: |c| c.honest_share(|g| if g.validators { g.stake } else { 0.0 }),
    },
    SubnetMetric {
        name: "honest_incentive_share",
        about: "Share of incentive that honest miners get, in [0, 1].",
        of: |c| c.honest_share(|g| g.incentive),
    },
    SubnetMetric {
        name: "honest_dividend_share",
        about: "Share of dividends that honest validators and their stakers get, in [0, 1].",
        of: |c| c.honest_share(|g| g.dividends),
    },
    SubnetMetric {
        name: "honest_emission_share",
        about: "Share of incentive and dividends together that goes to honest keys, in [0, 1].",
        of: |c| c.honest_share(|g| g.emission),
    },
    SubnetMetric {
        name: "vtrust",
        about: "Mean validator trust, weighted by active stake, in [0, 1]: how much of the votes \
                consensus left standing.",
        of: |c| c.vtrust(),
    },
    SubnetMetric {
        name: "quality_incentive_spearman",
        about: "Rank correlation of the quality of miners' output with their incentive, in \
                [-1, 1], over miners with any quality; NaN for fewer than two.",
        of: |c| c.quality_incentive(),
    },
    SubnetMetric {
        name: "emission_efficiency",
        about: "Quality of output weighted by incentive over the best quality there is, in \
                [0, 1]: 1 if all is paid to the best.",
        of: |c| c.efficiency(),
    },
    SubnetMetric {
        name: "output_quality_mean",
        about: "Mean quality of miners' output, of the scenario's own scale.",
        of: |c| c.output(),
    },
    SubnetMetric {
        name: "stake_gini",
        about: "Gini coefficient of stake over keys that hold any, in [0, 1).",
        of: |c| gini(&c.stake),
    },
    SubnetMetric {
        name: "stake_gini_entity",
        about: "The same over entities: owners of keys, stakers included.",
        of: |c| gini(&c.entity_stake),
    },
    SubnetMetric {
        name: "stake_hhi",
        about: "Herfindahl-Hirschman index of stake over keys, in (0, 1]; its inverse is the \
                effective number.",
        of: |c| hhi(&c.stake),
    },
    SubnetMetric {
        name: "stake_hhi_entity",
        about: "The same over entities.",
        of: |c| hhi(&c.entity_stake),
    },
    SubnetMetric {
        name: "stake_nakamoto",
        about: "Fewest keys that together hold more than half of the stake.",
        of: |c| nakamoto(&c.stake, 0.5),
    },
    SubnetMetric {
        name: "stake_nakamoto_entity",
        about: "Fewest entities that together own more than half of the stake.",
        of: |c| nakamoto(&c.entity_stake, 0.5),
    },
    SubnetMetric {
        name: "emission_gini",
        about: "Gini coefficient of the epoch's emission over keys that got any, in [0, 1).",
        of: |c| gini(&c.emission),
    },
    SubnetMetric {
        name: "emission_gini_entity",
        about: "The same over entities: who earned it, stakers included.",
        of: |c| gini(&c.entity_emission),
    },
    SubnetMetric {
        name: "emission_hhi",
        about: "Herfindahl-Hirschman index of the epoch's emission over keys, in (0, 1].",
        of: |c| hhi(&c.emission),
    },
    SubnetMetric {
        name: "emission_hhi_entity",
        about: "The same over entities.",
        of: |c| hhi(&c.entity_emission),
    },
    SubnetMetric {
        name: "emission_nakamoto",
        about: "Fewest keys that together got more than half of the epoch's emission.",
        of: |c| nakamoto(&c.emission, 0.5),
    },
    SubnetMetric {
        name: "emission_nakamoto_entity",
        about: "Fewest entities that together earned more than half of the epoch's emission.",
        of: |c| nakamoto(&c.entity_emission, 0.5),
    },
    SubnetMetric {
        name: "permitted_validators",
        about: "Validators with a permit after the epoch.",
        of: |c| c.validators(|uid| c.subnet.neurons.permits[uid]),
    },
    SubnetMetric {
        name: "active_validators",
        about: "Validators whose stake voted in the epoch.",
        of: |c| c.validators(|uid| c.subnet.outcome.active_stake[uid] > 0.0),
    },
    SubnetMetric {
        name: "earning_validators",
        about: "Validators with dividends in the epoch.",
        of: |c| c.validators(|uid| c.subnet.outcome.dividends[uid] > 0.0),
    },
    SubnetMetric {
        name: "emission_alpha",
        about: "Alpha issued in the epoch, the owner's part included [alpha].",
        of: |c| c.subnet.flows.issued.tokens(),
    },
    SubnetMetric {
        name: "owner_emission_alpha",
        about: "The subnet owner's part of it [alpha].",
        of: |c| c.subnet.flows.owner.tokens(),
    },
    SubnetMetric {
        name: "orphaned_emission_alpha",
        about: "The part of it that nobody got: floors, and pots without anyone to pay [alpha].",
        of: |c| c.subnet.flows.orphaned.tokens(),
    },
    SubnetMetric {
        name: "burned_emission_alpha",
        about: "The part of it that was burned, for it was incentive for the subnet owner's own \
                keys [alpha].",
        of: |c| c.subnet.flows.burned.tokens(),
    },
    SubnetMetric {
        name: "recycled_emission_alpha",
        about: "The same, where it was recycled and may be issued again [alpha].",
        of: |c| c.subnet.flows.recycled.tokens(),
    },
    SubnetMetric {
        name: "issued_alpha",
        about: "Alpha issued since the start, the stake at the start included [alpha].",
        of: |c| c.subnet.ledger.issued.tokens(),
    },
    SubnetMetric {
        name: "staked_alpha",
        about: "Alpha staked on all keys [alpha].",
        of: |c| c.subnet.ledger.stake.iter().copied().sum::<crate::units::Alpha>().tokens(),
    },
    SubnetMetric {
        name: "moved_stake_alpha",
        about: "Stake that stakers moved in the epoch [alpha].",
        of: |c| c.subnet.flows.moved.tokens(),
    },
];

/// Every metric of a group, in column order.
pub const GROUP_METRICS: &[GroupMetric] = &[
    GroupMetric {
        name: "members",
        about: "How many agents it has.",
        of: |c, g| c.groups[g].members,
    },
    GroupMetric {
        name: "stake_alpha",
        about: "Alpha staked on its keys, whoever owns it; of stakers, what they have staked \
                [alpha].",
        of: |c, g| c.groups[g].stake,
    },
    GroupMetric {
        name: "own_stake_alpha",
        about: "Alpha that its members own on their own keys, or have staked as stakers [alpha].",
        of: |c, g| c.groups[g].own_stake,
    },
    GroupMetric {
        name: "stake_share",
        about: "Its part of the stake on all keys, in [0, 1]. The stake of stakers is part of \
                that of the validators they stake on.",
        of: |c, g| share(c.groups[g].stake, c.staked),
    },
    GroupMetric {
        name: "incentive_share",
        about: "Its part of all incentive, in [0, 1].",
        of: |c, g| c.groups[g].incentive,
    },
    GroupMetric {
        name: "dividend_share",
        about: "Its part of all dividends, those of its stakers included, in [0, 1].",
        of: |c, g| c.groups[g].dividends,
    },
    GroupMetric {
        name: "emission_share",
        about: "Its part of incentive and dividends paid in the epoch, those of its stakers \
                included, in [0, 1].",
        of: |c, g| share(c.groups[g].emission, c.paid),
    },
    GroupMetric {
        name: "emission_alpha",
        about: "Incentive and dividends paid to its keys in the epoch, those of its stakers \
                included; of stakers, their own part [alpha].",
        of: |c, g| c.groups[g].emission,
    },
    GroupMetric {
        name: "earned_alpha",
        about: "What its members themselves got in the epoch [alpha].",
        of: |c, g| c.groups[g].earned,
    },
    GroupMetric {
        name: "cost_alpha",
        about: "What its members' work cost in the epoch, paid outside the network [alpha].",
        of: |c, g| c.groups[g].cost,
    },
    GroupMetric {
        name: "profit_alpha",
        about: "Earned less cost in the epoch, with what members of a coalition paid each other \
                [alpha].",
        of: |c, g| {
            let sums = &c.groups[g];
            sums.earned - sums.cost + (sums.received - sums.side_paid)
        },
    },
    GroupMetric {
        name: "total_profit_alpha",
        about: "The same since the start [alpha].",
        of: |c, g| c.groups[g].total_profit,
    },
    GroupMetric {
        name: "vtrust",
        about: "Mean validator trust of its validators, weighted by stake, in [0, 1]; NaN for \
                others.",
        of: |c, g| share(c.groups[g].trusted, c.groups[g].trusting),
    },
    GroupMetric {
        name: "relative_dividend_rate",
        about: "Dividends per stake of its validators over the median of all validators with a \
                permit: above 1 it draws stakers, below 1 - take it repels them; NaN for others. \
                Source: Opentensor Foundation, Weight Copying in Bittensor (2024), G.",
        of: |c, g| c.relative_dividend_rate(g),
    },
    GroupMetric {
        name: "output_quality_mean",
        about: "Mean quality of its miners' output; NaN for others.",
        of: |c, g| c.mean_of_miners(g, c.groups[g].output),
    },
    GroupMetric {
        name: "effort_mean",
        about: "Mean effort of its miners, in [0, 1]; NaN for others.",
        of: |c, g| c.mean_of_miners(g, c.groups[g].effort),
    },
    GroupMetric {
        name: "side_paid_alpha",
        about: "What its members paid other members of their coalition in the epoch; sums of TAO \
                at the price of alpha [alpha].",
        of: |c, g| c.groups[g].side_paid,
    },
    GroupMetric {
        name: "side_received_alpha",
        about: "What its members received from other members of their coalition in the epoch, \
                alike [alpha].",
        of: |c, g| c.groups[g].received,
    },
];

/// `part / whole`, or NaN where there is no whole.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_snake_case() {
        let subnet: Vec<&str> = SUBNET_METRICS.iter().map(|m| m.name).collect();
        let group: Vec<&str> = GROUP_METRICS.iter().map(|m| m.name).collect();
        for names in [subnet, group] {
            let mut sorted = names.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), names.len());
            let snake = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            assert!(names.iter().all(snake));
        }
    }
}
