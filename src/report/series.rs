//! Numbers on their way into a chart: by day, by rank, by share of holders.

/// Runs of fewer days than this show every epoch; longer ones show days.
const DAYS: f64 = 20.0;

/// The stretches of time over which flows are shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretches {
    /// The middle of each `[stretches]` `[days]`.
    pub(super) middles: Vec<f64>,
    /// The length of each `[stretches]` `[days]`.
    lengths: Vec<f64>,
    /// In which one each epoch lies `[epochs]`.
    of: Vec<usize>,
}

impl Stretches {
    /// Days, or epochs where the run is short. `ends` is where each epoch ends, ascending
    /// `[epochs]` `[days]`.
    pub(super) fn new(ends: &[f64]) -> Self {
        let by_day = ends.last().is_some_and(|last| *last >= DAYS);
        let mut stretches = Self { middles: Vec::new(), lengths: Vec::new(), of: Vec::new() };
        let mut start = 0.0;
        let mut current = None;
        for end in ends {
            // An epoch belongs to the day in which its middle lies.
            let day = f64::midpoint(start, *end).floor();
            if !by_day || current != Some(day) {
                stretches.middles.push(start);
                stretches.lengths.push(0.0);
                current = Some(day);
            }
            let at = stretches.lengths.len() - 1;
            stretches.lengths[at] += end - start;
            stretches.of.push(at);
            start = *end;
        }
        for (middle, length) in stretches.middles.iter_mut().zip(&stretches.lengths) {
            *middle += length / 2.0;
        }
        stretches
    }

    /// What flows in a day, from what flows in each epoch; NaN where no epoch has a number
    /// `[stretches]`.
    pub(super) fn per_day(&self, flows: &[f64]) -> Vec<f64> {
        let mut sums = vec![f64::NAN; self.lengths.len()];
        for (flow, at) in flows.iter().zip(&self.of) {
            if flow.is_finite() {
                let sum = &mut sums[*at];
                *sum = if sum.is_nan() { *flow } else { *sum + flow };
            }
        }
        sums.iter().zip(&self.lengths).map(|(sum, length)| sum / length).collect()
    }

    /// What flows in a day, as a line.
    pub(super) fn line(&self, flows: &[f64]) -> Vec<(f64, f64)> {
        self.middles.iter().copied().zip(self.per_day(flows)).collect()
    }
}

/// The places of the largest amounts, largest first, at most `most`; of equal ones the first comes
/// first, and NaN counts as nothing.
pub(super) fn largest(amounts: &[f64], most: usize) -> Vec<usize> {
    let amount = |at: &usize| if amounts[*at].is_nan() { f64::NEG_INFINITY } else { amounts[*at] };
    let mut order: Vec<usize> = (0..amounts.len()).collect();
    order.sort_by(|a, b| amount(b).total_cmp(&amount(a)).then(a.cmp(b)));
    order.truncate(most);
    order
}

/// The amounts above 0 from the largest to the least, each with its rank from 1.
pub(super) fn ranks(amounts: &[f64]) -> Vec<(f64, f64)> {
    let order = largest(amounts, amounts.len()).into_iter().map(|at| amounts[at]);
    let ranked = order.filter(|amount| *amount > 0.0).enumerate();
    ranked.map(|(at, amount)| (at as f64 + 1.0, amount)).collect()
}

/// The Lorenz curve: which part of all the poorest part of the holders has. Holders of nothing do
/// not count, as in the Gini coefficient; empty where nobody holds anything.
///
/// Source: M. O. Lorenz, "Methods of Measuring the Concentration of Wealth" (1905).
pub(super) fn lorenz(amounts: &[f64]) -> Vec<(f64, f64)> {
    let mut held: Vec<f64> = amounts.iter().copied().filter(|amount| *amount > 0.0).collect();
    held.sort_unstable_by(f64::total_cmp);
    let total = held.iter().fold(0.0, |sum, amount| sum + amount);
    if held.is_empty() {
        return Vec::new();
    }
    let (n, mut sum) = (held.len() as f64, 0.0);
    let mut curve = vec![(0.0, 0.0)];
    for (at, amount) in held.iter().enumerate() {
        sum += amount;
        curve.push(((at as f64 + 1.0) / n, sum / total));
    }
    curve
}

