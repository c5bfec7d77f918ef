//! Whether a subnet may be registered, and on which terms.

use thiserror::Error;

use super::lock_cost::{LastLock, LockPricing, lock_cost};
use super::prune::{Standing, to_prune};
use crate::units::Tao;

/// The rules for new subnets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registry {
    /// From when on subnets are registered `[block]`.
    pub start: u64,
    /// Blocks between any two registrations `[blocks]`: 28 800 on mainnet in early 2026, 7200 in
    /// the code.
    pub rate_limit: u64,
    /// Places, root not counted.
    pub places: usize,
    /// Blocks in which a subnet is not pruned `[blocks]`: 864 000 on mainnet, 1 296 000 in the
    /// code.
    pub immunity: u64,
    /// How the cost moves.
    pub pricing: LockPricing,
}

impl Default for Registry {
    /// As migrations left mainnet in early 2026.
    fn default() -> Self {
        Self {
            start: 0,
            rate_limit: 28_800,
            places: 128,
            immunity: 864_000,
            pricing: LockPricing::default(),
        }
    }
}

/// Who wants a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// What its coldkey can pay `[rao]`.
    pub balance: Tao,
    /// The mechanism it asks for; only 1, the subnet with a pool, is given.
    pub mechanism: u16,
}

/// On which terms a subnet may be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What it costs `[rao]`.
    pub cost: Tao,
    /// The place of the subnet that must go first, if all are taken.
    pub prunes: Option<usize>,
}

/// Why a subnet may not be registered.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// A mechanism that is not given.
    #[error("mechanism {mechanism} is not given to subnets; ask for 1")]
    Mechanism {
        /// Which was asked for.
        mechanism: u16,
    },
    /// Registrations are not open yet.
    #[error("subnets are registered from block {from} on")]
    NotOpen {
        /// From when on `[block]`.
        from: u64,
    },
    /// Too soon after the last registration.
    #[error("the next subnet may be registered in block {from}")]
    TooSoon {
        /// From when on `[block]`.
        from: u64,
    },
    /// All places are taken by subnets that are immune.
    #[error("all {places} places are taken by subnets that are immune")]
    NoRoom {
        /// How many there are.
        places: usize,
    },
    /// The coldkey cannot pay.
    #[error("a subnet costs {cost} TAO, and {balance} TAO are there")]
    TooDear {
        /// What it costs.
        cost: Tao,
        /// What is there.
        balance: Tao,
    },
}

/// Whether a subnet may be registered in the block `now`, and on which terms.
///
/// `subnets` are those that exist, in the order of their numbers. `block_emission` `[rao]` is what
/// a block issues in TAO.
///
/// # Errors
/// The first rule that stands against it.
///
/// Source: `subnets/subnet.rs::do_register_network`.
pub fn register(
    registry: &Registry,
    applicant: &Applicant,
    subnets: &[Standing],
    last: &LastLock,
    now: u64,
    block_emission: u64,
) -> Result<Terms, Refusal> {
    if applicant.mechanism != 1 {
        return Err(Refusal::Mechanism { mechanism: applicant.mechanism });
    }
    if now < registry.start {
        return Err(Refusal::NotOpen { from: registry.start });
    }
    let from = last.block.saturating_add(registry.rate_limit);
    // A first registration need not wait.
    if last.block != 0 && now < from {
        return Err(Refusal::TooSoon { from });
    }
    let full = subnets.len() >= registry.places;
    let prunes = to_prune(subnets, now, registry.immunity).filter(|_| full);
    if full && prunes.is_none() {
        return Err(Refusal::NoRoom { places: registry.places });
    }
    let cost = lock_cost(&registry.pricing, last, now, block_emission);
    if applicant.balance < cost {
        return Err(Refusal::TooDear { cost, balance: applicant.balance });
    }
    Ok(Terms { cost, prunes })
}

/// The number of a new subnet: that of the one which made room, else the lowest from 1 that is
/// not `taken` (in any order), and `None` where all are.
#[must_use]
pub fn next_netuid(taken: &[u16], freed: Option<u16>) -> Option<u16> {
    freed.or_else(|| (1..=u16::MAX).find(|netuid| !taken.contains(netuid)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::RAO;

    const REGISTRY: Registry = Registry {
        start: 100,
        rate_limit: 50,
        places: 2,
        immunity: 200,
        pricing: LockPricing { least: Tao(10), interval: 100 },
    };
    const LAST: LastLock = LastLock { cost: Tao(1_000), block: 400 };

    fn asked(balance: u64, registered: &[u64], last: LastLock, now: u64) -> Result<Terms, Refusal> {
        let standing = |registered: &u64| Standing { moving_price: 0.1, registered: *registered };
        let subnets: Vec<Standing> = registered.iter().map(standing).collect();
        let applicant = Applicant { balance: Tao(balance), mechanism: 1 };
        register(&REGISTRY, &applicant, &subnets, &last, now, RAO)
    }

    #[test]
    fn a_free_place_is_given_at_its_cost() {
        assert_eq!(asked(1_500, &[0], LAST, 450), Ok(Terms { cost: Tao(1_500), prunes: None }));
    }

    #[test]
    fn a_full_registry_makes_room() {
        assert_eq!(
            asked(1_500, &[260, 250], LAST, 450),
            Ok(Terms { cost: Tao(1_500), prunes: Some(1) })
        );
        assert_eq!(asked(1_500, &[251, 251], LAST, 450), Err(Refusal::NoRoom { places: 2 }));
    }

    #[test]
    fn each_rule_may_refuse() {
        let never = LastLock::default();
        assert_eq!(asked(1_500, &[], never, 99), Err(Refusal::NotOpen { from: 100 }));
        assert_eq!(asked(1_500, &[], never, 100), Ok(Terms { cost: Tao(10), prunes: None }));
        assert_eq!(asked(1_500, &[], LAST, 449), Err(Refusal::TooSoon { from: 450 }));
        let (cost, balance) = (Tao(1_500), Tao(1_499));
        assert_eq!(asked(1_499, &[], LAST, 450), Err(Refusal::TooDear { cost, balance }));
        let applicant = Applicant { balance: Tao(9_999), mechanism: 0 };
        let found = register(&REGISTRY, &applicant, &[], &LAST, 450, RAO);
        assert_eq!(found, Err(Refusal::Mechanism { mechanism: 0 }));
    }

    #[test]
    fn the_lowest_number_is_taken_again() {
        assert_eq!(next_netuid(&[], None), Some(1), "root is 0");
        assert_eq!(next_netuid(&[1, 3], None), Some(2));
        assert_eq!(next_netuid(&[2, 1], None), Some(3));
        assert_eq!(next_netuid(&[1, 3], Some(3)), Some(3));
    }
}
