//! What people own, what it is worth, and what they would get for it.

use crate::protocol::pool;
use crate::protocol::token_rules::PoolRule;
use crate::units::{Alpha, Tao};
use crate::world::{Network, Subnet, World};

/// What a group of agents owns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Purse {
    /// Whose it is: `SUBNET/GROUP` of neurons and stakers, `SUBNET/owner-cut` of the account without a
    /// hotkey into which an owner's cut goes, `network.traders/GROUP`, `network.consumers/GROUP`,
    /// `network.root/GROUP`.
    pub name: String,
    /// TAO that can be spent at once `[rao]`.
    pub cash: Tao,
    /// TAO on root `[rao]`.
    pub root: Tao,
    /// Alpha of each subnet, staked or not `[subnets]` `[rao]`.
    pub alpha: Vec<Alpha>,
}

/// The purse of every group, in the order of the subnets, then traders, consumers and root.
///
/// What somebody staked on another's key is the staker's. What was withheld for the future, such as
/// claims that are not served, is nobody's.
#[must_use]
pub fn purses(world: &World) -> Vec<Purse> {
    let World { subnets, network, .. } = world;
    let mut purses = Vec::new();
    for (at, subnet) in subnets.iter().enumerate() {
        of_subnet(at, subnet, world, &mut purses);
    }
    if let Some(network) = network {
        of_traders(network, subnets, &mut purses);
        of_consumers(network, subnets.len(), &mut purses);
        of_root(network, subnets.len(), &mut purses);
    }
    purses
}

/// What a purse gained and lost in an epoch beside what is in it: outside of the network, where
/// no ledger counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outside {
    /// What came to its owner less what went: data sold and service got, at what it is worth to
    /// them; less what their work cost, and less TAO that the purse was given `[TAO, or alpha where it
    /// has no market]`.
    pub gain: f64,
    /// What its owner paid: for work, for making data, for service `[TAO, or alpha]`.
    pub paid: f64,
}

/// What every purse gained and paid outside of the network in the last epoch, in the order of
/// [`purses`], at the epoch's prices. Who spends another's cash has what is got for it; the
/// other has paid.
#[must_use]
pub fn outside(world: &World) -> Vec<Outside> {
    let World { subnets, network, .. } = world;
    let mut all = Vec::new();
    for (at, subnet) in subnets.iter().enumerate() {
        let price = network.as_ref().map_or(1.0, |network| network.price(at));
        let first = all.len();
        // The account of the subnet's owner comes after its groups.
        all.resize(first + subnet.groups.len() + 1, Outside::default());
        let providers = &subnet.providers;
        let work = subnet.flows.cost.iter().zip(&subnet.neurons.group);
        for (cost, group) in work.chain(providers.cost.iter().zip(&providers.group)) {
            let cost = cost.tokens() * price;
            all[first + group].gain -= cost;
            all[first + group].paid += cost;
        }
        for (earned, group) in providers.earned.iter().zip(&providers.group) {
            all[first + group].gain += earned.tokens() * price;
        }
    }
    if let Some(network) = network {
        all.resize(all.len() + network.traders.groups.len(), Outside::default());
        all.extend(network.consumers.groups.iter().map(|group| Outside {
            gain: group.value - group.filled.tokens(),
            paid: group.spent.tokens(),
        }));
    }
    all
}

fn empty(name: String, subnets: usize) -> Purse {
    Purse { name, alpha: vec![Alpha::ZERO; subnets], ..Purse::default() }
}

fn of_subnet(at: usize, subnet: &Subnet, world: &World, purses: &mut Vec<Purse>) {
    let first = purses.len();
    let subnets = world.subnets.len();
    let market = world.network.as_ref().map(|network| &network.markets[at]);
    let name = |group: &str| empty(format!("{}/{group}", subnet.name), subnets);
    purses.extend(subnet.groups.iter().map(|group| name(&group.name)));
    purses.push(name("owner-cut"));
    for uid in 0..subnet.uids() {
        let purse = &mut purses[first + subnet.neurons.group[uid]];
        purse.alpha[at] += subnet.ledger.own_stake(uid) + subnet.ledger.balance[uid];
        if let Some(market) = market {
            purse.cash += market.cash[uid];
        }
    }
    for (staker, positions) in subnet.ledger.positions.iter().enumerate() {
        let purse = &mut purses[first + subnet.staker_group[staker]];
        for position in positions {
            purse.alpha[at] += subnet.ledger.value(position.uid, position.shares);
        }
    }
    if let Some(purse) = purses.last_mut() {
        purse.alpha[at] += subnet.ledger.owner;
        purse.cash += market.map_or(Tao::ZERO, |market| market.owner_cash);
    }
}

