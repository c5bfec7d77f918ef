//! Which setting is best, for whom, how sure are we, and does it hold under attack?
//!
//! A setting is tried in several worlds: the scenario as it is, and the same under each attack of a
//! panel. What counts is the worst of them, so that a setting that is good only in peace is not
//! chosen. All settings of the search see the same few seeds. The best are tried again under other
//! seeds, by which one is chosen, and the chosen one is held against the default under seeds that
//! neither search nor choice has seen: the best of many noisy numbers is too good.

mod measure;
pub mod plan;
mod search;

pub use measure::{Measured, Values};
pub use plan::Plan;
pub use search::{Finalist, Findings, Tried};

use plan::PLAIN;

use super::batch::Desk;
use super::design::{self, Formulas, Point};
use super::reading::{Numbers, Reading};
use super::text::{self, Base, StudyError};
use crate::fields::{KeyPath, Part, Problem};
use crate::record::RecordError;
use crate::record::journal::Journal;
use crate::scenario::{Edit, Scenario};
use crate::strategy::Catalogue;

/// A tuning study, checked.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// What its text says.
    pub plan: Plan,
    /// The text with every key.
    pub resolved: String,
    /// What is read of every run.
    pub reading: Reading,
    base: Base,
    formulas: Formulas,
    digest: String,
}

/// Seeds that a study uses for one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The numbers that are reported: no choice has seen them.
    Report,
    /// Trying many settings.
    Search,
    /// Choosing among the best.
    Choice,
}

impl Tuning {
    /// Reads a tuning study and the scenario it names, which `read` gets by the name in the text,
    /// with the behaviours of a `catalogue`.
    ///
    /// # Errors
    /// All that is wrong with the text, or with the scenario, or with a setting at the bounds that
    /// is no scenario.
    pub fn load(
        source: &str,
        text: &str,
        edits: &[Edit],
        catalogue: &Catalogue,
        read: impl FnOnce(&str) -> Result<(String, String), String>,
    ) -> Result<Self, StudyError> {
        let (plan, resolved) = plan::load(source, text, edits).map_err(StudyError::Text)?;
        let (base, plain) = Base::read(&plan.header, catalogue, read)?;
        let mut names: Vec<String> = Vec::new();
        for measure in plan.measures() {
            if !names.contains(&measure.metric) {
                names.push(measure.metric.clone());
            }
        }
        let (subnet, from) = (plan.subnet.clone(), plan.from);
        let reading = Reading { names, subnet, from };
        let formulas = design::formulas(&plan.derived).map_err(|message| {
            let path = KeyPath::default().key("derived");
            let help = Some("see the axes' names".into());
            let problem = Problem { path, part: Part::Value, message, help };
            text::refuse(source, text, edits, vec![problem])
        })?;
        let mut tuning = Self { plan, resolved, reading, base, formulas, digest: String::new() };
        tuning.digest = tuning.check_bounds()?;
        let problems = tuning.problems(&plain)?;
        if problems.is_empty() {
            return Ok(tuning);
        }
        Err(text::refuse(source, text, edits, problems))
    }

