//! Keys of a coalition.

use crate::fields::{Fields, Kind, Part};
use crate::strategy::coalition::Spell;
use crate::strategy::{Catalogue, Spec, Validator};
use crate::units::{Epoch, Uid};

use super::detection::{self, Detection};
use super::narrow_uid;
use super::payment::{self, PaymentPlan};

/// Agents who act together from some epoch on.
#[derive(Clone, Debug)]
pub struct CoalitionPlan {
    /// Its name, also that of its entity and its groups in the tables.
    pub name: String,
    /// The subnet it acts in.
    pub subnet: String,
    /// Whether it acts at all. Members that do not act are grouped and owned in the same way, and
    /// go on playing their own part: the honest side of a comparison on the same draws.
    pub acts: bool,
    /// The first epoch of its attack.
    pub from: Epoch,
    /// The last epoch of its attack; `None` where it does not end.
    pub until: Option<Epoch>,
    /// Which validators.
    pub validators: Who,
    /// Which miners.
    pub miners: Who,
    /// The share of all stake on validators that its validators hold at the start; their own stake
    /// is scaled to that, in proportion. `None` leaves it as it is.
    pub stake_share: Option<f64>,
    /// What the validators do from then on; `None` only after a problem.
    pub strategy: Option<Spec<dyn Validator>>,
    /// How many of its validators evaluate for all while it acts, so that each sees the mean of
    /// their scores; `None` where everyone keeps its scores to itself.
    pub evaluators: Option<usize>,
    /// What its members pay each other while it acts.
    pub payments: Vec<PaymentPlan>,
    /// How it is found out, if it can be.
    pub detection: Option<Detection>,
}

impl CoalitionPlan {
    /// When its members attack; `None` where they never do.
    #[must_use]
    pub fn spell(&self) -> Option<Spell> {
        self.acts.then_some(Spell { from: self.from, until: self.until })
    }
}

/// A choice among the agents of one role.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// No one.
    Nobody,
    /// All of the named group, or its first so many.
    Group(String, Option<usize>),
    /// These uids.
    Uids(Vec<Uid>),
    /// Those with the most stake at the start.
    TopStake(HowMany),
    /// Those with the highest quality at the start.
    TopQuality(HowMany),
    /// Those with the lowest quality at the start.
    BottomQuality(HowMany),
}

/// How many from the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HowMany {
    /// So many.
    Count(usize),
    /// As many as are needed to hold this share of the whole.
    Fraction(f64),
}

pub(super) fn coalition(t: &mut Fields<'_>, only: &str, catalogue: &Catalogue) -> CoalitionPlan {
    let name = t.text("name", "name of the coalition").name().required();
    let subnet =
        t.text("subnet", "the subnet it acts in; needed only where there are several").name();
    let subnet = subnet.default_or_required((!only.is_empty()).then_some(only));
    let about = "whether it acts; without it, members are grouped and owned alike, and play their own \
                 part";
    let acts = t.flag("acts", about).default(true);
    let from = t
        .whole("from", "first epoch of the attack; before it, members play their own part")
        .unit("epochs")
        .at_most(10_000_000.0)
        .default(0_u64);
    let until = t
        .whole("until", "last epoch of the attack; after it, members play their own part again")
        .unit("epochs")
        .at_most(10_000_000.0)
        .optional();
    if let Some(until) = until.filter(|until| t.sound() && *until < from) {
        let message = format!("`until` must be at least `from` = {from}, got {until}");
        t.problem("until", Part::Value, message, None);
    }
    let about = "share of all stake on validators that its validators hold at the start: their own \
                 stake is scaled to that";
    let stake_share = t.number("stake_share", about).above(0.0).at_most(0.99).optional();
    let validators = t.kinded("validators", "its validators", WHO, Some("nobody"));
    let miners = t.kinded("miners", "its miners", WHO, Some("nobody"));
    let about = "what its validators make of their own answer";
    let strategy = Spec::read(t, "strategy", about, catalogue.validators(), Some("cabal"));
    let about = "whether members that evaluate share their scores: each sees the mean of them";
    let shares = t.flag("shares_scores", about).default(false);
    let about = "how many of them evaluate and pay for it, where scores are shared; all by default";
    let evaluators = t.whole("evaluators", about).unit("agents").at_least(1.0).at_most(65_535.0);
    let evaluators = evaluators.optional();
    if evaluators.is_some() && !shares && t.sound() {
        let message = "`evaluators` needs `shares_scores = true`".into();
        t.problem("evaluators", Part::Key, message, None);
    }
    let most = evaluators.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    let payments = t.tables("payments", "what members pay each other", payment::payment);
    let about = "how it is found out; without it, it never is";
    let detection = t.table_if_given("detection", about, detection::detection);
    CoalitionPlan {
        name,
        subnet,
        acts,
        from: Epoch::try_from(from).unwrap_or(Epoch::MAX),
        until: until.map(|until| Epoch::try_from(until).unwrap_or(Epoch::MAX)),
        stake_share,
        validators: validators.unwrap_or(Who::Nobody),
        miners: miners.unwrap_or(Who::Nobody),
        strategy,
        evaluators: shares.then_some(most),
        payments,
        detection,
    }
}

const WHO: &[Kind<Who>] = &[
    Kind { name: "nobody", about: "no one", read: |_| Who::Nobody },
    Kind {
        name: "group",
        about: "all of a group, or its first so many",
        read: |t| {
            let name = t.text("name", "name of the group").name().required();
            let about = "its first so many; all of them where it is left out";
            let count = t.whole("count", about).at_least(1.0).at_most(1_000_000.0).optional();
            Who::Group(name, count.map(|count| usize::try_from(count).unwrap_or(usize::MAX)))
        },
    },
    Kind {
        name: "uids",
        about: "these uids",
        read: |t| {
            let uids = t.wholes("uids", "the uids").at_most(65_535.0).required();
            Who::Uids(uids.into_iter().map(narrow_uid).collect())
        },
    },
    Kind {
        name: "top-stake",
        about: "those with the most stake at the start",
        read: |t| Who::TopStake(how_many(t)),
    },
    Kind {
        name: "top-quality",
        about: "those with the highest quality at the start",
        read: |t| Who::TopQuality(how_many(t)),
    },
    Kind {
        name: "bottom-quality",
        about: "those with the lowest quality at the start",
        read: |t| Who::BottomQuality(how_many(t)),
    },
];

fn how_many(t: &mut Fields<'_>) -> HowMany {
    let count = t.whole("count", "so many").at_least(1.0).at_most(65_535.0).optional();
    let about = "as many as are needed to hold this share of the whole";
    let fraction = t.number("fraction", about).above(0.0).at_most(1.0).optional();
    match (count, fraction) {
        (Some(count), None) => HowMany::Count(usize::try_from(count).unwrap_or(usize::MAX)),
        (None, Some(fraction)) => HowMany::Fraction(fraction),
        _ => {
            if t.sound() {
                t.problem_here("give either `count` or `fraction`".into(), None);
            }
            HowMany::Count(1)
        }
    }
}
