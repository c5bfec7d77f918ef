//! The parameters of one subnet's epoch.
//!
//! Defaults are those of a subnet newly registered on mainnet (`runtime/src/lib.rs`,
//! `subnets/subnet.rs::init_new_network`). Shares are plain proportions of 1; the few places
//! where the chain's 16-bit rounding decides a result say so.

use crate::protocol::proportion;
use crate::units::Alpha;

/// Which of the chain's rules turns weights into pay; other rules are in
/// [`crate::protocol::reward`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RewardRule {
    /// The chain's first rule: bonds hold stake, and each column of bonds sums to 1.
    ChainClassic,
    /// The chain's rule for new subnets: bonds are each validator's own and hold no stake.
    #[default]
    ChainYuma3,
}

/// How a block's alpha is divided before anyone's work is judged; the parts should sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Part of the subnet owner, in `[0, 1]`; truncated to 65535ths as the chain stores it.
    pub owner: f64,
    /// Part of the miners, in `[0, 1]`; what is left of the owner is divided as
    /// `miners : validators`.
    pub miners: f64,
    /// Part of the validators, in `[0, 1]`, as above.
    pub validators: f64,
}

impl Default for Split {
    fn default() -> Self {
        Self { owner: 0.18, miners: 0.41, validators: 0.41 }
    }
}

/// Parameters of one subnet's epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Which of the chain's rules turns weights into pay.
    pub reward_rule: RewardRule,
    /// Part of the active stake that must support a weight level for it to be the consensus, in
    /// `[0, 1]`. Truncated to 65535ths: 0.5 acts as 32767/65535, so two quarters are a majority.
    pub kappa: f64,
    /// How far weights above the consensus are cut back before they earn bonds, in `[0, 1]`: 0 not
    /// at all, 1 down to the consensus.
    pub bonds_penalty: f64,
    /// Weight of the old bond in the moving average, in `[0, 1]`.
    pub bonds_moving_average: f64,
    /// Whether each pair has its own rate of the moving average; acts only under
    /// [`RewardRule::ChainYuma3`].
    pub liquid_alpha: bool,
    /// Lowest rate of a liquid pair (weight of the new bond), in `[0, 1]`; the chain's default is
    /// 45875/65535.
    pub alpha_low: f64,
    /// Highest rate of a liquid pair, in `[0, 1]`; the chain's default is 58982/65535.
    pub alpha_high: f64,
    /// Steepness of the curve between the two, at its middle; the chain stores 100 times this.
    /// Negative values turn the curve around.
    pub alpha_sigmoid_steepness: f64,
    /// Whether the uid of greatest incentive gets all of it, or several that tie for it share it
    /// evenly; an option of the research package, not of the chain.
    pub winner_takes_all: bool,
    /// How many uids of greatest stake may set weights and hold bonds.
    pub max_allowed_validators: usize,
    /// Stake weight below which a uid counts as holding none `[rao]`; the owner is exempt.
    pub stake_threshold: Alpha,
    /// How long a validator counts as active after its last weights `[tempos]`; kept to 1/1000.
    pub activity_cutoff_factor: f64,
    /// Blocks from one epoch to the next `[blocks]`.
    pub tempo: u64,
    /// Part of the epoch's emission that follows dividends, in `[0, 1]`; the rest follows
    /// incentive. The chain has no such parameter: it always uses one half.
    pub validator_share: f64,
    /// How a block's alpha is divided between owner, miners and validators.
    pub split: Split,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            reward_rule: RewardRule::ChainYuma3,
            kappa: 0.5,
            bonds_penalty: 1.0,
            bonds_moving_average: 0.9,
            liquid_alpha: false,
            alpha_low: 0.7,
            alpha_high: 0.9,
            alpha_sigmoid_steepness: 10.0,
            winner_takes_all: false,
            max_allowed_validators: 64,
            stake_threshold: Alpha::ZERO,
            activity_cutoff_factor: 13.889,
            tempo: 360,
            validator_share: 0.5,
            split: Split::default(),
        }
    }
}

impl Params {
    /// The majority as the chain stores it, in `[0, 1]`.
    #[must_use]
    pub fn stored_kappa(&self) -> f64 {
        proportion::share(proportion::parameter(self.kappa))
    }

    /// Blocks after its last weights at which a validator stops counting as active `[blocks]`, at
    /// least 1: 5000 at a tempo of 360.
    ///
    /// Source: `subnets/mechanism.rs`, `tempo_control.rs` (activity cutoff factor).
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and a negative factor means at once"
    )]
    pub fn activity_cutoff(&self) -> u64 {
        let thousandths = (self.activity_cutoff_factor * 1_000.0).round() as u64;
        (thousandths.saturating_mul(self.tempo) / 1_000).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_cutoff_is_five_thousand_blocks() {
        assert_eq!(Params::default().activity_cutoff(), 5_000);
        assert_eq!(Params { tempo: 1, ..Params::default() }.activity_cutoff(), 13);
        assert_eq!(Params { tempo: 0, ..Params::default() }.activity_cutoff(), 1);
    }

    #[test]
    fn half_is_stored_just_below_half() {
        let kappa = Params::default().stored_kappa();
        assert!(kappa < 0.5 && kappa > 0.499_99);
    }
}
