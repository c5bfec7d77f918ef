//! Keys of what a subnet asks of weights, and of its owner.

use crate::fields::Fields;
use crate::world::{Disposal, Submission};

/// Reads what a subnet asks of weights, with `was` as defaults.
pub(super) fn submission(t: &mut Fields<'_>, was: &Submission) -> Submission {
    let rate_limit = t
        .whole("weights_rate_limit", "least time between two commits, or settings, of weights")
        .unit("blocks")
        .at_most(1e9)
        .default(was.rate_limit);
    let least = t
        .whole("min_allowed_weights", "least number of uids that a validator's weights list")
        .unit("uids")
        .at_most(65_535.0)
        .default(was.min_allowed as u64);
    let max_limit = t
        .number("max_weight_limit", "greatest part of a validator's weights on one uid")
        .above(0.0)
        .at_most(1.0)
        .default(was.max_limit);
    let version = t
        .whole("weights_version", "least version of a validator's code; 0 takes any")
        .default(was.version);
    let owner_incentive = t.choice(
        "owner_incentive",
        "what becomes of incentive for the subnet owner's own keys",
        &[("burn", Disposal::Burn), ("recycle", Disposal::Recycle)],
        was.owner_incentive,
    );
    let min_allowed = usize::try_from(least).unwrap_or(usize::MAX);
    Submission { rate_limit, min_allowed, max_limit, version, owner_incentive }
}
