//! Published contours, to hold our lines against.
//!
//! ```text
//! { "figures": { NAME: {
//!     "params": { "sigma_W": 0.4, "kappa": 0.5, "beta": 1, "xi": 0.5 },
//!     "contours": [ { "honest_stake": 0.6, "level": 0.6, "polylines": [[[W_H, W_C], …], …] }, … ]
//! }, … } }
//! ```
//!
//! Where a map is drawn over it, a point (`W_H`, `W_C`) of a contour has the honest reward `level`.
//! Other keys are passed over.

use serde_json::{Map as Object, Value};
use thiserror::Error;

use super::{Map, Rule, Setting};

/// All that is wrong with a file of contours, a line each.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", .0.join("\n"))]
pub struct PublishedError(pub Vec<String>);

/// No more than so many problems are told of one file.
const TOLD: usize = 20;

/// Parameters of a figure: key, greatest value, and what it stands for in a setting.
const PARAMS: [(&str, f64, fn(&Setting) -> f64); 4] = [
    ("sigma_W", 10.0, |setting| setting.weight_noise),
    ("kappa", 1.0, |setting| setting.kappa),
    ("beta", 1.0, |setting| setting.bonds_penalty),
    ("xi", 1.0, |setting| setting.validator_share),
];

/// One published contour.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The figure it is from.
    pub figure: String,
    /// The honest team's share of the stake, in `[0, 1]`.
    pub honest_stake: f64,
    /// The honest team's share of the reward on the contour, in `[0, 1]`.
    pub level: f64,
    /// Its vertices (`W_H`, `W_C`), each in `[0, 1]`; at least one.
    pub vertices: Vec<(f64, f64)>,
    /// The figure's values of [`PARAMS`].
    params: [f64; PARAMS.len()],
}

impl Published {
    /// Whether the figure's parameters are those of a setting.
    #[must_use]
    pub fn is_of(&self, setting: &Setting) -> bool {
        let same =
            |((_, _, of), value): (&(_, _, fn(&Setting) -> f64), &f64)| of(setting) == *value;
        setting.rule == Rule::Classic && PARAMS.iter().zip(&self.params).all(same)
    }

    /// Whether it is a retention line: the reward on it is the stake.
    #[must_use]
    pub fn is_retention_line(&self) -> bool {
        self.level == self.honest_stake
    }

    /// How far the vertex that lies farthest from a map's lines of the same level does, in units of
    /// either weight; infinite where the map has no such line. The lines are of three decimals, as
    /// the published ones.
    #[must_use]
    pub fn distance(&self, map: &Map) -> f64 {
        let lines = map.rounded().contour(self.level);
        let each = self.vertices.iter().map(|&vertex| distance(&lines, vertex));
        each.fold(0.0, f64::max)
    }
}

/// From a point to the nearest point of any line.
fn distance(lines: &[Vec<(f64, f64)>], (x, y): (f64, f64)) -> f64 {
    let to_step = |pair: &[(f64, f64)]| {
        let (across, up) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let (right, above) = (x - pair[0].0, y - pair[0].1);
        let length = across * across + up * up;
        let along = ((right * across + above * up) / length).clamp(0.0, 1.0);
        let (x, y) = (right - along * across, above - along * up);
        (x * x + y * y).sqrt()
    };
    let steps = lines.iter().flat_map(|line| line.windows(2));
    steps.map(to_step).fold(f64::INFINITY, f64::min)
}

/// Reads the contours in the `text` of the file `source`.
///
/// # Errors
/// Every problem, with file, JSON path and value.
pub fn published(source: &str, text: &str) -> Result<Vec<Published>, PublishedError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| PublishedError(vec![format!("{source}: not valid JSON: {error}")]))?;
    let mut reading = Reading { source, problems: Vec::new(), read: Vec::new() };
    reading.figures(&value);
    let Reading { mut problems, read, .. } = reading;
    if problems.is_empty() {
        return Ok(read);
    }
    let more = problems.len().saturating_sub(TOLD);
    problems.truncate(TOLD);
    if more > 0 {
        problems.push(format!("{source}: and {more} more problems"));
    }
    Err(PublishedError(problems))
}

struct Reading<'s> {
    source: &'s str,
    problems: Vec<String>,
    read: Vec<Published>,
}

