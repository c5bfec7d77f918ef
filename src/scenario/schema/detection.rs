//! Keys of how a coalition is found out.

use crate::fields::{Fields, Part};
use crate::units::Epoch;

/// How a coalition is found out, and what comes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// Chance that an epoch of its attack is detected, in `[0, 1]`.
    pub chance: f64,
    /// Epochs from then until the consequence.
    pub delay: Epoch,
    /// What happens to it.
    pub consequence: Consequence,
}

/// What happens to a coalition that has been detected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Consequence {
    /// Its members return to their own part, and pay each other no more.
    Expose,
    /// Honest validators give its miners no weight any more.
    Blacklist,
    /// Stakers take what they have on its validators to others and do not come back, and others
    /// who lend these stake by child keys take it back.
    Unstake,
    /// Each member pays up to so much to the subnet's owner `[alpha]`; the attack goes on and can
    /// be detected again.
    Fine(f64),
}

impl Consequence {
    /// Its name in texts and events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Expose => "expose",
            Self::Blacklist => "blacklist",
            Self::Unstake => "unstake",
            Self::Fine(_) => "fine",
        }
    }
}

pub(super) fn detection(t: &mut Fields<'_>) -> Detection {
    let about = "chance that an epoch of the attack is detected";
    let chance = t.number("chance", about).share().required();
    let delay = t
        .whole("delay", "epochs from detection until the consequence")
        .unit("epochs")
        .at_most(10_000_000.0)
        .default(0_u64);
    let about = "members return to their own part (expose); honest validators give its miners nothing \
                 (blacklist); stakers leave its validators (unstake); members pay the owner (fine)";
    let fine = Consequence::Fine(0.0);
    let options = [Consequence::Expose, Consequence::Blacklist, Consequence::Unstake, fine];
    let options = options.map(|consequence| (consequence.name(), consequence));
    let mut consequence = t.choice("consequence", about, &options, Consequence::Expose);
    let about = "what each member pays, as far as it can";
    let amount = t.number("fine", about).unit("alpha").at_least(0.0).at_most(1e9).optional();
    if let Consequence::Fine(each) = &mut consequence {
        *each = amount.unwrap_or(0.0);
        if amount.is_none() && t.sound() {
            t.problem_here("a fine needs `fine`".into(), Some("add `fine = …`".into()));
        }
    } else if amount.is_some() && t.sound() {
        let message = "`fine` needs `consequence = \"fine\"`".into();
        t.problem("fine", Part::Key, message, None);
    }
    let delay = Epoch::try_from(delay).unwrap_or(Epoch::MAX);
    Detection { chance, delay, consequence }
}
