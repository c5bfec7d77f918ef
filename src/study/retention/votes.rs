//! A team's votes on one server, sorted so that any consensus can be settled by looking up sums.

/// The score of what stands behind all votes.
const BELOW_ALL: f64 = -1.0;

/// A vote, and the sums over the team's votes that stand before it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Vote {
    /// The weight given, at least 0.
    score: f64,
    /// Stake of the votes before this one.
    stake: f64,
    /// Stake times score of the votes before this one.
    backing: f64,
    /// Scores of the votes before this one.
    scores: f64,
}

/// A team's votes from the greatest score to the least, and behind them an entry that is no vote
/// and holds the totals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Votes<'a>(&'a [Vote]);

/// What is left of a team's votes: with their stake, and without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    /// Sum of stake times score.
    pub(super) backing: f64,
    /// Sum of scores.
    pub(super) scores: f64,
}

/// Where the consensus falls among the votes of two teams.
#[derive(Clone, Copy, Debug)]
pub(super) struct Consensus {
    /// The greatest score with enough support.
    level: f64,
    /// Votes of each team before the consensus; none of them is below it, and none behind above.
    before: [usize; 2],
}

impl<'a> Votes<'a> {
    /// Votes that [`sort`] has written.
    pub(super) fn new(sorted: &'a [Vote]) -> Self {
        Self(sorted)
    }

    /// How many votes a slice of this many entries holds.
    fn count(self) -> usize {
        self.0.len() - 1
    }

    /// Stake of the first votes.
    fn stake(self, votes: usize) -> f64 {
        self.0[votes].stake
    }

    /// The least score behind which there is stake, if any.
    fn least(self) -> Option<f64> {
        let mut staked = self.0.windows(2).filter(|pair| pair[1].stake > pair[0].stake);
        staked.next_back().map(|pair| pair[0].score)
    }

    /// Sums of the scores as they are.
    pub(super) fn plain(self) -> Sums {
        let end = self.0[self.count()];
        Sums { backing: end.backing, scores: end.scores }
    }

    /// Sums of the scores once those of the first `before` votes are cut back to `level`.
    pub(super) fn clipped(self, before: usize, level: f64) -> Sums {
        let (all, first) = (self.plain(), self.0[before]);
        Sums {
            backing: level * first.stake + (all.backing - first.backing),
            scores: level * before as f64 + (all.scores - first.scores),
        }
    }
}

/// What one validator gives a server, before the team's votes are sorted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ballot {
    /// Which validator it is.
    pub(super) validator: usize,
    /// Its share of the stake that votes.
    pub(super) stake: f64,
    /// The weight it gives, at least 0.
    pub(super) score: f64,
}

/// Sorts a team's ballots into `votes`, which has room for one more than there are.
///
/// The ballots should nearly be in order already, as those of the step before are.
pub(super) fn sort(ballots: &mut [Ballot], votes: &mut [Vote]) {
    for end in 1..ballots.len() {
        let ballot = ballots[end];
        let mut place = end;
        while place > 0 && ballots[place - 1].score < ballot.score {
            ballots[place] = ballots[place - 1];
            place -= 1;
        }
        ballots[place] = ballot;
    }
    let mut sums = Vote::default();
    for (vote, &Ballot { stake, score, .. }) in votes.iter_mut().zip(&*ballots) {
        *vote = Vote { score, ..sums };
        sums.stake += stake;
        sums.backing += stake * score;
        sums.scores += score;
    }
    votes[ballots.len()] = Vote { score: BELOW_ALL, ..sums };
}

