//! Rules over the keys of the token economy and of the subnets in it.

use super::{Found, groups};
use crate::fields::{KeyPath, Part, nearest, quoted};
use crate::protocol::token_rules::PoolRule;
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::{Amounts, NetworkPlan, Scenario, SubnetPlan};
use crate::units::{Alpha, SUPPLY_CAP, Tao};

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    let Some(network) = &scenario.network else { return };
    let path = KeyPath::default().key("network");
    check_eras(network, &path, found);
    check_tempo(scenario, found);
    check_names(scenario, network, &path, found);
    let streams = Streams::new(scenario.seed);
    check_issued(scenario, network, &path, streams, found);
    if !is_stable(network) {
        for subnet in &scenario.subnets {
            check_alpha(subnet, streams, found);
        }
    }
}

fn is_stable(network: &NetworkPlan) -> bool {
    network.eras.first().is_some_and(|era| era.rules.pool == PoolRule::Stable)
}

/// Stake in TAO does not turn into stake in alpha by itself.
fn check_eras(network: &NetworkPlan, path: &KeyPath, found: &mut Found) {
    let stable = |era: &crate::scenario::EraPlan| era.rules.pool == PoolRule::Stable;
    let Some(first) = network.eras.first() else { return };
    for (index, era) in network.eras.iter().enumerate().skip(1) {
        if stable(era) != stable(first) {
            let message = format!(
                "era `{}` cannot follow `{}`: only one of them has pools of alpha",
                era.name, first.name
            );
            let help = "how stake was moved from one to the other is not modelled";
            found.at(path.key("eras").index(index - 1), Part::Key, message, Some(help));
        }
    }
}

/// The network's blocks are those of the epochs of all its subnets.
fn check_tempo(scenario: &Scenario, found: &mut Found) {
    let tempo = |subnet: &SubnetPlan| subnet.rules.params.tempo;
    let Some(first) = scenario.subnets.first() else { return };
    for subnet in scenario.subnets.iter().filter(|subnet| tempo(subnet) != tempo(first)) {
        let message = format!(
            "subnets of a network have one `protocol.tempo`, got {} in `{}` and {} in `{}`",
            tempo(first),
            first.name,
            tempo(subnet),
            subnet.name
        );
        let place = KeyPath::default().key("subnet").key(&subnet.name);
        found.at(place, Part::Key, message, None);
    }
}

fn check_names(scenario: &Scenario, network: &NetworkPlan, path: &KeyPath, found: &mut Found) {
    let roots: Vec<&str> = network.root.iter().map(|group| group.name.as_str()).collect();
    let traders: Vec<&str> = network.traders.iter().map(|group| group.name.as_str()).collect();
    for (key, names) in [("root", &roots), ("traders", &traders)] {
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) {
                let message = format!("a second group of `{key}` is named `{name}`");
                let help = "draws are keyed by group name, so names must differ";
                let place = path.key(key).index(index).key("name");
                found.at(place, Part::Value, message, Some(help));
            }
        }
    }
    let subnets: Vec<&str> = scenario.subnets.iter().map(|plan| plan.name.as_str()).collect();
    for (at, group) in network.traders.iter().enumerate() {
        for (index, name) in group.subnets.iter().enumerate() {
            if !subnets.contains(&name.as_str()) {
                let message = format!("no subnet is named `{name}`");
                let help = nearest(name, &subnets)
                    .unwrap_or_else(|| format!("there are {}", quoted(&subnets)));
                let place = path.key("traders").index(at).key("subnets").index(index);
                found.at(place, Part::Value, message, Some(&help));
            }
        }
    }
    for subnet in &scenario.subnets {
        let path = KeyPath::default().key("subnet").key(&subnet.name);
        for (place, group, _) in groups(subnet, &path) {
            let Some(name) = &group.root else { continue };
            let Some(root) = network.root.iter().find(|root| root.name == *name) else {
                let message = format!("no group of `network.root` is named `{name}`");
                let help = nearest(name, &roots)
                    .unwrap_or_else(|| format!("there are {}", quoted(&roots)));
                found.at(place.key("root"), Part::Value, message, Some(&help));
                continue;
            };
            let last = group.root_member.saturating_add(group.count);
            if last > root.count {
                let message = format!(
                    "group `{name}` of `network.root` has {} hotkeys, too few for {} from \
                     `root_member` = {} on",
                    root.count, group.count, group.root_member
                );
                found.at(place.key("root"), Part::Value, message, None);
            }
        }
    }
}

/// What is held at the start has been issued.
fn check_issued(
    scenario: &Scenario,
    network: &NetworkPlan,
    path: &KeyPath,
    streams: Streams,
    found: &mut Found,
) {
    let mut held = 0_u128;
    let mut add = |amount: u64| held += u128::from(amount);
    let draw = |amounts: &Amounts, key: &str, member: usize| {
        let mut draws = streams.at(Domain::Stake, Agent::new(key, member), 0);
        Tao::from_tokens(amounts.of(member, &mut draws)).0
    };
    for group in &network.root {
        let key = format!("network.root.{}", group.name);
        (0..group.count).for_each(|member| add(draw(&group.stake, &key, member)));
    }
    for group in &network.traders {
        let key = format!("network.traders.{}", group.name);
        for member in 0..group.count {
            let mut draws = streams.at(Domain::Stake, Agent::new(&key, member), 0);
            add(Tao::from_tokens(group.cash.of(member, &mut draws)).0);
            let on_root = Tao::from_tokens(group.root.of(member, &mut draws));
            // Without a hotkey there is nothing to stake on.
            add(if network.root.is_empty() { 0 } else { on_root.0 });
        }
    }
    let stable = is_stable(network);
    for subnet in &scenario.subnets {
        add(if stable { staked(subnet, streams) } else { subnet.market.tao.0 });
    }
    if held > u128::from(network.issued.0) {
        let held = Tao(u64::try_from(held).unwrap_or(u64::MAX));
        let message = format!(
            "TAO in pools, on root and with traders at the start must sum to at most \
             `network.tao_issued` = {}, got {held}",
            network.issued
        );
        found.at(path.clone(), Part::Key, message, Some("what is held has been issued"));
    }
}

/// Alpha in the pool, staked and elsewhere has been issued, and no subnet can issue more than the
/// cap.
fn check_alpha(subnet: &SubnetPlan, streams: Streams, found: &mut Found) {
    let market = &subnet.market;
    let amounts = [market.alpha.0, market.elsewhere.0, staked(subnet, streams)];
    let sum: u128 = amounts.iter().copied().map(u128::from).sum();
    if sum > u128::from(SUPPLY_CAP) {
        let cap = Alpha(SUPPLY_CAP).tokens();
        let message = format!(
            "alpha of subnet `{}` in its pool, staked and elsewhere at the start must sum to at \
             most {cap}, got {:.0}",
            subnet.name,
            sum as f64 / crate::units::RAO as f64
        );
        let place = KeyPath::default().key("subnet").key(&subnet.name);
        found.at(place, Part::Key, message, Some("that is all that a subnet can issue"));
    }
}

/// Stake of all groups at the start `[rao]`.
fn staked(subnet: &SubnetPlan, streams: Streams) -> u64 {
    let path = KeyPath::default();
    groups(subnet, &path).iter().fold(0, |sum: u64, (_, group, role)| {
        let key = group.key(&subnet.name, *role);
        (0..group.count).fold(sum, |sum, at| {
            sum.saturating_add(Alpha::from_tokens(group.stake_of(&key, at, streams)).0)
        })
    })
}
