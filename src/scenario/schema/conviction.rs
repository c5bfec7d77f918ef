//! Keys of locks and takeovers.

use crate::fields::Fields;
use crate::protocol::conviction::{Conviction, Gate, Rates, Takeover};

/// Reads how locks ripen and when a subnet changes hands, with `was` as defaults.
pub(super) fn conviction(t: &mut Fields<'_>, was: &Conviction) -> Conviction {
    let gate = t.choice(
        "takeover",
        "when the hotkey of greatest conviction takes a subnet over: never, when all conviction \
         together is a part of the alpha outside the pool, or when its own is more than a part of \
         the alpha that could be locked",
        &[("none", None), ("together", Some(Gate::Together)), ("leader", Some(Gate::Leader))],
        was.takeover.map(|rule| rule.gate),
    );
    // Each gate has a part of its own.
    let base = was.takeover.filter(|rule| Some(rule.gate) == gate).unwrap_or(match gate {
        Some(Gate::Leader) => Takeover::LEADER,
        _ => Takeover::TOGETHER,
    });
    let part = t.number("part", "that part; 0.1 together, 0.18 for the leader");
    let part = part.share().default(base.part);
    let about = "time after its registration in which a subnet cannot be taken over";
    let age = t.whole("age", about).unit("blocks").at_most(1e9).default(base.age);
    let about = "time constant with which a decaying lock opens";
    let unlock = t.whole("unlock", about).unit("blocks").at_most(1e9).default(was.rates.unlock);
    let about = "time constant with which conviction ripens";
    let maturity =
        t.whole("maturity", about).unit("blocks").at_most(1e9).default(was.rates.maturity);
    let takeover = gate.map(|gate| Takeover { age, gate, part });
    Conviction { rates: Rates { unlock, maturity }, takeover }
}
