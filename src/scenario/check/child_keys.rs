//! Rules over the keys of a subnet that name a group of neurons: its owner and its child keys.

use std::collections::BTreeMap;

use super::Found;
use crate::fields::{KeyPath, Part, nearest, quoted};
use crate::protocol::child_keys::MOST_CHILDREN;
use crate::scenario::{ChildKeyPlan, Group, GroupPlan, SubnetPlan};
use crate::strategy::Validator;
use crate::strategy::validator::CHILD_KEY_DELEGATOR;

/// A key: the place of its group among the subnet's, and its place in the group.
type Key = (usize, usize);

/// Of each parent, its children and what each gets.
type Links = BTreeMap<Key, Vec<(Key, f64)>>;

pub(super) fn check(subnet: &SubnetPlan, path: &KeyPath, found: &mut Found) {
    let validators = subnet.validators.iter().map(|plan| &plan.group);
    let groups: Vec<&Group> =
        validators.chain(subnet.miners.iter().map(|plan| &plan.group)).collect();
    if let Some(owner) = &subnet.owner {
        named(&groups, owner, &path.key("owner"), found);
    }
    let mut links = Links::new();
    for (index, plan) in subnet.child_keys.iter().enumerate() {
        let place = path.key("child_keys").index(index);
        let parent = named(&groups, &plan.parent, &place.key("parent"), found);
        let child = named(&groups, &plan.child, &place.key("child"), found);
        let (Some(parent), Some(child)) = (parent, child) else { continue };
        let places = [
            (groups[parent], plan.parent_member, "parent_member"),
            (groups[child], Some(plan.child_member), "child_member"),
        ];
        let missing = places.iter().filter(|(group, member, key)| {
            let missing = member.filter(|member| *member >= group.count);
            if let Some(member) = missing {
                let last = group.count.saturating_sub(1);
                let message =
                    format!("members of group `{}` are 0 to {last}, got {member}", group.name);
                found.at(place.key(key), Part::Value, message, None);
            }
            missing.is_some()
        });
        if missing.count() == 0
            && let Some((message, help)) = add(&groups, plan, (parent, child), &mut links)
        {
            found.at(place, Part::Key, message, Some(help));
        }
    }
    let delegates = |plan: &&GroupPlan<dyn Validator>| {
        plan.strategy.as_ref().is_some_and(|strategy| strategy.name() == CHILD_KEY_DELEGATOR)
    };
    for (index, plan) in subnet.validators.iter().enumerate().filter(|(_, plan)| delegates(plan)) {
        let alone = (0..plan.group.count).find(|member| !links.contains_key(&(index, *member)));
        if let Some(member) = alone {
            let place = path.key("validators").index(index).key("strategy");
            let message =
                format!("member {member} of group `{}` delegates to nobody", plan.group.name);
            let help = "add a row to `child_keys` of the subnet whose `parent` is this group";
            found.at(place, Part::Value, message, Some(help));
        }
    }
}

/// Adds the links of a plan; gives the first rule that one of them breaks, and what to do.
fn add(
    groups: &[&Group],
    plan: &ChildKeyPlan,
    (parent, child): (usize, usize),
    links: &mut Links,
) -> Option<(String, &'static str)> {
    let members = match plan.parent_member {
        Some(member) => member..member.saturating_add(1),
        None => 0..groups[parent].count,
    };
    let child = (child, plan.child_member);
    for member in members {
        let parent = (parent, member);
        let slip = slip(groups, links, parent, child, plan.proportion);
        if slip.is_some() {
            return slip;
        }
        links.entry(parent).or_default().push((child, plan.proportion));
    }
    None
}

/// What a further link breaks, and what to do about it.
fn slip(
    groups: &[&Group],
    links: &Links,
    parent: Key,
    child: Key,
    proportion: f64,
) -> Option<(String, &'static str)> {
    let called = |key: Key| format!("member {} of group `{}`", key.1, groups[key.0].name);
    let children = |key: Key| links.get(&key).map_or(&[][..], Vec::as_slice);
    if parent == child {
        let message = format!("{} cannot be its own child", called(parent));
        return Some((message, "name the parent's member where both are of one group"));
    }
    if children(parent).iter().any(|link| link.0 == child) {
        let message = format!("{} is twice a child of {}", called(child), called(parent));
        return Some((message, "give one proportion"));
    }
    if children(child).iter().any(|link| link.0 == parent) {
        let message = format!("{} and {} are each other's child", called(parent), called(child));
        return Some((message, "take one of the two away"));
    }
    if children(parent).len() >= MOST_CHILDREN {
        let message = format!("{} must have at most {MOST_CHILDREN} children", called(parent));
        return Some((message, "take a child away"));
    }
    let lent = children(parent).iter().fold(proportion, |sum, link| sum + link.1);
    if lent > 1.0 + 1e-9 {
        let lent = (lent * 1e12).round() / 1e12;
        let message =
            format!("proportions of {} must sum to at most 1, got {lent}", called(parent));
        return Some((message, "lower a proportion"));
    }
    None
}

/// The place of a group of neurons; `None` after a problem.
fn named(groups: &[&Group], name: &str, path: &KeyPath, found: &mut Found) -> Option<usize> {
    let place = groups.iter().position(|group| group.name == name);
    if place.is_none() {
        let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        let help = nearest(name, &names).unwrap_or_else(|| format!("there are {}", quoted(&names)));
        let message = format!("no group of neurons is named `{name}`");
        found.at(path.clone(), Part::Value, message, Some(&help));
    }
    place
}
