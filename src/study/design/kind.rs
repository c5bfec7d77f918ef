//! Designs: which points are taken from axes.

use super::formula::Formulas;
use super::{Axis, Level, Levels, MOST_POINTS, Point, grid, level};
use crate::fields::{Fields, Part};
use crate::study::cube;
use crate::study::sensitivity::{morris, sobol};

/// How points are taken from axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every combination.
    Grid,
    /// The first values of all axes, then the second ones, and so on.
    Zip,
    /// Those that the text lists.
    List,
    /// Each axis through its values, the others at their base.
    OneAtATime,
    /// A Latin hypercube: each of `count` equal parts of every axis once.
    LatinHypercube,
    /// The first `count` points of a scrambled Sobol sequence.
    Sobol,
    /// Trajectories for Morris's screening.
    Morris,
    /// The matrices for Sobol's indices.
    SobolIndices,
}

const KINDS: &[(&str, Kind)] = &[
    ("grid", Kind::Grid),
    ("zip", Kind::Zip),
    ("list", Kind::List),
    ("one-at-a-time", Kind::OneAtATime),
    ("latin-hypercube", Kind::LatinHypercube),
    ("sobol", Kind::Sobol),
    ("morris", Kind::Morris),
    ("sobol-indices", Kind::SobolIndices),
];

/// What a text says of its design.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// How points are taken.
    pub kind: Kind,
    /// Points, trajectories or rows of a matrix, of designs that fill space.
    pub count: usize,
    /// Points that are listed.
    pub points: Vec<Vec<Level>>,
    /// Expressions over the axes' names that every point fulfils.
    pub constraints: Vec<String>,
}

impl Kind {
    /// Its name in a text.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }

    /// Whether it takes points from the whole of a range.
    #[must_use]
    pub fn fills(self) -> bool {
        matches!(self, Self::LatinHypercube | Self::Sobol) || self.is_sensitivity()
    }

    /// Whether its points are for an estimate that needs all of them.
    #[must_use]
    pub fn is_sensitivity(self) -> bool {
        matches!(self, Self::Morris | Self::SobolIndices)
    }
}

/// Reads a design.
pub fn design(t: &mut Fields<'_>) -> Design {
    let kind = t.choice("kind", "how points are taken from the axes", KINDS, Kind::Grid);
    let about = "points, or trajectories of `morris`, or rows of a matrix of `sobol-indices`";
    let count = t.whole("count", about).at_least(1.0).at_most(1_000_000.0).default(64_u64);
    let points = t.tables("points", "the points of a `list`", |t| {
        let about = "a value for each axis, each as in a text";
        t.texts("values", about).required().iter().map(|text| level(text)).collect()
    });
    let about =
        "what every point fulfils, over the axes' names with `_` for `-`, such as \"a < b\"";
    let constraints = t.texts("constraints", about).default(Vec::new());
    let count = usize::try_from(count).unwrap_or(1);
    Design { kind, count, points, constraints }
}

impl Design {
    /// Notes what does not go together with the axes.
    pub fn check(&self, t: &mut Fields<'_>, axes: &[Axis]) {
        if !t.sound() {
            return;
        }
        let mut problem = |message: String, help: &str| {
            let help = (!help.is_empty()).then(|| help.to_owned());
            t.problem("design", Part::Value, message, help);
        };
        let name = self.kind.name();
        if axes.is_empty() {
            problem(format!("a `{name}` needs at least one axis"), "add [[axes]]");
            return;
        }
        if !self.kind.fills()
            && self.kind != Kind::List
            && let Some(axis) = axes.iter().find(|axis| axis.values.is_empty())
        {
            let message = format!("axis `{}` has a range and no `count`", axis.name);
            problem(message, "add `count` to its `range`, or choose a design that fills space");
        }
        if self.kind == Kind::Zip && axes.windows(2).any(|p| p[0].values.len() != p[1].values.len())
        {
            let lengths: Vec<String> = axes
                .iter()
                .map(|axis| format!("{} has {}", axis.name, axis.values.len()))
                .collect();
            let message = format!("a `zip` needs axes of one length: {}", lengths.join(", "));
            problem(message, "give them equally many values, or choose a `grid`");
        }
        if self.kind == Kind::List {
            if self.points.is_empty() {
                problem("a `list` needs points".into(), "add [[design.points]]");
            }
            if let Some(at) = self.points.iter().position(|point| point.len() != axes.len()) {
                let message = format!(
                    "`design.points.{at}` needs {} values, one for each axis, got {}",
                    axes.len(),
                    self.points[at].len()
                );
                problem(message, "");
            }
        } else if !self.points.is_empty() {
            problem(format!("`design.points` is for a `list`, not for a `{name}`"), "");
        }
        if self.kind.is_sensitivity() {
            if !self.constraints.is_empty() {
                let message = format!("a `{name}` cannot leave points out");
                problem(message, "take the constraints away, or choose a `latin-hypercube`");
            }
            if self.kind == Kind::SobolIndices && axes.len() > 100 {
                problem(format!("a `{name}` may have 100 axes, got {}", axes.len()), "");
            }
        }
        let points = match self.kind {
            Kind::Grid => {
                axes.iter().fold(1_usize, |all, axis| all.saturating_mul(axis.values.len()))
            }
            Kind::Morris => self.count.saturating_mul(axes.len() + 1),
            Kind::SobolIndices => self.count.saturating_mul(axes.len() + 2),
            _ => self.count,
        };
        if points > MOST_POINTS {
            problem(format!("a study may have {MOST_POINTS} points, got {points}"), "");
        }
    }