/// The value below which the `part` of the finite ones lies, between neighbours in proportion; NaN
/// where there is none.
pub(super) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = part.clamp(0.0, 1.0) * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in 0..=last")]
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

/// Every value over the first one that is above 0.
pub(super) fn relative(values: &[f64]) -> Vec<f64> {
    let first = values.iter().copied().find(|value| *value > 0.0).unwrap_or(f64::NAN);
    values.iter().map(|value| value / first).collect()
}

/// The sum of the values that are numbers.
pub(super) fn total(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().filter(|value| value.is_finite()).fold(0.0, |sum, value| sum + value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half-day epochs: 3 days show each epoch, 20 days show days of two epochs.
    #[test]
    fn short_runs_show_epochs_and_long_ones_days() {
        let ends = |count: u32| -> Vec<f64> { (1..=count).map(|e| f64::from(e) / 2.0).collect() };
        let short = Stretches::new(&ends(6));
        assert_eq!(short.middles, [0.25, 0.75, 1.25, 1.75, 2.25, 2.75]);
        assert_eq!(short.per_day(&[1.0; 6]), [2.0; 6]);
        let long = Stretches::new(&ends(41));
        assert_eq!((long.middles.len(), long.middles[1]), (21, 1.5));
        let mut flows = vec![1.0; 41];
        (flows[2], flows[3], flows[5]) = (f64::NAN, f64::NAN, f64::NAN);
        let days = long.per_day(&flows);
        assert_eq!((days[0], days[2], days[20]), (2.0, 1.0, 2.0));
        assert!(days[1].is_nan());
        assert_eq!(Stretches::new(&[]).line(&[]), []);
    }

    #[test]
    fn ranks_leave_out_nothing_and_what_is_unknown() {
        let shares = [0.25, 0.0, 0.5, f64::NAN, 0.25];
        assert_eq!(ranks(&shares), [(1.0, 0.5), (2.0, 0.25), (3.0, 0.25)]);
        assert_eq!(largest(&shares, 4), [2, 0, 4, 1]);
    }

    /// 1, 1, 2 and 4 of 8: the poorer half holds a quarter. The area under the curve by
    /// trapezoids is (1/8 + 3/8 + 6/8 + 12/8) / 8 = 22/64, and 1 - 2 of it the Gini of 5/16.
    #[test]
    fn the_lorenz_curve_agrees_with_the_gini() {
        let amounts = [4.0, 0.0, 1.0, 2.0, 1.0];
        let curve = lorenz(&amounts);
        assert_eq!(curve, [(0.0, 0.0), (0.25, 0.125), (0.5, 0.25), (0.75, 0.5), (1.0, 1.0)]);
        let area = curve.windows(2).fold(0.0, |sum, pair| {
            sum + (pair[1].0 - pair[0].0) * f64::midpoint(pair[0].1, pair[1].1)
        });
        assert!((1.0 - 2.0 * area - 0.3125).abs() < 1e-15);
        assert!((crate::metrics::inequality::gini(&amounts) - 0.3125).abs() < 1e-15);
        assert_eq!(lorenz(&[0.0]), []);
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        let values = [3.0, f64::NAN, 1.0, 2.0, 4.0];
        assert_eq!((quantile(&values, 0.5), quantile(&values, 0.0)), (2.5, 1.0));
        assert_eq!(quantile(&values, 1.0), 4.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn prices_are_relative_to_the_first_there_is() {
        let relative = relative(&[f64::NAN, 0.0, 2.0, 3.0]);
        assert_eq!(relative[2..], [1.0, 1.5]);
        assert!(relative[0].is_nan());
        assert_eq!(total([1.0, f64::NAN, 2.0]), 3.0);
    }
}
