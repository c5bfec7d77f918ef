//! Which subnet a trader goes for, for all who go for one.

use super::TraderTurn;
use crate::fields::{Fields, Kind};

/// Which subnet it goes for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    /// The one at this place.
    Subnet(usize),
    /// That with the largest share of the emission when it enters.
    LargestShare,
    /// That whose price is the cheapest to move when it enters: with the least TAO in its pool.
    SmallestPool,
}

const TARGETS: &[Kind<Target>] = &[
    Kind {
        name: "largest-share",
        about: "that with the largest share of the emission when it enters",
        read: |_| Target::LargestShare,
    },
    Kind {
        name: "smallest-pool",
        about: "that with the least TAO in its pool when it enters",
        read: |_| Target::SmallestPool,
    },
    Kind {
        name: "subnet",
        about: "the one at a place among the subnets",
        read: |t| {
            let index = t.whole("index", "place of the subnet, from 0 in text order");
            let index = index.at_most(65_535.0).required();
            Target::Subnet(usize::try_from(index).unwrap_or(usize::MAX))
        },
    },
];

impl Target {
    /// Its place at this turn; the lower place wins a tie, and `None` where no market is open.
    pub(super) fn choose(self, turn: &TraderTurn<'_>) -> Option<usize> {
        match self {
            Self::Subnet(index) => Some(index),
            Self::LargestShare => {
                turn.markets().reduce(|a, b| if b.1.share > a.1.share { b } else { a }).map(|m| m.0)
            }
            Self::SmallestPool => {
                turn.markets().reduce(|a, b| if b.1.tao < a.1.tao { b } else { a }).map(|m| m.0)
            }
        }
    }
}

/// The key that all who go for one subnet have.
pub(super) fn target(t: &mut Fields<'_>) -> Target {
    let about = "the subnet that it goes for";
    t.kinded("target", about, TARGETS, Some("largest-share")).unwrap_or(Target::LargestShare)
}
