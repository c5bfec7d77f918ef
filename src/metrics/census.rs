//! The counts from which metrics are computed, taken once for each subnet and epoch.

use super::{alignment, share};
use crate::units::Uid;
use crate::world::{Role, Subnet};

/// What one epoch of one subnet looks like, in sums.
#[derive(Clone, Debug)]
pub struct Census<'a> {
    pub(super) subnet: &'a Subnet,
    /// Stake on each key `[uids]` `[alpha]`.
    pub(super) stake: Vec<f64>,
    /// Stake on all keys `[alpha]`.
    pub(super) staked: f64,
    /// Emission to each key `[uids]` `[alpha]`.
    pub(super) emission: Vec<f64>,
    /// Emission to all keys `[alpha]`.
    pub(super) paid: f64,
    /// Stake that each entity owns `[entities]` `[alpha]`.
    pub(super) entity_stake: Vec<f64>,
    /// What each entity earned `[entities]` `[alpha]`.
    pub(super) entity_emission: Vec<f64>,
    /// Sums of each group.
    pub(super) groups: Vec<Sums>,
    median_dividend_rate: f64,
}

/// Sums over the members of a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) honest: bool,
    pub(super) validators: bool,
    pub(super) neurons: bool,
    pub(super) members: f64,
    pub(super) stake: f64,
    pub(super) own_stake: f64,
    pub(super) incentive: f64,
    pub(super) dividends: f64,
    pub(super) emission: f64,
    pub(super) earned: f64,
    pub(super) cost: f64,
    pub(super) side_paid: f64,
    pub(super) received: f64,
    pub(super) total_profit: f64,
    pub(super) trusted: f64,
    pub(super) trusting: f64,
    pub(super) stake_share: f64,
    pub(super) output: f64,
    pub(super) effort: f64,
    pub(super) miners: f64,
}

impl<'a> Census<'a> {
    /// Of a subnet after an epoch.
    #[must_use]
    pub fn of(subnet: &'a Subnet) -> Self {
        let (ledger, flows) = (&subnet.ledger, &subnet.flows);
        let stake: Vec<f64> = ledger.stake.iter().map(|stake| stake.tokens()).collect();
        let paid = flows.incentive.iter().zip(&flows.dividends);
        let emission: Vec<f64> = paid.map(|(i, d)| (*i + *d).tokens()).collect();
        let mut census = Self {
            subnet,
            staked: crate::num::sum(&stake),
            stake,
            paid: crate::num::sum(&emission),
            emission,
            entity_stake: vec![0.0; subnet.entities.len()],
            entity_emission: vec![0.0; subnet.entities.len()],
            groups: Vec::with_capacity(subnet.groups.len()),
            median_dividend_rate: median_dividend_rate(subnet),
        };
        for group in &subnet.groups {
            census.groups.push(Sums {
                honest: group.honest,
                validators: group.role == Role::Validator,
                neurons: matches!(group.role, Role::Validator | Role::Miner),
                ..Sums::default()
            });
        }
        (0..subnet.uids()).for_each(|uid| census.count_neuron(uid));
        (0..subnet.staker_group.len()).for_each(|staker| census.count_staker(staker));
        (0..subnet.providers.len()).for_each(|provider| census.count_provider(provider));
        census
    }

    fn count_neuron(&mut self, uid: Uid) {
        let subnet = self.subnet;
        let (neurons, flows, out) = (&subnet.neurons, &subnet.flows, &subnet.outcome);
        let own_stake = subnet.ledger.own_stake(uid).tokens();
        let earned = flows.earned[uid].tokens();
        self.entity_stake[neurons.entity[uid]] += own_stake;
        self.entity_emission[neurons.entity[uid]] += earned;
        let sums = &mut self.groups[neurons.group[uid]];
        sums.members += 1.0;
        sums.stake += self.stake[uid];
        sums.own_stake += own_stake;
        sums.incentive += out.incentive[uid];
        sums.dividends += out.dividends[uid];
        sums.emission += self.emission[uid];
        sums.earned += earned;
        sums.cost += flows.cost[uid].tokens();
        sums.side_paid += flows.paid[uid].tokens();
        sums.received += flows.received[uid].tokens();
        sums.total_profit += flows.profit[uid] as f64 / crate::units::RAO as f64;
        sums.stake_share += out.stake_share[uid];
        match neurons.role[uid] {
            Role::Validator => {
                sums.trusted += out.vtrust[uid] * out.stake_share[uid];
                sums.trusting += out.stake_share[uid];
            }
            Role::Miner => {
                sums.output += neurons.output[uid];
                sums.effort += neurons.effort[uid];
                sums.miners += 1.0;
            }
            Role::Staker | Role::DataProvider => {}
        }
    }