    /// Loads the settings at the bounds in every world; gives the digest of all that is run.
    fn check_bounds(&self) -> Result<String, StudyError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.resolved.replace(" # default", "").as_bytes());
        let dims = self.plan.axes.len();
        let mut settings = vec![None, Some(self.levels(&vec![0.5; dims]))];
        for end in [0.0, 1.0] {
            settings.push(Some(self.levels(&vec![end; dims])));
        }
        for setting in settings {
            for world in 0..=self.plan.attacks.len() {
                hasher.update(self.scenario(setting.as_ref(), world)?.digest().as_bytes());
            }
        }
        Ok(hasher.finalize().to_hex()[..32].to_owned())
    }

    /// What is wrong with the names of numbers: each must be one in some world.
    fn problems(&self, plain: &Scenario) -> Result<Vec<Problem>, StudyError> {
        let mut unknown = self.reading.unknown(plain);
        for world in 1..=self.plan.attacks.len() {
            let there = self.reading.unknown(&self.scenario(None, world)?);
            unknown.retain(|(at, _)| there.iter().any(|(other, _)| other == at));
        }
        let objectives = self.plan.objectives.len();
        let problem = |(at, help): (Option<usize>, String)| {
            let name = at.map(|at| self.reading.names[at].as_str());
            let measure = self.plan.measures().position(|measure| Some(&*measure.metric) == name);
            let root = KeyPath::default();
            let (path, message) = if let (Some(name), Some(at)) = (name, measure) {
                let list = if at < objectives { "objectives" } else { "constraints" };
                let at = if at < objectives { at } else { at - objectives };
                (root.key(list).index(at).key("metric"), format!("unknown metric `{name}`"))
            } else {
                let name = self.plan.subnet.as_deref().unwrap_or_default();
                (root.key("read").key("subnet"), format!("no subnet is named `{name}`"))
            };
            Problem { path, part: Part::Value, message, help: Some(help) }
        };
        let mut problems: Vec<Problem> = unknown.into_iter().map(problem).collect();
        if plain.epochs <= self.plan.from {
            let (from, epochs) = (self.plan.from, plain.epochs);
            let path = KeyPath::default().key("read").key("from");
            let message = format!("`from` = {from} is beyond the run's {epochs} epochs");
            let help = Some("lengthen the run, or begin earlier".into());
            problems.push(Problem { path, part: Part::Value, message, help });
        }
        Ok(problems)
    }

    /// A fingerprint of all that is run `[32 hexadecimal digits]`.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The seeds for a purpose; no seed serves two.
    #[must_use]
    pub fn seeds(&self, purpose: Purpose) -> Vec<u64> {
        let (first, fresh) = (self.plan.header.seed, self.plan.header.replicates);
        let search = self.plan.search.replicates;
        let (after, many) = match purpose {
            Purpose::Report => (0, fresh),
            Purpose::Search => (fresh, search),
            Purpose::Choice => (fresh + search, fresh),
        };
        (0..many).map(|at| first.saturating_add(after).saturating_add(at)).collect()
    }

    /// The most runs that it takes.
    #[must_use]
    pub fn runs(&self) -> usize {
        let worlds = self.plan.attacks.len() + 1;
        let search = self.plan.search;
        let tried = search.population.saturating_mul(search.rounds);
        let of_search = tried.saturating_mul(self.seeds(Purpose::Search).len());
        let of_finals = (2 * search.finalists + 1) * self.seeds(Purpose::Report).len();
        (of_search + of_finals).saturating_mul(worlds)
    }

    /// The setting at a place in the unit cube.
    #[must_use]
    pub fn levels(&self, place: &[f64]) -> Point {
        self.plan.axes.iter().zip(place).map(|(axis, place)| axis.at(*place)).collect()
    }

    /// The edits of a setting; of the default those of the axes' `base`, where all are told.
    ///
    /// # Errors
    /// A derived value cannot be worked out.
    pub fn edits(&self, setting: Option<&Point>) -> Result<Vec<Edit>, String> {
        let axes = &self.plan.axes;
        let base: Option<Point> = axes.iter().map(|axis| axis.base.clone()).collect();
        let Some(point) = setting.or(base.as_ref()) else {
            let told = axes.iter().filter_map(|axis| Some((axis, axis.base.as_ref()?)));
            return Ok(told.flat_map(|(axis, base)| axis.edits(base)).collect());
        };
        let each = axes.iter().zip(point).flat_map(|(axis, level)| axis.edits(level));
        let derived = self.formulas.edits(&self.plan.derived, axes, point)?;
        Ok(each.chain(derived).collect())
    }

    /// The scenario of a setting in a world; without a setting, the default's.
    ///
    /// # Errors
    /// It is none.
    pub fn scenario(&self, setting: Option<&Point>, world: usize) -> Result<Scenario, StudyError> {
        let mut edits = self.edits(setting).map_err(StudyError::Unreadable)?;
        let attack = world.checked_sub(1).and_then(|at| self.plan.attacks.get(at));
        edits.extend(attack.into_iter().flat_map(|attack| attack.set.iter().cloned()));
        self.base.with(&edits).map_err(|error| {
            let told = setting.map(|point| design::shown(&self.plan.axes, point));
            let name = attack.map_or(PLAIN, |attack| attack.name.as_str());
            let place = format!(
                "the setting {} in the world `{name}`",
                told.unwrap_or_else(|| "of the default".into())
            );
            StudyError::Setting { place, error }
        })
    }

    /// The texts of the study and of its base, each with the path that it has in a folder of its own.
    #[must_use]
    pub fn texts(&self) -> [(String, String); 2] {
        self.base.texts(&self.resolved)
    }

    /// Searches, chooses, and holds the chosen setting against the default.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn run(
        &self,
        journal: &mut Journal<Numbers>,
        desk: Desk<'_>,
    ) -> Result<Findings, RecordError> {
        search::run(self, journal, desk)
    }
}
