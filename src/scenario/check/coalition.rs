//! Rules over the keys of a coalition: its members must be there, and pay only each other.

use super::Found;
use crate::fields::{KeyPath, Part, nearest, quoted};
use crate::scenario::schema::HowMany;
use crate::scenario::{CoalitionPlan, Group, PaymentPlan, Scenario, SubnetPlan, Who};
use crate::units::Uid;

pub(super) fn check(
    scenario: &Scenario,
    coalition: &CoalitionPlan,
    path: &KeyPath,
    found: &mut Found,
) {
    let Some(subnet) = scenario.subnets.iter().find(|plan| plan.name == coalition.subnet) else {
        let names: Vec<&str> = scenario.subnets.iter().map(|plan| plan.name.as_str()).collect();
        let message = format!("no subnet is named `{}`", coalition.subnet);
        let help = nearest(&coalition.subnet, &names)
            .unwrap_or_else(|| format!("there are {}", quoted(&names)));
        found.at(path.key("subnet"), Part::Value, message, Some(&help));
        return;
    };
    if coalition.validators == Who::Nobody {
        let message = format!("coalition `{}` has no validators", coalition.name);
        let help = "add validators = { kind = \"top-stake\", count = 3 }";
        found.at(path.key("validators"), Part::Value, message, Some(help));
    }
    let validators: Vec<&Group> = subnet.validators.iter().map(|plan| &plan.group).collect();
    let miners: Vec<&Group> = subnet.miners.iter().map(|plan| &plan.group).collect();
    let names = validators.iter().chain(&miners).map(|group| group.name.as_str());
    if names
        .chain(subnet.stakers.iter().map(|plan| plan.group.name.as_str()))
        .any(|name| name == coalition.name)
    {
        let message = format!("coalition `{}` has the name of a group", coalition.name);
        found.at(path.key("name"), Part::Value, message, Some("names in the tables must differ"));
    }
    for (role, who, groups) in
        [("validators", &coalition.validators, validators), ("miners", &coalition.miners, miners)]
    {
        check_who(role, who, &groups, &path.key(role), found);
    }
    for (index, payment) in coalition.payments.iter().enumerate() {
        check_payment(subnet, coalition, payment, &path.key("payments").index(index), found);
    }
}

/// Both sides of a payment must be members.
fn check_payment(
    subnet: &SubnetPlan,
    coalition: &CoalitionPlan,
    payment: &PaymentPlan,
    path: &KeyPath,
    found: &mut Found,
) {
    for (key, name) in [("from", &payment.from), ("to", &payment.to)] {
        if let Some((message, help)) = outsider(subnet, coalition, name) {
            found.at(path.key(key), Part::Value, message, Some(&help));
        }
    }
    if payment.from == payment.to {
        let message = format!("`{}` cannot pay itself", payment.to);
        found.at(path.key("to"), Part::Value, message, Some("name another group of members"));
    }
}

/// Why nobody whom `name` names can be a member, and what to do about it. Whom a choice by stake or
/// quality takes is seen only when the world is made.
fn outsider(
    subnet: &SubnetPlan,
    coalition: &CoalitionPlan,
    name: &str,
) -> Option<(String, String)> {
    let validators = subnet.validators.iter().map(|plan| (&plan.group, &coalition.validators));
    let miners = subnet.miners.iter().map(|plan| (&plan.group, &coalition.miners));
    let groups: Vec<(&Group, &Who)> = validators.chain(miners).collect();
    let roles = [("validators", &coalition.validators), ("miners", &coalition.miners)];
    let of_name = |group: &Group| group.name == name;
    let of_entity = |group: &Group| group.entity.as_deref() == Some(name);
    let what = if groups.iter().any(|(group, _)| of_name(group)) { "group" } else { "entity" };
    let is_meant = |group: &Group| if what == "group" { of_name(group) } else { of_entity(group) };
    let mut meant = groups.iter().filter(|(group, _)| is_meant(group)).peekable();
    if meant.peek().is_some() {
        let outside = meant.all(|(group, who)| match who {
            Who::Nobody => true,
            Who::Group(chosen, _) => *chosen != group.name,
            Who::Uids(chosen) => {
                let inside = |uids: &Vec<Uid>| uids.iter().any(|uid| chosen.contains(uid));
                group.uids.as_ref().is_some_and(|uids| !inside(uids))
            }
            Who::TopStake(_) | Who::TopQuality(_) | Who::BottomQuality(_) => false,
        });
        let message = format!("nobody of {what} `{name}` is in coalition `{}`", coalition.name);
        let help =
            "only members pay each other: name a group of members, or `validators` or `miners`";
        return outside.then(|| (message, help.into()));
    }
    if let Some((role, who)) = roles.into_iter().find(|(role, _)| *role == name) {
        let message = format!("coalition `{}` has no {role}", coalition.name);
        return (*who == Who::Nobody).then(|| (message, format!("give it `{role}`")));
    }
    let mut names: Vec<&str> = groups.iter().map(|(group, _)| group.name.as_str()).collect();
    names.extend(["validators", "miners"]);
    let help = nearest(name, &names).unwrap_or_else(|| format!("there are {}", quoted(&names)));
    Some((format!("no group or entity of neurons is named `{name}`"), help))
}

fn check_who(role: &str, who: &Who, groups: &[&Group], path: &KeyPath, found: &mut Found) {
    let members = groups.iter().fold(0_usize, |sum, group| sum.saturating_add(group.count));
    match who {
        Who::Group(name, _) if !groups.iter().any(|group| group.name == *name) => {
            let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
            let help =
                nearest(name, &names).unwrap_or_else(|| format!("there are {}", quoted(&names)));
            let message = format!("no group of {role} is named `{name}`");
            found.at(path.key("name"), Part::Value, message, Some(&help));
        }
        Who::Uids(uids) => {
            let known: Option<Vec<Uid>> = groups
                .iter()
                .map(|g| g.uids.clone())
                .collect::<Option<Vec<_>>>()
                .map(|l| l.concat());
            for (index, uid) in uids.iter().enumerate() {
                if known.as_ref().is_some_and(|known| !known.contains(uid)) {
                    let message = format!("uid {uid} is not among the {role}");
                    found.at(path.key("uids").index(index), Part::Value, message, None);
                }
            }
            if uids.is_empty() {
                found.at(path.key("uids"), Part::Value, "`uids` is empty", None);
            }
            if known.is_none() {
                let message = format!("`uids` needs `uids` in every group of {role}");
                found.at(path.key("uids"), Part::Value, message, None);
            }
        }
        Who::TopStake(how) | Who::TopQuality(how) | Who::BottomQuality(how) => {
            if let HowMany::Count(count) = how
                && *count > members
            {
                let message = format!("there are only {members} {role}, got {count}");
                let help = format!("lower `count`, or add {role}");
                found.at(path.key("count"), Part::Value, message, Some(&help));
            }
            if matches!(who, Who::TopQuality(_) | Who::BottomQuality(_)) && role == "validators" {
                let message = "validators have no quality to choose by";
                found.at(path.key("kind"), Part::Value, message, Some("use top-stake"));
            }
        }
        Who::Group(name, Some(count)) => {
            let size = groups.iter().find(|group| group.name == *name).map(|group| group.count);
            if let Some(size) = size.filter(|size| count > size) {
                let message = format!("group `{name}` has only {size} members, got {count}");
                let help = "lower `count`, or leave it out for all of them";
                found.at(path.key("count"), Part::Value, message, Some(help));
            }
        }
        Who::Nobody | Who::Group(_, None) => {}
    }
}
