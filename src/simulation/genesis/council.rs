//! Those who vote on rules, at the start.

use crate::rng::Agent;
use crate::scenario::{GovernancePlan, ProposalPlan, Scenario, VoterPlan};
use crate::simulation::vote::{Ballot, Council};
use crate::strategy::voter::Voter;
use crate::world::{Role, Subnet, World};

/// Gives every validator and every hotkey of root a behaviour as a voter, and makes an empty ballot of
/// each proposal.
pub(super) fn council(plan: &GovernancePlan, scenario: &Scenario, world: &World) -> Council {
    let build = |named: Option<&VoterPlan>| -> Option<Box<dyn Voter>> {
        let strategy = named.map_or(&plan.strategy, |voters| &voters.strategy);
        strategy.as_ref().map(crate::strategy::Spec::build)
    };
    let voters = |subnet: &Subnet| -> Vec<Box<dyn Voter>> {
        let voter = |uid: &usize| {
            let agent = subnet.neurons.agent[*uid];
            let named = plan.voters.iter().find(|voters| {
                voters.subnet.as_ref() == Some(&subnet.name) && has(scenario, voters, agent)
            });
            build(named)
        };
        subnet.setters.iter().filter_map(voter).collect()
    };
    let root = world.network.as_ref().map_or(&[][..], |network| &network.root.names);
    let on_root = |(group, _): &(String, usize)| {
        let of = |voters: &&VoterPlan| voters.subnet.is_none() && voters.group == *group;
        build(plan.voters.iter().find(of))
    };
    let ballot = |proposal: &ProposalPlan| {
        let named = |name: &String| world.subnets.iter().position(|subnet| subnet.name == *name);
        let subnet = match &proposal.subnet {
            Some(name) => Some(named(name)?),
            None => None,
        };
        let voters = subnet.map_or(root.len(), |at| world.subnets[at].setters.len());
        Some(Ballot { proposal: proposal.clone(), subnet, votes: vec![None; voters] })
    };
    Council {
        quorum: plan.quorum,
        majority: plan.majority,
        period: plan.period,
        voters: world.subnets.iter().map(voters).collect(),
        root: root.iter().filter_map(on_root).collect(),
        ballots: plan.proposals.iter().filter_map(ballot).collect(),
    }
}

/// Whether an agent is of a group as the text names it: members of a coalition are in a group of
/// their own, but their key is still that of the text.
fn has(scenario: &Scenario, voters: &VoterPlan, agent: Agent) -> bool {
    let plans = scenario.subnets.iter().filter(|plan| Some(&plan.name) == voters.subnet.as_ref());
    let groups = plans.flat_map(|plan| plan.validators.iter().map(move |group| (plan, group)));
    groups.filter(|(_, group)| group.group.name == voters.group).any(|(plan, group)| {
        let key = group.group.key(&plan.name, Role::Validator);
        (0..group.group.count).any(|member| Agent::new(&key, member) == agent)
    })
}
