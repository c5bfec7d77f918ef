//! Whether a subnet takes weights from a hotkey.

use std::fmt;

use crate::units::{Alpha, Uid};

/// What a subnet asks of all who set weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Whether it is the root network, which takes no weights.
    pub root: bool,
    /// Whether weights must be committed first.
    pub commit_reveal: bool,
    /// How many mechanisms it has.
    pub mechanisms: usize,
    /// How many uids it has.
    pub uids: usize,
    /// Stake weight that a setter must have `[rao]`; the owner's uid is exempt.
    pub stake_threshold: Alpha,
    /// Least version of the validator's code; 0 takes any.
    pub weights_version: u64,
    /// Blocks between two settings, or two commits, of one uid `[blocks]`.
    pub weights_rate_limit: u64,
    /// Least number of uids in a row.
    pub min_allowed_weights: usize,
    /// Greatest part of a row that one uid may have, in 65535ths; 65535 is no limit.
    pub max_weight_limit: u16,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            root: false,
            commit_reveal: true,
            mechanisms: 1,
            uids: 0,
            stake_threshold: Alpha::ZERO,
            weights_version: 0,
            weights_rate_limit: 100,
            min_allowed_weights: 1,
            max_weight_limit: u16::MAX,
        }
    }
}

/// Who sets weights, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setter {
    /// Its uid; `None` where it has none on this subnet.
    pub uid: Option<Uid>,
    /// Its stake weight `[rao]`.
    pub stake: f64,
    /// Whether it has a permit, as the last epoch left it.
    pub permit: bool,
    /// Whether it is the subnet owner's uid.
    pub owner: bool,
    /// The block of its last weights or of its registration `[block]`; 0 for never.
    pub last_update: u64,
    /// The block in which it sets them `[block]`.
    pub block: u64,
}

/// How the weights come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// By a call, in plain sight.
    Direct,
    /// As the opening of an earlier commit, which the rate limit has already seen.
    Revealed,
}

/// The weights themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// For which mechanism.
    pub mechanism: usize,
    /// On whom; each uid once.
    pub uids: &'a [Uid],
    /// How much on each; a 0 counts as listed.
    pub values: &'a [u16],
    /// Version of the validator's code.
    pub version: u64,
}

/// Why weights are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// They came by a call where they must be committed.
    CommitRevealOn,
    /// The root network takes none.
    Root,
    /// Not as many values as uids.
    LengthsDiffer,
    /// There is no such mechanism.
    NoMechanism,
    /// More entries than there are uids.
    TooLong,
    /// The hotkey has no uid here.
    NotRegistered,
    /// The stake weight is below the threshold.
    TooLittleStake,
    /// The validator's code is too old.
    OldVersion,
    /// The last weights are too recent.
    TooSoon,
    /// No permit, not the owner, and not one weight on itself.
    NoPermit,
    /// A uid is listed twice.
    DuplicateUid,
    /// A uid does not exist.
    UnknownUid,
    /// Fewer entries than the subnet asks for.
    TooShort,
    /// One uid has more than its greatest part.
    TooMuchOnOne,
    /// The setter has as many open commits as it may.
    TooManyCommits,
}

impl Refusal {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CommitRevealOn => "commit-reveal-on",
            Self::Root => "root",
            Self::LengthsDiffer => "lengths-differ",
            Self::NoMechanism => "no-mechanism",
            Self::TooLong => "too-long",
            Self::NotRegistered => "not-registered",
            Self::TooLittleStake => "too-little-stake",
            Self::OldVersion => "old-version",
            Self::TooSoon => "too-soon",
            Self::NoPermit => "no-permit",
            Self::DuplicateUid => "duplicate-uid",
            Self::UnknownUid => "unknown-uid",
            Self::TooShort => "too-short",
            Self::TooMuchOnOne => "too-much-on-one",
            Self::TooManyCommits => "too-many-commits",
        }
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::CommitRevealOn => "weights must be committed and revealed",
            Self::Root => "the root network takes no weights",
            Self::LengthsDiffer => "not as many values as uids",
            Self::NoMechanism => "the subnet has no such mechanism",
            Self::TooLong => "more weights than uids",
            Self::NotRegistered => "the hotkey has no uid here",
            Self::TooLittleStake => "stake weight below the threshold",
            Self::OldVersion => "version of the validator's code below the subnet's",
            Self::TooSoon => "last weights more recent than the rate limit",
            Self::NoPermit => "no permit",
            Self::DuplicateUid => "a uid is listed twice",
            Self::UnknownUid => "a uid does not exist",
            Self::TooShort => "fewer weights than the least allowed",
            Self::TooMuchOnOne => "more on one uid than the greatest part allowed",
            Self::TooManyCommits => "too many open commits",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.about())
    }
}

