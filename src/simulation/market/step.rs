//! Several blocks at once, in place of one after another.
//!
//! ```text
//! block by block   E S  E S  E S  E S  E S     E: emission, S: sales of income, claims of root
//! at once          SS   E E E E E   SSS        and within E:  I I  BI  I I
//!                                              B: the chain buys, I: the injection
//! ```
//!
//! What takes turns in every block is laid around the block in the middle of the step, and what
//! changes through the step is taken as of that block. The result is then off by the square of the
//! step's length, and a step of one block is the chain's.

use crate::units::Alpha;

/// Blocks that are run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The number of the first.
    pub(super) first: u64,
    /// How many, at least 1.
    pub(super) blocks: u64,
    /// Blocks that are left of the epoch, these included.
    pub(super) left: u64,
}

impl Step {
    /// A value that changes evenly through the step, when its block in the middle begins.
    pub(super) fn begun(self, before: f64, after: f64) -> f64 {
        let part = (self.blocks - 1) as f64 / (2 * self.blocks) as f64;
        if self.blocks > 1 { before + (after - before) * part } else { before }
    }

    /// The same when that block ends.
    pub(super) fn ended(self, before: f64, after: f64) -> f64 {
        let part = (self.blocks + 1) as f64 / (2 * self.blocks) as f64;
        if self.blocks > 1 { before + (after - before) * part } else { after }
    }

    /// An amount that grows by so much in each block, when the block in the middle begins.
    pub(super) fn grown(self, before: Alpha, per_block: f64) -> Alpha {
        let grown = before.0 as f64 + per_block * (self.blocks - 1) as f64 / 2.0;
        if self.blocks > 1 { Alpha(crate::num::floor(grown)) } else { before }
    }

    /// What is sold before the step's emission, of all that the rest of the epoch sells.
    pub(super) fn early(self) -> Portion {
        Portion { half_blocks: self.blocks - 1, of: 2 * self.left }
    }

    /// What is sold after the step's emission, of all that the rest of the epoch sells then.
    pub(super) fn late(self) -> Portion {
        Portion { half_blocks: self.blocks + 1, of: 2 * self.left - (self.blocks - 1) }
    }
}

/// A part of what the rest of an epoch sells evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Portion {
    /// The time it stands for, in halves of a block.
    pub(super) half_blocks: u64,
    /// All the time that is left, likewise.
    of: u64,
}

impl Portion {
    /// The portion of an amount, truncated.
    pub(super) fn part(self, alpha: Alpha) -> Alpha {
        if self.half_blocks >= self.of { alpha } else { alpha.part(self.share()) }
    }

    /// The portion itself, in `[0, 1]`.
    pub(super) fn share(self) -> f64 {
        self.half_blocks as f64 / self.of.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five blocks of ten: two of them come before the third, and two after it.
    #[test]
    fn a_step_is_laid_around_its_middle() {
        let step = Step { first: 1, blocks: 5, left: 10 };
        assert_eq!([step.begun(0.0, 10.0), step.ended(0.0, 10.0)], [4.0, 6.0]);
        assert_eq!(step.grown(Alpha(100), 7.0), Alpha(114));
        // 4 of 20 halves of blocks, and then 6 of 16: of 80 that leaves 64, and then 40.
        assert_eq!(step.early().part(Alpha(80)), Alpha(16));
        assert_eq!(step.late().part(Alpha(64)), Alpha(24));
    }

    #[test]
    fn a_step_of_one_block_is_that_block() {
        let step = Step { first: 1, blocks: 1, left: 3 };
        assert_eq!([step.begun(0.1, 0.7), step.ended(0.1, 0.7)], [0.1, 0.7]);
        assert_eq!(step.grown(Alpha(u64::MAX), 7.0), Alpha(u64::MAX));
        assert_eq!(step.early().part(Alpha(80)), Alpha::ZERO);
        assert_eq!(step.late().part(Alpha(80)), Alpha(26));
    }

    #[test]
    fn the_last_step_sells_all() {
        let step = Step { first: 1, blocks: 7, left: 7 };
        let rest = Alpha(1_000) - step.early().part(Alpha(1_000));
        assert_eq!(step.late().part(rest), rest);
        assert_eq!(step.late().share(), 1.0);
    }
}
