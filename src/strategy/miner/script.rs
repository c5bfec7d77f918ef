//! A miner whose behaviour is a script.

use std::sync::{Arc, Mutex};

use rhai::{Array, Dynamic, Engine};

use super::{Miner, MinerTurn};
use crate::strategy::script::{self, Ask, Given, Hand, Language, Program, number, whole};
use crate::strategy::{Behaviour, Conduct};
use crate::units::Epoch;

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "script",
    about: "Does what a script says, which sees what every miner may know: it answers with its \
            effort (docs/scripts.md).",
    source: script::SOURCE,
    conduct: Conduct::Stated,
    read: |t| {
        let program = Program::read(t, &LANGUAGE);
        let looks_back = t
            .whole("looks_back", "of how many epochs it may still copy published models")
            .unit("epochs")
            .at_most(1000.0)
            .default(0_u64);
        let looks_back = Epoch::try_from(looks_back).unwrap_or(Epoch::MAX);
        Box::new(Script { program, looks_back })
    },
};

const LANGUAGE: Language = Language {
    names: &[
        "epoch",
        "uid",
        "quality",
        "full_cost",
        "last_income",
        "last_cost",
        "unanswered",
        "incentive",
        "paid",
        "publishes",
        "alpha_usd",
        "hours",
        "data_prices",
        "partners",
        "best_paid",
    ],
    functions,
};

/// What a miner asks for beside its effort is done when its script has ended.
fn functions(engine: &mut Engine, hand: &Arc<Mutex<Hand>>) {
    one(engine, hand, "spend", |cost| Ok(Ask::Spend { cost: number(cost)? }));
    one(engine, hand, "release", |quality| Ok(Ask::Release { quality: number(quality)? }));
    two(engine, hand, "improve", |factor, cost| {
        Ok(Ask::Improve { factor: number(factor)?, cost: number(cost)? })
    });
    two(engine, hand, "buy", |provider, part| {
        Ok(Ask::Buy { provider: whole(provider)?, part: number(part)? })
    });
    two(engine, hand, "share", |backend, members| {
        Ok(Ask::Share { backend: whole(backend)?, members: whole(members)? })
    });
    three(engine, hand, "copy", |uid, epoch, kept| {
        let epoch = Epoch::try_from(whole(epoch)?).map_err(|_| "there is no such epoch")?;
        Ok(Ask::Copy { uid: whole(uid)?, epoch, kept: number(kept)? })
    });
    three(engine, hand, "forward", |to, kept, fee| {
        Ok(Ask::Forward { to: whole(to)?, kept: number(kept)?, fee: number(fee)? })
    });
}

fn one(engine: &mut Engine, hand: &Arc<Mutex<Hand>>, name: &str, ask: fn(&Dynamic) -> Given<Ask>) {
    let hand = hand.clone();
    engine.register_fn(name, move |a: Dynamic| note(&hand, ask(&a)));
}

fn two(
    engine: &mut Engine,
    hand: &Arc<Mutex<Hand>>,
    name: &str,
    ask: fn(&Dynamic, &Dynamic) -> Given<Ask>,
) {
    let hand = hand.clone();
    engine.register_fn(name, move |a: Dynamic, b: Dynamic| note(&hand, ask(&a, &b)));
}

fn three(
    engine: &mut Engine,
    hand: &Arc<Mutex<Hand>>,
    name: &str,
    ask: fn(&Dynamic, &Dynamic, &Dynamic) -> Given<Ask>,
) {
    let hand = hand.clone();
    engine
        .register_fn(name, move |a: Dynamic, b: Dynamic, c: Dynamic| note(&hand, ask(&a, &b, &c)));
}

/// Most that a script may ask for in a turn.
const MOST_ASKS: usize = 1000;

fn note(hand: &Arc<Mutex<Hand>>, ask: Given<Ask>) -> Given<()> {
    let ask = ask?;
    script::with_hand(hand, |hand| {
        if hand.asks.len() == MOST_ASKS {
            return Err(format!("more than {MOST_ASKS} things are asked for in one turn").into());
        }
        hand.asks.push(ask);
        Ok(())
    })
}

/// Knows what a miner may know; decides what its script says.
struct Script {
    /// `None` only after a problem.
    program: Option<Program>,
    looks_back: Epoch,
}

/// A variable of the turn by its name.
fn view(turn: &MinerTurn<'_>, name: &str) -> Dynamic {
    match name {
        "epoch" => i64::from(turn.epoch).into(),
        "uid" => script::place(turn.uid),
        "quality" => turn.quality.into(),
        "full_cost" => turn.full_cost.into(),
        "last_income" => turn.last_income.into(),
        "last_cost" => turn.last_cost.into(),
        "unanswered" => turn.unanswered.into(),
        "incentive" => script::list(turn.incentive).into(),
        "paid" => turn.paid.into(),
        "publishes" => {
            let flags: Array = turn.publishes.iter().map(|flag| (*flag).into()).collect();
            flags.into()
        }
        "alpha_usd" => turn.alpha_usd.map_or(Dynamic::UNIT, Dynamic::from_float),
        "hours" => turn.hours.into(),
        "data_prices" => script::list(turn.data_prices).into(),
        "partners" => {
            let partners: Array = turn.partners().map(script::place).collect();
            partners.into()
        }
        "best_paid" => turn.best_paid(|_| true).map_or(Dynamic::UNIT, script::place),
        _ => Dynamic::UNIT,
    }
}

impl Miner for Script {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        let Some(program) = &mut self.program else { return 0.0 };
        let hand = Hand { draws: Some(turn.draws.clone()), ..Hand::default() };
        let done = program.run(hand, |name| view(turn, name));
        let read = done.and_then(|(answer, hand)| {
            script::apply(&hand.asks, turn)?;
            number(&answer).map_err(|_| {
                let (called, file) = (script::called(&answer), program.file());
                format!("gave {called} from {file}, where its effort is asked for, in [0, 1]")
            })
        });
        read.unwrap_or_else(|did| {
            turn.fail(did);
            0.0
        })
    }

    fn looks_back(&self) -> Epoch {
        self.looks_back
    }
}
