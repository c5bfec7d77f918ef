//! Rules of those who pay for service that concern several tables.

use super::Found;
use crate::fields::{KeyPath, Part, nearest, quoted};
use crate::scenario::{NetworkPlan, PursePlan, Scenario};

pub(super) fn check(plan: &NetworkPlan, scenario: &Scenario, path: &KeyPath, found: &mut Found) {
    let subnets: Vec<&str> = scenario.subnets.iter().map(|plan| plan.name.as_str()).collect();
    let traders: Vec<&str> = plan.traders.iter().map(|group| group.name.as_str()).collect();
    for (at, group) in plan.consumers.iter().enumerate() {
        let place = path.key("consumers").index(at);
        let twice = plan.consumers[..at].iter().any(|other| other.name == group.name);
        if twice {
            let message =
                format!("a second group of `network.consumers` is named `{}`", group.name);
            let help = "draws are keyed by group name, so names must differ";
            found.at(place.key("name"), Part::Value, message, Some(help));
        }
        if let Some(name) = group.subnet.as_deref().filter(|name| !subnets.contains(name)) {
            let help = nearest(name, &subnets)
                .unwrap_or_else(|| format!("there are {}", quoted(&subnets)));
            let message = format!("no subnet is named `{name}`");
            found.at(place.key("subnet"), Part::Value, message, Some(&help));
        }
        match &group.purse {
            PursePlan::Owner if group.subnet.is_none() => {
                let message = "a purse of kind `owner` is that of the owner of `subnet`, and there \
                               is none";
                found.at(place.key("purse"), Part::Value, message, Some("add `subnet`"));
            }
            PursePlan::Miners(name) => {
                let subnet =
                    scenario.subnets.iter().find(|s| Some(&s.name) == group.subnet.as_ref());
                let miners = subnet.map_or(&[][..], |plan| &plan.miners);
                let miners: Vec<&str> = miners.iter().map(|m| m.group.name.as_str()).collect();
                if !miners.contains(&name.as_str()) {
                    let help = nearest(name, &miners)
                        .unwrap_or_else(|| format!("there are {}", quoted(&miners)));
                    let message = format!("no group of miners of `subnet` is named `{name}`");
                    found.at(place.key("purse"), Part::Value, message, Some(&help));
                }
            }
            PursePlan::Traders(name) if !traders.contains(&name.as_str()) => {
                let help = nearest(name, &traders)
                    .unwrap_or_else(|| format!("there are {}", quoted(&traders)));
                let message = format!("no group of `network.traders` is named `{name}`");
                found.at(place.key("purse"), Part::Value, message, Some(&help));
            }
            _ => {}
        }
        let washes = group.strategy.as_ref().is_some_and(|strategy| strategy.name() == "wash");
        if washes && group.subnet.is_none() {
            let message = "`wash` pays to the subnet that it belongs to, and there is none";
            found.at(place.key("strategy"), Part::Value, message, Some("add `subnet`"));
        }
    }
    if !plan.consumers.is_empty() && scenario.subnets.iter().all(|s| s.market.service.is_none()) {
        let help = "add `service = { price_usd = 1.0 }` to the market of a subnet";
        found.at(path.key("consumers"), Part::Key, "no subnet has a `service`", Some(help));
    }
}
