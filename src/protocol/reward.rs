//! The door to every rule that turns work into pay.
//!
//! ```text
//! stake, permits, masks, weights ──► one of RULES ──► incentive, dividends ──► shares of emission
//!                    work of miners ──►    ▲
//!                     carried state ◄──────┘
//! ```
//!
//! What is around the rule is the chain's under each of them: stake shares, permits, activity,
//! masks and rows that sum to 1. Two runs that differ in the rule differ in the rule alone.
//!
//! A rule is its file, its variant of [`Rule`], its name in [`RULES`] and its line in [`epoch`].

mod versions;

pub use versions::Carried;

use crate::num;
use crate::protocol::consensus::{self, Input, Outcome};
use crate::protocol::kernel;
use crate::protocol::params::{Params, RewardRule};
use crate::protocol::research::{ConsensusMode, Version};
use crate::protocol::rivals::{self, Reports, Votes};
use crate::protocol::{emission, winner};
use crate::units::Uid;

/// Which rule turns work into pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A rule of the chain.
    Chain(RewardRule),
    /// A version of the research package, on the stake and the weights that count on the chain.
    Research(Version),
    /// The mean of all votes by stake, without clipping.
    StakeWeightedMean,
    /// Pay by hash power; votes are ignored.
    ProofOfWork,
    /// Pay by the true quality of output, less a fee; votes are ignored.
    CentralPlatform,
    /// Pay for agreement with other judges beyond chance.
    PeerPrediction,
}

/// Every rule by its name.
pub const RULES: &[(&str, Rule)] = &[
    ("chain-yuma3", Rule::Chain(RewardRule::ChainYuma3)),
    ("chain-classic", Rule::Chain(RewardRule::ChainClassic)),
    ("research-yuma1", Rule::Research(Version::Yuma1)),
    ("research-yuma2", Rule::Research(Version::Yuma2)),
    ("research-yuma2b", Rule::Research(Version::Yuma2b)),
    ("research-yuma2c", Rule::Research(Version::Yuma2c)),
    ("research-yuma3", Rule::Research(Version::Yuma3)),
    ("stake-weighted-mean", Rule::StakeWeightedMean),
    ("proof-of-work", Rule::ProofOfWork),
    ("central-platform", Rule::CentralPlatform),
    ("peer-prediction", Rule::PeerPrediction),
];

/// The rule, and what only some rules read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reward {
    /// Which rule turns work into pay.
    pub rule: Rule,
    /// The consensus that liquid alpha measures a validator's lead from; acts under
    /// [`Version::Yuma3`].
    pub consensus_mode: ConsensusMode,
    /// Part of each bond lost in an epoch, in `[0, 1]`; acts under [`Version::Yuma2c`].
    pub decay_rate: f64,
    /// Part of its capacity for bonds that a validator can fill in an epoch, in `[0, 1]`; acts
    /// under [`Version::Yuma2c`].
    pub capacity_alpha: f64,
    /// The operator's part of what miners and validators would share, in `[0, 1]`; acts under
    /// [`Rule::CentralPlatform`].
    ///
    /// Source of the default: most app stores charge 30 %. J. Borck, J. Caminade and M. von
    /// Wartburg, "Apple's App Store and Other Digital Marketplaces: A Comparison of Commission
    /// Rates", Analysis Group (2020), which Apple paid for.
    pub platform_fee: f64,
}

impl Default for Reward {
    fn default() -> Self {
        Self {
            rule: Rule::Chain(RewardRule::default()),
            consensus_mode: ConsensusMode::Current,
            decay_rate: 0.1,
            capacity_alpha: 0.1,
            platform_fee: 0.3,
        }
    }
}

impl Reward {
    /// The part of what miners and validators would share that goes to the owner instead, in
    /// `[0, 1]`.
    #[must_use]
    pub fn fee(&self) -> f64 {
        if self.rule == Rule::CentralPlatform { self.platform_fee } else { 0.0 }
    }
}

/// What miners did in the epoch. Rules of votes do not look at it; either may be empty there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Work<'a> {
    /// Hashes computed by each uid, `[uids]`; finite and at least 0.
    pub hashes: &'a [f64],
    /// True quality of each uid's output, `[uids]`; finite and at least 0.
    pub output: &'a [f64],
}

