//! A Gaussian process: what values are to be expected between those that are known.
//!
//! Two values are the more alike the nearer their places, in lengths of their own along each
//! dimension, by a Matérn function of 5/2; a part of each is noise of its own.
//!
//! Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006),
//! algorithm 2.1 and equation 4.17; mean and scale at their likeliest of Jones et al. (1998).

use crate::num;

/// Lengths that a fit looks among, in sides of the cube.
const LENGTHS: [f64; 2] = [0.03, 10.0];

/// Length that is taken where values tell little, and by what factor it may well be another.
const USUAL_LENGTH: [f64; 2] = [0.5, 4.0];

/// Parts of noise that a fit looks among, of the variance without it.
const NOISES: [f64; 2] = [1e-8, 1.0];

/// Noise that is taken where values tell little, and by what factor it may well be another.
const USUAL_NOISE: [f64; 2] = [1e-4, 100.0];

/// A process and what it knows.
#[derive(Clone, Debug)]
pub(super) struct Process {
    places: Vec<Vec<f64>>,
    values: Vec<f64>,
    hyper: Vec<f64>,
    lengths: Vec<f64>,
    /// Lower triangle that gives the correlations times its own transpose, row by row.
    factor: Vec<Vec<f64>>,
    /// What each value adds to a mean, for each unit of correlation with it.
    weights: Vec<f64>,
    mean: f64,
    /// Standard deviation where nothing is known.
    scale: f64,
}

impl Process {
    /// Knows values at places, under lengths and a noise that a place of a cube stands for; `None`
    /// where the values are all the same or the places are too near to each other.
    pub(super) fn new(places: Vec<Vec<f64>>, values: Vec<f64>, hyper: &[f64]) -> Option<Self> {
        let (lengths, noise) = read(hyper);
        let mut factor: Vec<Vec<f64>> = Vec::with_capacity(places.len());
        for place in &places {
            let near: Vec<f64> =
                places[..factor.len()].iter().map(|other| alike(place, other, &lengths)).collect();
            let mut row = solved(&factor, &near);
            let left = 1.0 + noise - product(&row, &row);
            if left.is_nan() || left < 1e-12 {
                return None;
            }
            row.push(left.sqrt());
            factor.push(row);
        }
        let ones = solved(&factor, &vec![1.0; places.len()]);
        let seen = solved(&factor, &values);
        let mean = product(&ones, &seen) / product(&ones, &ones);
        let off: Vec<f64> = seen.iter().zip(&ones).map(|(seen, one)| seen - mean * one).collect();
        let scale = (product(&off, &off) / values.len() as f64).sqrt();
        let weights = solved_back(&factor, off);
        let sound = scale > 0.0 && scale.is_finite();
        let hyper = hyper.to_vec();
        sound.then_some(Self { places, values, hyper, lengths, factor, weights, mean, scale })
    }

    /// The same with one value more; scale and mean move a little.
    pub(super) fn with(mut self, place: Vec<f64>, value: f64) -> Option<Self> {
        self.places.push(place);
        self.values.push(value);
        Self::new(self.places, self.values, &self.hyper)
    }

    /// What is expected at a place without noise, and its standard deviation.
    pub(super) fn at(&self, place: &[f64]) -> (f64, f64) {
        let near: Vec<f64> =
            self.places.iter().map(|other| alike(place, other, &self.lengths)).collect();
        let known = solved(&self.factor, &near);
        let left = (1.0 - product(&known, &known)).max(0.0);
        (self.mean + product(&near, &self.weights), self.scale * left.sqrt())
    }

    /// The known place where it expects least, and that.
    pub(super) fn best(&self) -> (&[f64], f64) {
        let means = self.places.iter().map(|place| (place.as_slice(), self.at(place).0));
        let none: (&[f64], f64) = (&[], f64::INFINITY);
        means.fold(none, |best, next| if next.1 < best.1 { next } else { best })
    }
}

/// How unlikely values are under lengths and a noise: less the logarithm of their density at the
/// likeliest mean and scale, and of what lengths and noise are usual; NaN where there is none.
pub(super) fn unlikelihood(places: &[Vec<f64>], values: &[f64], hyper: &[f64]) -> f64 {
    let Some(process) = Process::new(places.to_vec(), values.to_vec(), hyper) else {
        return f64::NAN;
    };
    let depth = process.factor.iter().filter_map(|row| row.last());
    let determinant = depth.fold(0.0, |sum, x| sum + num::ln(*x));
    let (lengths, noise) = read(hyper);
    let unusual = |x: f64, [usual, factor]: [f64; 2]| {
        let off = num::ln(x / usual) / num::ln(factor);
        off * off / 2.0
    };
    let odd = lengths.iter().fold(0.0, |sum, length| sum + unusual(*length, USUAL_LENGTH));
    values.len() as f64 * num::ln(process.scale) + determinant + odd + unusual(noise, USUAL_NOISE)
}