impl Consensus {
    /// The consensus of two teams: the greatest score that votes with a stake of at least `needed`
    /// give or exceed, or the least with stake where none has that support.
    ///
    /// The teams' votes are taken as one falling list, the first team's first where scores are
    /// equal. Each step compares the middles of what is undecided of each team and decides half of
    /// one of the two.
    pub(super) fn of(teams: [Votes<'_>; 2], needed: f64) -> Self {
        let [first, second] = teams;
        let (mut i, mut j) = (0, 0);
        let (mut i_end, mut j_end) = (first.count(), second.count());
        while i < i_end && j < j_end {
            let (i_mid, j_mid) = (usize::midpoint(i, i_end), usize::midpoint(j, j_end));
            let first_leads = first.0[i_mid].score >= second.0[j_mid].score;
            let supported = first.stake(i_mid + 1) + second.stake(j_mid + 1) >= needed;
            match (supported, first_leads) {
                // All up to the later of the two suffice: the consensus is not behind it.
                (true, true) => j_end = j_mid,
                (true, false) => i_end = i_mid,
                // All up to the earlier of the two are too few: the consensus is behind it.
                (false, true) => i = i_mid + 1,
                (false, false) => j = j_mid + 1,
            }
        }
        // One team is decided: what stands behind its next vote is behind the consensus as well.
        while i < i_end {
            let middle = usize::midpoint(i, i_end);
            let behind = first.0[middle].score < second.0[j].score;
            let supported = first.stake(middle + 1) + second.stake(j) >= needed;
            (i, i_end) = if behind || supported { (i, middle) } else { (middle + 1, i_end) };
        }
        while j < j_end {
            let middle = usize::midpoint(j, j_end);
            let behind = second.0[middle].score <= first.0[i].score;
            let supported = first.stake(i) + second.stake(middle + 1) >= needed;
            (j, j_end) = if behind || supported { (j, middle) } else { (middle + 1, j_end) };
        }
        if i == first.count() && j == second.count() {
            return Self::least(teams);
        }
        Self { level: first.0[i].score.max(second.0[j].score), before: [i, j] }
    }

    /// The least score with stake.
    fn least(teams: [Votes<'_>; 2]) -> Self {
        let level = teams.iter().filter_map(|votes| votes.least()).reduce(f64::min).unwrap_or(0.0);
        let before =
            teams.map(|votes| votes.0[..votes.count()].partition_point(|v| v.score > level));
        Self { level, before }
    }

    /// Sums of each team's scores once they are cut back to the consensus.
    pub(super) fn clip(&self, [first, second]: [Votes<'_>; 2]) -> [Sums; 2] {
        [first.clipped(self.before[0], self.level), second.clipped(self.before[1], self.level)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num;
    use crate::protocol::median::weighted_median;

    fn sorted<'a>(scores: &[f64], stake: &[f64], votes: &'a mut Vec<Vote>) -> Votes<'a> {
        let pairs = scores.iter().zip(stake).enumerate();
        let ballot = |(validator, (&score, &stake))| Ballot { validator, stake, score };
        votes.resize(scores.len() + 1, Vote::default());
        sort(&mut pairs.map(ballot).collect::<Vec<_>>(), votes);
        Votes::new(votes)
    }

    /// Scores 0.4, 0.2 against 0.3 with stakes 1/4, 1/4, 1/2: half of the stake gives 0.3.
    #[test]
    fn a_team_keeps_what_the_consensus_leaves() {
        let (mut honest, mut cabal) = (Vec::new(), Vec::new());
        let teams =
            [sorted(&[0.2, 0.4], &[0.25, 0.25], &mut honest), sorted(&[0.3], &[0.5], &mut cabal)];
        let consensus = Consensus::of(teams, 0.5);
        assert_eq!(consensus.level, 0.3);
        let [honest, cabal] = consensus.clip(teams);
        assert!((honest.backing - 0.25 * (0.3 + 0.2)).abs() < 1e-15);
        assert!((honest.scores - 0.5).abs() < 1e-15);
        assert!((cabal.backing - 0.15).abs() < 1e-15);
        assert!((teams[0].plain().scores - 0.6).abs() < 1e-15);
    }

    /// Many small cases with ties, zeros and voters without stake; the sums are those of the
    /// votes one by one.
    #[test]
    fn the_consensus_is_the_weighted_median() {
        let mut seed = 1_u64;
        let mut draw = |upto: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % upto
        };
        for case in 0..20_000 {
            let (sizes, mut scores, mut stake) = ([draw(6), draw(6)], Vec::new(), Vec::new());
            for _ in 0..sizes[0] + sizes[1] {
                scores.push(draw(5) as f64 / 8.0);
                stake.push(draw(4) as f64 / 64.0);
            }
            let needed = draw(70) as f64 / 64.0 + 1e-7;
            let (mut honest, mut cabal) = (Vec::new(), Vec::new());
            let split = usize::try_from(sizes[0]).unwrap();
            let teams = [
                sorted(&scores[..split], &stake[..split], &mut honest),
                sorted(&scores[split..], &stake[split..], &mut cabal),
            ];
            let consensus = Consensus::of(teams, needed);
            let median = weighted_median(&stake, &scores, needed, &mut Vec::new());
            assert_eq!(consensus.level, median, "case {case}: {scores:?} {stake:?} {needed}");
            let left: Vec<f64> = scores.iter().map(|score| score.min(median)).collect();
            let [honest, cabal] = consensus.clip(teams);
            assert!((honest.scores + cabal.scores - num::sum(&left)).abs() < 1e-12, "case {case}");
            let honest_backing = (0..split).fold(0.0, |sum, i| sum + left[i] * stake[i]);
            assert!((honest.backing - honest_backing).abs() < 1e-12, "case {case}");
        }
    }
}
