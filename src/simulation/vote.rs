//! Validators vote on changes of their subnet's rules, and root on those of the token economy.

mod interest;

use super::People;
use crate::protocol::token_rules::TokenRules;
use crate::record::Event;
use crate::scenario::ProposalPlan;
use crate::strategy::voter::{Cast, Vote, Voter, VoterTurn};
use crate::units::Epoch;
use crate::world::{Network, Rules, Subnet, World};

/// What is voted on, and by whom.
pub(super) struct Council {
    /// Part of the stake that must vote, in `[0, 1]`.
    pub(super) quorum: f64,
    /// Part of what votes that must be exceeded, in `[0, 1)`.
    pub(super) majority: f64,
    /// Epochs of voting.
    pub(super) period: Epoch,
    /// One for each setter of each subnet `[subnets]` `[setters]`.
    pub(super) voters: Vec<Vec<Box<dyn Voter>>>,
    /// One for each hotkey of root.
    pub(super) root: Vec<Box<dyn Voter>>,
    pub(super) ballots: Vec<Ballot>,
}

/// A proposal and who has voted on it.
pub(super) struct Ballot {
    pub(super) proposal: ProposalPlan,
    /// Whose rules it would change; `None` for those of the network.
    pub(super) subnet: Option<usize>,
    /// Who has voted how: setters of the subnet, or hotkeys of root `[voters]`.
    pub(super) votes: Vec<Option<Vote>>,
}

/// What each voter has at stake.
struct Stakes {
    /// Part of all stake that may vote, in `[0, 1]` `[voters]`.
    weights: Vec<f64>,
    /// What it would get of the next epoch as the rules are `[voters]`.
    income: Vec<f64>,
    /// The same under the change `[voters]`.
    changed: Vec<f64>,
}

/// Asks everyone who has not voted yet, and counts the votes where the time is up. What has passed
/// is in force from the next epoch on.
pub(super) fn vote(
    council: &mut Council,
    (world, people): (&mut World, &mut [People]),
    epoch: Epoch,
    events: &mut Vec<Event>,
) {
    let Council { period, voters, root, ballots, .. } = council;
    let period = *period;
    let open = |ballot: &Ballot| {
        let first = ballot.proposal.epoch;
        (first..first.saturating_add(period)).contains(&epoch)
    };
    for ballot in ballots.iter_mut().filter(|ballot| open(ballot)) {
        let left = ballot.proposal.epoch + (period - 1) - epoch + 1;
        let (stakes, voters) = match ballot.subnet {
            Some(at) => {
                let place = (&mut world.subnets[at], &mut people[at]);
                (of_subnet(ballot, place), &mut voters[at])
            }
            None => match &world.network {
                Some(network) => (of_root(ballot, network, &world.subnets), &mut *root),
                None => continue,
            },
        };
        ask(ballot, &stakes, voters, (epoch, left));
    }
    // Counted only when all have been asked, so that no vote sees what another has changed.
    for ballot in council.ballots.iter().filter(|ballot| open(ballot)) {
        if epoch == ballot.proposal.epoch + (period - 1) {
            close(council, ballot, world, epoch, events);
        }
    }
}

/// Each setter's part of all stake that may vote, in `[0, 1]`; 0 without a permit.
fn weights(subnet: &Subnet) -> Vec<f64> {
    let mut stake = Vec::new();
    subnet.stake_weights(&mut stake);
    let held = |uid: &usize| if subnet.neurons.permits[*uid] { stake[*uid] } else { 0.0 };
    let mut weights: Vec<f64> = subnet.setters.iter().map(held).collect();
    crate::num::normalise(&mut weights);
    weights
}

/// Each hotkey's part of all TAO on root, in `[0, 1]`.
fn weights_on_root(network: &Network) -> Vec<f64> {
    let mut weights: Vec<f64> = network.root.stake.iter().map(|stake| stake.tokens()).collect();
    crate::num::normalise(&mut weights);
    weights
}