/// The place in the cube that stands for what is usual.
pub(super) fn usual(dims: usize) -> Vec<f64> {
    let place = |x: f64, [low, high]: [f64; 2]| num::ln(x / low) / num::ln(high / low);
    let mut hyper = vec![place(USUAL_LENGTH[0], LENGTHS); dims];
    if let Some(noise) = hyper.last_mut() {
        *noise = place(USUAL_NOISE[0], NOISES);
    }
    hyper
}

/// The lengths and the noise that a place in a cube stands for.
fn read(hyper: &[f64]) -> (Vec<f64>, f64) {
    let of = |x: f64, [low, high]: [f64; 2]| low * num::exp(x * num::ln(high / low));
    let Some((noise, lengths)) = hyper.split_last() else { return (Vec::new(), 1.0) };
    (lengths.iter().map(|x| of(*x, LENGTHS)).collect(), of(*noise, NOISES))
}

/// How alike the values at two places are, in `[0, 1]`.
fn alike(one: &[f64], other: &[f64], lengths: &[f64]) -> f64 {
    let squares = one.iter().zip(other).zip(lengths).fold(0.0, |sum, ((one, other), length)| {
        let off = (one - other) / length;
        sum + off * off
    });
    let far = (5.0 * squares).sqrt();
    (1.0 + far + far * far / 3.0) * num::exp(-far)
}

/// The vector that a lower triangle makes into another.
fn solved(factor: &[Vec<f64>], of: &[f64]) -> Vec<f64> {
    let mut solved: Vec<f64> = Vec::with_capacity(of.len());
    for (row, of) in factor.iter().zip(of) {
        let known = product(row, &solved);
        solved.push((of - known) / row[solved.len()]);
    }
    solved
}

/// The same for the transpose of the triangle.
fn solved_back(factor: &[Vec<f64>], mut of: Vec<f64>) -> Vec<f64> {
    for (at, row) in factor.iter().enumerate().rev() {
        of[at] /= row[at];
        for before in 0..at {
            of[before] -= row[before] * of[at];
        }
    }
    of
}

/// The sum of products, of the shorter's length: in eight sums at a time, which are added at the
/// end.
fn product(one: &[f64], other: &[f64]) -> f64 {
    let many = one.len().min(other.len());
    let (one, one_rest) = one[..many].as_chunks::<8>();
    let (other, other_rest) = other[..many].as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (one, other) in one.iter().zip(other) {
        for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
            *sum += one * other;
        }
    }
    let rest = one_rest.iter().zip(other_rest).fold(0.0, |sum, (one, other)| sum + one * other);
    sums.iter().fold(rest, |sum, part| sum + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two values at a distance of half a length, without noise: between them the mean is theirs by
    /// symmetry, at them it is the value, and far off it is the mean of both.
    #[test]
    fn values_between_two() {
        let lengths = num::ln(0.5 / LENGTHS[0]) / num::ln(LENGTHS[1] / LENGTHS[0]);
        let known = Process::new(vec![vec![0.25], vec![0.5]], vec![1.0, 3.0], &[lengths, 0.0])
            .expect("two");
        for (place, mean) in [(0.25, 1.0), (0.375, 2.0), (0.5, 3.0), (40.0, 2.0)] {
            assert!((known.at(&[place]).0 - mean).abs() < 1e-6, "{place}");
        }
        assert!(
            known.at(&[0.25]).1 < 1e-3 * known.scale && known.at(&[40.0]).1 > 0.99 * known.scale
        );
        // With correlation c the two are (1 - c) apart in all: scale^2 = 1 / (1 - c).
        let far = 5.0_f64.sqrt() / 2.0;
        let c = (1.0 + far + far * far / 3.0) * num::exp(-far);
        assert!((known.scale * known.scale - 1.0 / (1.0 - c)).abs() < 1e-6);
        assert_eq!(known.best().0, [0.25]);
    }

    #[test]
    fn of_values_that_are_the_same_there_is_no_process() {
        assert!(Process::new(vec![vec![0.0], vec![1.0]], vec![2.0; 2], &[0.5, 0.5]).is_none());
        assert!(Process::new(Vec::new(), Vec::new(), &[0.5, 0.5]).is_none());
        let same = vec![vec![0.5]; 3];
        assert!(unlikelihood(&same, &[1.0, 1.1, 0.9], &[0.5, 0.9]).is_finite());
    }

    /// Of a steep dimension and one that does nothing, the first has the shorter length.
    #[test]
    fn the_likeliest_lengths_tell_what_matters() {
        let places = crate::study::cube::sobol(1, 32, 2);
        let values: Vec<f64> = places.iter().map(|x| libm::sin(9.0 * x[0])).collect();
        let [short, long] = [[0.3, 0.9, 0.1], [0.9, 0.3, 0.1]];
        assert!(unlikelihood(&places, &values, &short) < unlikelihood(&places, &values, &long));
    }
}
