//! The text of a sweep.

use crate::fields::{Fields, KeyDoc, Part, describe};
use crate::scenario::{Edit, ScenarioError};
use crate::study::design::{self, Axis, Derived, Design};
use crate::study::text::{self, Header, header};
use crate::units::Epoch;

/// A sweep, as its text gives it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it asks, and of which scenario.
    pub header: Header,
    /// What is read of every run.
    pub read: Read,
    /// What is varied.
    pub axes: Vec<Axis>,
    /// What follows from it.
    pub derived: Vec<Derived>,
    /// Which points are taken.
    pub design: Design,
    /// When a point has had enough runs.
    pub until: Option<Until>,
}

/// What is read of every run, and how it is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// Name of the subnet that is looked at; the first where none is named.
    pub subnet: Option<String>,
    /// The first epoch that counts.
    pub from: Epoch,
    /// Names of the numbers; empty for every metric of the subnet.
    pub metrics: Vec<String>,
    /// What is wanted of the first of them.
    pub goal: Goal,
    /// What points are compared with, each `AXIS=VALUE`, other axes as in the point itself; the first
    /// point where none is given.
    pub reference: Vec<String>,
}

/// What is wanted of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Nothing: it is looked at.
    None,
    /// As much as can be.
    Maximise,
    /// As little as can be.
    Minimise,
}

/// When a point has had enough runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Until {
    /// The number that is to be known well.
    pub metric: String,
    /// Half the width of its 95 % confidence interval that is narrow enough.
    pub half_width: f64,
    /// Runs of each point before it is asked for the first time.
    pub at_least: u64,
}

/// Reads the text of a sweep.
///
/// # Errors
/// All that is wrong with it, each with its place.
pub fn load(source: &str, text: &str, edits: &[Edit]) -> Result<(Plan, String), ScenarioError> {
    text::load(source, text, edits, |t| plan(t, source))
}

/// Every key that a sweep may have.
#[must_use]
pub fn keys() -> Vec<KeyDoc> {
    describe(|t| plan(t, "study.toml"))
}

fn plan(t: &mut Fields<'_>, file: &str) -> Plan {
    text::refuse_other_kinds(t, "sweep");
    let header = header(t, file);
    let read = t.table("read", "what is read of every run", read);
    let axes = t.tables("axes", "what is varied", design::axis);
    let derived = t.tables("derived", "keys whose value follows from the axes", design::derived);
    let design = t.table("design", "which points are taken from the axes", design::design);
    let until = t.table_if_given("until", "when a point has had enough runs", until);
    design::check_axes(t, &axes);
    design::check_derived(t, &axes, &derived);
    design.check(t, &axes);
    if t.sound()
        && let Some(until) = &until
        && !read.metrics.is_empty()
        && !read.metrics.contains(&until.metric)
    {
        let message =
            format!("`until.metric` must be among `read.metrics`, got `{}`", until.metric);
        t.problem("until", Part::Value, message, Some("add it there".into()));
    }
    Plan { header, read, axes, derived, design, until }
}

/// Reads what is read of runs.
pub(crate) fn read(t: &mut Fields<'_>) -> Read {
    let about = "the subnet whose metrics are meant; by default the first";
    let subnet = t.text("subnet", about).optional();
    let from = t.whole("from", "first epoch that counts").unit("epochs").at_most(10_000_000.0);
    let from = Epoch::try_from(from.default(0_u64)).unwrap_or(Epoch::MAX);
    let about = "numbers by their names in the tables: METRIC, SUBNET/METRIC, GROUP:METRIC, \
                 GROUP:gain, network.METRIC, each with @last, @min, @max or @sd if wanted; by \
                 default every metric of the subnet; the first is the one that is judged";
    let metrics = t.texts("metrics", about).default(Vec::new());
    let goals = [("none", Goal::None), ("maximise", Goal::Maximise), ("minimise", Goal::Minimise)];
    let goal = t.choice("goal", "what is wanted of the first of them", &goals, Goal::None);
    let about = "what points are compared with, each AXIS=VALUE; by default the first point";
    let reference = t.texts("reference", about).default(Vec::new());
    if t.sound()
        && let Some(twice) =
            metrics.iter().enumerate().find(|(at, name)| metrics[..*at].contains(name))
    {
        t.problem("metrics", Part::Value, format!("`{}` stands there twice", twice.1), None);
    }
    Read { subnet, from, metrics, goal, reference }
}

fn until(t: &mut Fields<'_>) -> Until {
    let metric = t.text("metric", "the number that is to be known well").required();
    let about = "half the width of its 95 % confidence interval that is narrow enough";
    let half_width = t.number("half_width", about).above(0.0).required();
    let about = "runs of each point before it is asked for the first time";
    let at_least = t.whole("at_least", about).at_least(2.0).at_most(100_000.0).default(8_u64);
    Until { metric, half_width, at_least }
}
