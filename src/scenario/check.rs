//! Rules over several tables: combinations that cannot be run.

mod child_keys;
mod coalition;
mod consumers;
mod governance;
mod miners;
mod network;

use std::collections::BTreeMap;

use super::{Group, Scenario, SubnetPlan};
use crate::fields::{KeyPath, Part, Problem, nearest, quoted};
use crate::rng::Streams;
use crate::units::{Alpha, SUPPLY_CAP, Uid};
use crate::world::Role;

/// Every broken rule, in text order.
#[must_use]
pub fn problems(scenario: &Scenario) -> Vec<Problem> {
    let mut found = Found(Vec::new());
    let top = KeyPath::default();
    if scenario.subnets.is_empty() {
        found.at(
            top.key("subnet"),
            Part::Key,
            "a scenario needs a subnet",
            Some("add [[subnet.text.validators]] and [[subnet.text.miners]]"),
        );
    }
    for subnet in &scenario.subnets {
        let path = top.key("subnet").key(&subnet.name);
        check_subnet(subnet, &path, scenario.network.is_some(), &mut found);
        check_stake(scenario, subnet, &path, &mut found);
        child_keys::check(subnet, &path, &mut found);
        miners::check(subnet, &path, &mut found);
    }
    check_size(scenario, &top, &mut found);
    network::check(scenario, &top, &mut found);
    governance::check(scenario, &top, &mut found);
    let mut names = Vec::new();
    for (index, coalition) in scenario.coalitions.iter().enumerate() {
        let path = top.key("coalitions").index(index);
        if names.contains(&&coalition.name) {
            let message = format!("a second coalition is named `{}`", coalition.name);
            found.at(path.key("name"), Part::Value, message, None);
        }
        names.push(&coalition.name);
        coalition::check(scenario, coalition, &path, &mut found);
    }
    found.0
}

struct Found(Vec<Problem>);

impl Found {
    fn at(&mut self, path: KeyPath, part: Part, message: impl Into<String>, help: Option<&str>) {
        let (message, help) = (message.into(), help.map(str::to_owned));
        self.0.push(Problem { path, part, message, help });
    }
}

/// The groups of all roles, each with its place.
fn groups<'s>(subnet: &'s SubnetPlan, path: &KeyPath) -> Vec<(KeyPath, &'s Group, Role)> {
    let place = |role, index| path.key(role).index(index);
    let mut groups = Vec::new();
    for (i, plan) in subnet.validators.iter().enumerate() {
        groups.push((place("validators", i), &plan.group, Role::Validator));
    }
    for (i, plan) in subnet.miners.iter().enumerate() {
        groups.push((place("miners", i), &plan.group, Role::Miner));
    }
    for (i, plan) in subnet.stakers.iter().enumerate() {
        groups.push((place("stakers", i), &plan.group, Role::Staker));
    }
    groups
}

fn check_subnet(subnet: &SubnetPlan, path: &KeyPath, market: bool, found: &mut Found) {
    for (role, empty) in
        [("validators", subnet.validators.is_empty()), ("miners", subnet.miners.is_empty())]
    {
        if empty {
            let message = format!("subnet `{}` has no {role}", subnet.name);
            let help = format!("add [[subnet.{}.{role}]]", subnet.name);
            found.at(path.key(role), Part::Key, message, Some(&help));
        }
    }
    let groups = groups(subnet, path);
    let mut names: Vec<&str> = Vec::new();
    for (place, group, _) in &groups {
        if names.contains(&group.name.as_str()) {
            let message = format!("a second group of this subnet is named `{}`", group.name);
            let help = "draws are keyed by group name, so names must differ";
            found.at(place.key("name"), Part::Value, message, Some(help));
        }
        names.push(&group.name);
    }
    let neurons: Vec<_> = groups.iter().filter(|(_, _, role)| *role != Role::Staker).collect();
    let count = neurons.iter().fold(0_usize, |sum, (_, group, _)| sum.saturating_add(group.count));
    if count > subnet.rules.max_allowed_uids {
        let message = format!(
            "subnet `{}` has room for `protocol.max_allowed_uids` = {} uids, got {count}",
            subnet.name, subnet.rules.max_allowed_uids
        );
        found.at(path.clone(), Part::Key, message, Some("lower a count or raise the limit"));
        return;
    }
    let mut taken: BTreeMap<Uid, &str> = BTreeMap::new();
    for (place, group, _) in &neurons {
        for (index, uid) in group.uids.iter().flatten().enumerate() {
            let at = place.key("uids").index(index);
            if *uid >= count {
                let message = format!("uids of {count} neurons are 0 to {}, got {uid}", count - 1);
                found.at(at, Part::Value, message, None);
            } else if let Some(other) = taken.insert(*uid, &group.name) {
                found.at(at, Part::Value, format!("uid {uid} is already in group `{other}`"), None);
            }
        }
    }
    check_start(subnet, path, count, found);
    let validators: Vec<&str> =
        subnet.validators.iter().map(|plan| plan.group.name.as_str()).collect();
    for (place, group, _) in &groups {
        for (index, name) in group.delegate_to.iter().enumerate() {
            if !validators.contains(&name.as_str()) {
                let message = format!("no group of validators is named `{name}`");
                let help = nearest(name, &validators)
                    .unwrap_or_else(|| format!("there are {}", quoted(&validators)));
                found.at(place.key("delegate_to").index(index), Part::Value, message, Some(&help));
            }
        }
    }
    for (place, group, _) in &groups {
        let Some(name) = &group.auto_stake else { continue };
        let called = format!("{}-stake", group.name);
        if !validators.contains(&name.as_str()) {
            let message = format!("no group of validators is named `{name}`");
            let help = nearest(name, &validators)
                .unwrap_or_else(|| format!("there are {}", quoted(&validators)));
            found.at(place.key("auto_stake"), Part::Value, message, Some(&help));
        } else if names.contains(&called.as_str()) {
            let message = format!("a group of this subnet is named `{called}`");
            let help = "that is the name of the accounts of miners who stake on validators";
            found.at(place.key("auto_stake"), Part::Key, message, Some(help));
        }
    }
    let staked = |group: &Group| match &group.stake {
        super::Amounts::Constant { value } => *value > 0.0,
        super::Amounts::List(list) => list.iter().any(|stake| *stake > 0.0),
        _ => true,
    };
    // Stake on root counts in every subnet.
    let staked = |group: &Group| staked(group) || (market && group.root.is_some());
    let holders = subnet.validators.iter().map(|plan| &plan.group);
    let lenders = subnet.stakers.iter().map(|plan| &plan.group);
    if !subnet.validators.is_empty() && !holders.chain(lenders).any(staked) {
        let message = format!("no validator of subnet `{}` has any stake", subnet.name);
        found.at(path.key("validators"), Part::Key, message, Some("votes are weighted by stake"));
    }
}

