//! Where an attack begins to pay: the first place on the first axis at which its mean profit is 0.

use super::trial::Arm;
use super::{Setting, Study, StudyFailure, Tried, defined_mean};
use crate::record::journal::Journal;
use crate::study::batch::Desk;
use crate::study::design::{Level, Levels, Point};
use crate::study::statistics::{Bootstrap, quantile};

/// Resamples of the seeds for an interval.
const RESAMPLES: usize = 2_000;

/// Where the profit becomes 0, for one combination of the other axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The values of all axes but the first.
    pub cell: Point,
    /// Where the mean profit over the seeds is 0, between the two nearest settings that were tried;
    /// `None` where it has one sign throughout.
    pub at: Option<f64>,
    /// Lower end of its 95 % interval: the seeds are drawn again with replacement. NaN without a
    /// crossing; infinite where resamples have none.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The part of the resamples that cross at all.
    pub certainty: f64,
    /// Whether the attack pays at the first value of the axis.
    pub pays_at_first: bool,
}

/// A curve of profits over the first axis: for each place those of every seed.
type Curve = Vec<(f64, Vec<f64>)>;

/// Finds the crossings, adding settings until each is bracketed narrowly; gives also whether all
/// was run.
pub(super) fn find(
    study: &Study,
    tried: &mut Vec<Tried>,
    journal: &mut Journal<Arm>,
    desk: Desk<'_>,
) -> Result<(Vec<Crossing>, bool), StudyFailure> {
    let Some(axis) = study.plan.axes.first() else { return Ok((Vec::new(), true)) };
    let Levels::Numbers(values) = &axis.values else { return Ok((Vec::new(), true)) };
    if values.len() < 2 {
        return Ok((Vec::new(), true));
    }
    let cells = cells(tried);
    for _ in 0..study.plan.break_even.rounds {
        let mut settings: Vec<Setting> = Vec::new();
        for cell in &cells {
            let curve = curve(study, tried, cell);
            let Some((low, high)) = bracket(&curve) else { continue };
            let middle = f64::midpoint(low, high);
            let narrow = high - low <= study.plan.break_even.tolerance;
            if narrow || middle <= low || middle >= high {
                continue;
            }
            let mut point = vec![Level::Number(middle)];
            point.extend(cell.iter().cloned());
            // Whole keys have no settings between two neighbours.
            if let Ok(setting) = study.setting(point, true) {
                settings.push(setting);
            }
        }
        if settings.is_empty() {
            break;
        }
        let settings: Vec<&Setting> = settings.iter().collect();
        let (more, complete) = study.try_all(&settings, &study.seeds(), journal, desk)?;
        if !complete {
            return Ok((Vec::new(), false));
        }
        tried.extend(more);
    }
    let crossing = |(at, cell): (usize, &Point)| {
        crossing(&curve(study, tried, cell), cell, study.plan.header.seed, at)
    };
    Ok((cells.iter().enumerate().map(crossing).collect(), true))
}

fn cells(tried: &[Tried]) -> Vec<Point> {
    let mut cells: Vec<Point> = Vec::new();
    for tried in tried {
        let cell = tried.point[1..].to_vec();
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    cells
}

fn curve(study: &Study, tried: &[Tried], cell: &[Level]) -> Curve {
    let of_it = tried.iter().filter(|tried| tried.point[1..] == *cell);
    let mut curve: Curve =
        of_it.map(|tried| (tried.point[0].number(), study.profits(tried))).collect();
    curve.sort_by(|one, other| one.0.total_cmp(&other.0));
    curve
}

/// The two neighbours between which the mean profit first changes its sign.
fn bracket(curve: &Curve) -> Option<(f64, f64)> {
    let means: Vec<(f64, f64)> = curve.iter().map(|(x, ys)| (*x, defined_mean(ys))).collect();
    let changes = |pair: &&[(f64, f64)]| (pair[0].1 > 0.0) != (pair[1].1 > 0.0);
    means.windows(2).find(changes).map(|pair| (pair[0].0, pair[1].0))
}

/// Where a line through the means of the places first crosses 0.
fn zero(curve: &Curve, sample: &[usize]) -> Option<f64> {
    let mean = |ys: &[f64]| {
        defined_mean(&sample.iter().filter_map(|at| ys.get(*at).copied()).collect::<Vec<_>>())
    };
    let means: Vec<(f64, f64)> = curve.iter().map(|(x, ys)| (*x, mean(ys))).collect();
    means.windows(2).find_map(|pair| {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        ((y0 > 0.0) != (y1 > 0.0)).then(|| x0 + (x1 - x0) * (y0 / (y0 - y1)).clamp(0.0, 1.0))
    })
}

fn crossing(curve: &Curve, cell: &Point, seed: u64, at: usize) -> Crossing {
    let replicates = curve.first().map_or(0, |(_, ys)| ys.len());
    let whole: Vec<usize> = (0..replicates).collect();
    let found = zero(curve, &whole);
    let pays_at_first = curve.first().is_some_and(|(_, ys)| defined_mean(ys) > 0.0);
    let mut bootstrap = Bootstrap::new(seed, &format!("break-even {at}"), replicates);
    let (mut sample, mut zeros) = (Vec::new(), Vec::new());
    for _ in 0..RESAMPLES {
        bootstrap.sample(&mut sample);
        zeros.extend(zero(curve, &sample));
    }
    let certainty = zeros.len() as f64 / RESAMPLES as f64;
    // A resample without a crossing has it beyond the axis, on the side where the sign would change.
    zeros.resize(RESAMPLES, if pays_at_first { f64::NEG_INFINITY } else { f64::INFINITY });
    zeros.sort_unstable_by(f64::total_cmp);
    let ends = found.map(|_| (rank(&zeros, 0.025), rank(&zeros, 0.975)));
    let (low, high) = ends.unwrap_or((f64::NAN, f64::NAN));
    Crossing { cell: cell.clone(), at: found, low, high, certainty, pays_at_first }
}

/// A quantile that does not mix finite values with infinite ones.
fn rank(sorted: &[f64], p: f64) -> f64 {
    let between = quantile(sorted, p);
    if between.is_nan() { quantile(sorted, p.round()) } else { between }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Profits -1 at 0.4 and 3 at 0.6: 0 after a quarter of the way.
    #[test]
    fn the_crossing_lies_where_the_line_is_zero() {
        let curve: Curve = vec![
            (0.2, vec![-2.0, -2.0]),
            (0.4, vec![-1.5, -0.5]),
            (0.6, vec![2.5, 3.5]),
            (0.8, vec![4.0, 4.0]),
        ];
        let found = crossing(&curve, &Vec::new(), 1, 0);
        assert!((found.at.expect("a crossing") - 0.45).abs() < 1e-12);
        assert!(found.low < 0.45 && found.high > 0.45 && found.certainty == 1.0);
        assert_eq!(bracket(&curve), Some((0.4, 0.6)));
        assert!(!found.pays_at_first);
    }

    #[test]
    fn what_always_pays_has_no_break_even() {
        let curve: Curve = vec![(0.0, vec![1.0, 2.0]), (1.0, vec![3.0, 1.0])];
        let found = crossing(&curve, &Vec::new(), 1, 0);
        assert_eq!((found.at, found.certainty, found.pays_at_first), (None, 0.0, true));
        assert!(found.low.is_nan());
    }
}
