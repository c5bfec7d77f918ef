//! What does an attack earn, and what stops it?
//!
//! Each setting is run twice under each seed: with the attack, and without it. Both worlds have
//! the same draws, so that what is between them is the attack's doing.

pub mod break_even;
mod headline;
pub mod plan;
pub mod search;
mod texts;
pub mod trial;

pub use plan::{Headline, Plan, Which};
pub use trial::{Arm, Focus};

use super::batch::{self, Desk, Job};
use super::design::{self, Point};
use super::statistics::mean;
use super::text::{Base, StudyError};
use crate::fields::{nearest, quoted};
use crate::metrics::wealth::purses;
use crate::record::RecordError;
use crate::record::journal::{Finished, Journal, key};
use crate::scenario::{Edit, Scenario};
use crate::simulation::Simulation;
use crate::strategy::Catalogue;
use crate::units::BLOCKS_PER_DAY;
use break_even::Crossing;

/// An attack study, checked.
#[derive(Clone, Debug)]
pub struct Study {
    /// What its text says.
    pub plan: Plan,
    /// The text with every key.
    pub resolved: String,
    /// The resolved text of the scenario that it varies.
    pub scenario: String,
    base: Base,
    /// What is looked at in every run.
    pub focus: Focus,
    /// What worth is counted in: `TAO`, or `alpha` where it has no market.
    pub unit: &'static str,
    years: f64,
    settings: Vec<Setting>,
}

/// One setting, as two scenarios.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    point: Point,
    refined: bool,
    attack: Scenario,
    honest: Scenario,
}

/// One replicate of a setting.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The seed of both worlds.
    pub seed: u64,
    /// The world with the attack and the world without it, or why there are none.
    pub arms: Finished<(Arm, Arm)>,
}

/// What one setting came to.
#[derive(Clone, Debug)]
pub struct Tried {
    /// A value for each axis.
    pub point: Point,
    /// Whether it was added while a break-even was looked for.
    pub refined: bool,
    /// One for each seed.
    pub trials: Vec<Trial>,
}

/// What a study came to.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Every setting: those of the grid, and then those that were added.
    pub tried: Vec<Tried>,
    /// Where the profit becomes 0, for each combination of the other axes.
    pub crossings: Vec<Crossing>,
    /// Whether all was run.
    pub complete: bool,
}

impl Study {
    /// Reads a study and the scenario it names, which `read` gets by the name in the text, with the
    /// behaviours of a `catalogue`.
    ///
    /// # Errors
    /// All that is wrong with the text, or with the scenario, or with the first setting that is no
    /// scenario.
    pub fn load(
        source: &str,
        text: &str,
        edits: &[Edit],
        catalogue: &Catalogue,
        read: impl FnOnce(&str) -> Result<(String, String), String>,
    ) -> Result<Self, StudyError> {
        let (plan, resolved) = plan::load(source, text, edits).map_err(StudyError::Text)?;
        let (base, plain) = Base::read(&plan.header, catalogue, read)?;
        let focus = focus(&plan, &plain)?;
        let tempo = plain.subnets.get(focus.subnet).map_or(360, |subnet| subnet.rules.params.tempo);
        let mut study = Self {
            unit: if plain.network.is_some() { "TAO" } else { "alpha" },
            years: f64::from(plain.epochs) * tempo as f64 / BLOCKS_PER_DAY as f64 / 365.0,
            plan,
            resolved,
            scenario: plain.resolved().to_owned(),
            base,
            focus,
            settings: Vec::new(),
        };
        for point in design::grid(&study.plan.axes) {
            let setting = study.setting(point, false)?;
            study.settings.push(setting);
        }
        study.check_headline()?;
        Ok(study)
    }

    /// A fingerprint of all that is run `[32 hexadecimal digits]`.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.resolved.replace(" # default", "").as_bytes());
        for setting in &self.settings {
            hasher.update(setting.attack.digest().as_bytes());
            hasher.update(setting.honest.digest().as_bytes());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// Length of the longest run.
    #[must_use]
    pub fn epochs(&self) -> crate::units::Epoch {
        self.settings.iter().map(|setting| setting.attack.epochs).max().unwrap_or(0)
    }

    /// How many runs the grid takes.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.settings.len() * self.seeds().len() * 2
    }

    /// The seeds of the replicates.
    #[must_use]
    pub fn seeds(&self) -> Vec<u64> {
        let first = self.plan.header.seed;
        (first..first.saturating_add(self.plan.header.replicates)).collect()
    }