    fn count_staker(&mut self, staker: usize) {
        let subnet = self.subnet;
        let positions = &subnet.ledger.positions[staker];
        let value = |uid, shares| subnet.ledger.value(uid, shares).tokens();
        let stake = positions.iter().fold(0.0, |sum, p| sum + value(p.uid, p.shares));
        let earned = subnet.flows.staker_earned[staker].tokens();
        self.entity_stake[subnet.staker_entity[staker]] += stake;
        self.entity_emission[subnet.staker_entity[staker]] += earned;
        let sums = &mut self.groups[subnet.staker_group[staker]];
        sums.members += 1.0;
        sums.stake += stake;
        sums.own_stake += stake;
        sums.emission += earned;
        sums.earned += earned;
        sums.total_profit += subnet.flows.staker_profit[staker] as f64 / crate::units::RAO as f64;
    }

    /// What it earns is no emission of the subnet's.
    fn count_provider(&mut self, provider: usize) {
        let providers = &self.subnet.providers;
        let sums = &mut self.groups[providers.group[provider]];
        sums.members += 1.0;
        sums.earned += providers.earned[provider].tokens();
        sums.total_profit += providers.profit[provider] as f64 / crate::units::RAO as f64;
    }

    /// The part of something that honest groups of neurons have.
    pub(super) fn honest_share(&self, of: impl Fn(&Sums) -> f64) -> f64 {
        let neurons = || self.groups.iter().filter(|sums| sums.neurons);
        let all = neurons().fold(0.0, |sum, sums| sum + of(sums));
        share(neurons().filter(|sums| sums.honest).fold(0.0, |sum, sums| sum + of(sums)), all)
    }

    pub(super) fn validators(&self, counts: impl Fn(Uid) -> bool) -> f64 {
        self.subnet.setters.iter().filter(|uid| counts(**uid)).count() as f64
    }

    pub(super) fn vtrust(&self) -> f64 {
        let out = &self.subnet.outcome;
        let pairs = || out.vtrust.iter().zip(&out.active_stake);
        share(
            pairs().fold(0.0, |sum, (v, a)| sum + v * a),
            pairs().fold(0.0, |sum, (_, a)| sum + a),
        )
    }

    /// Uids of miners with any quality.
    fn miners(&self) -> impl Iterator<Item = Uid> + '_ {
        let neurons = &self.subnet.neurons;
        (0..self.subnet.uids())
            .filter(|uid| neurons.role[*uid] == Role::Miner && neurons.quality[*uid] > 0.0)
    }

    pub(super) fn quality_incentive(&self) -> f64 {
        let (neurons, out) = (&self.subnet.neurons, &self.subnet.outcome);
        let quality: Vec<f64> = self.miners().map(|uid| neurons.output[uid]).collect();
        let incentive: Vec<f64> = self.miners().map(|uid| out.incentive[uid]).collect();
        alignment::spearman(&quality, &incentive)
    }

    pub(super) fn efficiency(&self) -> f64 {
        let (neurons, out) = (&self.subnet.neurons, &self.subnet.outcome);
        let best = self.miners().fold(0.0_f64, |best, uid| best.max(neurons.output[uid]));
        let paid = |sum, uid: Uid| sum + neurons.output[uid] * out.incentive[uid];
        share((0..self.subnet.uids()).fold(0.0, paid), best)
    }

    pub(super) fn output(&self) -> f64 {
        let sum = |of: fn(&Sums) -> f64| self.groups.iter().fold(0.0, |sum, g| sum + of(g));
        share(sum(|g| g.output), sum(|g| g.miners))
    }

    pub(super) fn mean_of_miners(&self, group: usize, sum: f64) -> f64 {
        share(sum, self.groups[group].miners)
    }

    pub(super) fn relative_dividend_rate(&self, group: usize) -> f64 {
        let sums = &self.groups[group];
        if !sums.validators {
            return f64::NAN;
        }
        share(share(sums.dividends, sums.stake_share), self.median_dividend_rate)
    }
}

/// The median over validators with a permit of their dividends over their stake share; NaN
/// without any.
fn median_dividend_rate(subnet: &Subnet) -> f64 {
    let out = &subnet.outcome;
    let permitted = subnet.setters.iter().filter(|uid| subnet.neurons.permits[**uid]);
    let mut rates: Vec<f64> = permitted
        .filter(|uid| out.stake_share[**uid] > 0.0)
        .map(|uid| out.dividends[*uid] / out.stake_share[*uid])
        .collect();
    rates.sort_unstable_by(f64::total_cmp);
    let half = rates.len() / 2;
    match rates.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => rates[half],
        _ => f64::midpoint(rates[half - 1], rates[half]),
    }
}
