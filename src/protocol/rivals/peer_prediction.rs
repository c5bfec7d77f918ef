//! Peer prediction: a judge is paid for agreeing with others more than chance would have it.

use super::Votes;
use crate::num;
use crate::units::Uid;

/// Reports on tasks; working memory of [`peer_prediction`].
#[derive(Clone, Debug, Default)]
pub struct Reports {
    /// Who votes, in row order, `[voters]`.
    voters: Vec<Uid>,
    /// The uids that are judged, ascending, `[tasks]`.
    tasks: Vec<Uid>,
    /// Whether each voter's report on each task is high, `[voters, tasks]`.
    high: Vec<bool>,
    /// How many reports of each voter are high, `[voters]`.
    highs: Vec<i64>,
    /// Sum of each voter's scores with all peers, in units of `1 / (tasks (tasks - 1))`,
    /// `[voters]`.
    scores: Vec<i64>,
    sorted: Vec<f64>,
    votes: Vec<bool>,
}

/// Writes incentive and dividends, both `[uids]`; `reports` is working memory.
///
/// This is multi-task correlated agreement for two levels. A task is a uid that some voter gives
/// weight to and that does not vote itself. A voter's report on it is high where its weight is
/// above the median of its weights on all tasks, and low elsewhere; no weight is a weight of 0.
/// The score of a pair is the share of tasks on which their reports agree, less the share of
/// ordered pairs of distinct tasks on which one's report on the first agrees with the other's on
/// the second. Reports that know nothing of the task score 0, however often they agree.
///
/// A voter's dividends are its mean score over its peers, or 0 where that is negative. Stake
/// does not multiply them: a score is about reports, and stake in it would pay a large stake for
/// a poor report. Incentive is the mean of the rows, weighted by dividends. A lone voter has no
/// peers, and on fewer than two tasks nothing can be told from chance: then all are 0.
///
/// Source: A. Dasgupta and A. Ghosh, "Crowdsourced Judgement Elicitation with Endogenous
/// Proficiency" (2013), <https://doi.org/10.1145/2488388.2488417>; V. Shnayder, A. Agarwal,
/// R. Frongillo and D. C. Parkes, "Informed Truthfulness in Multi-Task Peer Prediction" (2016),
/// <https://arxiv.org/abs/1603.03151>. They draw bonus and penalty tasks at random; here the
/// mean over all draws stands in their place.
pub fn peer_prediction(
    votes: &Votes<'_>,
    reports: &mut Reports,
    incentive: &mut [f64],
    dividends: &mut [f64],
) {
    incentive.fill(0.0);
    dividends.fill(0.0);
    reports.read(votes);
    reports.score();
    for (&uid, &score) in reports.voters.iter().zip(&reports.scores) {
        // All means have the same divisor, so the sums have the same proportions.
        dividends[uid] = score.max(0) as f64;
    }
    num::normalise(dividends);
    for (uid, row) in votes.rows() {
        for (incentive, weight) in incentive.iter_mut().zip(row) {
            *incentive += dividends[uid] * weight;
        }
    }
    num::normalise(incentive);
}

impl Reports {
    /// Finds voters and tasks, and makes weights high or low.
    fn read(&mut self, votes: &Votes<'_>) {
        let uids = votes.stake.len();
        self.voters.clear();
        self.votes.clear();
        self.votes.resize(uids, false);
        for (uid, _) in votes.rows() {
            self.voters.push(uid);
            self.votes[uid] = true;
        }
        let judged = |uid: &Uid| !self.votes[*uid] && votes.rows().any(|(_, row)| row[*uid] > 0.0);
        self.tasks.clear();
        self.tasks.extend((0..uids).filter(judged));
        self.high.clear();
        self.highs.clear();
        for (_, row) in votes.rows() {
            self.sorted.clear();
            self.sorted.extend(self.tasks.iter().map(|task| row[*task]));
            let median = median(&mut self.sorted);
            let before = self.high.len();
            self.high.extend(self.tasks.iter().map(|task| row[*task] > median));
            let highs = self.high[before..].iter().filter(|high| **high).count();
            self.highs.push(whole(highs));
        }
    }