/// Checks weights in the chain's order.
///
/// # Errors
/// The first check that fails.
///
/// Source: `subnets/weights.rs::internal_set_weights`.
pub fn check(rules: &Rules, setter: &Setter, manner: Manner, row: &Row<'_>) -> Result<(), Refusal> {
    let facts = Facts {
        mechanism: row.mechanism,
        version: row.version,
        listed: row.uids.len(),
        lengths_differ: row.uids.len() != row.values.len(),
        duplicate: has_duplicate(row.uids),
        unknown: row.uids.iter().any(|uid| *uid >= rules.uids),
        on_itself: setter.uid.is_some_and(|uid| row.uids == [uid]),
        over_limit: is_over_limit(row.values, rules.max_weight_limit),
    };
    check_facts(rules, setter, manner, &facts)
}

/// What the checks ask of a row, for a caller that knows it without a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to one of the checks")]
pub struct Facts {
    /// Which of the subnet's mechanisms it is for.
    pub mechanism: usize,
    /// Version of the validator's code.
    pub version: u64,
    /// How many uids are listed.
    pub listed: usize,
    /// Whether there are not as many values as uids.
    pub lengths_differ: bool,
    /// Whether a uid is listed twice.
    pub duplicate: bool,
    /// Whether a uid does not exist.
    pub unknown: bool,
    /// Whether the setter's own uid is listed and no other.
    pub on_itself: bool,
    /// Whether one uid has more than the greatest part allowed.
    pub over_limit: bool,
}

/// As [`check`].
///
/// # Errors
/// As there.
pub fn check_facts(
    rules: &Rules,
    setter: &Setter,
    manner: Manner,
    row: &Facts,
) -> Result<(), Refusal> {
    let on_itself = row.on_itself;
    let refusals = [
        (Refusal::CommitRevealOn, rules.commit_reveal && manner == Manner::Direct),
        (Refusal::Root, rules.root),
        (Refusal::LengthsDiffer, row.lengths_differ),
        (Refusal::NoMechanism, row.mechanism >= rules.mechanisms),
        (Refusal::TooLong, row.listed > rules.uids),
        (Refusal::NotRegistered, setter.uid.is_none()),
        (Refusal::TooLittleStake, !setter.owner && setter.stake < rules.stake_threshold.0 as f64),
        (Refusal::OldVersion, rules.weights_version != 0 && row.version < rules.weights_version),
        (Refusal::TooSoon, manner == Manner::Direct && is_too_soon(rules, setter)),
        (Refusal::NoPermit, !(setter.permit || setter.owner || on_itself)),
        (Refusal::DuplicateUid, row.duplicate),
        (Refusal::UnknownUid, row.unknown),
        (Refusal::TooShort, !on_itself && row.listed < rules.min_allowed_weights.min(rules.uids)),
        (Refusal::TooMuchOnOne, !on_itself && row.over_limit),
    ];
    refusals.iter().find(|(_, fails)| *fails).map_or(Ok(()), |(refusal, _)| Err(*refusal))
}

/// Whether the rate limit refuses weights or a commit now. A uid that has never set any may.
///
/// Registration counts as setting, so that a new uid waits too.
#[must_use]
pub fn is_too_soon(rules: &Rules, setter: &Setter) -> bool {
    let since = setter.block.saturating_sub(setter.last_update);
    setter.last_update != 0 && since < rules.weights_rate_limit
}

fn has_duplicate(uids: &[Uid]) -> bool {
    if uids.array_windows().all(|[one, next]| one < next) {
        return false;
    }
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.array_windows().any(|[one, next]| one == next)
}