fn of_subnet(ballot: &Ballot, (subnet, people): (&mut Subnet, &mut People)) -> Stakes {
    let memory = &mut people.memory;
    let income = interest::incomes(subnet, memory);
    // A change that does not fit any more is as good as none.
    let changed = ballot.proposal.change.applied(&subnet.rules).map_or_else(
        || income.clone(),
        |rules| interest::under(subnet, rules, |subnet| interest::incomes(subnet, memory)),
    );
    let of = |incomes: &[f64]| subnet.setters.iter().map(|uid| incomes[*uid]).collect();
    Stakes { weights: weights(subnet), income: of(&income), changed: of(&changed) }
}

fn of_root(ballot: &Ballot, network: &Network, subnets: &[Subnet]) -> Stakes {
    let weights = weights_on_root(network);
    let all = |rules: &TokenRules| interest::roots_income(network, subnets, rules);
    let income = all(&network.rules);
    let changed = ballot.proposal.change.applied_to_all(&network.rules);
    let changed = changed.map_or(income, |rules| all(&rules));
    let of = |income: f64| weights.iter().map(|weight| weight * income).collect();
    Stakes { income: of(income), changed: of(changed), weights }
}

/// Asks those of most stake first, so that others can follow them.
fn ask(
    ballot: &mut Ballot,
    Stakes { weights, income, changed }: &Stakes,
    voters: &mut [Box<dyn Voter>],
    (epoch, left): (Epoch, Epoch),
) {
    let mut order: Vec<usize> = (0..voters.len().min(weights.len())).collect();
    order.sort_by(|one, other| weights[*other].total_cmp(&weights[*one]));
    for &at in order.iter().filter(|at| weights[**at] > 0.0) {
        if ballot.votes[at].is_some() {
            continue;
        }
        let voted = order.iter().filter_map(|other| {
            let vote = ballot.votes[*other]?;
            Some(Cast { stake: weights[*other], vote })
        });
        let cast: Vec<Cast> = voted.collect();
        let (income, changed) = (income[at], changed[at]);
        let turn = VoterTurn { epoch, left, income, changed, cast: &cast };
        ballot.votes[at] = voters[at].vote(&turn);
    }
}

/// Rules after a change.
enum Changed {
    Subnet(usize, Box<Rules>),
    Network(Box<TokenRules>),
}

/// Counts the votes by the stake of now, and puts what has passed into force.
fn close(
    council: &Council,
    ballot: &Ballot,
    world: &mut World,
    epoch: Epoch,
    events: &mut Vec<Event>,
) {
    let change = &ballot.proposal.change;
    let (weights, rules, name) = match (ballot.subnet, &world.network) {
        (Some(at), _) => {
            let subnet = &world.subnets[at];
            let rules = change.applied(&subnet.rules);
            let rules = rules.map(|rules| Changed::Subnet(at, Box::new(rules)));
            (weights(subnet), rules, subnet.name.clone())
        }
        (None, Some(network)) => {
            let rules = change.applied_to_all(&network.rules);
            let rules = rules.map(|rules| Changed::Network(Box::new(rules)));
            (weights_on_root(network), rules, String::new())
        }
        (None, None) => return,
    };
    let part = |vote: Vote| {
        let pairs = weights.iter().zip(&ballot.votes);
        pairs.filter(|(_, cast)| **cast == Some(vote)).fold(0.0, |sum, (weight, _)| sum + weight)
    };
    let (pro, contra) = (part(Vote::For), part(Vote::Against));
    let turnout = pro + contra;
    let outcome = if turnout < council.quorum || turnout <= 0.0 {
        "no quorum"
    } else if pro <= council.majority * turnout {
        "rejected"
    } else if rules.is_none() {
        "void, since the rules have changed"
    } else {
        "passed"
    };
    let mut tell = |kind, detail| {
        let who = ballot.proposal.name.clone();
        events.push(Event { epoch, subnet: name.clone(), kind, who, detail });
    };
    tell("vote", format!("{outcome}: {pro:.6} of the stake for, {contra:.6} against"));
    let Some(rules) = rules.filter(|_| outcome == "passed") else { return };
    for change in change.told() {
        tell("parameter-changed", change);
    }
    match (rules, &mut world.network) {
        (Changed::Subnet(at, rules), _) => world.subnets[at].rules = *rules,
        (Changed::Network(rules), Some(network)) => network.rules = *rules,
        (Changed::Network(_), None) => {}
    }
}
