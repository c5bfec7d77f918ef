//! Validators evaluate miners and submit weights; what is due is revealed.

use rayon::prelude::*;

use super::{People, RunError, agree, coalition, submit};
use crate::protocol::Outcome;
use crate::record::Event;
use crate::rng::{Agent, Streams};
use crate::strategy::validator::{Bribe, Own, Work};
use crate::strategy::{Decision, Public, Validator, ValidatorTurn};
use crate::units::{Alpha, Epoch, Uid};
use crate::world::Subnet;

/// What a validator did with its turn.
struct Answer {
    decision: Decision,
    /// What in it means nothing, as the validator itself says.
    fault: Option<String>,
    /// The part of its evaluation cost that it owes, in `[0, 1]`.
    effort: f64,
}

/// When a validator has its turn, where nothing hides weights.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    First,
    /// After those whose weights it wants to see.
    Late,
    /// After those who would copy it: it evaluates in private.
    Last,
}

pub(super) fn judge(
    subnet: &mut Subnet,
    people: &mut People,
    streams: Streams,
    epoch: Epoch,
) -> Result<(), RunError> {
    for &uid in &subnet.setters {
        subnet.flows.cost[uid] = Alpha::ZERO;
    }
    subnet.stake_weights(&mut people.memory.stake);
    for mechanism in 0..subnet.rules.mechanisms {
        subnet.turn(mechanism);
        let mut desk = submit::Desk::new(epoch, mechanism);
        let sat = sit(subnet, people, streams, &mut desk);
        subnet.turn(mechanism);
        sat?;
        for (uid, refusal) in desk.refused {
            if people.refused.insert((uid, refusal)) {
                people.events.push(Event {
                    epoch,
                    subnet: subnet.name.clone(),
                    kind: "weights-refused",
                    who: subnet.called(uid),
                    detail: format!("{}: {refusal}", refusal.name()),
                });
            }
        }
    }
    Ok(())
}

/// One mechanism's turn: its weights come in, and what is due is revealed.
fn sit(
    subnet: &mut Subnet,
    people: &mut People,
    streams: Streams,
    desk: &mut submit::Desk,
) -> Result<(), RunError> {
    let when = (desk.epoch, desk.mechanism);
    let times = times(subnet, people);
    let answers = ask(subnet, people, streams, when, &subnet.outcome, (&times, Time::First));
    hand_in(subnet, people, &answers, desk)?;
    if times.contains(&Time::Late) {
        agree::preview(subnet, &mut people.memory);
        let shown = std::mem::take(&mut people.memory.preview);
        let answers = ask(subnet, people, streams, when, &shown, (&times, Time::Late));
        people.memory.preview = shown;
        hand_in(subnet, people, &answers, desk)?;
    }
    if times.contains(&Time::Last) {
        let answers = ask(subnet, people, streams, when, &subnet.outcome, (&times, Time::Last));
        hand_in(subnet, people, &answers, desk)?;
    }
    submit::reveal(subnet, &people.memory.stake, desk);
    Ok(())
}

/// When each behaviour has its turn. Only where nothing hides the weights does it matter who looks
/// at whose.
fn times(subnet: &Subnet, people: &People) -> Vec<Time> {
    let open = subnet.rules.reveal_period == 0;
    let hides = subnet.setters.iter().cycle().map(|uid| subnet.neurons.private[*uid]);
    let late = people.validators.iter().map(|validator| validator.moves_last());
    let time = |(late, hides)| match (late, hides) {
        (true, _) if open => Time::Late,
        (false, true) if open => Time::Last,
        _ => Time::First,
    };
    late.zip(hides).map(time).collect()
}

/// Gives those for whom it is `time` their turn, each with a row of the draft to itself; `shown` is
/// the outcome that all can see.
fn ask(
    subnet: &Subnet,
    people: &mut People,
    streams: Streams,
    (epoch, mechanism): (Epoch, usize),
    shown: &Outcome,
    (times, time): (&[Time], Time),
) -> Vec<Option<Answer>> {
    let uids = subnet.uids();
    let rows = subnet.setters.len();
    people.memory.draft.resize(rows * uids, 0.0);
    look(subnet, people, shown, mechanism);
    let circles: Vec<Circle> =
        (0..rows).map(|row| Circle::of(people, subnet, row, epoch)).collect();
    let People { validators, partners, mined_by, memory, .. } = people;
    let Outcome { incentive, dividends, stake_share, weights, .. } = &subnet.outcome;
    let hidden = subnet.setters.iter().any(|uid| subnet.neurons.private[*uid]);
    let public = Public {
        consensus: &shown.consensus,
        incentive,
        dividends,
        stake_share,
        owner: subnet.owner,
        asked_burn: subnet.asked_burn,
        revealed: if hidden { &memory.revealed } else { &shown.weights },
        setters: &subnet.setters,
        active_stake: &shown.active_stake,
        kappa: subnet.rules.params.stored_kappa(),
        audits: &memory.audits,
    };
    let work = Work { output: &subnet.neurons.output, groups: mined_by };
    let turn = |row: usize, validator: &mut dyn Validator, draft: &mut [f64]| {
        if times[mechanism * rows + row] != time {
            return None;
        }
        let uid = subnet.setters[row];
        let agent = subnet.neurons.agent[uid].at_mechanism(mechanism);
        let who = (epoch, mechanism, uid, agent);
        let circle = &circles[row];
        let judges: Vec<Agent> = circle.judges.iter().map(|j| j.at_mechanism(mechanism)).collect();
        let own = Own {
            weights: &weights[row * uids..(row + 1) * uids],
            partners: &partners[row],
            bribe: Bribe { amount: circle.bribe.0, miners: &circle.bribe.1 },
            exposed: circle.exposed,
            judges: &judges,
            pays: circle.pays,
            noise_factor: subnet.neurons.noise_factor[uid],
        };
        let mut turn = ValidatorTurn::new(who, public, own, work, streams);
        draft.fill(0.0);
        let decision = validator.set_weights(&mut turn, draft);
        Some(Answer { decision, effort: turn.effort(), fault: turn.fault() })
    };
    validators[mechanism * rows..(mechanism + 1) * rows]
        .par_iter_mut()
        .zip(memory.draft.par_chunks_mut(uids))
        .enumerate()
        .with_min_len(4)
        .map(|(row, (validator, draft))| turn(row, &mut **validator, draft))
        .collect()
}

