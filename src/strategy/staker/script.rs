//! A staker whose behaviour is a script.

use rhai::{Array, Dynamic, Map};

use super::{Order, Staker, StakerTurn};
use crate::strategy::script::{self, Hand, Language, Program};
use crate::strategy::{Behaviour, Conduct};
use crate::units::Alpha;

pub(super) const BEHAVIOUR: Behaviour<dyn Staker> = Behaviour {
    name: "script",
    about: "Does what a script says, which sees what every staker may know: it answers with a list \
            of moves, each a map of `from`, `to` and `amount` in rao (docs/scripts.md).",
    source: script::SOURCE,
    conduct: Conduct::Stated,
    read: |t| Box::new(Script { program: Program::read(t, &LANGUAGE) }),
};

const LANGUAGE: Language =
    Language { names: &["epoch", "positions", "offers"], functions: |_, _| {} };

/// Knows what a staker may know; decides what its script says.
struct Script {
    /// `None` only after a problem.
    program: Option<Program>,
}

/// A variable of the turn by its name.
fn view(turn: &StakerTurn<'_>, name: &str) -> Dynamic {
    let map = |entries: &[(&str, Dynamic)]| -> Dynamic {
        let entry = |(key, value): &(&str, Dynamic)| ((*key).into(), value.clone());
        entries.iter().map(entry).collect::<Map>().into()
    };
    match name {
        "epoch" => i64::from(turn.epoch).into(),
        "positions" => {
            let position = |&(uid, amount): &(usize, Alpha)| {
                let amount = i64::try_from(amount.0).unwrap_or(i64::MAX).into();
                map(&[("uid", script::place(uid)), ("amount", amount)])
            };
            turn.positions.iter().map(position).collect::<Array>().into()
        }
        "offers" => {
            let offer = |offer: &super::Offer| {
                map(&[
                    ("uid", script::place(offer.uid)),
                    ("epoch_yield", offer.epoch_yield.into()),
                    ("stake", offer.stake.into()),
                ])
            };
            turn.offers.iter().map(offer).collect::<Array>().into()
        }
        _ => Dynamic::UNIT,
    }
}

/// Adds what an answer asks for to `orders`.
fn read(answer: Dynamic, turn: &StakerTurn<'_>, orders: &mut Vec<Order>) -> Result<(), String> {
    if answer.is_unit() {
        return Ok(());
    }
    let called = script::called(&answer);
    let Ok(moves) = answer.into_array() else {
        return Err(format!("gave {called}, where a list of moves is asked for, or ()"));
    };
    for (at, asked) in moves.iter().enumerate() {
        let asked = asked.as_map_ref();
        let part = |key: &str| -> Result<f64, String> {
            let map = asked.as_ref().map_err(|_| format!("gave move {at} that is no map"))?;
            let value = map.get(key).ok_or_else(|| format!("gave move {at} without `{key}`"))?;
            let found = script::number(value).ok().filter(|v| (0.0..f64::INFINITY).contains(v));
            found.ok_or_else(|| {
                format!("gave move {at} whose `{key}` is not a finite number from 0 up")
            })
        };
        let (from, to, amount) = (part("from")?, part("to")?, part("amount")?);
        let from = turn.positions.iter().find(|position| position.0 as f64 == from);
        let Some(&(from, held)) = from else {
            return Err(format!("gave move {at} from a uid on which it has nothing"));
        };
        let to = turn.offers.iter().find(|offer| offer.uid as f64 == to);
        let Some(to) = to.map(|offer| offer.uid) else {
            return Err(format!("gave move {at} to a uid that is no validator"));
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 up")]
        let amount = if amount >= held.0 as f64 { held } else { Alpha(amount as u64) };
        orders.push(Order::Move { from, to, amount });
    }
    Ok(())
}

impl Staker for Script {
    fn invest(&mut self, turn: &mut StakerTurn<'_>, orders: &mut Vec<Order>) {
        let Some(program) = &mut self.program else { return };
        let hand = Hand { draws: Some(turn.draws.clone()), ..Hand::default() };
        let done = program.run(hand, |name| view(turn, name));
        let read = done.and_then(|(answer, _)| {
            read(answer, turn, orders).map_err(|did| format!("{did}, from {}", program.file()))
        });
        if let Err(did) = read {
            orders.clear();
            turn.fail(did);
        }
    }
}