fn of_traders(network: &Network, subnets: &[Subnet], purses: &mut Vec<Purse>) {
    let first = purses.len();
    let traders = &network.traders;
    let name = |group: &str| empty(format!("network.traders/{group}"), subnets.len());
    purses.extend(traders.groups.iter().map(|group| name(&group.name)));
    for trader in 0..traders.len() {
        let purse = &mut purses[first + traders.group[trader]];
        purse.cash += traders.cash[trader];
        if let Some(hotkey) = traders.root_hotkey[trader] {
            purse.root += network.root.value(hotkey, traders.root_shares[trader]);
        }
        for stake in &traders.holdings[trader] {
            let value = subnets[stake.subnet].ledger.value(stake.uid, stake.shares);
            purse.alpha[stake.subnet] += value;
        }
    }
}

fn of_consumers(network: &Network, subnets: usize, purses: &mut Vec<Purse>) {
    let first = purses.len();
    let consumers = &network.consumers;
    let name = |group: &str| empty(format!("network.consumers/{group}"), subnets);
    purses.extend(consumers.groups.iter().map(|group| name(&group.name)));
    for (cash, group) in consumers.cash.iter().zip(&consumers.group) {
        purses[first + group].cash += *cash;
    }
}

/// Root's hotkeys own what traders have not staked on them.
fn of_root(network: &Network, subnets: usize, purses: &mut Vec<Purse>) {
    let first = purses.len();
    let traders = &network.traders;
    for (hotkey, (group, _)) in network.root.names.iter().enumerate() {
        let name = format!("network.root/{group}");
        let found = purses[first..].iter().position(|purse| purse.name == name);
        let at = found.map_or(purses.len(), |found| first + found);
        if found.is_none() {
            purses.push(empty(name, subnets));
        }
        let lent = (0..traders.len()).filter(|trader| traders.root_hotkey[*trader] == Some(hotkey));
        let lent = lent.map(|trader| network.root.value(hotkey, traders.root_shares[trader]));
        let own = network.root.stake[hotkey].saturating_sub(lent.sum());
        purses[at].root += own;
    }
}

impl Purse {
    /// All that several own together.
    #[must_use]
    pub fn together<'p>(purses: impl Iterator<Item = &'p Self>) -> Self {
        let mut all = Self::default();
        for purse in purses {
            all.cash += purse.cash;
            all.root += purse.root;
            all.alpha.resize(purse.alpha.len(), Alpha::ZERO);
            for (sum, alpha) in all.alpha.iter_mut().zip(&purse.alpha) {
                *sum += *alpha;
            }
        }
        all
    }

    /// What it is worth at the prices of the pools `[TAO]`; where alpha has no market, the alpha
    /// itself `[alpha]`.
    #[must_use]
    pub fn worth(&self, network: Option<&Network>) -> f64 {
        let alpha = self.alpha.iter().enumerate().fold(0.0, |sum, (at, alpha)| {
            sum + alpha.tokens() * network.map_or(1.0, |network| network.price(at))
        });
        self.tao() + alpha
    }

    /// What its owner would have if it sold all of its alpha at once, nobody else selling: after
    /// the fee, and at the price that so large a sale gets `[TAO]`. Where alpha has no market, as
    /// [`Purse::worth`].
    #[must_use]
    pub fn liquidation(&self, network: Option<&Network>) -> f64 {
        let Some(network) = network else { return self.worth(None) };
        self.tao() + self.sale(network)
    }

    /// What is not cash, sold at once: the capital that is tied up `[TAO]`.
    #[must_use]
    pub fn tied(&self, network: Option<&Network>) -> f64 {
        self.liquidation(network) - self.cash.tokens()
    }

    fn tao(&self) -> f64 {
        self.cash.tokens() + self.root.tokens()
    }

    fn sale(&self, network: &Network) -> f64 {
        let rules = &network.rules;
        self.alpha.iter().zip(&network.markets).fold(0.0, |sum, (&alpha, market)| {
            if rules.pool == PoolRule::Stable {
                return sum + alpha.tokens();
            }
            let traded = alpha - Alpha(pool::fee(alpha.0, rules.fee_rate));
            // A pool that refuses so much alpha gives nothing for it.
            sum + market.pool.quote_sell(traded).map_or(0.0, Tao::tokens)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_own_is_added_up() {
        let one = Purse { cash: Tao(3), alpha: vec![Alpha(1), Alpha(0)], ..Purse::default() };
        let two = Purse { root: Tao(5), alpha: vec![Alpha(2), Alpha(7)], ..Purse::default() };
        let both = Purse::together([&one, &two].into_iter());
        assert_eq!((both.cash, both.root), (Tao(3), Tao(5)));
        assert_eq!(both.alpha, [Alpha(3), Alpha(7)]);
    }

    /// Without a market a token is a token.
    #[test]
    fn alpha_without_a_market_is_worth_itself() {
        let purse = Purse { alpha: vec![Alpha(2_000_000_000)], ..Purse::default() };
        assert_eq!([purse.worth(None), purse.liquidation(None)], [2.0, 2.0]);
    }
}
