//! What does a number depend on? Many settings of one scenario, each under the same seeds.
//!
//! The points are cut into blocks. A block's runs go on at once, and what it came to is kept as a
//! table when it is whole, so that memory holds one block, however many there are. Afterwards the
//! blocks are read again in order: what a sweep comes to is a function of the tables alone, and does
//! not depend on where, when and in how many tries they were made.

mod blocks;
pub mod plan;
mod summary;

pub use blocks::{Block, Part};
pub use plan::{Goal, Plan};
pub use summary::{Findings, Index, Tried};

use rayon::prelude::*;

use super::batch::Desk;
use super::design::{self, Formulas, Point};
use super::reading::Reading;
use super::text::{self, Base, StudyError};
use crate::fields::{KeyPath, Part as Place, Problem};
use crate::record::{Blocks, RecordError};
use crate::scenario::{Edit, Scenario};
use crate::strategy::Catalogue;

/// A sweep, checked.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// What its text says.
    pub plan: Plan,
    /// The text with every key.
    pub resolved: String,
    /// What is read of every run.
    pub reading: Reading,
    /// The points, in the order of the design.
    pub points: Vec<Point>,
    base: Base,
    formulas: Formulas,
    blocks: Vec<Block>,
    /// With which point each is compared, if with any.
    references: Vec<Option<usize>>,
    digest: String,
}

impl Sweep {
    /// Reads a sweep and the scenario it names, which `read` gets by the name in the text, with the
    /// behaviours of a `catalogue`. Every point is checked.
    ///
    /// # Errors
    /// All that is wrong with the text, or with the scenario, or with the first point that makes no
    /// scenario.
    pub fn load(
        source: &str,
        text: &str,
        edits: &[Edit],
        catalogue: &Catalogue,
        read: impl FnOnce(&str) -> Result<(String, String), String>,
    ) -> Result<Self, StudyError> {
        let (plan, resolved) = plan::load(source, text, edits).map_err(StudyError::Text)?;
        let refuse = |problems| text::refuse(source, text, edits, problems);
        let (base, plain) = Base::read(&plan.header, catalogue, read)?;
        let points = plan.design.points(&plan.axes, plan.header.seed).map_err(|message| {
            refuse(vec![problem(&["design"], message, "see `design.constraints` and the axes")])
        })?;
        let formulas = design::formulas(&plan.derived).map_err(|message| {
            refuse(vec![problem(&["derived"], message, "see the axes' names")])
        })?;
        let mut names = plan.read.metrics.clone();
        if names.is_empty() {
            names = Reading::all(plain.network.is_some());
        }
        let (subnet, from) = (plan.read.subnet.clone(), plan.read.from);
        let reading = Reading { names, subnet, from };
        let problems = problems(&plan, &reading, &plain);
        if !problems.is_empty() {
            return Err(refuse(problems));
        }
        let Some(references) = references(&plan.axes, &points, &plan.read.reference) else {
            let message = "`reference` names no point of the design".to_owned();
            let help = "such as [\"AXIS=VALUE\"], with values that the axes have";
            return Err(refuse(vec![problem(&["read", "reference"], message, help)]));
        };
        let mut sweep = Self {
            blocks: blocks::cut(&plan, &points),
            plan,
            resolved,
            reading,
            points,
            base,
            formulas,
            references,
            digest: String::new(),
        };
        sweep.digest = sweep.check_points()?;
        Ok(sweep)
    }

