//! What a vote would change, by the key paths that `--set` knows.

use toml::{Table, Value};

use crate::fields::{self, Fields, Part, Problem, Step, nearest, quoted};
use crate::protocol::token_rules::TokenRules;
use crate::scenario::Edit;
use crate::units::Epoch;
use crate::world::Rules;

use super::rules::changed_rules;
use super::tokens::changed_token_rules;
use super::{NetworkPlan, SubnetPlan};

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
    table: Table,
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

fn tell(path: &str, table: &Table, told: &mut Vec<String>) {
    for (key, value) in table {
        match value {
            Value::Table(inner) => tell(&format!("{path}.{key}"), inner, told),
            value => told.push(format!("{path}.{key} = {value}")),
        }
    }
}

/// Whose rules a key path is of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Realm {
    Subnet(String),
    Network,
}

/// What is wrong, and what to do about it.
type Wrong = (String, String);

/// The subnets of a scenario, the name of the only one where there is one, and its network.
pub(super) type Land<'a> = (&'a [SubnetPlan], &'a str, Option<&'a NetworkPlan>);

/// Reads a proposal.
pub(super) fn proposal(t: &mut Fields<'_>, land: Land<'_>) -> ProposalPlan {
    let name = t.text("name", "name of the proposal, unique").name().required();
    let epoch = t
        .whole("epoch", "the first epoch at whose end it is voted on")
        .unit("epochs")
        .at_most(10_000_000.0)
        .required();
    let epoch = Epoch::try_from(epoch).unwrap_or(Epoch::MAX);
    let about = "what it changes, each KEY=VALUE: `protocol.…` of the only subnet or \
                 `subnet.NAME.protocol.…`, on which the subnet's validators vote, or \
                 `network.rules.…`, on which root votes and which hold until the next era";
    let texts = t.texts("set", about).required();
    if t.sound() && texts.is_empty() {
        let help = "write `set = [\"protocol.kappa=0.6\"]`".to_owned();
        t.problem("set", Part::Value, "a proposal changes something".into(), Some(help));
    }
    let mut realm = None;
    let (mut table, mut paths) = (Table::new(), Vec::new());
    for (at, text) in texts.iter().enumerate() {
        match entry(text, land) {
            Ok((whose, path, value)) => {
                if realm.get_or_insert_with(|| whose.clone()) == &whose {
                    put(&mut table, &path, value);
                    paths.push((at, path));
                } else {
                    let message =
                        format!("`{text}` is another's to vote on than what is before it");
                    let help = "make two proposals of it".to_owned();
                    t.problem_at("set", at, message, Some(help));
                }
            }
            Err((message, help)) => t.problem_at("set", at, message, Some(help)),
        }
    }
    let of_network = realm == Some(Realm::Network);
    for problem in problems(&table, realm.as_ref(), land) {
        // The value that it is about, or else the first.
        let at = paths.iter().find(|(_, path)| is_about(&problem, path)).or(paths.first());
        t.problem_at("set", at.map_or(0, |(at, _)| *at), problem.message, problem.help);
    }
    let subnet = match realm {
        Some(Realm::Subnet(name)) => Some(name),
        Some(Realm::Network) | None => None,
    };
    ProposalPlan { name, epoch, subnet, change: Change { table, of_network } }
}

/// What the rules that are there now say to the change.
fn problems(table: &Table, realm: Option<&Realm>, land: Land<'_>) -> Vec<Problem> {
    let (subnets, _, network) = land;
    match realm {
        None => Vec::new(),
        Some(Realm::Network) => {
            let era = network.and_then(|plan| plan.eras.first());
            let base = era.map_or_else(TokenRules::default, |era| era.rules.clone());
            fields::read(table, |t| changed_token_rules(t, &base)).2.problems
        }
        Some(Realm::Subnet(name)) => {
            let base = subnets.iter().find(|plan| plan.name == *name);
            let base = base.map_or_else(Rules::default, |plan| plan.rules.clone());
            fields::read(table, |t| changed_rules(t, &base)).2.problems
        }
    }
}

/// Whether a problem is of the key at a path, or of a table on the way to it or inside it.
fn is_about(problem: &Problem, path: &[String]) -> bool {
    let steps = problem.path.steps().iter().zip(path);
    steps.fold(true, |same, (step, key)| same && matches!(step, Step::Key(found) if found == key))
}

/// Reads one change: whose rules it is of, the path inside them, and the new value.
fn entry(text: &str, land: Land<'_>) -> Result<(Realm, Vec<String>, Value), Wrong> {
    let edit: Edit = text
        .parse()
        .map_err(|error| (format!("{error}"), "write \"protocol.kappa=0.6\"".to_owned()))?;
    let steps: Vec<&str> = edit.path.split('.').collect();
    let (realm, rest) = realm(&steps, land)?;
    if rest.is_empty() {
        let help = format!("name one of its keys, such as `{}.…`", edit.path);
        return Err((format!("`{}` is a whole table", edit.path), help));
    }
    // An edit's value is TOML.
    let value = toml::from_str::<Table>(&format!("value = {}", edit.value.to_string().trim()));
    let value = value.ok().and_then(|mut table| table.remove("value"));
    let value = value.ok_or_else(|| {
        (format!("`{text}` has no value"), "write \"protocol.kappa=0.6\"".to_owned())
    })?;
    Ok((realm, rest.iter().map(|step| (*step).to_owned()).collect(), value))
}

fn realm<'p, 's>(
    steps: &'p [&'s str],
    (subnets, only, network): Land<'_>,
) -> Result<(Realm, &'p [&'s str]), Wrong> {
    match steps {
        ["protocol", rest @ ..] if !only.is_empty() => Ok((Realm::Subnet(only.to_owned()), rest)),
        ["protocol", ..] => {
            let help = "write `subnet.NAME.protocol.…`".to_owned();
            Err(("a vote is on the rules of one subnet, and there are several".into(), help))
        }
        ["subnet", name, "protocol", rest @ ..] => {
            let names: Vec<&str> = subnets.iter().map(|plan| plan.name.as_str()).collect();
            if names.contains(name) {
                return Ok((Realm::Subnet((*name).to_owned()), rest));
            }
            let help =
                nearest(name, &names).unwrap_or_else(|| format!("there are {}", quoted(&names)));
            Err((format!("no subnet is named `{name}`"), help))
        }
        ["network", "rules", rest @ ..] => {
            if network.is_some() {
                return Ok((Realm::Network, rest));
            }
            let help = "change `protocol.…`".to_owned();
            Err(("there are no such rules without a network".into(), help))
        }
        _ => {
            let message = format!("`{}` cannot change by a vote", steps.join("."));
            let help = "votes change `protocol.…` of a subnet, or `network.rules.…`".to_owned();
            Err((message, help))
        }
    }
}

/// Puts a value where it belongs; what is in its way gives way.
fn put(table: &mut Table, path: &[String], value: Value) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        table.insert(first.clone(), value);
        return;
    }
    let inner = table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
    if !inner.is_table() {
        *inner = Value::Table(Table::new());
    }
    if let Value::Table(inner) = inner {
        put(inner, rest, value);
    }
}
