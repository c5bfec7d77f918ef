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
