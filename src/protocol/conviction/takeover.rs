//! When a subnet changes hands for conviction.

use crate::units::Alpha;

/// Whose conviction opens the way to a takeover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// That of all hotkeys together, the owner's too, against all outstanding alpha; as much is
    /// enough.
    Together,
    /// The leader's own, against alpha that could be locked; it must be more.
    Leader,
}

/// When the hotkey of greatest conviction becomes the owner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Takeover {
    /// Blocks after its registration in which a subnet cannot be taken `[blocks]`.
    pub age: u64,
    /// Whose conviction is measured, and against what.
    pub gate: Gate,
    /// Part of that alpha, in `[0, 1]`.
    pub part: f64,
}

impl Takeover {
    /// A year of blocks.
    pub const YEAR: u64 = 2_629_800;

    /// The rule from June to August 2026: a tenth of all outstanding alpha, by all together.
    pub const TOGETHER: Self = Self { age: Self::YEAR, gate: Gate::Together, part: 0.1 };

    /// The rule from August 2026 (spec 447): more than 18 % of eligible alpha by one hotkey, as
    /// much as an owner who locks its cut gathers.
    pub const LEADER: Self = Self { age: Self::YEAR, gate: Gate::Leader, part: 0.18 };
}

impl Default for Takeover {
    fn default() -> Self {
        Self::TOGETHER
    }
}

/// Who contends for a subnet.
#[derive(Clone, Copy, Debug)]
pub struct Contest<'a> {
    /// Conviction towards each hotkey, of this block `[rao]` `[hotkeys]`.
    pub conviction: &'a [f64],
    /// Which coldkey owns each hotkey `[hotkeys]`.
    pub coldkey: &'a [usize],
    /// The coldkey that owns the subnet.
    pub owner: usize,
    /// When the subnet was registered `[block]`.
    pub registered: u64,
    /// Alpha outside the pool `[rao]`.
    pub outstanding: Alpha,
    /// What of it the chain has bought, or nobody owns because it was burned `[rao]`.
    pub ineligible: Alpha,
}

impl Takeover {
    /// The hotkey that becomes the owner's in the block `now`, if any: a place in the contest.
    /// Its coldkey then owns the subnet. Of equals the last leads.
    ///
    /// Source: `staking/lock.rs::change_subnet_owner_if_needed`.
    #[must_use]
    pub fn winner(&self, contest: &Contest<'_>, now: u64) -> Option<usize> {
        if contest.outstanding == Alpha::ZERO || now < contest.registered.saturating_add(self.age) {
            return None;
        }
        let contenders = contest.conviction.iter().enumerate();
        let (leader, conviction) = contenders
            .filter(|(_, conviction)| **conviction > 0.0)
            .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        let open = match self.gate {
            Gate::Together => {
                let all = contest.conviction.iter().fold(0.0, |sum, conviction| sum + conviction);
                all >= self.part * contest.outstanding.0 as f64
            }
            Gate::Leader => {
                let eligible = contest.outstanding.saturating_sub(contest.ineligible);
                *conviction > self.part * eligible.0 as f64
            }
        };
        let challenger =
            contest.coldkey.get(leader).is_some_and(|coldkey| *coldkey != contest.owner);
        (open && challenger).then_some(leader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn winner(rule: Takeover, conviction: &[f64], owner: usize, now: u64) -> Option<usize> {
        let contest = Contest {
            conviction,
            coldkey: &[7, 8, 9],
            owner,
            registered: 50,
            outstanding: Alpha(1_200),
            ineligible: Alpha(200),
        };
        rule.winner(&contest, now)
    }

    const OLD: u64 = 50 + Takeover::YEAR;

    /// A tenth of 1200 is 120: 60 and 60 are enough, and the last of equals leads.
    #[test]
    fn all_together_open_the_way() {
        let rule = Takeover::default();
        assert_eq!(winner(rule, &[50.0, 60.0, 10.0], 7, OLD), Some(1));
        assert_eq!(winner(rule, &[50.0, 60.0, 9.9], 7, OLD), None);
        assert_eq!(winner(rule, &[50.0, 60.0, 10.0], 7, OLD - 1), None);
        assert_eq!(winner(rule, &[50.0, 60.0, 10.0], 8, OLD), None, "it is the owner's already");
        assert_eq!(winner(rule, &[60.0, 60.0, 0.0], 7, OLD), Some(1));
    }

    /// 18 % of the 1000 that could be locked are 180, and not enough.
    #[test]
    fn the_leader_alone_must_have_more() {
        let rule = Takeover::LEADER;
        assert_eq!(winner(rule, &[100.0, 180.0, 170.0], 7, OLD), None);
        assert_eq!(winner(rule, &[100.0, 180.1, 170.0], 7, OLD), Some(1));
    }

    #[test]
    fn nobody_wins_an_empty_contest() {
        let open = Takeover { age: 0, part: 0.0, ..Takeover::default() };
        assert_eq!(winner(open, &[0.0; 3], 7, OLD), None);
        assert_eq!(winner(open, &[], 7, OLD), None);
        assert_eq!(winner(open, &[0.0, 0.0, 0.0, 5.0], 7, OLD), None, "a hotkey of nobody");
        assert_eq!(winner(open, &[f64::NAN; 3], 7, OLD), None);
    }
}
