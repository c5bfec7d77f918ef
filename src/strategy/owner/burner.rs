//! An owner that has its miners' pay burned.

use super::{Act, Owner, OwnerTurn};
use crate::strategy::{Behaviour, Conduct};
use crate::units::Epoch;

pub(super) const BEHAVIOUR: Behaviour<dyn Owner> = Behaviour {
    name: "burner",
    about: "Asks validators to put a part of their weights on its uid, whose incentive is withheld, \
            so that less alpha is sold. Only those who follow the owner do: `follows_owner` of \
            honest validators.",
    source: "Burn code in subnets' validators; the burn histogram of bits#38 (53 of 128 subnets \
             burn all).",
    conduct: Conduct::Deviant,
    read: |t| {
        let share = t.number("share", "part of the miners' pay that it has burned").share();
        let share = share.default(0.5);
        let about = "epoch from which it asks for that";
        let from = t.whole("from", about).unit("epochs").at_most(10_000_000.0).default(0_u64);
        Box::new(Burner { share, from: Epoch::try_from(from).unwrap_or(Epoch::MAX) })
    },
};

/// Decides how much is burned, from when on.
#[derive(Clone, Debug)]
struct Burner {
    share: f64,
    from: Epoch,
}

impl Owner for Burner {
    fn act(&mut self, turn: &OwnerTurn<'_>, acts: &mut Vec<Act>) {
        if turn.epoch >= self.from && turn.asked_burn != self.share {
            acts.push(Act::AskBurn { share: self.share });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::owner::tests::{Desk, behave};

    #[test]
    fn asks_once() {
        let mut desk = Desk::new();
        let mut burner = behave(BEHAVIOUR, "share = 0.8\nfrom = 5");
        assert_eq!(desk.ask(&mut *burner), []);
        desk.epoch = 5;
        assert_eq!(desk.ask(&mut *burner), [Act::AskBurn { share: 0.8 }]);
        desk.asked_burn = 0.8;
        assert_eq!(desk.ask(&mut *burner), []);
    }
}