    /// Loads every point once; gives the digest of all that is run.
    fn check_points(&self) -> Result<String, StudyError> {
        let digests: Vec<Result<String, StudyError>> =
            self.points.par_iter().map(|point| Ok(self.scenario(point)?.digest())).collect();
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.resolved.replace(" # default", "").as_bytes());
        for digest in digests {
            hasher.update(digest?.as_bytes());
        }
        Ok(hasher.finalize().to_hex()[..32].to_owned())
    }

    /// A fingerprint of all that is run `[32 hexadecimal digits]`.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The blocks that it is made of.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The most runs that it takes.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.points.len() * self.seeds().len()
    }

    /// The seeds of the replicates.
    #[must_use]
    pub fn seeds(&self) -> Vec<u64> {
        let first = self.plan.header.seed;
        (first..first.saturating_add(self.plan.header.replicates)).collect()
    }

    /// The point that the one at this place is compared with, if there is one: the values of the
    /// reference, and its own values of all other axes.
    #[must_use]
    pub fn reference(&self, at: usize) -> Option<usize> {
        self.references.get(at).copied().flatten()
    }

    /// What points are compared with, in words.
    #[must_use]
    pub fn reference_told(&self) -> String {
        let named = &self.plan.read.reference;
        match self.points.first() {
            Some(first) if named.is_empty() => design::shown(&self.plan.axes, first),
            _ => named.join(", "),
        }
    }

    /// The scenario of a point.
    ///
    /// # Errors
    /// It is none.
    pub fn scenario(&self, point: &Point) -> Result<Scenario, StudyError> {
        let axes = &self.plan.axes;
        let mut edits: Vec<Edit> =
            axes.iter().zip(point).flat_map(|(axis, level)| axis.edits(level)).collect();
        let derived = self.formulas.edits(&self.plan.derived, axes, point);
        edits.extend(derived.map_err(StudyError::Unreadable)?);
        self.base.with(&edits).map_err(|error| {
            let place = format!("the point {}", design::shown(&self.plan.axes, point));
            StudyError::Setting { place, error }
        })
    }

    /// The scenario as all points have it.
    ///
    /// # Errors
    /// It is none.
    pub fn base(&self) -> Result<Scenario, StudyError> {
        self.base.with(&[]).map_err(StudyError::Text)
    }

    /// The texts of the sweep and of its base, each with the path that it has in a folder of its own.
    #[must_use]
    pub fn texts(&self) -> [(String, String); 2] {
        self.base.texts(&self.resolved)
    }

    /// Runs every block of a `part` that is not there; gives whether all of them are there now.
    ///
    /// # Errors
    /// What is finished cannot be kept.
    pub fn run(&self, kept: &Blocks, part: Part, desk: Desk<'_>) -> Result<bool, RecordError> {
        blocks::run(self, kept, part, desk)
    }

    /// What the finished blocks come to.
    ///
    /// # Errors
    /// A block cannot be read.
    pub fn findings(&self, kept: &Blocks) -> Result<Findings, RecordError> {
        summary::findings(self, kept)
    }
}

fn problem(keys: &[&str], message: String, help: &str) -> Problem {
    let path = keys.iter().fold(KeyPath::default(), |path, key| path.key(key));
    Problem { path, part: Place::Value, message, help: Some(help.to_owned()) }
}

/// What is wrong with the names of numbers and axes.
fn problems(plan: &Plan, reading: &Reading, plain: &Scenario) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, help) in reading.unknown(plain) {
        if let Some(at) = at {
            let path = KeyPath::default().key("read").key("metrics").index(at);
            let message = format!("unknown metric `{}`", reading.names[at]);
            problems.push(Problem { path, part: Place::Value, message, help: Some(help) });
        } else {
            let name = plan.read.subnet.as_deref().unwrap_or_default();
            let message = format!("no subnet is named `{name}`");
            problems.push(problem(&["read", "subnet"], message, &help));
        }
    }
    for (at, axis) in plan.axes.iter().enumerate() {
        let own = ["point", "seed", "error"];
        if own.contains(&axis.name.as_str()) || reading.names.contains(&axis.name) {
            let message = format!("an axis cannot be named `{}`, as a column is", axis.name);
            let path = KeyPath::default().key("axes").index(at).key("name");
            let help = Some("give it another name".into());
            problems.push(Problem { path, part: Place::Value, message, help });
        }
    }
    if plain.epochs <= plan.read.from {
        let message =
            format!("`from` = {} is beyond the run's {} epochs", plan.read.from, plain.epochs);
        problems.push(problem(&["read", "from"], message, "lengthen the run, or begin earlier"));
    }
    if let Some(until) = &plan.until
        && !reading.names.contains(&until.metric)
    {
        let message = format!("unknown metric `{}`", until.metric);
        problems.push(problem(&["until", "metric"], message, "one of `read.metrics`"));
    }
    problems
}

/// With which point each is compared: of the `reference`, each `AXIS=VALUE`, and of its own values
/// otherwise; the first point where there is no reference. `None` where it names no point.
fn references(
    axes: &[design::Axis],
    points: &[Point],
    reference: &[String],
) -> Option<Vec<Option<usize>>> {
    if reference.is_empty() {
        return Some(vec![Some(0); points.len()]);
    }
    let mut wanted = Vec::new();
    for text in reference {
        let (name, value) = text.split_once('=')?;
        let axis = axes.iter().position(|axis| axis.name == name.trim())?;
        wanted.push((axis, value.trim()));
    }
    let is_there = |axis: usize, value: &str, point: &Point| match &point[axis] {
        design::Level::Number(number) => value.parse() == Ok(*number),
        design::Level::Name(name) => name == value || name.trim_matches('"') == value,
    };
    let others = |point: &Point| -> String {
        let others = point.iter().enumerate().filter(|(at, _)| wanted.iter().all(|w| w.0 != *at));
        others.fold(String::new(), |told, (_, level)| told + &format!("{level:?}\n"))
    };
    let mut found = std::collections::BTreeMap::new();
    for (at, point) in points.iter().enumerate() {
        if wanted.iter().all(|(axis, value)| is_there(*axis, value, point)) {
            found.entry(others(point)).or_insert(at);
        }
    }
    if found.is_empty() {
        return None;
    }
    Some(points.iter().map(|point| found.get(&others(point)).copied()).collect())
}
