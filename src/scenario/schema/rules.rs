//! Keys of a subnet's rules.

use crate::fields::{Fields, Part};
use crate::protocol::research::ConsensusMode;
use crate::protocol::reward::{RULES, Reward};
use crate::protocol::stake::Weighting;
use crate::protocol::{Params, Split};
use crate::units::{Alpha, Epoch};
use crate::world::Rules;

use super::submission::{mechanisms, submission};

/// Reads the rules of a subnet, with those of `base` as defaults.
pub(super) fn rules(t: &mut Fields<'_>, base: &Rules) -> Rules {
    let (was, split) = (&base.params, &base.params.split);
    let reward = reward(t, &base.reward);
    let judged = consensus(t, was);
    let max_allowed_validators = t
        .whole("max_allowed_validators", "how many of most stake may set weights")
        .unit("uids")
        .at_least(1.0)
        .at_most(65_535.0)
        .default(was.max_allowed_validators as u64);
    let stake_threshold = t
        .number("stake_threshold", "stake below which a key counts as holding none")
        .unit("alpha")
        .at_least(0.0)
        .at_most(21e6)
        .default(was.stake_threshold.tokens());
    let activity_cutoff_factor = activity_cutoff_factor(t, was);
    let tempo = t
        .whole("tempo", "blocks from one epoch to the next")
        .unit("blocks")
        .at_least(1.0)
        .at_most(50_400.0)
        .default(was.tempo);
    let reveal_period = reveal_period(t, base);
    let max_allowed_uids = t
        .whole("max_allowed_uids", "how many uids a subnet has room for")
        .unit("uids")
        .at_least(1.0)
        .at_most(65_535.0)
        .default(base.max_allowed_uids as u64);
    let split =
        t.table("split", "how the alpha of each block is divided", |t| emission_split(t, split));
    let (mechanisms, mechanism_split) =
        t.table("mechanisms", "how many judge the same miners", |t| mechanisms(t, base));
    let (stake_cap_percentile, stake_weighting) = stake(t, base);
    let narrow = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Rules {
        params: Params {
            max_allowed_validators: narrow(max_allowed_validators),
            stake_threshold: Alpha::from_tokens(stake_threshold),
            activity_cutoff_factor,
            tempo,
            split,
            ..judged
        },
        reward,
        reveal_period,
        max_allowed_uids: narrow(max_allowed_uids),
        submission: submission(t, &base.submission),
        mechanisms,
        mechanism_split,
        stake_cap_percentile,
        stake_weighting,
    }
}

/// Rules that nothing can change once a run has begun: what the subnet's columns are made for, what
/// its rule of pay carries along, and the one tempo of all.
const FIXED: &[&str] = &[
    "reward_rule",
    "consensus_mode",
    "decay_rate",
    "capacity_alpha",
    "platform_fee",
    "max_allowed_validators",
    "stake_threshold",
    "tempo",
    "max_allowed_uids",
    "mechanisms",
];

/// Reads a change of a subnet's rules within a run, with those of `base` as defaults.
pub(super) fn changed_rules(t: &mut Fields<'_>, base: &Rules) -> Rules {
    for key in FIXED {
        if t.has(key) {
            // So that it is not told as unknown too.
            t.value(key);
            let help = "change it in the text of the subnet: it holds from the start".to_owned();
            t.problem(key, Part::Key, format!("`{key}` cannot change within a run"), Some(help));
        }
    }
    let was = &base.params;
    let judged = consensus(t, was);
    let activity_cutoff_factor = activity_cutoff_factor(t, was);
    let reveal_period = reveal_period(t, base);
    let about = "how the alpha of each block is divided";
    let split = t.table("split", about, |t| emission_split(t, &was.split));
    let (stake_cap_percentile, stake_weighting) = stake(t, base);
    Rules {
        params: Params { activity_cutoff_factor, split, ..judged },
        reveal_period,
        submission: submission(t, &base.submission),
        stake_cap_percentile,
        stake_weighting,
        ..base.clone()
    }
}

fn activity_cutoff_factor(t: &mut Fields<'_>, was: &Params) -> f64 {
    t.number("activity_cutoff_factor", "how long a validator stays active without new weights")
        .unit("tempos")
        .at_least(1.0)
        .at_most(50.0)
        .default(was.activity_cutoff_factor)
}

fn reveal_period(t: &mut Fields<'_>, base: &Rules) -> Epoch {
    let period = t
        .whole("reveal_period", "how long commit-reveal hides weights; 0 turns it off")
        .unit("epochs")
        .at_most(100.0)
        .default(u64::from(base.reveal_period));
    Epoch::try_from(period).unwrap_or(Epoch::MAX)
}

