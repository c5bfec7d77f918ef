//! Rules over the miners of a subnet: those who need an owner, and those who come later.

use super::Found;
use crate::fields::{KeyPath, Part, nearest, quoted};
use crate::scenario::SubnetPlan;
use crate::strategy::Spec;

pub(super) fn check(subnet: &SubnetPlan, path: &KeyPath, found: &mut Found) {
    for (at, plan) in subnet.miners.iter().enumerate() {
        let plays = plan.strategy.as_ref().map(Spec::name);
        if plays == Some("sybil") && plan.group.entity.is_none() && plan.group.count > 1 {
            let message =
                format!("the keys of group `{}` have no owner in common", plan.group.name);
            let help = format!("add entity = \"{}\"", plan.group.name);
            let place = path.key("miners").index(at).key("entity");
            found.at(place, Part::Key, message, Some(&help));
        }
    }
    let validators = subnet.validators.iter().map(|plan| &plan.group.name);
    let miners = subnet.miners.iter().map(|plan| &plan.group.name);
    let stakers = subnet.stakers.iter().map(|plan| &plan.group.name);
    let mut taken: Vec<&String> = validators.chain(miners).chain(stakers).collect();
    for (at, plan) in subnet.data_providers.iter().enumerate() {
        if taken.contains(&&plan.name) {
            let message = format!("a second group of this subnet is named `{}`", plan.name);
            let help = "draws are keyed by group name, so names must differ";
            let place = path.key("data_providers").index(at).key("name");
            found.at(place, Part::Value, message, Some(help));
        }
        taken.push(&plan.name);
    }
    let buys = subnet.miners.iter().position(|plan| plan.group.buys_data.is_some());
    if let Some(at) = buys.filter(|_| subnet.data_providers.is_empty()) {
        let message = "there is nobody to buy data from";
        let help = format!("add [[subnet.{}.data_providers]]", subnet.name);
        let place = path.key("miners").index(at).key("buys_data");
        found.at(place, Part::Key, message, Some(&help));
    }
    let names: Vec<&str> = subnet.miners.iter().map(|plan| plan.group.name.as_str()).collect();
    if let Some(name) = &subnet.market.recruits
        && !names.contains(&name.as_str())
    {
        let message = format!("no group of miners is named `{name}`");
        let help = nearest(name, &names).unwrap_or_else(|| format!("there are {}", quoted(&names)));
        let place = path.key("market").key("newcomers").key("group");
        found.at(place, Part::Value, message, Some(&help));
    }
}
