//! What voters would be paid under other rules.

use crate::protocol::injection;
use crate::protocol::payout::{self, Payout};
use crate::protocol::token_rules::TokenRules;
use crate::protocol::{proportion, split};
use crate::simulation::{Memory, agree};
use crate::units::Alpha;
use crate::world::{Network, Rules, Subnet};

/// Does something while other rules are in force.
pub(super) fn under<T>(subnet: &mut Subnet, rules: Rules, act: impl FnOnce(&mut Subnet) -> T) -> T {
    let before = std::mem::replace(&mut subnet.rules, rules);
    let done = act(subnet);
    subnet.rules = before;
    done
}

/// What all of root would get of the next epoch at the prices of now `[TAO]`, if all stake stayed.
pub(super) fn roots_income(network: &Network, subnets: &[Subnet], rules: &TokenRules) -> f64 {
    let eligible = network.markets.iter().filter(|market| market.is_eligible());
    let prices = eligible.fold(0.0, |sum, market| sum + market.ema);
    if prices <= rules.root_threshold {
        return 0.0;
    }
    let tao = network.root.total();
    subnets.iter().enumerate().fold(0.0, |sum, (at, subnet)| {
        let (params, issued) = (&subnet.rules.params, subnet.ledger.outstanding());
        let part = injection::root_proportion(tao, rules.tao_weight, issued);
        let pots = split::tempo_emission(issued, params.tempo, &params.split, part);
        sum + pots.root.tokens() * network.price(at)
    })
}

/// What all keys of each uid's owner would get of the next epoch if all weights and stake stayed
/// `[uids]` `[alpha]`: of dividends only what its own stake and its take give. Root's part is left
/// out, which is the same with a change and without.
pub(super) fn incomes(subnet: &mut Subnet, memory: &mut Memory) -> Vec<f64> {
    let params = &subnet.rules.params;
    let pots = split::tempo_emission(subnet.ledger.outstanding(), params.tempo, &params.split, 0.0);
    let uids = subnet.uids();
    let owned = subnet.owner.map(|uid| subnet.neurons.entity[uid]);
    let mut keys = vec![0.0; uids];
    let mut paid = Payout::default();
    let mechanisms = subnet.rules.mechanisms;
    for mechanism in 0..mechanisms {
        subnet.turn(mechanism);
        agree::preview(subnet, memory);
        subnet.turn(mechanism);
        let shown = &memory.preview;
        payout::distribute(&pots, &shown.incentive_emission, &shown.dividend_emission, &mut paid);
        for (uid, key) in keys.iter_mut().enumerate() {
            // The incentive of the owner's own keys is withheld.
            let withheld = owned == Some(subnet.neurons.entity[uid]);
            let incentive = if withheld { 0.0 } else { paid.incentive[uid].tokens() };
            *key += (incentive + own_part(subnet, uid) * paid.dividends[uid].tokens())
                / mechanisms as f64;
        }
    }
    if let Some(owner) = subnet.owner {
        keys[owner] += pots.owner.tokens();
    }
    let mut entities = vec![0.0; subnet.entities.len()];
    for (entity, key) in subnet.neurons.entity.iter().zip(&keys) {
        entities[*entity] += key;
    }
    subnet.neurons.entity.iter().map(|entity| entities[*entity]).collect()
}

/// The part of a key's dividends that its owner gets, in `[0, 1]`.
fn own_part(subnet: &Subnet, uid: usize) -> f64 {
    let take = proportion::share(proportion::parameter(subnet.neurons.take[uid]));
    let (own, stake) = (subnet.ledger.own_stake(uid), subnet.ledger.stake[uid]);
    let held = if stake > Alpha::ZERO { own.tokens() / stake.tokens() } else { 1.0 };
    take + (1.0 - take) * held
}
