//! Keys of a payment among the members of a coalition.

use crate::fields::{Fields, Part};

/// Money that some members of a coalition pay others outside the protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentPlan {
    /// Who pays: the name of a group or of the entity of some, or `validators` or `miners` for all
    /// members of that role.
    pub from: String,
    /// Who is paid, named alike.
    pub to: String,
    /// For what, and how much.
    pub kind: PaymentKind,
}

/// For what a payment is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PaymentKind {
    /// So much to each payee in each epoch `[alpha]`, by the payers together.
    Bribe(f64),
    /// This part of what each payer has earned in the epoch, in `[0, 1]`, to the payees in equal
    /// parts.
    ProfitShare(f64),
}

pub(super) fn payment(t: &mut Fields<'_>) -> PaymentPlan {
    let about =
        "who pays: a group or an entity, or `validators` or `miners` for all members of the role";
    let from = t.text("from", about).name().required();
    let to = t.text("to", "who is paid, named alike").name().required();
    let about = "for a vote, or out of income";
    let bribes = t.choice("kind", about, &[("bribe", true), ("profit-share", false)], true);
    let about = "of a bribe: to each payee in each epoch of the attack; paid in TAO where there is a \
                 `[network]`";
    let amount = t.number("amount", about).unit("alpha per epoch").at_least(0.0).at_most(1e9);
    let amount = amount.optional();
    let about = "of a profit-share: part of what each payer earns";
    let share = t.number("share", about).share().optional();
    if t.sound() {
        let (needed, given, other) = if bribes {
            ("amount", amount, share.map(|_| "share"))
        } else {
            ("share", share, amount.map(|_| "amount"))
        };
        let kind = if bribes { "bribe" } else { "profit-share" };
        if given.is_none() {
            t.problem_here(
                format!("a {kind} needs `{needed}`"),
                Some(format!("add `{needed} = …`")),
            );
        }
        if let Some(other) = other {
            let message = format!("a {kind} has no `{other}`");
            t.problem(other, Part::Key, message, Some(format!("give `{needed}` alone")));
        }
    }
    let kind = if bribes {
        PaymentKind::Bribe(amount.unwrap_or(0.0))
    } else {
        PaymentKind::ProfitShare(share.unwrap_or(0.0))
    };
    PaymentPlan { from, to, kind }
}
