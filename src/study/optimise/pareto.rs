//! Several objectives at once: which places none beats, and how good they are together.

use std::cmp::Ordering;

/// Whether one place beats another: nowhere worse, and better in one objective. All are minimised,
/// and NaN beats nothing and is beaten by nothing.
#[must_use]
pub fn dominates(one: &[f64], other: &[f64]) -> bool {
    let mut pairs = one.iter().zip(other);
    one.len() == other.len()
        && pairs.clone().all(|(one, other)| one <= other)
        && pairs.any(|(one, other)| one < other)
}

/// The places that no other beats, in order. Equal places do not beat each other; those with an
/// undefined objective are left out.
#[must_use]
pub fn non_dominated(objectives: &[Vec<f64>]) -> Vec<usize> {
    let defined = |at: &usize| objectives[*at].iter().all(|value| !value.is_nan());
    let beaten = |at: usize| objectives.iter().any(|other| dominates(other, &objectives[at]));
    (0..objectives.len()).filter(defined).filter(|at| !beaten(*at)).collect()
}

/// The volume that places beat, up to a `reference` that each is to beat: more is better, 0 of
/// nothing. A place that does not beat the reference in all objectives adds nothing.
///
/// It is exact: in two dimensions a sum of strips; in more the volume is cut along the last
/// objective into slices, each as thick as the step to the next place and as wide as the volume of
/// those below it. That takes time with the power `dims - 1` of the number of places, and is meant
/// for up to four objectives.
///
/// Source: E. Zitzler, L. Thiele (1999) for the measure; L. While et al., "A Faster Algorithm for
/// Calculating Hypervolume" (2006) for the slices.
#[must_use]
pub fn hypervolume(objectives: &[Vec<f64>], reference: &[f64]) -> f64 {
    let inside = |place: &&Vec<f64>| {
        place.len() == reference.len() && place.iter().zip(reference).all(|(x, end)| x < end)
    };
    let places: Vec<&[f64]> = objectives.iter().filter(inside).map(Vec::as_slice).collect();
    volume(places, reference)
}

/// The volume of places that all beat the reference.
fn volume(mut places: Vec<&[f64]>, reference: &[f64]) -> f64 {
    let Some((end, narrower)) = reference.split_last() else { return 0.0 };
    let last = narrower.len();
    places.sort_by(|one, other| one[last].total_cmp(&other[last]));
    let Some(first) = places.first() else { return 0.0 };
    if last == 0 {
        return end - first[0];
    }
    let mut total = 0.0;
    if last == 1 {
        let mut width = 0.0_f64;
        for (at, place) in places.iter().enumerate() {
            let next = places.get(at + 1).map_or(*end, |next| next[1]);
            width = width.max(reference[0] - place[0]);
            total += width * (next - place[1]);
        }
        return total;
    }
    for (at, place) in places.iter().enumerate() {
        let next = places.get(at + 1).map_or(*end, |next| next[last]);
        if next > place[last] {
            let below = places[..=at].iter().map(|place| &place[..last]).collect();
            total += volume(below, narrower) * (next - place[last]);
        }
    }
    total
}

/// Sorts places into fronts by a rule of who beats whom: the first are beaten by nobody, the next
/// only by those, and so on. Within a front they keep their order.
///
/// Source: K. Deb et al. (2002), the fast non-dominated sort.
pub(super) fn fronts(count: usize, beats: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut beaten_by = vec![0_usize; count];
    let mut beaten: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (one, beaten) in beaten.iter_mut().enumerate() {
        beaten.extend((0..count).filter(|other| beats(one, *other)));
        for other in beaten {
            beaten_by[*other] += 1;
        }
    }
    let mut fronts = Vec::new();
    let mut front: Vec<usize> = (0..count).filter(|at| beaten_by[*at] == 0).collect();
    while !front.is_empty() {
        let mut next = Vec::new();
        for one in &front {
            for other in &beaten[*one] {
                beaten_by[*other] -= 1;
                if beaten_by[*other] == 0 {
                    next.push(*other);
                }
            }
        }
        next.sort_unstable();
        fronts.push(std::mem::replace(&mut front, next));
    }
    fronts
}