    /// Tries every setting, and looks for the break-even.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn run(
        &self,
        journal: &mut Journal<Arm>,
        desk: Desk<'_>,
    ) -> Result<Findings, StudyFailure> {
        let settings: Vec<&Setting> = self.settings.iter().collect();
        let (mut tried, complete) = self.try_all(&settings, &self.seeds(), journal, desk)?;
        if !complete {
            return Ok(Findings { tried, crossings: Vec::new(), complete });
        }
        let (crossings, complete) = break_even::find(self, &mut tried, journal, desk)?;
        Ok(Findings { tried, crossings, complete })
    }

    /// Runs settings under seeds; what was stopped has no trials.
    pub(super) fn try_all(
        &self,
        settings: &[&Setting],
        seeds: &[u64],
        journal: &mut Journal<Arm>,
        desk: Desk<'_>,
    ) -> Result<(Vec<Tried>, bool), RecordError> {
        let looked_at = format!("{:?}", self.focus);
        let digests: Vec<[String; 2]> = settings
            .iter()
            .map(|setting| [setting.attack.digest(), setting.honest.digest()])
            .collect();
        let keys = |at: usize, seed: u64| -> [String; 2] {
            [0, 1].map(|arm| key(&digests[at][arm], seed, &looked_at))
        };
        let mut jobs = Vec::new();
        for (at, setting) in settings.iter().enumerate() {
            for &seed in seeds {
                for (scenario, key) in
                    [&setting.attack, &setting.honest].into_iter().zip(keys(at, seed))
                {
                    jobs.push(Job { scenario, seed, key });
                }
            }
        }
        let one = |scenario: &Scenario, seed: u64| trial::run(scenario, seed, &self.focus);
        let complete = batch::run(&jobs, journal, desk, one)?;
        let trial = |at: usize, seed: u64| {
            let [attack, honest] = keys(at, seed);
            let (attack, honest) = (journal.get(&attack)?, journal.get(&honest)?);
            let arms = match (attack, honest) {
                (Ok(attack), Ok(honest)) => Ok((attack.clone(), honest.clone())),
                (Err(error), _) => Err(format!("with the attack: {error}")),
                (_, Err(error)) => Err(format!("without the attack: {error}")),
            };
            Some(Trial { seed, arms })
        };
        let tried = settings.iter().enumerate().map(|(at, setting)| Tried {
            point: setting.point.clone(),
            refined: setting.refined,
            trials: seeds.iter().filter_map(|seed| trial(at, *seed)).collect(),
        });
        Ok((tried.collect(), complete))
    }

    /// The two worlds of a point.
    ///
    /// # Errors
    /// One of them is no scenario.
    pub(super) fn setting(&self, point: Point, refined: bool) -> Result<Setting, StudyError> {
        let (mut common, mut attack) = (Vec::new(), Vec::new());
        for (axis, level) in self.plan.axes.iter().zip(&point) {
            if axis.attack_only { &mut attack } else { &mut common }.extend(axis.edits(level));
        }
        let place = design::shown(&self.plan.axes, &point);
        self.pair(&place, &common, &attack).map(|(attack, honest)| Setting {
            point,
            refined,
            attack,
            honest,
        })
    }

    /// The two worlds under some changes to both, and some to the attack alone.
    pub(super) fn pair(
        &self,
        place: &str,
        common: &[Edit],
        attack: &[Edit],
    ) -> Result<(Scenario, Scenario), StudyError> {
        let wrong = |world: &str| {
            let of = if place.is_empty() { String::new() } else { format!(" of {place}") };
            let place = format!("the world {world}{of}");
            move |error| StudyError::Setting { place, error }
        };
        let with = [common, &self.plan.with, attack].concat();
        let with = self.base.with(&with).map_err(wrong("with the attack"))?;
        let mut without = [common, self.plan.without.as_slice()].concat();
        if let Some(name) = &self.plan.coalition {
            let path = format!("coalitions.{name}.acts");
            without.push(Edit { path, value: false.into() });
        }
        let without = self.base.with(&without).map_err(wrong("without it"))?;
        Ok((with, without))
    }

    /// What the attack earns in a pair of worlds: what the attackers gain with it, less what they
    /// gain without it, less what the capital costs that it ties up beyond that.
    #[must_use]
    pub fn profit(&self, attack: &Arm, honest: &Arm) -> f64 {
        let tied = (attack.tied() - honest.tied()).max(0.0);
        attack.gain() - honest.gain() - self.plan.capital_rate * self.years * tied
    }

    /// What all others lose by the attack, at pool prices.
    #[must_use]
    pub fn others_loss(&self, attack: &Arm, honest: &Arm) -> f64 {
        let others = attack.purses.iter().filter(|p| !self.focus.attackers.contains(&p.name));
        others.fold(0.0, |sum, purse| {
            let gain = |arm: &Arm| arm.group_metric(&purse.name, "gain");
            let loss = gain(honest) - gain(attack);
            if loss.is_finite() { sum + loss } else { sum }
        })
    }

    /// The profit of each seed of a setting, in seed order; NaN where a run failed.
    #[must_use]
    pub fn profits(&self, tried: &Tried) -> Vec<f64> {
        let of = |trial: &Trial| match &trial.arms {
            Ok((attack, honest)) => self.profit(attack, honest),
            Err(_) => f64::NAN,
        };
        tried.trials.iter().map(of).collect()
    }

    fn wrong(&self, key: &str, message: &str, help: &str) -> StudyError {
        StudyError::Unreadable(format!(
            "error: study `{}`, {key}: {message}\nhelp: {help}",
            self.plan.header.name
        ))
    }
}

