//! A validator whose behaviour is a script.

use rhai::{Array, Dynamic, Engine};

use super::{Decision, Validator, ValidatorTurn};
use crate::strategy::script::{self, Hand, Language, Program};
use crate::strategy::{Behaviour, Conduct};
use crate::units::Uid;

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "script",
    about: "Does what a script says, which sees what every validator may know: it answers with a \
            weight for each uid, or with () to keep its weights (docs/scripts.md).",
    source: script::SOURCE,
    conduct: Conduct::Stated,
    read: |t| {
        let program = Program::read(t, &LANGUAGE);
        let about = "whether it votes after the others where nothing hides their weights";
        Box::new(Script { program, moves_last: t.flag("moves_last", about).default(false) })
    },
};

const LANGUAGE: Language = Language {
    names: &[
        "epoch",
        "mechanism",
        "uid",
        "consensus",
        "incentive",
        "dividends",
        "stake_share",
        "active_stake",
        "audits",
        "kappa",
        "owner",
        "own_weights",
        "partners",
        "bribe",
        "exposed",
        "row",
    ],
    functions: |engine, hand| {
        let hand = hand.clone();
        engine.register_fn("evaluate", move |noise: Dynamic| {
            script::with_hand(&hand, |hand| evaluate(hand, &noise))
        });
        let _: &mut Engine = engine;
    },
};

/// Knows what a validator may know; decides what its script says.
struct Script {
    /// `None` only after a problem.
    program: Option<Program>,
    moves_last: bool,
}

fn evaluate(hand: &mut Hand, noise: &Dynamic) -> script::Given<Array> {
    let noise = script::number(noise)?;
    if !(0.0..=10.0).contains(&noise) {
        return Err(format!("noise must be in [0, 10], got {noise}").into());
    }
    let Some(eye) = &hand.eye else { return Err("there is nothing to evaluate".into()) };
    hand.evaluated = true;
    Ok(script::list(&eye.evaluate(noise)))
}

/// A variable of the turn by its name; `row` is the answer of the behaviour that it deviates from.
fn view(turn: &ValidatorTurn<'_>, row: &[f64], name: &str) -> Dynamic {
    let public = &turn.public;
    let uids = |uids: &[Uid]| -> Dynamic {
        let uids: Array = uids.iter().map(|uid| script::place(*uid)).collect();
        uids.into()
    };
    let numbers = |values: &[f64]| -> Dynamic { script::list(values).into() };
    match name {
        "epoch" => i64::from(turn.epoch).into(),
        "mechanism" => script::place(turn.mechanism),
        "uid" => script::place(turn.uid),
        "consensus" => numbers(public.consensus),
        "incentive" => numbers(public.incentive),
        "dividends" => numbers(public.dividends),
        "stake_share" => numbers(public.stake_share),
        "active_stake" => numbers(public.active_stake),
        "audits" => numbers(public.audits),
        "kappa" => public.kappa.into(),
        "owner" => public.owner.map_or(Dynamic::UNIT, script::place),
        "own_weights" => numbers(turn.own_weights),
        "partners" => uids(turn.partners),
        "bribe" => {
            let mut bribe = rhai::Map::new();
            bribe.insert("amount".into(), turn.bribe.amount.into());
            bribe.insert("miners".into(), uids(turn.bribe.miners));
            bribe.into()
        }
        "exposed" => turn.exposed.into(),
        "row" => numbers(row),
        _ => Dynamic::UNIT,
    }
}

/// Writes an answer into the row.
fn read(answer: Dynamic, file: &str, row: &mut [f64]) -> Result<Decision, String> {
    if answer.is_unit() {
        return Ok(Decision::Keep);
    }
    let called = script::called(&answer);
    let Ok(weights) = answer.into_array() else {
        return Err(format!(
            "gave {called} from {file}, where an array of weights is asked for, or () to keep those \
             in force"
        ));
    };
    if weights.len() != row.len() {
        let (given, uids) = (weights.len(), row.len());
        return Err(format!("gave {given} weights for {uids} uids from {file}"));
    }
    for (uid, (weight, given)) in row.iter_mut().zip(&weights).enumerate() {
        *weight = script::number(given).map_err(|_| {
            format!("gave {} as the weight of uid {uid} from {file}", script::called(given))
        })?;
        if !(0.0..f64::INFINITY).contains(weight) {
            return Err(format!(
                "gave uid {uid} a weight of {weight} from {file}, which is not a finite number from \
                 0 up"
            ));
        }
    }
    Ok(Decision::Submit)
}

impl Validator for Script {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let Some(program) = &mut self.program else { return Decision::Keep };
        let eye = program.evaluates.then(|| turn.eye());
        let hand = Hand { draws: Some(turn.draws()), eye, ..Hand::default() };
        let done = program.run(hand, |name| view(turn, row, name));
        let read = done.and_then(|(answer, hand)| {
            if hand.evaluated {
                turn.has_looked();
            }
            read(answer, program.file(), row)
        });
        read.unwrap_or_else(|did| {
            turn.fail(did);
            row.fill(0.0);
            Decision::Keep
        })
    }

    fn moves_last(&self) -> bool {
        self.moves_last
    }
}