/// How much room each place of a front has between its neighbours, in parts of the front's extent
/// and summed over objectives; infinite at the ends.
///
/// Source: K. Deb et al. (2002), the crowding distance.
pub(super) fn room(front: &[&[f64]]) -> Vec<f64> {
    let mut room = vec![0.0; front.len()];
    let objectives = front.first().map_or(0, |place| place.len());
    for objective in 0..objectives {
        let value = |at: usize| front[at].get(objective).copied().unwrap_or(f64::NAN);
        let mut order: Vec<usize> = (0..front.len()).collect();
        order.sort_by(|one, other| value(*one).total_cmp(&value(*other)));
        let (Some(first), Some(last)) = (order.first(), order.last()) else { continue };
        let extent = value(*last) - value(*first);
        for end in [*first, *last] {
            room[end] = f64::INFINITY;
        }
        if extent.partial_cmp(&0.0) == Some(Ordering::Greater) {
            for three in order.windows(3) {
                room[three[1]] += (value(three[2]) - value(three[0])) / extent;
            }
        }
    }
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_none_beats() {
        let places = [[1.0, 4.0], [2.0, 2.0], [2.0, 3.0], [4.0, 1.0], [2.0, 2.0], [f64::NAN, 0.0]];
        let places: Vec<Vec<f64>> = places.iter().map(|place| place.to_vec()).collect();
        assert_eq!(non_dominated(&places), [0, 1, 3, 4]);
        let sorted = fronts(5, |one, other| dominates(&places[one], &places[other]));
        assert_eq!(sorted, [vec![0, 1, 3, 4], vec![2]]);
        assert!(non_dominated(&[]).is_empty());
    }

    /// (1, 4), (2, 2) and (4, 1) up to (5, 5): strips 4 x 1, 3 x 2 and 1 x 1. The place (6, 0) is
    /// outside, and (3, 3) is beaten.
    #[test]
    fn a_volume_in_two_dimensions() {
        let places = [[4.0, 1.0], [1.0, 4.0], [3.0, 3.0], [2.0, 2.0], [6.0, 0.0]];
        let places: Vec<Vec<f64>> = places.iter().map(|place| place.to_vec()).collect();
        assert_eq!(hypervolume(&places, &[5.0, 5.0]), 4.0 + 6.0 + 1.0);
        assert_eq!(hypervolume(&[], &[5.0, 5.0]), 0.0);
    }

    /// Two boxes of 2 x 2 x 1 and 1 x 1 x 2 that share 1 x 1 x 1; and in four dimensions the same
    /// with sides of 3 more.
    #[test]
    fn a_volume_in_more() {
        let places = vec![vec![0.0, 0.0, 1.0], vec![1.0, 1.0, 0.0], vec![1.5, 1.5, 1.5]];
        assert_eq!(hypervolume(&places, &[2.0; 3]), 4.0 + 2.0 - 1.0);
        let deeper: Vec<Vec<f64>> =
            places.iter().map(|place| [&place[..], &[-1.0]].concat()).collect();
        assert_eq!(hypervolume(&deeper, &[2.0; 4]), 15.0);
        assert_eq!(hypervolume(&[vec![0.5], vec![0.25]], &[1.0]), 0.75);
    }

    #[test]
    fn places_at_the_ends_have_most_room() {
        let front = [[0.0, 4.0], [1.0, 3.0], [3.0, 1.0], [4.0, 0.0]];
        let front: Vec<&[f64]> = front.iter().map(|place| &place[..]).collect();
        assert_eq!(room(&front), [f64::INFINITY, 1.5, 1.5, f64::INFINITY]);
        assert_eq!(room(&[&[1.0], &[1.0], &[1.0]])[1], 0.0);
    }
}