/// What is staked at the start has been issued, and no subnet can issue more than the cap.
fn check_stake(scenario: &Scenario, subnet: &SubnetPlan, path: &KeyPath, found: &mut Found) {
    let total = staked(scenario, subnet);
    let cap = Alpha(SUPPLY_CAP).tokens();
    if total > cap {
        let message = format!(
            "stakes of subnet `{}` at the start must sum to at most {cap} alpha, got {total:.0}",
            subnet.name
        );
        found.at(path.clone(), Part::Key, message, Some("that is all that a subnet can issue"));
    }
}

/// What is staked in a subnet at the start `[alpha]`.
fn staked(scenario: &Scenario, subnet: &SubnetPlan) -> f64 {
    let streams = Streams::new(scenario.seed);
    groups(subnet, &KeyPath::default()).iter().fold(0.0, |total, (_, group, role)| {
        let key = group.key(&subnet.name, *role);
        (0..group.count).fold(total, |sum, at| sum + group.stake_of(&key, at, streams))
    })
}

/// Most pairs of validator and uid in a scenario: about 1 GiB of weights and bonds.
const MOST_PAIRS: usize = 1 << 26;

/// Most stakers in a scenario.
const MOST_STAKERS: usize = 10_000_000;

/// A text of a few lines can ask for more memory than any machine has.
fn check_size(scenario: &Scenario, top: &KeyPath, found: &mut Found) {
    let (mut pairs, mut stakers) = (0_usize, 0_usize);
    for subnet in &scenario.subnets {
        let sum = |counts: &mut dyn Iterator<Item = usize>| counts.fold(0, usize::saturating_add);
        let validators = sum(&mut subnet.validators.iter().map(|plan| plan.group.count));
        let miners = sum(&mut subnet.miners.iter().map(|plan| plan.group.count));
        let uids = validators.saturating_add(miners);
        let rows = validators.saturating_mul(subnet.rules.mechanisms);
        pairs = pairs.saturating_add(rows.saturating_mul(uids));
        stakers =
            stakers.saturating_add(sum(&mut subnet.stakers.iter().map(|plan| plan.group.count)));
    }
    for (what, count, most) in
        [("pairs of validator and uid", pairs, MOST_PAIRS), ("stakers", stakers, MOST_STAKERS)]
    {
        if count > most {
            let message = format!("a scenario has at most {most} {what}, got {count}");
            found.at(top.key("subnet"), Part::Key, message, Some("lower a count"));
        }
    }
}

fn check_start(subnet: &SubnetPlan, path: &KeyPath, count: usize, found: &mut Found) {
    let mut seen = Vec::new();
    let validators: Option<Vec<Uid>> = subnet
        .validators
        .iter()
        .map(|plan| plan.group.uids.clone())
        .collect::<Option<Vec<_>>>()
        .map(|lists| lists.concat());
    for (index, row) in subnet.start.iter().enumerate() {
        let place = path.key("start").index(index);
        match &validators {
            None => {
                let message = "`start` needs `uids` in every group of validators";
                let help = "without them it is not plain whose weights these are";
                found.at(place, Part::Key, message, Some(help));
                return;
            }
            Some(validators) if !validators.contains(&row.uid) => {
                let message = format!("uid {} is not a validator", row.uid);
                found.at(place.key("uid"), Part::Value, message, None);
            }
            Some(_) if seen.contains(&row.uid) => {
                let message = format!("a second row of weights for uid {}", row.uid);
                found.at(place.key("uid"), Part::Value, message, None);
            }
            Some(_) => {}
        }
        seen.push(row.uid);
        let mut targets = row.to.clone();
        targets.sort_unstable();
        for (at, uid) in row.to.iter().enumerate() {
            let at = place.key("to").index(at);
            if *uid >= count {
                let message = format!("uids of {count} neurons are 0 to {}, got {uid}", count - 1);
                found.at(at, Part::Value, message, None);
            }
        }
        if let Some([twice, _]) = targets.array_windows().find(|[one, next]| one == next) {
            let message = format!("uid {twice} is listed twice");
            found.at(place.key("to"), Part::Value, message, None);
        }
    }
}
