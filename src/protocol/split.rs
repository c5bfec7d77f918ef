//! The split of a subnet's new alpha into pots, block by block.
//!
//! Every block issues alpha and divides it at once, truncating each part to whole rao. An epoch
//! pays out what the blocks since the last one have gathered. What becomes of root's part is in
//! [`root`].

pub mod root;

use crate::protocol::issuance;
use crate::protocol::params::Split;
use crate::protocol::proportion;
use crate::units::Alpha;

/// Alpha gathered for an epoch; the five parts sum exactly to what was issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pots {
    /// The subnet owner's cut.
    pub owner: Alpha,
    /// What miners are paid from.
    pub server: Alpha,
    /// What validators and their stakers are paid from.
    pub validator: Alpha,
    /// What root stakers are paid from, or what is recycled in their place.
    pub root: Alpha,
    /// What the truncation of the parts left over: a few rao a block, which nobody holds.
    pub unallocated: Alpha,
}

impl Pots {
    /// All that was issued.
    #[must_use]
    pub fn total(&self) -> Alpha {
        self.owner + self.server + self.validator + self.root + self.unallocated
    }

    /// What the epoch divides among miners and validators.
    #[must_use]
    pub fn earned(&self) -> Alpha {
        self.server + self.validator
    }

    /// Moves the part `fee` in `[0, 1]` of what the epoch divides to the owner, truncated to whole
    /// rao.
    pub fn charge(&mut self, fee: f64) {
        for pot in [&mut self.server, &mut self.validator] {
            let charged = pot.part(fee);
            *pot -= charged;
            self.owner += charged;
        }
    }

    /// The pots of `blocks` blocks that are each like this one.
    #[must_use]
    pub fn times(&self, blocks: u64) -> Self {
        let times = |pot: Alpha| Alpha(pot.0.saturating_mul(blocks));
        Self {
            owner: times(self.owner),
            server: times(self.server),
            validator: times(self.validator),
            root: times(self.root),
            unallocated: times(self.unallocated),
        }
    }

    /// Adds the pots of other blocks.
    pub fn add(&mut self, other: &Self) {
        self.owner += other.owner;
        self.server += other.server;
        self.validator += other.validator;
        self.root += other.root;
        self.unallocated += other.unallocated;
    }
}

/// Divides what one block has issued.
///
/// `root_proportion` in `[0, 1]` is the part of the validators' that root stake takes. The parts
/// are kept in 65535ths of a rao and each is then truncated to whole rao.
///
/// Source: `coinbase/run_coinbase.rs::emit_to_subnets`.
#[must_use]
pub fn block(issued: Alpha, split: &Split, root_proportion: f64) -> Pots {
    let whole = u128::from(u16::MAX);
    let owner = u128::from(proportion::parameter(split.owner));
    let miners = fixed(split.miners / (split.miners + split.validators));
    let root = fixed(root_proportion);
    // What is left of the owner, in 65535ths of a rao.
    let rest = u128::from(issued.0) * (whole - owner);
    let (miners, validators) = (rest * miners / ONE, rest * (ONE - miners) / ONE);

    let owner = rao(u128::from(issued.0) * owner / whole);
    let server = rao(miners / whole);
    let validator = rao(validators * (ONE - root) / ONE / whole);
    let root = rao(validators * root / ONE / whole);
    let unallocated = issued - owner - server - validator - root;
    Pots { owner, server, validator, root, unallocated }
}

/// Issues and divides the alpha of `blocks` blocks, starting with `issued` already out.
///
/// Each block's issue counts towards the next one's halving.
#[must_use]
pub fn tempo_emission(issued: Alpha, blocks: u64, split: &Split, root_proportion: f64) -> Pots {
    let mut pots = Pots::default();
    let mut issued = issued.0;
    let mut emission = issuance::block_emission(issued);
    let mut parts = block(Alpha(emission), split, root_proportion);
    for _ in 0..blocks {
        let due = issuance::block_emission(issued);
        if due != emission {
            emission = due;
            parts = block(Alpha(due), split, root_proportion);
        }
        pots.add(&parts);
        issued += emission;
    }
    pots
}

/// One in 32 fractional bits.
const ONE: u128 = 1 << 32;

/// A proportion in 32 fractional bits, at most one; NaN (nothing divided by nothing) is 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and the minimum bounds it from above"
)]
fn fixed(proportion: f64) -> u128 {
    ((proportion * ONE as f64).round() as u128).min(ONE)
}

/// Part of an amount of rao, which therefore fits.
fn rao(part: u128) -> Alpha {
    Alpha(u64::try_from(part).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::RAO;

    /// The chain's own cases (`tests/coinbase.rs`): cut in 65535ths, root proportion, emission;
    /// then owner, server, validator and root, each within one rao.
    #[test]
    fn a_block_is_divided_as_on_the_chain() {
        let cases = [
            (0, 0.25, RAO, [0, 500_000_000, 375_000_000, 125_000_000]),
            (0, 0.0, RAO, [0, 500_000_000, 500_000_000, 0]),
            (6_553, 0.3, RAO, [99_992_370, 450_003_814, 315_002_670, 135_001_144]),
            (11_796, 0.4, RAO / 2, [89_997_711, 205_001_144, 123_000_686, 82_000_457]),
        ];
        for (owner, root, emission, expected) in cases {
            let split = Split { owner: proportion::share(owner), ..Split::default() };
            let pots = block(Alpha(emission), &split, root);
            let found = [pots.owner, pots.server, pots.validator, pots.root];
            for (found, expected) in found.into_iter().zip(expected) {
                assert!(found.0.abs_diff(expected) <= 1, "{found:?} against {expected}");
            }
            assert_eq!(pots.total(), Alpha(emission));
        }
    }

    /// 0.18 is 11796/65535; what is left is halved and each half truncated.
    #[test]
    fn the_default_split_gives_the_owner_18_percent() {
        let pots = block(Alpha(RAO), &Split::default(), 0.0);
        assert_eq!(pots.owner, Alpha(179_995_422));
        assert_eq!([pots.server, pots.validator], [Alpha(410_002_288); 2]);
        assert_eq!(pots.unallocated, Alpha(2));
    }

    #[test]
    fn a_fee_goes_to_the_owner() {
        let [owner, server, validator] = [Alpha(10), Alpha(101), Alpha(50)];
        let pots = Pots { owner, server, validator, ..Pots::default() };
        for (fee, expected) in [(0.0, [10, 101, 50]), (0.5, [85, 51, 25]), (1.0, [161, 0, 0])] {
            let mut charged = pots;
            charged.charge(fee);
            assert_eq!([charged.owner.0, charged.server.0, charged.validator.0], expected);
            assert_eq!(charged.total(), pots.total());
        }
    }

    /// Two blocks before the halving and two after it.
    #[test]
    fn a_tempo_halves_within_itself() {
        let issued = Alpha(10_500_000 * RAO - 2 * RAO);
        let pots = tempo_emission(issued, 4, &Split::default(), 0.0);
        assert_eq!(pots.total(), Alpha(3 * RAO));
        assert_eq!(pots.server, Alpha(2 * 410_002_288 + 2 * 205_001_144));
        let nothing = Split { owner: 1.0, miners: 0.0, validators: 0.0 };
        assert_eq!(tempo_emission(issued, 4, &nothing, 0.0).owner, Alpha(3 * RAO));
    }
}
