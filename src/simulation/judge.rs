//! Validators evaluate miners and submit weights; what is due is revealed.

use rayon::prelude::*;

use super::{People, RunError, agree, submit};
use crate::protocol::Outcome;
use crate::record::Event;
use crate::rng::Streams;
use crate::strategy::validator::Work;
use crate::strategy::{Decision, Public, Validator, ValidatorTurn};
use crate::units::{Alpha, Epoch};
use crate::world::Subnet;

/// What a validator did with its turn.
#[derive(Clone, Copy)]
struct Answer {
    decision: Decision,
    evaluated: bool,
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
    // Only where nothing hides the weights does it matter who looks at whose.
    let open = subnet.rules.reveal_period == 0;
    let last = |validator: &dyn Validator| open && validator.moves_last();
    let first = ask(subnet, people, streams, when, &subnet.outcome.consensus, |v| !last(v));
    hand_in(subnet, people, &first, desk)?;
    if people.validators.iter().any(|validator| last(&**validator)) {
        agree::preview(subnet, &mut people.memory);
        let shown = std::mem::take(&mut people.memory.preview.consensus);
        let second = ask(subnet, people, streams, when, &shown, |v| last(v));
        people.memory.preview.consensus = shown;
        hand_in(subnet, people, &second, desk)?;
    }
    submit::reveal(subnet, &people.memory.stake, desk);
    Ok(())
}

/// Gives those for whom it is `time` their turn, each with a row of the draft to itself.
fn ask(
    subnet: &Subnet,
    people: &mut People,
    streams: Streams,
    (epoch, mechanism): (Epoch, usize),
    consensus: &[f64],
    time: impl Fn(&dyn Validator) -> bool + Sync,
) -> Vec<Option<Answer>> {
    let uids = subnet.uids();
    let People { validators, partners, mined_by, memory, .. } = people;
    let rows = subnet.setters.len();
    memory.draft.resize(rows * uids, 0.0);
    let Outcome { incentive, dividends, stake_share, weights, .. } = &subnet.outcome;
    let owner = subnet.owner;
    let public = Public { consensus, incentive, dividends, stake_share, owner };
    let work = Work { output: &subnet.neurons.output, groups: mined_by };
    let turn = |row: usize, validator: &mut dyn Validator, draft: &mut [f64]| {
        if !time(validator) {
            return None;
        }
        let uid = subnet.setters[row];
        let agent = subnet.neurons.agent[uid].at_mechanism(mechanism);
        let who = (epoch, mechanism, uid, agent);
        let own = &weights[row * uids..(row + 1) * uids];
        let mut turn = ValidatorTurn::new(who, public, own, &partners[row], work, streams);
        draft.fill(0.0);
        let decision = validator.set_weights(&mut turn, draft);
        Some(Answer { decision, evaluated: turn.has_evaluated() })
    };
    validators[mechanism * rows..(mechanism + 1) * rows]
        .par_iter_mut()
        .zip(memory.draft.par_chunks_mut(uids))
        .enumerate()
        .with_min_len(4)
        .map(|(row, (validator, draft))| turn(row, &mut **validator, draft))
        .collect()
}

/// Checks the answers, books their cost, and hands in the rows that are submitted.
fn hand_in(
    subnet: &mut Subnet,
    people: &People,
    answers: &[Option<Answer>],
    desk: &mut submit::Desk,
) -> Result<(), RunError> {
    let uids = subnet.uids();
    for (row, answer) in answers.iter().enumerate() {
        let Some(answer) = answer else { continue };
        let uid = subnet.setters[row];
        if answer.evaluated {
            subnet.flows.cost[uid] += subnet.neurons.full_cost[uid];
        }
        let draft = &people.memory.draft[row * uids..(row + 1) * uids];
        let is_good = |weight: &f64| *weight >= 0.0 && *weight < f64::INFINITY;
        // All are looked at, for that takes vectors; the first bad one is sought only then.
        let all_good = draft.iter().fold(true, |good, weight| good & is_good(weight));
        if let Some(bad) = draft.iter().find(|weight| !all_good && !is_good(weight)) {
            return Err(RunError::Strategy {
                epoch: desk.epoch,
                who: subnet.called(uid),
                strategy: subnet.groups[subnet.neurons.group[uid]].strategy.clone(),
                did: format!("gave a weight of {bad}, which is not a finite number from 0 up"),
            });
        }
        if answer.decision == Decision::Submit {
            submit::submit(subnet, row, draft, people.memory.stake[uid], desk);
        }
    }
    Ok(())
}
