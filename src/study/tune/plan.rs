//! The text of a tuning study.

use crate::fields::{Fields, KeyDoc, Part, describe};
use crate::scenario::{Edit, ScenarioError};
use crate::study::design::{self, Axis, Derived};
use crate::study::optimise::Method;
use crate::study::text::{self, Header, edits, header};
use crate::units::Epoch;

/// A tuning study, as its text gives it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it asks, and of which scenario.
    pub header: Header,
    /// Name of the subnet whose metrics are meant; the first where none is named.
    pub subnet: Option<String>,
    /// The first epoch that counts.
    pub from: Epoch,
    /// What may be chosen, and within which bounds.
    pub axes: Vec<Axis>,
    /// What follows from it.
    pub derived: Vec<Derived>,
    /// What is wanted.
    pub objectives: Vec<Objective>,
    /// What must hold.
    pub constraints: Vec<Constraint>,
    /// The panel of attacks that every setting must face.
    pub attacks: Vec<Attack>,
    /// How settings are looked for.
    pub search: Search,
}

/// A number of the worlds of a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its name, see `reading`.
    pub metric: String,
    /// In which worlds it is read.
    pub world: Worlds,
    /// The world in which it is read too, to be taken away seed by seed.
    pub less: Option<String>,
    /// What is made of the seeds.
    pub over: Seeds,
}

/// In which worlds a number is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worlds {
    /// In all: the worst of them counts.
    Worst,
    /// In the one with this name.
    One(String),
}

/// What is made of the values of all seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seeds {
    /// Their mean.
    Mean,
    /// Their quantile.
    Quantile(f64),
}

/// Something that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Its name in tables and figures.
    pub name: String,
    /// Of what.
    pub measure: Measure,
    /// Whether as much as can be is wanted, or as little.
    pub maximise: bool,
}

/// Something that must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// Of what.
    pub measure: Measure,
    /// It must not be less.
    pub at_least: Option<f64>,
    /// It must not be more.
    pub at_most: Option<f64>,
}

/// A world of the panel.
#[derive(Clone, Debug)]
pub struct Attack {
    /// Its name.
    pub name: String,
    /// The changes that make it.
    pub set: Vec<Edit>,
}

/// How settings are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// By which method.
    pub method: Method,
    /// Settings that are tried in each round.
    pub population: usize,
    /// Rounds.
    pub rounds: usize,
    /// Seeds under which each setting is tried.
    pub replicates: u64,
    /// Settings that are tried again under fresh seeds.
    pub finalists: usize,
}

/// Name of the world without an attack.
pub const PLAIN: &str = "plain";

/// Reads the text of a tuning study.
///
/// # Errors
/// All that is wrong with it, each with its place.
pub fn load(source: &str, text: &str, edits: &[Edit]) -> Result<(Plan, String), ScenarioError> {
    text::load(source, text, edits, |t| plan(t, source))
}

/// Every key that a tuning study may have.
#[must_use]
pub fn keys() -> Vec<KeyDoc> {
    describe(|t| plan(t, "study.toml"))
}

fn plan(t: &mut Fields<'_>, file: &str) -> Plan {
    text::refuse_other_kinds(t, "tune");
    let header = header(t, file);
    let (subnet, from) = t.table("read", "what is read of every run", |t| {
        let about = "the subnet whose metrics are meant; by default the first";
        let subnet = t.text("subnet", about).optional();
        let from = t.whole("from", "first epoch that counts").unit("epochs").at_most(10_000_000.0);
        (subnet, Epoch::try_from(from.default(0_u64)).unwrap_or(Epoch::MAX))
    });
    let axes = t.tables("axes", "what may be chosen: ranges are bounds", design::axis);
    let derived = t.tables("derived", "keys whose value follows from the axes", design::derived);
    let objectives = t.tables("objectives", "what is wanted", objective);
    let constraints = t.tables("constraints", "what must hold", constraint);
    let attacks = t.tables("attacks", "the panel of attacks that every setting must face", |t| {
        let name = t.text("name", "name of the world").name().required();
        Attack { name, set: edits(t, "set", "changes that make it, each KEY=VALUE") }
    });
    let search = t.table("search", "how settings are looked for", |t| search(t, objectives.len()));
    let plan =
        Plan { header, subnet, from, axes, derived, objectives, constraints, attacks, search };
    design::check_axes(t, &plan.axes);
    design::check_derived(t, &plan.axes, &plan.derived);
    plan.check(t);
    plan
}

fn measure(t: &mut Fields<'_>) -> Measure {
    let about = "a number by its name in the tables, as in `read.metrics` of a sweep";
    let metric = t.text("metric", about).required();
    let about = "`plain`, the name of an attack, or `worst`: the worst of all of them counts";
    let world = match t.text("world", about).default("worst").as_str() {
        "worst" => Worlds::Worst,
        other => Worlds::One(other.to_owned()),
    };
    let about = "the world in which it is read too, to be taken away seed by seed";
    let less = t.text("less", about).optional();
    let over = [
        ("mean", Seeds::Mean),
        ("p05", Seeds::Quantile(0.05)),
        ("p25", Seeds::Quantile(0.25)),
        ("median", Seeds::Quantile(0.5)),
        ("p75", Seeds::Quantile(0.75)),
        ("p95", Seeds::Quantile(0.95)),
    ];
    let over = t.choice("over", "what is made of the seeds", &over, Seeds::Mean);
    Measure { metric, world, less, over }
}