/// Why a study could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum StudyFailure {
    /// Its results cannot be kept.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A setting that it came to is no scenario.
    #[error(transparent)]
    Setting(#[from] StudyError),
}

/// Whom and what a study looks at; all must be there.
fn focus(plan: &Plan, scenario: &Scenario) -> Result<Focus, StudyError> {
    let wrong = |message: String, help: String| {
        let name = &plan.header.name;
        StudyError::Unreadable(format!("error: study `{name}`, attack: {message}\nhelp: {help}"))
    };
    let mut from = plan.from.unwrap_or(0);
    let mut subnet_name = plan.subnet.clone();
    let mut attackers = Vec::new();
    if let Some(name) = &plan.coalition {
        let found = scenario.coalitions.iter().find(|coalition| &coalition.name == name);
        let Some(coalition) = found else {
            let names: Vec<&str> = scenario.coalitions.iter().map(|c| c.name.as_str()).collect();
            let help = nearest(name, &names)
                .unwrap_or_else(|| format!("the scenario's coalitions: {}", quoted(&names)));
            return Err(wrong(format!("no coalition is named `{name}`"), help));
        };
        from = plan.from.unwrap_or(coalition.from);
        subnet_name = subnet_name.or_else(|| Some(coalition.subnet.clone()));
        attackers.push(format!("{}/{name}", coalition.subnet));
        attackers.push(format!("{}/{name}-miners", coalition.subnet));
    }
    let names: Vec<&str> = scenario.subnets.iter().map(|subnet| subnet.name.as_str()).collect();
    let subnet = match &subnet_name {
        None => 0,
        Some(name) => names.iter().position(|other| other == name).ok_or_else(|| {
            let help = nearest(name, &names)
                .unwrap_or_else(|| format!("the scenario's subnets: {}", quoted(&names)));
            wrong(format!("no subnet is named `{name}`"), help)
        })?,
    };
    let own = names.get(subnet).copied().unwrap_or_default();
    let there: Vec<String> =
        purses(Simulation::new(scenario).world()).into_iter().map(|purse| purse.name).collect();
    attackers.retain(|name| there.contains(name));
    let find = |name: &String| {
        let whole = if name.contains('/') { name.clone() } else { format!("{own}/{name}") };
        if there.contains(&whole) {
            return Ok(whole);
        }
        let known: Vec<&str> = there.iter().map(String::as_str).collect();
        let help = nearest(&whole, &known)
            .unwrap_or_else(|| format!("the scenario's groups: {}", quoted(&known)));
        Err(wrong(format!("no group is named `{whole}`"), help))
    };
    for name in &plan.attackers {
        attackers.push(find(name)?);
    }
    let entry = plan.entry.iter().map(|(name, amount)| Ok((find(name)?, *amount)));
    let entry = entry.collect::<Result<Vec<_>, StudyError>>()?;
    if from >= scenario.epochs {
        let message =
            format!("the attack begins at epoch {from}, but the run has {}", scenario.epochs);
        return Err(wrong(message, "lengthen the run, or set `attack.from`".into()));
    }
    Ok(Focus { subnet, attackers, entry, from })
}

/// The mean of what is defined.
#[must_use]
pub fn defined_mean(values: &[f64]) -> f64 {
    mean(&values.iter().copied().filter(|value| value.is_finite()).collect::<Vec<_>>())
}