/// Puts into memory what others can read of the weights in `shown`, and what auditors among them
/// say.
fn look(subnet: &Subnet, people: &mut People, shown: &Outcome, mechanism: usize) {
    let (uids, rows) = (subnet.uids(), subnet.setters.len());
    let People { validators, memory, .. } = people;
    let hides = |row: usize| subnet.neurons.private[subnet.setters[row]];
    if (0..rows).any(hides) {
        memory.revealed.clone_from(&shown.weights);
        for row in (0..rows).filter(|row| hides(*row)) {
            memory.revealed[row * uids..(row + 1) * uids].fill(0.0);
        }
    }
    memory.audits.clear();
    let validators = &validators[mechanism * rows..(mechanism + 1) * rows];
    for (row, _) in validators.iter().enumerate().filter(|(_, validator)| validator.audits()) {
        let stake = shown.active_stake[subnet.setters[row]];
        if stake > 0.0 && !hides(row) {
            memory.audits.resize(uids, 0.0);
            let weights = &shown.weights[row * uids..(row + 1) * uids];
            memory.audits.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += stake * weight);
        }
    }
    if memory.audits.iter().all(|weight| *weight == 0.0) {
        memory.audits.clear();
    }
    crate::num::normalise(&mut memory.audits);
}

/// What a validator has from its coalition.
#[derive(Default)]
struct Circle {
    bribe: (f64, Vec<Uid>),
    exposed: bool,
    judges: Vec<Agent>,
    pays: bool,
}

impl Circle {
    fn of(people: &People, subnet: &Subnet, row: usize, epoch: Epoch) -> Self {
        let alone = Self { pays: true, ..Self::default() };
        let Some(coalition) = people.coalition_of[row].map(|at| &people.coalitions[at]) else {
            return alone;
        };
        if !coalition.acts(epoch) {
            return Self { exposed: coalition.exposed(), ..alone };
        }
        let uid = subnet.setters[row];
        let judges = coalition.evaluators.iter().map(|uid| subnet.neurons.agent[*uid]).collect();
        let pays = coalition.evaluators.is_empty() || coalition.evaluators.contains(&uid);
        Self { bribe: coalition.bribe(uid), exposed: false, judges, pays }
    }
}

/// Checks the answers, books their cost, and hands in the rows that are submitted.
fn hand_in(
    subnet: &mut Subnet,
    people: &mut People,
    answers: &[Option<Answer>],
    desk: &mut submit::Desk,
) -> Result<(), RunError> {
    let uids = subnet.uids();
    let blacklist = coalition::blacklist(people);
    for (row, answer) in answers.iter().enumerate() {
        let Some(answer) = answer else { continue };
        let uid = subnet.setters[row];
        if let Some(did) = &answer.fault {
            return Err(fault(subnet, uid, desk.epoch, did.clone()));
        }
        let full_cost = subnet.neurons.full_cost[uid];
        subnet.flows.cost[uid] +=
            if answer.effort >= 1.0 { full_cost } else { full_cost.part(answer.effort) };
        let range = row * uids..(row + 1) * uids;
        if !blacklist.is_empty() && subnet.groups[subnet.neurons.group[uid]].honest {
            let draft = &mut people.memory.draft[range.clone()];
            for miner in &blacklist {
                draft[*miner] = 0.0;
            }
        }
        let draft = &people.memory.draft[range];
        let is_good = |weight: &f64| *weight >= 0.0 && *weight < f64::INFINITY;
        // All are looked at, for that takes vectors; the first bad one is sought only then.
        let all_good = draft.iter().fold(true, |good, weight| good & is_good(weight));
        if let Some(bad) = draft.iter().find(|weight| !all_good && !is_good(weight)) {
            let did = format!("gave a weight of {bad}, which is not a finite number from 0 up");
            return Err(fault(subnet, uid, desk.epoch, did));
        }
        if answer.decision == Decision::Submit {
            submit::submit(subnet, row, draft, people.memory.stake[uid], desk);
        }
    }
    Ok(())
}

/// What a validator did that means nothing.
fn fault(subnet: &Subnet, uid: Uid, epoch: Epoch, did: String) -> RunError {
    let strategy = subnet.groups[subnet.neurons.group[uid]].strategy.clone();
    RunError::Strategy { epoch, who: subnet.called(uid), strategy, did }
}