    /// Adds up each voter's scores with all others, in whole numbers, so that reports which know
    /// nothing score exactly 0.
    ///
    /// With `n` tasks, `a` agreements and `h`, `l` numbers of high and low reports, a score is
    /// `a / n - (h h' + l l' - a) / (n (n - 1))`, which is `(n a - h h' - l l') / (n (n - 1))`.
    fn score(&mut self) {
        let (voters, tasks) = (self.voters.len(), self.tasks.len());
        self.scores.clear();
        self.scores.resize(voters, 0);
        if tasks < 2 {
            return;
        }
        let n = whole(tasks);
        let reports = |voter: usize| &self.high[voter * tasks..][..tasks];
        for one in 0..voters {
            for other in one + 1..voters {
                let pairs = reports(one).iter().zip(reports(other));
                let agreements = whole(pairs.filter(|(a, b)| a == b).count());
                let (h, k) = (self.highs[one], self.highs[other]);
                let score = n * agreements - h * k - (n - h) * (n - k);
                self.scores[one] += score;
                self.scores[other] += score;
            }
        }
    }
}

/// The median of `values`, which are sorted on return; 0 of none.
fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Voters are the first uids, all of one stake; tasks are the four after them.
    fn predict<const N: usize>(rows: &[[f64; 4]]) -> [[f64; N]; 2] {
        let setters: Vec<Uid> = (0..rows.len()).collect();
        let mut stake = [0.0; N];
        stake[..rows.len()].fill(1.0 / rows.len() as f64);
        let mut weights = Vec::new();
        for row in rows {
            weights.extend(vec![0.0; rows.len()]);
            weights.extend(row);
        }
        let (mut incentive, mut dividends) = ([9.0; N], [9.0; N]);
        let votes = Votes { setters: &setters, stake: &stake, weights: &weights };
        peer_prediction(&votes, &mut Reports::default(), &mut incentive, &mut dividends);
        [incentive, dividends]
    }

    /// Reports HHLL, HHLL, LLHH. The first two agree on all four tasks, and by chance on 4 of the
    /// 12 ordered pairs: a score of 2/3. Either agrees with the third on none, and by chance on 8
    /// of 12: -2/3. Means over peers: 0, 0, -2/3. With a fourth who says HHLL, the three have
    /// (2/3 + 2/3 - 2/3) / 3 = 2/9 each.
    #[test]
    fn agreement_beyond_chance_is_paid() {
        let (a, b) = ([0.4, 0.4, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]);
        assert_eq!(predict::<7>(&[a, a, b]), [[0.0; 7]; 2]);
        let [incentive, dividends] = predict::<8>(&[a, a, a, b]);
        assert_eq!(dividends, [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        for (found, expected) in incentive[4..].iter().zip(a) {
            assert!((found - expected).abs() < 1e-15, "{incentive:?}");
        }
    }

    /// HHLL and HLLL agree on three of four; by chance on 1·2 + 3·2 - 3 = 5 of 12: 3/4 - 5/12 =
    /// 1/3. HLLL and HLLL: 1 - (1 + 9 - 4)/12 = 1/2. Sums: HHLL 2/3, HLLL 5/6 each.
    #[test]
    fn partial_agreement_by_hand() {
        let (a, b) = ([0.4, 0.4, 0.1, 0.1], [0.7, 0.1, 0.1, 0.1]);
        let [_, dividends] = predict::<7>(&[a, b, b]);
        for (found, expected) in dividends.iter().zip([4.0, 5.0, 5.0]) {
            assert!((found - expected / 14.0).abs() < 1e-15, "{dividends:?}");
        }
    }

    /// Equal weights are no report: all are low, and agree with everyone's lows by chance alone.
    #[test]
    fn reports_that_know_nothing_score_nothing() {
        let (informed, blank) = ([0.4, 0.4, 0.1, 0.1], [0.25; 4]);
        assert_eq!(predict::<6>(&[blank, blank]), [[0.0; 6]; 2]);
        let [_, dividends] = predict::<7>(&[informed, informed, blank]);
        assert_eq!(dividends, [0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn nobody_and_a_lone_voter_get_nothing() {
        assert_eq!(predict::<4>(&[]), [[0.0; 4]; 2]);
        assert_eq!(predict::<5>(&[[0.4, 0.4, 0.1, 0.1]]), [[0.0; 5]; 2]);
        // One task only.
        assert_eq!(predict::<6>(&[[1.0, 0.0, 0.0, 0.0]; 2]), [[0.0; 6]; 2]);
    }

    #[test]
    fn the_median_of_even_numbers_lies_between_the_middle_two() {
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 8.0]), 3.0);
        assert_eq!(median(&mut [4.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut []), 0.0);
    }
}
