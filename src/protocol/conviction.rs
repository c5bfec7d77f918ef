//! Conviction: alpha locked towards a hotkey, and the subnet that changes hands for it.
//!
//! A coldkey binds part of its alpha on a subnet to one hotkey. What is bound cannot leave; it
//! earns conviction, which grows towards what is bound. The hotkey of greatest conviction may
//! take over an old subnet.

mod takeover;

pub use takeover::{Contest, Gate, Takeover};

use crate::num;
use crate::units::Alpha;

/// A lock that holds less than this, and has less conviction, is nothing `[rao]`.
const DUST: u64 = 100;

/// Time constants beyond which a decay no longer counts.
const MOST_CONSTANTS: f64 = 40.0;

/// How fast locks open and conviction ripens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Time constant of what a decaying lock holds `[blocks]`.
    pub unlock: u64,
    /// Time constant of conviction `[blocks]`.
    pub maturity: u64,
}

impl Default for Rates {
    /// Half-lives of 90 days.
    fn default() -> Self {
        Self { unlock: 934_866, maturity: 934_866 }
    }
}

/// How locks ripen, and when a subnet changes hands for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conviction {
    /// How fast locks open and conviction ripens.
    pub rates: Rates,
    /// When the hotkey of greatest conviction takes a subnet over; `None` for never.
    pub takeover: Option<Takeover>,
}

impl Default for Conviction {
    /// The rule of June 2026.
    fn default() -> Self {
        Self { rates: Rates::default(), takeover: Some(Takeover::default()) }
    }
}

/// Which rule a lock follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// Whether it holds what it holds until its coldkey lets it decay.
    pub perpetual: bool,
    /// Whether it is towards the hotkey of the subnet's owner, where all that is held counts.
    pub owner: bool,
}

/// What one coldkey has locked on one subnet, as of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lock {
    /// What cannot leave `[rao]`.
    pub mass: Alpha,
    /// What counts towards a takeover `[rao]`.
    pub conviction: f64,
    /// As of when `[block]`.
    pub block: u64,
}

impl Lock {
    /// A lock that begins in `block`.
    #[must_use]
    pub fn new(mass: Alpha, block: u64) -> Self {
        Self { mass, conviction: 0.0, block }
    }

    /// The lock in the block `now`.
    ///
    /// A decaying lock lets go of its mass with the time constant `unlock`; conviction follows
    /// mass with the time constant `maturity`. A lock towards the owner's hotkey has its mass as
    /// conviction. Where both fall below 100 rao, both are nothing.
    ///
    /// Source: `staking/lock.rs::roll_forward_lock`.
    #[must_use]
    pub fn at(self, now: u64, kind: Kind, rates: Rates) -> Self {
        let mut lock = self;
        if now > self.block {
            let blocks = now - self.block;
            let ripened = decay(blocks, rates.maturity);
            let mass = self.mass.0 as f64;
            let grown = if kind.perpetual { 1.0 - ripened } else { followed(blocks, rates) };
            lock.conviction = self.conviction * ripened + mass * grown;
            if !kind.perpetual {
                lock.mass = self.mass.part(decay(blocks, rates.unlock));
            }
            lock.block = now;
        }
        if kind.owner {
            lock.conviction = lock.mass.0 as f64;
        }
        if lock.mass.0 < DUST && lock.conviction < DUST as f64 {
            (lock.mass, lock.conviction) = (Alpha::ZERO, 0.0);
        }
        lock
    }

    /// Both locks as one, of the later block. Both should be of that block (see [`Lock::at`]).
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self {
            mass: Alpha(self.mass.0.saturating_add(other.mass.0)),
            conviction: self.conviction + other.conviction,
            block: self.block.max(other.block),
        }
    }

    /// Takes up to `mass` `[rao]` out of the lock, with its part of the conviction.
    ///
    /// The part goes with alpha that is given to another coldkey. It keeps its conviction only
    /// where `survives`: the two hotkeys that the locks are towards have one owner.
    ///
    /// Source: `staking/lock.rs::transfer_lock`.
    #[must_use = "what was taken out is somebody's"]
    pub fn split(&mut self, mass: Alpha, survives: bool) -> Self {
        let mass = mass.min(self.mass);
        let part = if self.mass > Alpha::ZERO { mass.0 as f64 / self.mass.0 as f64 } else { 0.0 };
        let conviction = self.conviction * part;
        self.mass -= mass;
        self.conviction -= conviction;
        Self { mass, conviction: if survives { conviction } else { 0.0 }, block: self.block }
    }

    /// The lock towards another hotkey: conviction begins anew unless both hotkeys have one
    /// owner.
    ///
    /// Source: `staking/lock.rs::do_move_lock`.
    #[must_use]
    pub fn moved(self, survives: bool) -> Self {
        Self { conviction: if survives { self.conviction } else { 0.0 }, ..self }
    }
}

/// What may leave `[rao]`, of `held` `[rao]` over all hotkeys of a subnet.
#[must_use]
pub fn free(held: Alpha, locked: Alpha) -> Alpha {
    held.saturating_sub(locked)
}

/// How much of a lock goes along when `amount` `[rao]` of `held` `[rao]` are given to another
/// coldkey on the same subnet: what is free goes first.
///
/// Source: `staking/lock.rs::transfer_lock`.
#[must_use]
pub fn carried(held: Alpha, locked: Alpha, amount: Alpha) -> Alpha {
    amount.saturating_sub(free(held, locked)).min(locked)
}