/// Reads how much of the stake counts, and how.
fn stake(t: &mut Fields<'_>, base: &Rules) -> (f64, Weighting) {
    let about = "percentile of stake weights beyond which stake does not count; 1 for no cap, as on \
                 chain";
    let cap = t.number("stake_cap_percentile", about).above(0.0).at_most(1.0);
    let cap = cap.default(base.stake_cap_percentile);
    let weighting = t.choice(
        "stake_weighting",
        "how stake becomes the weight of a vote; linear on chain",
        &[
            ("linear", Weighting::Linear),
            ("square-root", Weighting::SquareRoot),
            ("logarithm", Weighting::Logarithm),
        ],
        base.stake_weighting,
    );
    (cap, weighting)
}

/// Reads the rule of pay, and the keys that act under one rule only.
fn reward(t: &mut Fields<'_>, was: &Reward) -> Reward {
    let rule =
        t.choice("reward_rule", "which rule turns work and weights into pay", RULES, was.rule);
    let consensus_mode = t.choice(
        "consensus_mode",
        "whose consensus a liquid bond's lead is measured from: this epoch's, the last one's, or \
         the greater; acts under research-yuma3 only",
        &[
            ("current", ConsensusMode::Current),
            ("previous", ConsensusMode::Previous),
            ("mixed", ConsensusMode::Mixed),
        ],
        was.consensus_mode,
    );
    let decay_rate = t
        .number("decay_rate", "part of each bond lost in an epoch; acts under research-yuma2c only")
        .share()
        .default(was.decay_rate);
    let capacity_alpha = t
        .number(
            "capacity_alpha",
            "part of its capacity for bonds that a validator can fill in an epoch; acts under \
             research-yuma2c only",
        )
        .share()
        .default(was.capacity_alpha);
    let platform_fee = t
        .number(
            "platform_fee",
            "the operator's part of what is not the owner's; acts under central-platform only",
        )
        .share()
        .default(was.platform_fee);
    Reward { rule, consensus_mode, decay_rate, capacity_alpha, platform_fee }
}

/// Reads the keys of consensus and bonds; the rest is that of `was`.
fn consensus(t: &mut Fields<'_>, was: &Params) -> Params {
    let kappa = t
        .number(
            "kappa",
            "the majority that consensus clips weights to; acts under chain and research rules",
        )
        .unit("share of active stake")
        .share()
        .default(was.kappa);
    let bonds_penalty = t
        .number(
            "bonds_penalty",
            "how far weights above consensus are cut back in the bonds; acts under chain rules, \
                 research-yuma1, research-yuma2 and research-yuma2b",
        )
        .share()
        .default(was.bonds_penalty);
    let bonds_moving_average = t
        .number(
            "bonds_moving_average",
            "weight of the old bond in the moving average; acts under chain rules, research-yuma2, \
                 research-yuma2b and research-yuma3",
        )
        .share()
        .default(was.bonds_moving_average);
    let liquid_alpha = t
        .flag(
            "liquid_alpha",
            "whether each bond has its own rate; acts under chain-yuma3 and under research rules \
                 but research-yuma2c",
        )
        .default(was.liquid_alpha);
    let alpha_low = t
        .number("alpha_low", "lowest rate of a liquid bond (weight of the new bond)")
        .share()
        .default(was.alpha_low);
    let alpha_high = t
        .number("alpha_high", "highest rate of a liquid bond (weight of the new bond)")
        .share()
        .default(was.alpha_high);
    if t.sound() && alpha_low > alpha_high {
        let message =
            format!("`alpha_low` must not be above `alpha_high`, got {alpha_low} and {alpha_high}");
        t.problem("alpha_low", Part::Value, message, None);
    }
    let alpha_sigmoid_steepness = t
        .number("alpha_sigmoid_steepness", "steepness of a liquid bond's rate at its middle")
        .at_least(-328.0)
        .at_most(328.0)
        .default(was.alpha_sigmoid_steepness);
    let winner_takes_all = t
        .flag(
            "winner_takes_all",
            "whether the greatest incentive becomes the whole; acts under every rule",
        )
        .default(was.winner_takes_all);
    Params {
        kappa,
        bonds_penalty,
        bonds_moving_average,
        liquid_alpha,
        alpha_low,
        alpha_high,
        alpha_sigmoid_steepness,
        winner_takes_all,
        ..was.clone()
    }
}

fn emission_split(t: &mut Fields<'_>, was: &Split) -> Split {
    let owner = t.number("owner", "part of the subnet owner").share().default(was.owner);
    let miners = t.number("miners", "part of the miners").share().default(was.miners);
    let validators = t
        .number("validators", "part of the validators and their stakers")
        .share()
        .default(was.validators);
    let sum = owner + miners + validators;
    // A table that says nothing only repeats what is wrong elsewhere.
    if t.sound() && !t.is_empty() && (sum - 1.0).abs() > 1e-9 {
        let message = format!(
            "`owner`, `miners` and `validators` must sum to 1, got {owner} + {miners} + \
             {validators} = {}",
            (sum * 1e12).round() / 1e12
        );
        t.problem_here(message, Some("give all three; the chain has 0.18, 0.41, 0.41".into()));
    }
    Split { owner, miners, validators }
}