fn objective(t: &mut Fields<'_>) -> Objective {
    let measure = measure(t);
    let goals = [("maximise", true), ("minimise", false)];
    let maximise = t.choice("goal", "what is wanted of it", &goals, true);
    let about = "name in tables and figures; by default the metric's";
    let name = t.text("name", about).default(&*measure.metric);
    Objective { name, measure, maximise }
}

fn constraint(t: &mut Fields<'_>) -> Constraint {
    let measure = measure(t);
    let at_least = t.number("at_least", "it must not be less").optional();
    let at_most = t.number("at_most", "it must not be more").optional();
    if t.sound() && at_least.is_none() && at_most.is_none() {
        t.problem_here("a constraint needs `at_least` or `at_most`".into(), None);
    }
    if let (Some(low), Some(high)) = (at_least, at_most)
        && t.sound()
        && low > high
    {
        let message = format!("`at_most` must not be below `at_least` = {low}, got {high}");
        t.problem("at_most", Part::Value, message, None);
    }
    Constraint { measure, at_least, at_most }
}

fn search(t: &mut Fields<'_>, objectives: usize) -> Search {
    let fitting = if objectives > 1 { Method::NsgaTwo } else { Method::CmaEs };
    let about = "how: `cma-es` for one objective, `nsga-ii` for several, `bayesian` for dear runs";
    let method = t.choice("method", about, METHODS, fitting);
    let about = "settings that are tried in each round";
    let population = t.whole("population", about).at_least(2.0).at_most(10_000.0).default(12_u64);
    let rounds = t.whole("rounds", "rounds").at_least(1.0).at_most(100_000.0).default(20_u64);
    let about = "seeds under which each setting is tried; the best are tried again under others";
    let replicates = t.whole("replicates", about).at_least(1.0).at_most(100_000.0).default(4_u64);
    let about = "settings that are tried again";
    let finalists = t.whole("finalists", about).at_least(1.0).at_most(1_000.0);
    let finalists = finalists.default(if objectives > 1 { 12_u64 } else { 4 });
    if t.sound() && objectives > 1 && method != Method::NsgaTwo {
        let message = format!("several objectives need `nsga-ii`, for there are {objectives}");
        t.problem("method", Part::Value, message, None);
    }
    let count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    Search {
        method,
        population: count(population),
        rounds: count(rounds),
        replicates,
        finalists: count(finalists),
    }
}

const METHODS: &[(&str, Method)] =
    &[("cma-es", Method::CmaEs), ("nsga-ii", Method::NsgaTwo), ("bayesian", Method::Bayesian)];

impl Plan {
    /// Name of the method, as in the text.
    #[must_use]
    pub fn method_name(&self) -> &'static str {
        let method = self.search.method;
        METHODS.iter().find(|known| known.1 == method).map_or("", |known| known.0)
    }

    /// Name of every world, that without an attack first.
    pub fn worlds(&self) -> impl Iterator<Item = &str> {
        std::iter::once(PLAIN).chain(self.attacks.iter().map(|attack| attack.name.as_str()))
    }

    /// Every measure, those of the objectives first.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        let objectives = self.objectives.iter().map(|objective| &objective.measure);
        objectives.chain(self.constraints.iter().map(|constraint| &constraint.measure))
    }

    fn check(&self, t: &mut Fields<'_>) {
        if !t.sound() {
            return;
        }
        if self.axes.is_empty() {
            let help = Some("add [[axes]] with a `range`".into());
            t.problem_here("there is nothing to choose".into(), help);
        }
        if self.objectives.is_empty() {
            let help = Some("add [[objectives]]".into());
            t.problem_here("nothing is wanted".into(), help);
        }
        for (at, objective) in self.objectives.iter().enumerate() {
            if self.objectives[..at].iter().any(|other| other.name == objective.name) {
                let message = format!("a second objective is named `{}`", objective.name);
                t.problem("objectives", Part::Value, message, Some("give it a `name`".into()));
            }
        }
        for (at, attack) in self.attacks.iter().enumerate() {
            let taken = [PLAIN, "worst"].contains(&attack.name.as_str());
            if taken || self.attacks[..at].iter().any(|other| other.name == attack.name) {
                let message =
                    format!("a world cannot be named `{}`: the name is taken", attack.name);
                t.problem("attacks", Part::Value, message, None);
            }
        }
        let worlds: Vec<&str> = self.worlds().collect();
        let objectives = self.objectives.len();
        for (at, measure) in self.measures().enumerate() {
            let named = match &measure.world {
                Worlds::One(name) => Some(name),
                Worlds::Worst => None,
            };
            for name in named.into_iter().chain(&measure.less) {
                if !worlds.contains(&name.as_str()) {
                    let key = if at < objectives { "objectives" } else { "constraints" };
                    let message = format!("no world is named `{name}`");
                    let help = format!("the worlds: {}", crate::fields::quoted(&worlds));
                    t.problem(key, Part::Value, message, Some(help));
                }
            }
        }
        if let Some(axis) =
            self.axes.iter().find(|axis| axis.span.is_none() && axis.values.len() < 2)
        {
            let message = format!("there is nothing to choose on axis `{}`", axis.name);
            t.problem("axes", Part::Value, message, Some("give it a `range`".into()));
        }
    }
}
