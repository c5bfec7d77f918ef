//! Keys of votes on the rules.

use toml::Value;

use crate::fields::{self, Fields, Part};
use crate::protocol::token_rules::TokenRules;
use crate::strategy::{Catalogue, Spec, Voter};
use crate::units::Epoch;
use crate::world::Rules;

use super::rules::changed_rules;
use super::tokens::changed_token_rules;
use super::{NetworkPlan, SubnetPlan};

/// How rules are voted on.
#[derive(Clone, Debug)]
pub struct GovernancePlan {
    /// Part of the stake that must vote for a vote to count, in `[0, 1]`.
    pub quorum: f64,
    /// Part of the stake that votes which must be exceeded by those who are for, in `[0, 1)`.
    pub majority: f64,
    /// Epochs for which a proposal can be voted on, at least 1.
    pub period: Epoch,
    /// How everyone votes; `None` only after a problem.
    pub strategy: Option<Spec<dyn Voter>>,
    /// Groups who vote otherwise.
    pub voters: Vec<VoterPlan>,
    /// What is voted on, in text order.
    pub proposals: Vec<ProposalPlan>,
}

/// How a group of validators or of hotkeys on root votes.
#[derive(Clone, Debug)]
pub struct VoterPlan {
    /// Name of the subnet; `None` for a group on root.
    pub subnet: Option<String>,
    /// Name of the group.
    pub group: String,
    /// How its members vote; `None` only after a problem.
    pub strategy: Option<Spec<dyn Voter>>,
}

/// A change of rules that is voted on.
#[derive(Clone, Debug)]
pub struct ProposalPlan {
    /// Its name.
    pub name: String,
    /// The first epoch at whose end it is voted on.
    pub epoch: Epoch,
    /// Name of the subnet, whose validators vote; `None` for the network, where root votes.
    pub subnet: Option<String>,
    /// What would change.
    pub change: Change,
}

/// A change of the rules of a subnet or of the network, as the text gives it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    table: toml::Table,
    /// Whether it is a change of the token economy's rules.
    of_network: bool,
}

impl Change {
    /// A subnet's rules after the change; `None` where it does not fit to them, as when an earlier change
    /// has moved another bound.
    #[must_use]
    pub fn applied(&self, rules: &Rules) -> Option<Rules> {
        let (changed, _, sheet) = fields::read(&self.table, |t| changed_rules(t, rules));
        (sheet.problems.is_empty() && !self.of_network).then_some(changed)
    }

    /// The rules of the token economy after the change; `None` as above.
    #[must_use]
    pub fn applied_to_all(&self, rules: &TokenRules) -> Option<TokenRules> {
        let (changed, _, sheet) = fields::read(&self.table, |t| changed_token_rules(t, rules));
        (sheet.problems.is_empty() && self.of_network).then_some(changed)
    }

    /// Each key with its new value, such as `protocol.kappa = 0.6`.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        let path = if self.of_network { "network.rules" } else { "protocol" };
        tell(path, &self.table, &mut told);
        told
    }
}

fn tell(path: &str, table: &toml::Table, told: &mut Vec<String>) {
    for (key, value) in table {
        match value {
            Value::Table(inner) => tell(&format!("{path}.{key}"), inner, told),
            value => told.push(format!("{path}.{key} = {value}")),
        }
    }
}

/// Reads the votes of a scenario of these subnets, of which `only` is the name where there is one.
pub(super) fn governance(
    t: &mut Fields<'_>,
    only: &str,
    (subnets, network): (&[SubnetPlan], Option<&NetworkPlan>),
    catalogue: &Catalogue,
) -> GovernancePlan {
    let quorum = t
        .number("quorum", "part of the stake with a permit that must vote for a vote to count")
        .share()
        .default(0.5);
    let majority = t
        .number("majority", "part of the stake that votes which those who are for must exceed")
        .at_least(0.0)
        .below(1.0)
        .default(0.5);
    let period = t
        .whole("period", "how long a proposal can be voted on")
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .default(3_u64);
    let about = "how validators, and hotkeys on root, vote";
    let strategy = Spec::read(t, "strategy", about, catalogue.voters(), Some("interest"));
    let about = "groups who vote otherwise";
    let voters = t.tables("voters", about, |t| voter(t, only, catalogue));
    let about = "changes of rules that are voted on";
    let proposals = t.tables("proposals", about, |t| proposal(t, only, (subnets, network)));
    let period = Epoch::try_from(period).unwrap_or(Epoch::MAX);
    GovernancePlan { quorum, majority, period, strategy, voters, proposals }
}

fn subnet(t: &mut Fields<'_>, only: &str) -> String {
    let key = t.text("subnet", "the subnet; needed only where there are several").name();
    key.default_or_required((!only.is_empty()).then_some(only))
}

fn voter(t: &mut Fields<'_>, only: &str, catalogue: &Catalogue) -> VoterPlan {
    let about = "who they are: validators of a subnet, or hotkeys on root";
    let root = t.choice("role", about, &[("validators", false), ("root", true)], false);
    let subnet = if root { None } else { Some(subnet(t, only)) };
    let group = t.text("group", "name of the group").name().required();
    let strategy = Spec::read(t, "strategy", "how its members vote", catalogue.voters(), None);
    VoterPlan { subnet, group, strategy }
}

fn proposal(
    t: &mut Fields<'_>,
    only: &str,
    (subnets, network): (&[SubnetPlan], Option<&NetworkPlan>),
) -> ProposalPlan {
    let name = t.text("name", "name of the proposal, unique").name().required();
    let epoch = t
        .whole("epoch", "the first epoch at whose end it is voted on")
        .unit("epochs")
        .at_most(10_000_000.0)
        .required();
    let era = network.and_then(|plan| plan.eras.first());
    let base = era.map_or_else(TokenRules::default, |era| era.rules.clone());
    let about =
        "what it changes in the token economy's rules, until the next era; root votes on it";
    let of_network = t.has("rules");
    t.table_of_changes("rules", about, |t| changed_token_rules(t, &base));
    let mut given = t.value("rules");
    let mut place = None;
    if of_network {
        for key in ["subnet", "protocol"] {
            if t.has(key) {
                t.value(key);
                let message = format!("`{key}` is of a subnet, and `rules` are of the network");
                t.problem(key, Part::Key, message, Some("make two proposals of it".into()));
            }
        }
        if t.sound() && network.is_none() {
            let message = "there are no such rules without a network".into();
            t.problem("rules", Part::Key, message, Some("change `protocol`".into()));
        }
    } else {
        let subnet = subnet(t, only);
        let base = subnets.iter().find(|plan| plan.name == subnet);
        let base = base.map_or_else(Rules::default, |plan| plan.rules.clone());
        let about = "what it changes in the subnet's rules; its validators vote on it";
        t.table_of_changes("protocol", about, |t| changed_rules(t, &base));
        given = t.value("protocol");
        place = Some(subnet);
    }
    let table = given.and_then(Value::as_table).cloned().unwrap_or_default();
    if t.sound() && table.is_empty() {
        let help = "add `protocol = { kappa = … }`: what it changes".to_owned();
        let message = "a proposal changes something".to_owned();
        t.problem("protocol", Part::Key, message, Some(help));
    }
    let epoch = Epoch::try_from(epoch).unwrap_or(Epoch::MAX);
    ProposalPlan { name, epoch, subnet: place, change: Change { table, of_network } }
}