/// Whether the greatest value is more than `limit` 65535ths of the sum of all, where it has to be
/// compared at all.
#[must_use]
pub fn is_over_limit(values: &[u16], limit: u16) -> bool {
    if limit == u16::MAX {
        return false;
    }
    let sum: u64 = values.iter().map(|value| u64::from(*value)).sum();
    let greatest = u64::from(values.iter().copied().max().unwrap_or(0));
    greatest * u64::from(u16::MAX) > sum * u64::from(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTER: Setter = Setter {
        uid: Some(1),
        stake: 100.0,
        permit: true,
        owner: false,
        last_update: 1_000,
        block: 1_100,
    };

    const ROW: Row<'_> = Row { mechanism: 0, uids: &[2, 3], values: &[1, 3], version: 7 };

    fn open() -> Rules {
        Rules { commit_reveal: false, uids: 4, ..Rules::default() }
    }

    fn refused(rules: Rules, setter: Setter, row: Row<'_>) -> Option<Refusal> {
        check(&rules, &setter, Manner::Direct, &row).err()
    }

    #[test]
    fn each_check_has_a_case_that_only_it_fails() {
        let rules = open();
        let of = |rules: Rules| refused(rules, SETTER, ROW);
        assert_eq!(of(rules), None);
        assert_eq!(of(Rules { commit_reveal: true, ..rules }), Some(Refusal::CommitRevealOn));
        assert_eq!(of(Rules { root: true, ..rules }), Some(Refusal::Root));
        let threshold = Rules { stake_threshold: Alpha(101), ..rules };
        assert_eq!(of(threshold), Some(Refusal::TooLittleStake));
        assert_eq!(of(Rules { weights_version: 8, ..rules }), Some(Refusal::OldVersion));
        assert_eq!(of(Rules { weights_version: 7, ..rules }), None);
        assert_eq!(of(Rules { weights_rate_limit: 101, ..rules }), Some(Refusal::TooSoon));
        assert_eq!(of(Rules { min_allowed_weights: 3, ..rules }), Some(Refusal::TooShort));
        assert_eq!(of(Rules { max_weight_limit: 49_151, ..rules }), Some(Refusal::TooMuchOnOne));
        assert_eq!(of(Rules { max_weight_limit: 49_152, ..rules }), None);

        let of = |setter: Setter| refused(rules, setter, ROW);
        assert_eq!(of(Setter { uid: None, ..SETTER }), Some(Refusal::NotRegistered));
        assert_eq!(of(Setter { permit: false, ..SETTER }), Some(Refusal::NoPermit));
        let of = |row: Row<'_>| refused(rules, SETTER, row);
        assert_eq!(of(Row { values: &[1], ..ROW }), Some(Refusal::LengthsDiffer));
        assert_eq!(of(Row { mechanism: 1, ..ROW }), Some(Refusal::NoMechanism));
        let long = Row { uids: &[0, 1, 2, 3, 4], values: &[1; 5], ..ROW };
        assert_eq!(of(long), Some(Refusal::TooLong));
        assert_eq!(of(Row { uids: &[2, 2], ..ROW }), Some(Refusal::DuplicateUid));
        assert_eq!(of(Row { uids: &[2, 4], ..ROW }), Some(Refusal::UnknownUid));
    }

    /// Two wrongs: the one that the chain checks first is told.
    #[test]
    fn the_first_refusal_is_told() {
        let rules = Rules { weights_version: 9, min_allowed_weights: 4, ..open() };
        assert_eq!(refused(rules, SETTER, ROW), Some(Refusal::OldVersion));
        let poor = Rules { stake_threshold: Alpha(200), ..rules };
        assert_eq!(refused(poor, SETTER, ROW), Some(Refusal::TooLittleStake));
    }

    #[test]
    fn exemptions_are_the_chains() {
        let strict = Rules { stake_threshold: Alpha(200), min_allowed_weights: 4, ..open() };
        let owner = Setter { owner: true, permit: false, ..SETTER };
        let full = Row { uids: &[0, 1, 2, 3], values: &[1; 4], ..ROW };
        assert_eq!(refused(strict, owner, full), None, "the owner needs neither stake nor permit");
        let alone = Row { uids: &[1], values: &[5], ..ROW };
        let strict = Rules { stake_threshold: Alpha::ZERO, max_weight_limit: 1, ..strict };
        let anyone = Setter { permit: false, ..SETTER };
        assert_eq!(refused(strict, anyone, alone), None, "one weight on itself is always allowed");
        let soon = Rules { weights_rate_limit: 1_000_000, ..open() };
        let never = Setter { last_update: 0, ..SETTER };
        assert_eq!(refused(soon, never, ROW), None, "the first weights need not wait");
        let hidden = Rules { commit_reveal: true, ..soon };
        assert_eq!(check(&hidden, &SETTER, Manner::Revealed, &ROW), Ok(()));
        // More than there are uids cannot be asked for.
        let many = Rules { min_allowed_weights: 1_024, ..open() };
        assert_eq!(refused(many, SETTER, full), None);
    }
}