/// What is left after so many blocks of a decay with this time constant `[blocks]`, in `[0, 1]`.
fn decay(blocks: u64, constant: u64) -> f64 {
    if constant == 0 {
        return 0.0;
    }
    num::exp(-(blocks as f64 / constant as f64).min(MOST_CONSTANTS))
}

/// The conviction that a mass of 1 has earned after so many blocks while it decayed, in `[0, 1]`:
/// `u (e^(-t/u) - e^(-t/m)) / (u - m)` for time constants u of the mass and m of conviction.
fn followed(blocks: u64, rates: Rates) -> f64 {
    let (time, unlock, maturity) = (blocks as f64, rates.unlock as f64, rates.maturity as f64);
    let ripened = decay(blocks, rates.maturity);
    if rates.unlock == rates.maturity {
        // Bounded like the decay itself: their product would not fall for ever.
        let constants = (time / maturity).min(MOST_CONSTANTS);
        return if rates.maturity == 0 { 0.0 } else { constants * ripened };
    }
    let apart = unlock - maturity;
    let short = time < MOST_CONSTANTS * unlock && time < MOST_CONSTANTS * maturity;
    let fallen = if short {
        // Two nearly equal decays: their difference has no digits, but that of exponents does.
        ripened * num::expm1(time * apart / (unlock * maturity))
    } else {
        decay(blocks, rates.unlock) - ripened
    };
    num::within(0.0, 1.0, unlock * fallen / apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates { unlock: 200, maturity: 100 };
    const DECAYING: Kind = Kind { perpetual: false, owner: false };
    const PERPETUAL: Kind = Kind { perpetual: true, owner: false };

    fn lock(mass: u64, conviction: f64) -> Lock {
        Lock { mass: Alpha(mass), conviction, block: 1_000 }
    }

    /// After 100 blocks a mass decays by e^-0.5, and conviction has reached
    /// 200 (e^-0.5 - e^-1) / 100 = 0.477302.
    #[test]
    fn a_decaying_lock_ripens_and_fades() {
        let found = lock(1_000_000, 0.0).at(1_100, DECAYING, RATES);
        assert_eq!(found.mass, Alpha(606_530));
        assert!((found.conviction - 477_302.4).abs() < 0.1, "{}", found.conviction);
        let late = lock(1_000_000, 1_000_000.0).at(u64::MAX, DECAYING, RATES);
        assert_eq!(late, Lock { block: u64::MAX, ..Lock::default() });
    }

    /// Equal time constants multiply time by a decay; time must not win in the end.
    #[test]
    fn what_has_faded_stays_faded() {
        let rates = Rates { unlock: 1, maturity: 1 };
        let late = lock(u64::MAX, 0.0).at(u64::MAX, DECAYING, rates).conviction;
        assert!(late < 1e-15 * u64::MAX as f64, "{late}");
    }

    /// The same in two steps: no path of blocks matters but for the floor of the mass.
    #[test]
    fn two_steps_are_one() {
        for kind in [DECAYING, PERPETUAL] {
            let once = lock(1_000_000_000, 5e8).at(1_100, kind, RATES);
            let twice = lock(1_000_000_000, 5e8).at(1_030, kind, RATES).at(1_100, kind, RATES);
            assert!(once.mass.0.abs_diff(twice.mass.0) <= 1);
            assert!((once.conviction - twice.conviction).abs() < 1.0);
        }
    }

    #[test]
    fn a_perpetual_lock_keeps_and_ripens() {
        let found = lock(1_000_000, 0.0).at(1_100, PERPETUAL, RATES);
        assert_eq!(found.mass, Alpha(1_000_000));
        assert!((found.conviction - 632_120.6).abs() < 0.1, "{}", found.conviction);
        let past = lock(1_000_000, 0.0).at(900, PERPETUAL, RATES);
        assert_eq!(past, lock(1_000_000, 0.0), "time does not run back");
    }

    #[test]
    fn towards_the_owner_all_counts() {
        let kind = Kind { perpetual: true, owner: true };
        assert_eq!(lock(1_000, 3.0).at(1_000, kind, RATES).conviction, 1_000.0);
    }

    #[test]
    fn dust_is_nothing() {
        assert_eq!(lock(99, 99.0).at(1_000, DECAYING, RATES), lock(0, 0.0));
        assert_eq!(lock(99, 100.0).at(1_000, DECAYING, RATES), lock(99, 100.0));
    }

    #[test]
    fn without_time_constants_all_is_at_once() {
        let rates = Rates { unlock: 0, maturity: 0 };
        assert_eq!(lock(1_000, 9.0).at(1_001, PERPETUAL, rates).conviction, 1_000.0);
        assert_eq!(lock(1_000, 9.0).at(1_001, DECAYING, rates).mass, Alpha(0));
    }

    #[test]
    fn a_lock_is_carried_by_parts() {
        assert_eq!(carried(Alpha(100), Alpha(80), Alpha(20)), Alpha(0));
        assert_eq!(carried(Alpha(100), Alpha(80), Alpha(50)), Alpha(30));
        assert_eq!(carried(Alpha(100), Alpha(80), Alpha(900)), Alpha(80));
        let mut left = lock(80, 40.0);
        let taken = left.split(Alpha(20), true);
        assert_eq!((taken, left), (lock(20, 10.0), lock(60, 30.0)));
        assert_eq!(left.split(Alpha(20), false), lock(20, 0.0));
        assert_eq!(left.split(Alpha(900), true), lock(40, 20.0));
        assert_eq!(left.split(Alpha(900), true), lock(0, 0.0));
        assert_eq!(lock(20, 10.0).joined(lock(1, 2.0).moved(false)), lock(21, 10.0));
    }
}
