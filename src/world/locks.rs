//! Alpha that is locked on one subnet, and who owns the subnet.

use crate::protocol::conviction::{Kind, Lock, Rates};
use crate::units::Alpha;

/// Who can lock alpha on a subnet, and own it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coldkey {
    /// Who has had it since it was registered, or since the start.
    #[default]
    Founder,
    /// A trader, by its place among the [`Traders`](crate::world::Traders).
    Trader(usize),
}

/// What one coldkey has locked, towards a hotkey of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Locked {
    /// Whose alpha it is, and towards whom it is locked.
    pub by: Coldkey,
    /// Whether it holds what it holds until its coldkey lets it decay.
    pub perpetual: bool,
    /// What it holds and what that counts, as of a block.
    pub lock: Lock,
}

/// The locks of one subnet, of each coldkey one, and its owner.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    /// Who owns the subnet, and gets the owner's cut.
    pub owner: Coldkey,
    /// The locks, in the order in which they began.
    pub all: Vec<Locked>,
}

impl Locks {
    /// What a coldkey cannot sell `[rao]`.
    #[must_use]
    pub fn held(&self, by: Coldkey) -> Alpha {
        let own = self.all.iter().find(|locked| locked.by == by);
        own.map_or(Alpha::ZERO, |locked| locked.lock.mass)
    }

    /// What all locks together count towards a takeover `[rao]`.
    #[must_use]
    pub fn conviction(&self) -> f64 {
        self.all.iter().fold(0.0, |sum, locked| sum + locked.lock.conviction)
    }

    /// Brings every lock up to the block `now`, and forgets those that are nothing.
    pub fn roll(&mut self, now: u64, rates: Rates) {
        let owner = self.owner;
        for locked in &mut self.all {
            let kind = Kind { perpetual: locked.perpetual, owner: locked.by == owner };
            locked.lock = locked.lock.at(now, kind, rates);
        }
        self.all.retain(|locked| locked.lock.mass > Alpha::ZERO || locked.lock.conviction > 0.0);
    }

    /// Locks more for a coldkey, for good until it says otherwise. Its older lock should be of
    /// the block `now`, or of one not long before.
    pub fn add(&mut self, by: Coldkey, mass: Alpha, now: u64) {
        if mass == Alpha::ZERO {
            return;
        }
        match self.all.iter_mut().find(|locked| locked.by == by) {
            Some(locked) => {
                locked.perpetual = true;
                locked.lock.mass = Alpha(locked.lock.mass.0.saturating_add(mass.0));
            }
            None => self.all.push(Locked { by, perpetual: true, lock: Lock::new(mass, now) }),
        }
    }

    /// Lets the lock of a coldkey decay; false where it has none.
    pub fn let_go(&mut self, by: Coldkey) -> bool {
        let own = self.all.iter_mut().find(|locked| locked.by == by);
        own.map(|locked| locked.perpetual = false).is_some()
    }

    /// Forgets the lock of a coldkey whose alpha is gone.
    pub fn forget(&mut self, by: Coldkey) {
        self.all.retain(|locked| locked.by != by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates { unlock: 200, maturity: 100 };

    /// After a time constant a perpetual lock has 1 - 1/e of its mass as conviction; the owner's
    /// has all. What is let go has e^-0.5 of its mass 100 blocks later.
    #[test]
    fn locks_ripen_until_they_are_let_go() {
        let (mine, owners) = (Coldkey::Trader(3), Coldkey::Founder);
        let mut locks = Locks::default();
        locks.add(mine, Alpha(600_000), 1_000);
        locks.add(mine, Alpha(400_000), 1_000);
        locks.add(owners, Alpha(500_000), 1_000);
        locks.roll(1_100, RATES);
        assert_eq!((locks.held(mine), locks.held(owners)), (Alpha(1_000_000), Alpha(500_000)));
        let conviction: Vec<f64> = locks.all.iter().map(|locked| locked.lock.conviction).collect();
        assert!((conviction[0] - 632_120.6).abs() < 0.1, "{conviction:?}");
        assert_eq!(conviction[1], 500_000.0);
        assert!(locks.let_go(mine) && !locks.let_go(Coldkey::Trader(4)));
        locks.roll(1_200, RATES);
        assert_eq!(locks.held(mine), Alpha(606_530));
        locks.roll(1_000_000, RATES);
        assert_eq!(locks.all.len(), 1, "dust is forgotten");
    }
}
