//! A subnet changes hands where conviction says so, and the owner's cut with it.

use crate::protocol::conviction::Contest;
use crate::record::Event;
use crate::rng::Streams;
use crate::simulation::market;
use crate::units::{Alpha, Epoch};
use crate::world::{Coldkey, Market, Network, Subnet, World};

/// Brings every lock up to date, and gives each subnet to whose conviction opens the way.
pub(crate) fn contend(world: &mut World, epoch: Epoch, events: &mut Vec<Event>) {
    let World { subnets, network, .. } = world;
    let Some(network) = network else { return };
    let Network { markets, rules, traders, block, .. } = network;
    for (market, subnet) in markets.iter_mut().zip(subnets) {
        market.locks.roll(*block, rules.conviction.rates);
        let Some(winner) = winner(market, subnet, rules.conviction.takeover, *block) else {
            continue;
        };
        let who = match winner {
            Coldkey::Founder => "founder".into(),
            Coldkey::Trader(trader) => traders.groups[traders.group[trader]].name.clone(),
        };
        let locked = market.locks.held(winner);
        give(market, subnet, winner);
        let detail = format!("with {locked} alpha locked");
        let name = subnet.name.clone();
        events.push(Event { epoch, subnet: name, kind: "takeover", who, detail });
    }
}

/// Whose the subnet becomes, if it changes hands.
fn winner(
    market: &Market,
    subnet: &Subnet,
    rule: Option<crate::protocol::conviction::Takeover>,
    now: u64,
) -> Option<Coldkey> {
    let locks = &market.locks.all;
    let rule = rule.filter(|_| !locks.is_empty())?;
    let conviction: Vec<f64> = locks.iter().map(|locked| locked.lock.conviction).collect();
    // Each locks towards a hotkey of its own, so that a place in the list is both.
    let coldkey: Vec<usize> = (0..locks.len()).collect();
    let owner = locks.iter().position(|locked| locked.by == market.locks.owner);
    let contest = Contest {
        conviction: &conviction,
        coldkey: &coldkey,
        owner: owner.unwrap_or(usize::MAX),
        registered: subnet.registered,
        outstanding: subnet.ledger.outstanding().saturating_sub(market.pool.alpha),
        ineligible: market.protocol + subnet.ledger.burned,
    };
    rule.winner(&contest, now).map(|at| locks[at].by)
}

/// Gives a subnet to a coldkey. A trader's hotkey is no uid, so that no uid's incentive is
/// withheld under it; the founder's uid is an ordinary one until it has the subnet again.
fn give(market: &mut Market, subnet: &mut Subnet, to: Coldkey) {
    if market.locks.owner == Coldkey::Founder {
        market.founder = subnet.owner.take();
    }
    if to == Coldkey::Founder {
        subnet.owner = market.founder.take();
    }
    market.locks.owner = to;
}

/// Hands the epoch's cut to owners who are traders, and locks it where it is to be locked.
///
/// Source: `run_coinbase.rs::distribute_dividends_and_incentives`, its first step.
pub(crate) fn hand_over(world: &mut World, when: (Streams, Epoch)) {
    let World { subnets, network, .. } = world;
    let Some(network) = network else { return };
    for at in 0..subnets.len() {
        let owner = network.markets[at].locks.owner;
        let mut cut = subnets[at].flows.owner;
        if let Coldkey::Trader(trader) = owner {
            cut = cut.min(subnets[at].ledger.owner);
            if cut == Alpha::ZERO || !market::endow(network, subnets, (trader, at, cut), when) {
                continue;
            }
            subnets[at].ledger.owner -= cut;
        } else if subnets[at].owner.is_none() {
            // What is to be sold cannot be locked.
            cut = cut.saturating_sub(cut.part(network.markets[at].owner_sells));
        }
        let market = &mut network.markets[at];
        market.locks.add(owner, cut.part(market.owner_locks), network.block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::pool::Pool;
    use crate::units::Tao;

    #[test]
    fn a_hotkey_that_is_a_uid_is_the_owners_only_while_it_owns() {
        let text = "schema = 1\nseed = 1\nepochs = 1\n[subnet.a]\nowner = 'o'\n\
                    validators = [{ name = 'v', count = 1, stake = 1 }]\n\
                    miners = [{ name = 'o', count = 1 }]";
        let scenario = crate::scenario::Scenario::load("a.toml", text, &[]).unwrap();
        let mut subnet = crate::simulation::Simulation::new(&scenario).world.subnets.remove(0);
        let mut market = Market::new(Pool::new(Tao(1), Alpha(1)), 2);
        let uid = subnet.owner;
        assert!(uid.is_some());
        give(&mut market, &mut subnet, Coldkey::Trader(0));
        assert_eq!((subnet.owner, market.founder), (None, uid));
        give(&mut market, &mut subnet, Coldkey::Trader(1));
        assert_eq!((subnet.owner, market.founder), (None, uid));
        give(&mut market, &mut subnet, Coldkey::Founder);
        assert_eq!((subnet.owner, market.founder), (uid, None));
    }
}
