//! Rules of votes that concern several tables.

use super::Found;
use crate::fields::{KeyPath, Part, nearest, quoted};
use crate::scenario::{GovernancePlan, Scenario};

pub(super) fn check(scenario: &Scenario, top: &KeyPath, found: &mut Found) {
    let Some(plan) = &scenario.governance else { return };
    let path = top.key("governance");
    check_proposals(plan, &path, found);
    for (at, voters) in plan.voters.iter().enumerate() {
        let place = path.key("voters").index(at);
        let Some(name) = &voters.subnet else {
            check_root(scenario, &voters.group, place.key("group"), found);
            continue;
        };
        let Some(subnet) = scenario.subnets.iter().find(|subnet| subnet.name == *name) else {
            no_subnet(scenario, name, place.key("subnet"), found);
            continue;
        };
        let groups: Vec<&str> =
            subnet.validators.iter().map(|plan| plan.group.name.as_str()).collect();
        if !groups.contains(&voters.group.as_str()) {
            let message = format!(
                "no group of validators of subnet `{}` is named `{}`",
                subnet.name, voters.group
            );
            let help = nearest(&voters.group, &groups)
                .unwrap_or_else(|| format!("there are {}", quoted(&groups)));
            found.at(place.key("group"), Part::Value, message, Some(&help));
        }
    }
}

fn check_proposals(plan: &GovernancePlan, path: &KeyPath, found: &mut Found) {
    for (at, proposal) in plan.proposals.iter().enumerate() {
        let place = path.key("proposals").index(at);
        if plan.proposals[..at].iter().any(|other| other.name == proposal.name) {
            let message = format!("a second proposal is named `{}`", proposal.name);
            found.at(place.key("name"), Part::Value, message, None);
        }
    }
}

fn check_root(scenario: &Scenario, group: &str, place: KeyPath, found: &mut Found) {
    let groups = scenario.network.as_ref().map_or(&[][..], |plan| &plan.root);
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    if !names.contains(&group) {
        let help =
            nearest(group, &names).unwrap_or_else(|| format!("there are {}", quoted(&names)));
        let message = format!("no group of `network.root` is named `{group}`");
        found.at(place, Part::Value, message, Some(&help));
    }
}

fn no_subnet(scenario: &Scenario, name: &str, place: KeyPath, found: &mut Found) {
    let subnets: Vec<&str> = scenario.subnets.iter().map(|plan| plan.name.as_str()).collect();
    let help = nearest(name, &subnets).unwrap_or_else(|| format!("there are {}", quoted(&subnets)));
    found.at(place, Part::Value, format!("no subnet is named `{name}`"), Some(&help));
}