    /// The points.
    ///
    /// # Errors
    /// A constraint that cannot be worked out, or no point that fulfils all of them.
    pub fn points(&self, axes: &[Axis], seed: u64) -> Result<Vec<Point>, String> {
        let dims = axes.len();
        let in_cube = |cube: Vec<Vec<f64>>| -> Vec<Point> {
            let point = |places: &Vec<f64>| {
                axes.iter().zip(places).map(|(axis, place)| axis.at(*place)).collect()
            };
            cube.iter().map(point).collect()
        };
        let mut points = match self.kind {
            Kind::Grid => grid(axes),
            Kind::Zip => {
                let each: Vec<Vec<Level>> = axes.iter().map(|axis| axis.values.each()).collect();
                let many = each.first().map_or(0, Vec::len);
                (0..many).map(|at| each.iter().map(|levels| levels[at].clone()).collect()).collect()
            }
            Kind::List => self.points.clone(),
            Kind::OneAtATime => one_at_a_time(axes),
            Kind::LatinHypercube => in_cube(cube::latin_hypercube(seed, self.count, dims)),
            Kind::Sobol => in_cube(cube::sobol(seed, self.count, dims)),
            Kind::Morris => in_cube(morris::design(seed, self.count, dims)),
            Kind::SobolIndices => in_cube(sobol::design(seed, self.count, dims)),
        };
        let before = points.len();
        let constraints = Formulas::new(&self.constraints)?;
        let mut kept = Vec::with_capacity(points.len());
        for point in points.drain(..) {
            if constraints.all_hold(axes, &point)? {
                kept.push(point);
            }
        }
        if kept.is_empty() {
            return Err(format!(
                "the design is empty: none of {before} points fulfils all constraints"
            ));
        }
        Ok(kept)
    }
}

/// The base point, and then each axis through its other values.
fn one_at_a_time(axes: &[Axis]) -> Vec<Point> {
    let base_of = |axis: &Axis| {
        let first = || axis.values.each().into_iter().next();
        axis.base.clone().or_else(first).unwrap_or(Level::Number(f64::NAN))
    };
    let base: Point = axes.iter().map(base_of).collect();
    let mut points = vec![base.clone()];
    for (at, axis) in axes.iter().enumerate() {
        for level in axis.values.each() {
            if level != base[at] {
                let mut point = base.clone();
                point[at] = level;
                points.push(point);
            }
        }
    }
    points
}

impl Levels {
    /// Whether the values are numbers.
    #[must_use]
    pub fn are_numbers(&self) -> bool {
        matches!(self, Self::Numbers(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::design::{Span, shown};

    fn axis(name: &str, values: &[f64], base: Option<f64>) -> Axis {
        Axis {
            name: name.into(),
            keys: vec![format!("protocol.{name}")],
            unit: String::new(),
            values: Levels::Numbers(values.to_vec()),
            span: None,
            base: base.map(Level::Number),
            attack_only: false,
        }
    }

    fn design(kind: Kind, count: usize, constraints: &[&str]) -> Design {
        let constraints = constraints.iter().map(|text| (*text).to_owned()).collect();
        Design { kind, count, points: Vec::new(), constraints }
    }

    fn told(design: &Design, axes: &[Axis]) -> Vec<String> {
        let points = design.points(axes, 1).expect("points");
        points.iter().map(|point| shown(axes, point)).collect()
    }

    #[test]
    fn one_at_a_time_leaves_the_others_at_their_base() {
        let axes = [axis("a", &[1.0, 2.0], Some(2.0)), axis("b", &[5.0, 6.0], None)];
        let points = told(&design(Kind::OneAtATime, 0, &[]), &axes);
        assert_eq!(points, ["a = 2, b = 5", "a = 1, b = 5", "a = 2, b = 6"]);
    }

    #[test]
    fn a_zip_goes_through_all_axes_at_once() {
        let axes = [axis("a", &[1.0, 2.0], None), axis("b", &[5.0, 6.0], None)];
        assert_eq!(told(&design(Kind::Zip, 0, &[]), &axes), ["a = 1, b = 5", "a = 2, b = 6"]);
    }

    #[test]
    fn constraints_leave_points_out_and_say_what_is_wrong_with_them() {
        let axes = [axis("a", &[1.0, 2.0], None), axis("b-c", &[1.5, 6.0], None)];
        let points = told(&design(Kind::Grid, 0, &["a < b_c"]), &axes);
        assert_eq!(points, ["a = 1, b-c = 1.5", "a = 1, b-c = 6", "a = 2, b-c = 6"]);
        let none = design(Kind::Grid, 0, &["a > b_c + 10.0"]).points(&axes, 1);
        assert!(none.expect_err("empty").contains("empty"));
        let unknown = design(Kind::Grid, 0, &["x > 1.0"]).points(&axes, 1);
        assert!(unknown.expect_err("unknown").contains("expression `x > 1.0`"));
    }

    #[test]
    fn what_fills_space_stays_in_the_range() {
        let span = Span { low: 1.0, high: 100.0, log: true, whole: true };
        let mut wide = axis("a", &[], None);
        wide.span = Some(span);
        let axes = [wide, axis("b", &[1.0, 2.0, 3.0], None)];
        for kind in [Kind::LatinHypercube, Kind::Sobol] {
            let points = design(kind, 30, &[]).points(&axes, 7).expect("points");
            assert_eq!(points.len(), 30);
            let of = |at: usize| points.iter().map(move |point| point[at].number());
            assert!(of(0).all(|value| (1.0..=100.0).contains(&value) && value.fract() == 0.0));
            // Half of a log range of two decades lies below 10.
            let low = of(0).filter(|value| *value < 10.0).count();
            assert!((12..=18).contains(&low), "{low}");
            let ones = of(1).filter(|value| *value == 1.0).count();
            assert!((8..=12).contains(&ones), "{ones}");
        }
    }
}
