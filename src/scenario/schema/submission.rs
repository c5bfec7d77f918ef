//! Keys of what a subnet asks of weights, and of its owner; and of its mechanisms.

use crate::fields::{Fields, Part};
use crate::protocol::{mechanisms, proportion};
use crate::world::{Disposal, Rules, Submission};

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

/// Most mechanisms of one subnet.
const MOST_MECHANISMS: u16 = 16;

/// Reads how many mechanisms a subnet has and each one's part, with those of `base` as defaults.
pub(super) fn mechanisms(t: &mut Fields<'_>, base: &Rules) -> (usize, Vec<u16>) {
    let count = t
        .whole("count", "how many mechanisms judge the subnet's miners")
        .at_least(1.0)
        .at_most(f64::from(MOST_MECHANISMS))
        .default(base.mechanisms as u64);
    let was: Vec<f64> = base.mechanism_split.iter().map(|part| proportion::share(*part)).collect();
    let shares = t
        .numbers("split", "part of each in the emission; empty for equal parts")
        .share()
        .default(was);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let sum = shares.iter().fold(0.0, |sum, share| sum + share);
    if t.sound() && shares.len() > count {
        let message = format!("`split` must have at most `count` = {count} entries");
        t.problem(
            "split",
            Part::Value,
            message,
            Some("a mechanism without one gets nothing".into()),
        );
    // A table that says nothing only repeats what is wrong elsewhere.
    } else if t.sound() && !t.is_empty() && !shares.is_empty() && (sum - 1.0).abs() > 1e-9 {
        let sum = (sum * 1e12).round() / 1e12;
        let message = format!("parts of `split` must sum to 1, got {sum}");
        t.problem("split", Part::Value, message, None);
    }
    (count.max(1), mechanisms::parts(&shares))
}
