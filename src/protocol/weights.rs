//! Weights between a validator's scores and the consensus: stored, masked, made to sum to 1.

/// The most a stored weight can be; the greatest of every row is this.
const MAX: f64 = 65_535.0;

/// Stores a row of scores as the chain does: scaled so that the greatest is 65535, rounded to
/// the nearest.
///
/// `scores` and `stored` are of shape `[uids]`. Scores are finite; what is not above 0, or rounds
/// to 0, is not listed. A row without a positive score lists nobody.
///
/// Source: `epoch/math.rs::vec_max_upscale_to_u16`.
pub fn max_upscale(scores: &[f64], stored: &mut [Option<u16>]) {
    let greatest = greatest(scores);
    for (stored, &score) in stored.iter_mut().zip(scores) {
        let units = upscale(score, greatest);
        *stored = if units > 0 { Some(units) } else { None };
    }
}

/// The greatest score, or 0. Eight strands, so that it takes vectors.
fn greatest(scores: &[f64]) -> f64 {
    let (whole, rest) = scores.as_chunks::<8>();
    let mut strands = [0.0_f64; 8];
    for scores in whole {
        for (strand, &score) in strands.iter_mut().zip(scores) {
            *strand = if score > *strand { score } else { *strand };
        }
    }
    strands.iter().chain(rest).fold(0.0, |greatest, &score| greatest.max(score))
}

/// Scales listed weights so that the greatest is 65535; those listed with 0 stay listed.
///
/// `row` is of shape `[uids]`. This is what the chain does to the weights of a call.
pub fn max_upscale_listed(row: &mut [Option<u16>]) {
    let greatest = row.iter().flatten().copied().max().map_or(0.0, f64::from);
    for weight in row.iter_mut().flatten() {
        *weight = upscale(f64::from(*weight), greatest);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a quotient of at most 1 times 65535 fits; a negative score saturates to 0"
)]
fn upscale(score: f64, greatest: f64) -> u16 {
    // A half more, then truncated: the nearest for what is not negative, and no call of `round`.
    if greatest > 0.0 { (score / greatest * MAX + 0.5) as u16 } else { 0 }
}

/// Turns a stored row into weights that sum to 1, or are all 0 where nothing is left.
///
/// All are of shape `[uids]`. Only entries whose uid `keeps` accepts remain, so that removing one
/// raises the others. `listed` tells an entry that is present with weight 0 from one that is
/// absent.
///
/// Source: `epoch/run_epoch.rs::epoch_mechanism`, `epoch/math.rs::inplace_row_normalize_sparse`.
pub fn normalised_row(
    stored: &[Option<u16>],
    keeps: impl Fn(usize) -> bool,
    weights: &mut [f64],
    listed: &mut [bool],
) {
    let mut total = 0_u64;
    for (uid, (entry, (weight, listed))) in
        stored.iter().zip(weights.iter_mut().zip(listed)).enumerate()
    {
        let units = entry.filter(|_| keeps(uid));
        *listed = units.is_some();
        *weight = f64::from(units.unwrap_or(0));
        total += u64::from(units.unwrap_or(0));
    }
    if total > 0 {
        for weight in weights {
            *weight /= total as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_is_a_whole() {
        let mut stored = [None; 4];
        max_upscale(&[0.0, 1e-9, 0.2, 0.4], &mut stored);
        assert_eq!(stored, [None, None, Some(32_768), Some(65_535)]);
        max_upscale(&[0.0; 4], &mut stored);
        assert_eq!(stored, [None; 4]);
    }

    #[test]
    fn a_listed_zero_stays_listed() {
        let mut row = [None, Some(0), Some(1), Some(4)];
        max_upscale_listed(&mut row);
        assert_eq!(row, [None, Some(0), Some(16_384), Some(65_535)]);
        let mut zeros = [Some(0), None];
        max_upscale_listed(&mut zeros);
        assert_eq!(zeros, [Some(0), None]);
    }

    /// Without uid 2 the row 1 : 3 : 4 becomes 1/4 and 3/4.
    #[test]
    fn removing_a_weight_raises_the_others() {
        let (mut weights, mut listed) = ([9.0; 4], [false; 4]);
        let stored = [Some(1), Some(3), Some(4), Some(0)];
        normalised_row(&stored, |uid| uid != 2, &mut weights, &mut listed);
        assert_eq!(weights, [0.25, 0.75, 0.0, 0.0]);
        assert_eq!(listed, [true, true, false, true]);
    }
}
