//! Rules of the token economy that concern several tables.

use super::{Found, consumers, staked};
use crate::fields::{KeyPath, Part, nearest, quoted};
use crate::protocol::token_rules::PoolRule;
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::{NetworkPlan, Scenario, SubnetPlan};
use crate::units::{Alpha, SUPPLY_CAP};

pub(super) fn check(scenario: &Scenario, top: &KeyPath, found: &mut Found) {
    let Some(plan) = &scenario.network else {
        check_without(scenario, top, found);
        return;
    };
    let path = top.key("network");
    check_names(plan, scenario, &path, found);
    check_root_links(plan, scenario, top, found);
    check_eras(plan, scenario, &path, found);
    check_time(scenario, top, found);
    check_markets(plan, scenario, top, found);
    check_money(plan, scenario, &path, found);
    consumers::check(plan, scenario, &path, found);
}

/// Keys that mean nothing where there is no network.
fn check_without(scenario: &Scenario, top: &KeyPath, found: &mut Found) {
    for subnet in &scenario.subnets {
        let path = top.key("subnet").key(&subnet.name);
        let help = "add a table [network], or take this away";
        if subnet.has_market {
            let message = format!("subnet `{}` has a market, but there is no network", subnet.name);
            found.at(path.key("market"), Part::Key, message, Some(help));
        }
        for (at, plan) in subnet.validators.iter().enumerate() {
            if plan.group.root.is_some() {
                let place = path.key("validators").index(at).key("root");
                found.at(place, Part::Value, "there is no root without a network", Some(help));
            }
        }
    }
}

fn check_names(plan: &NetworkPlan, scenario: &Scenario, path: &KeyPath, found: &mut Found) {
    let root = plan.root.iter().map(|group| group.name.as_str());
    let traders = plan.traders.iter().map(|group| group.name.as_str());
    for (key, names) in
        [("root", root.collect::<Vec<&str>>()), ("traders", traders.collect::<Vec<&str>>())]
    {
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) {
                let message = format!("a second group of `network.{key}` is named `{name}`");
                let help = "draws are keyed by group name, so names must differ";
                let place = path.key(key).index(at).key("name");
                found.at(place, Part::Value, message, Some(help));
            }
        }
    }
    let subnets: Vec<&str> = scenario.subnets.iter().map(|plan| plan.name.as_str()).collect();
    for (at, group) in plan.traders.iter().enumerate() {
        for (index, name) in group.subnets.iter().enumerate() {
            if !subnets.contains(&name.as_str()) {
                let place = path.key("traders").index(at).key("subnets").index(index);
                let help = nearest(name, &subnets)
                    .unwrap_or_else(|| format!("there are {}", quoted(&subnets)));
                found.at(place, Part::Value, format!("no subnet is named `{name}`"), Some(&help));
            }
        }
    }
}

/// Every hotkey that is named must be there, and no two uids of a subnet can have the same one.
fn check_root_links(plan: &NetworkPlan, scenario: &Scenario, top: &KeyPath, found: &mut Found) {
    let names: Vec<&str> = plan.root.iter().map(|group| group.name.as_str()).collect();
    for subnet in &scenario.subnets {
        let path = top.key("subnet").key(&subnet.name).key("validators");
        let mut taken: Vec<(&str, usize)> = Vec::new();
        for (at, validators) in subnet.validators.iter().enumerate() {
            let group = &validators.group;
            let Some(name) = &group.root else { continue };
            let place = path.index(at);
            let Some(root) = plan.root.iter().find(|root| root.name == *name) else {
                let help = nearest(name, &names)
                    .unwrap_or_else(|| format!("there are {}", quoted(&names)));
                let message = format!("no group of `network.root` is named `{name}`");
                found.at(place.key("root"), Part::Value, message, Some(&help));
                continue;
            };
            let members = group.root_member..group.root_member.saturating_add(group.count);
            if members.end > root.count {
                let message = format!(
                    "group `{name}` of root has {} members, and these are its members {} to {}",
                    root.count,
                    members.start,
                    members.end - 1
                );
                found.at(place.key("root"), Part::Value, message, None);
                continue;
            }
            let twice = members.clone().find(|member| taken.contains(&(name, *member)));
            if let Some(member) = twice {
                let message = format!("member {member} of `{name}` already has a uid here");
                found.at(place.key("root"), Part::Value, message, None);
            }
            taken.extend(members.map(|member| (name.as_str(), member)));
        }
    }
}

fn check_eras(plan: &NetworkPlan, scenario: &Scenario, path: &KeyPath, found: &mut Found) {
    let place = |at: usize| match at.checked_sub(1) {
        None => path.key("era"),
        Some(later) => path.key("eras").index(later).key("era"),
    };
    let stable = |at: usize| plan.eras[at].rules.pool == PoolRule::Stable;
    for (at, era) in plan.eras.iter().enumerate() {
        if at > 0 && era.from >= scenario.epochs {
            let message = format!(
                "era `{}` begins with epoch {}, and the run has {}",
                era.name, era.from, scenario.epochs
            );
            let place = path.key("eras").index(at - 1).key("from");
            found.at(place, Part::Value, message, Some("lengthen the run or take the era away"));
        }
        if stable(at) != stable(0) {
            let message = format!("`{}` cannot follow `{}`", era.name, plan.eras[0].name);
            let help = "without pools nobody has alpha, so that one cannot turn into the other";
            found.at(place(at), Part::Value, message, Some(help));
        }
    }
}