impl Reading<'_> {
    fn wrong(&mut self, path: &str, rule: &str, got: Option<&Value>) {
        let got = match got {
            None => "nothing".into(),
            Some(Value::Array(list)) => format!("a list of {}", list.len()),
            Some(Value::Object(_)) => "an object".into(),
            Some(scalar) => scalar.to_string(),
        };
        self.problems.push(format!("{}: `{path}` must be {rule}, got {got}", self.source));
    }

    fn object<'v>(
        &mut self,
        path: &str,
        value: Option<&'v Value>,
    ) -> Option<&'v Object<String, Value>> {
        let found = value.and_then(Value::as_object);
        if found.is_none() {
            self.wrong(path, "an object", value);
        }
        found
    }

    fn list<'v>(&mut self, path: &str, value: Option<&'v Value>) -> &'v [Value] {
        match value.and_then(Value::as_array) {
            Some(list) if !list.is_empty() => list,
            _ => {
                self.wrong(path, "a list that is not empty", value);
                &[]
            }
        }
    }

    /// A number from 0 to `most`; 0 where there is none, which is told.
    fn number(&mut self, path: &str, most: f64, value: Option<&Value>) -> f64 {
        let found = value.and_then(Value::as_f64).filter(|x| (0.0..=most).contains(x));
        found.unwrap_or_else(|| {
            self.wrong(path, &format!("a number in [0, {most}]"), value);
            0.0
        })
    }

    fn figures(&mut self, value: &Value) {
        let Some(figures) = self.object("figures", value.get("figures")) else { return };
        for (figure, value) in figures {
            let path = format!("figures.{figure}");
            let params = self.object(&format!("{path}.params"), value.get("params"));
            let params = PARAMS.map(|(key, most, _)| {
                let value = params.map(|params| params.get(key));
                value.map_or(0.0, |v| self.number(&format!("{path}.params.{key}"), most, v))
            });
            let contours = self.list(&format!("{path}.contours"), value.get("contours"));
            for (at, contour) in contours.iter().enumerate() {
                self.contour(figure, params, &format!("{path}.contours[{at}]"), contour);
            }
        }
    }

    fn contour(&mut self, figure: &str, params: [f64; 4], path: &str, value: &Value) {
        let stake = format!("{path}.honest_stake");
        let honest_stake = self.number(&stake, 1.0, value.get("honest_stake"));
        let level = self.number(&format!("{path}.level"), 1.0, value.get("level"));
        let path = format!("{path}.polylines");
        let mut vertices = Vec::new();
        for (at, line) in self.list(&path, value.get("polylines")).iter().enumerate() {
            let path = format!("{path}[{at}]");
            for (at, vertex) in self.list(&path, Some(line)).iter().enumerate() {
                let path = format!("{path}[{at}]");
                match vertex.as_array().map(Vec::as_slice) {
                    Some([honest, cabal]) => {
                        let honest = self.number(&path, 1.0, Some(honest));
                        vertices.push((honest, self.number(&path, 1.0, Some(cabal))));
                    }
                    _ => self.wrong(&path, "a pair of numbers", Some(vertex)),
                }
            }
        }
        let figure = figure.to_owned();
        self.read.push(Published { figure, honest_stake, level, vertices, params });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(contours: &str) -> String {
        let params = r#"{"sigma_W": 0.4, "kappa": 0.5, "beta": 1, "xi": 0.5}"#;
        format!(r#"{{"figures": {{"a": {{"params": {params}, "contours": [{contours}]}}}}}}"#)
    }

    /// Against a slope of the reward from 0 to 1 along `W_H`, whose line at 1/2 runs straight up.
    #[test]
    fn the_farthest_vertex_counts() {
        let line = "[[0.5, 0.1], [0.52, 0.2]], [[0.45, 0.9]]";
        let contour = format!(r#"{{"honest_stake": 0.5, "level": 0.5, "polylines": [{line}]}}"#);
        let read = published("f.json", &text(&contour)).unwrap();
        let [one] = &read[..] else { panic!("{read:?}") };
        assert_eq!((one.figure.as_str(), one.vertices.len()), ("a", 3));
        assert!(one.is_of(&Setting::default()) && one.is_retention_line());
        assert!(!one.is_of(&Setting { kappa: 0.6, ..Setting::default() }));
        assert!(!one.is_of(&Setting { rule: Rule::Yuma3, ..Setting::default() }));
        let honest_reward = vec![0.0, 1.0, 0.0, 1.0];
        let map = Map { honest_stake: 0.5, steps: 2, honest_reward };
        assert!((one.distance(&map) - 0.05).abs() < 1e-12);
        let flat = Map { honest_reward: vec![0.0; 4], ..map };
        assert_eq!(one.distance(&flat), f64::INFINITY);
    }

    #[test]
    fn everything_wrong_is_told_with_its_path() {
        let contour = r#"{"honest_stake": 7, "polylines": [[[0.1], [0.2, "x"]], []]}"#;
        let PublishedError(told) = published("f.json", &text(contour)).unwrap_err();
        let starts = [
            "f.json: `figures.a.contours[0].honest_stake` must be a number in [0, 1], got 7",
            "f.json: `figures.a.contours[0].level` must be a number in [0, 1], got nothing",
            "f.json: `figures.a.contours[0].polylines[0][0]` must be a pair of numbers, got a list",
            "f.json: `figures.a.contours[0].polylines[0][1]` must be a number in [0, 1], got \"x\"",
            "f.json: `figures.a.contours[0].polylines[1]` must be a list that is not empty",
        ];
        assert_eq!(told.len(), starts.len(), "{told:?}");
        for (told, start) in told.iter().zip(starts) {
            assert!(told.starts_with(start), "{told}");
        }
        for (text, rule) in [("{", "not valid JSON"), ("[]", "`figures` must be an object")] {
            let told = published("f.json", text).unwrap_err().to_string();
            assert!(told.contains(rule), "{told}");
        }
        let many = vec!["{}"; 30].join(",");
        let PublishedError(told) = published("f.json", &text(&many)).unwrap_err();
        assert_eq!(told.len(), TOLD + 1);
    }
}