/// Working memory of an epoch under any rule. It holds no state.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    chain: kernel::Scratch,
    order: Vec<Uid>,
    versions: versions::Scratch,
    reports: Reports,
}

/// Who is paid in an epoch in which nobody has earned anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Idle {
    /// Those who hold stake, as on the chain.
    Stake,
    /// Nobody: a rule that is blind to stake does not pay by it.
    Nobody,
}

/// Runs one epoch under the rule of `reward`.
///
/// `carried` is what the rule hands to its next epoch, and is written; a mere preview takes a
/// copy. Rules without a consensus show what they pay by in its place where it is a sum of votes,
/// and 0 elsewhere; a validator's trust under them is 1 where its votes count, and 0 elsewhere.
/// Rules without bonds store none.
pub fn epoch(
    params: &Params,
    reward: &Reward,
    input: &Input<'_>,
    work: &Work<'_>,
    carried: &mut Carried,
    scratch: &mut Scratch,
    out: &mut Outcome,
) {
    let idle = match reward.rule {
        Rule::Chain(reward_rule) => {
            let params = Params { reward_rule, ..params.clone() };
            return kernel::epoch(&params, input, &mut scratch.chain, out);
        }
        // The chain's own epoch sees to this itself.
        _ if !surroundings(params, input, scratch, out) => return,
        Rule::Research(version) => {
            let params = versions::Terms { version, params, reward };
            versions::epoch(&params, input, carried, &mut scratch.versions, out);
            Idle::Stake
        }
        Rule::StakeWeightedMean => {
            by_votes(input, out, rivals::stake_weighted_mean);
            Idle::Stake
        }
        Rule::ProofOfWork => {
            rivals::proof_of_work(work.hashes, &mut out.incentive);
            Idle::Nobody
        }
        Rule::CentralPlatform => {
            rivals::central_platform(work.output, &mut out.incentive);
            Idle::Nobody
        }
        Rule::PeerPrediction => {
            by_votes(input, out, |votes, incentive, dividends| {
                rivals::peer_prediction(votes, &mut scratch.reports, incentive, dividends);
            });
            Idle::Nobody
        }
    };
    if params.winner_takes_all {
        winner::takes_all(&mut out.incentive);
    }
    share_emission(params, idle, out);
}

/// What is around every rule: stake shares, permits and the weights that count; no bonds, until
/// a rule writes some. `false` where there is no uid.
fn surroundings(
    params: &Params,
    input: &Input<'_>,
    scratch: &mut Scratch,
    out: &mut Outcome,
) -> bool {
    input.debug_check();
    out.resize(input.stake.len(), input.setters.len());
    out.bonds.fill(0);
    if input.stake.is_empty() {
        return false;
    }
    consensus::vote_shares(params, input, &mut scratch.order, out);
    kernel::read_weights(input, &mut out.weights);
    true
}

/// Runs a rule that counts votes.
fn by_votes(
    input: &Input<'_>,
    out: &mut Outcome,
    rule: impl FnOnce(&Votes<'_>, &mut [f64], &mut [f64]),
) {
    let votes = Votes { setters: input.setters, stake: &out.active_stake, weights: &out.weights };
    rule(&votes, &mut out.incentive, &mut out.dividends);
    for (uid, _) in votes.rows() {
        out.vtrust[uid] = 1.0;
    }
    out.consensus.copy_from_slice(&out.incentive);
}

/// From incentive and dividends to shares of the emission.
fn share_emission(params: &Params, idle: Idle, out: &mut Outcome) {
    let judged = num::sum(&out.dividends) > 0.0;
    if idle == Idle::Nobody && !judged && num::sum(&out.incentive) == 0.0 {
        return;
    }
    // Where nobody is paid for judging, miners get all of it however much was meant for judges.
    let no_judges = idle == Idle::Nobody && !judged;
    emission::shares(
        if no_judges { 0.0 } else { params.validator_share },
        [&out.incentive, &out.dividends],
        [&out.active_stake, &out.stake_share],
        [&mut out.incentive_emission, &mut out.dividend_emission],
    );
}

#[cfg(test)]
mod tests;