fn check_time(scenario: &Scenario, top: &KeyPath, found: &mut Found) {
    let tempo = |subnet: &SubnetPlan| subnet.rules.params.tempo;
    let Some(first) = scenario.subnets.first() else { return };
    if let Some(other) = scenario.subnets.iter().find(|other| tempo(other) != tempo(first)) {
        let message = format!(
            "subnets of a network must have one tempo, got {} in `{}` and {} in `{}`",
            tempo(first),
            first.name,
            tempo(other),
            other.name
        );
        let place = top.key("subnet").key(&other.name).key("protocol").key("tempo");
        let help = "a step of the engine is one epoch of every subnet, and their markets are one";
        found.at(place, Part::Value, message, Some(help));
    }
}

fn check_markets(plan: &NetworkPlan, scenario: &Scenario, top: &KeyPath, found: &mut Found) {
    let stable = plan.eras[0].rules.pool == PoolRule::Stable;
    let streams = Streams::new(scenario.seed);
    let held = |key: &str| plan.traders.iter().map(|group| sum(group, key, streams)).collect();
    let worths: Vec<f64> = held("alpha");
    for subnet in &scenario.subnets {
        let path = top.key("subnet").key(&subnet.name).key("market");
        let market = &subnet.market;
        let price =
            (1.0 - market.weight) / market.weight * (market.tao.tokens() / market.alpha.tokens());
        let wanted = plan.traders.iter().zip(&worths).fold(0.0, |sum, (group, worth)| {
            let holds = |other: &&SubnetPlan| {
                other.market.age.is_some()
                    && (group.subnets.is_empty() || group.subnets.contains(&other.name))
            };
            if !holds(&subnet) {
                return sum;
            }
            let pooled = scenario.subnets.iter().filter(holds);
            let pooled = pooled.fold(0.0, |sum, other| sum + other.market.tao.tokens());
            sum + worth * market.tao.tokens() / pooled / price
        });
        let free = market.elsewhere.saturating_sub(market.protocol).tokens();
        if !stable && wanted > free + 1e-6 {
            let message = format!(
                "traders hold {wanted:.3} alpha of `{}` at the start, and `elsewhere` has {free}",
                subnet.name
            );
            let help = "raise `elsewhere`, or lower the traders' `alpha`";
            found.at(path.key("elsewhere"), Part::Value, message, Some(help));
        }
        let cap = Alpha(SUPPLY_CAP).tokens();
        let whole = (market.alpha + market.elsewhere).tokens() + staked(scenario, subnet);
        if !stable && whole > cap {
            let message = format!(
                "alpha of subnet `{}` in its pool, staked and elsewhere must sum to at most {cap}, \
                 got {whole}",
                subnet.name
            );
            let help = "that is all that a subnet can issue";
            found.at(path.key("alpha"), Part::Value, message, Some(help));
        }
    }
}

/// What the members of a group of traders have of something at the start, in all.
fn sum(group: &crate::scenario::TraderPlan, key: &str, streams: Streams) -> f64 {
    let name = format!("network.traders.{}", group.name);
    (0..group.count).fold(0.0, |sum, member| {
        let mut draws = streams.at(Domain::Stake, Agent::new(&name, member), 0);
        let cash = group.cash.of(member, &mut draws);
        let root = group.root.of(member, &mut draws);
        let alpha = group.alpha.of(member, &mut draws);
        sum + if key == "alpha" { alpha } else { cash + root }
    })
}

/// TAO that is somewhere must have been issued.
fn check_money(plan: &NetworkPlan, scenario: &Scenario, path: &KeyPath, found: &mut Found) {
    let streams = Streams::new(scenario.seed);
    let stable = plan.eras[0].rules.pool == PoolRule::Stable;
    // Where a subnet's token is TAO, what is staked in it is TAO too.
    let pools = scenario.subnets.iter().fold(0.0, |sum, subnet| {
        sum + if stable { staked(scenario, subnet) } else { subnet.market.tao.tokens() }
    });
    let root = plan.root.iter().fold(0.0, |sum, group| {
        (0..group.count).fold(sum, |sum, member| {
            let agent = Agent::new(&format!("network.root.{}", group.name), member);
            sum + group.stake.of(member, &mut streams.at(Domain::Stake, agent, 0))
        })
    });
    let traders = plan.traders.iter().fold(0.0, |total, group| total + sum(group, "tao", streams));
    let owners = scenario.subnets.iter().map(|subnet| subnet.market.owner_tao.tokens());
    let owners = owners.fold(0.0, |sum, tao| sum + tao);
    let held = pools + root + traders + owners;
    if held > plan.issued.tokens() {
        let message = format!(
            "`tao_issued` must be at least what is held, {held:.3} TAO ({pools:.3} in pools, \
             {root:.3} on root, {traders:.3} with traders{}), got {}",
            if owners > 0.0 { format!(", {owners:.3} with owners") } else { String::new() },
            plan.issued
        );
        found.at(path.key("tao_issued"), Part::Value, message, None);
    }
}
