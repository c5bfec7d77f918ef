//! The text of an attack study.

use crate::fields::{Fields, KeyDoc, Part, describe};
use crate::scenario::{Edit, ScenarioError};
use crate::study::design::{self, Axis, Levels};
use crate::study::text::{self, Header, edits, header};
use crate::units::Epoch;

/// An attack study, as its text gives it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it asks, and of which scenario.
    pub header: Header,
    /// Name of the subnet that is looked at; the first where none is named.
    pub subnet: Option<String>,
    /// The coalition whose attack it is.
    pub coalition: Option<String>,
    /// Purses of the attackers, beside those of the coalition.
    pub attackers: Vec<String>,
    /// What it takes to enter beside what a purse has at the start: the purse, and how much.
    pub entry: Vec<(String, f64)>,
    /// Changes that make the attack.
    pub with: Vec<Edit>,
    /// Changes that make the world without it, on the same draws.
    pub without: Vec<Edit>,
    /// The first epoch that counts in means; by default that of the coalition's attack, or 0.
    pub from: Option<Epoch>,
    /// What a year's use of the capital that the attack ties up costs, as a part of it.
    pub capital_rate: f64,
    /// What is varied.
    pub axes: Vec<Axis>,
    /// How the break-even is looked for, on the first axis.
    pub break_even: BreakEven,
    /// What the adversary may choose, where it searches.
    pub search: Option<Search>,
    /// The one number of the study.
    pub headline: Headline,
}

/// How a break-even is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakEven {
    /// How many times the bracket is halved.
    pub rounds: u64,
    /// Width of the bracket that is narrow enough, in the unit of the axis.
    pub tolerance: f64,
}

/// What an adversary may choose, and how long it searches.
#[derive(Clone, Debug)]
pub struct Search {
    /// In which setting it searches: a value for some axes, each `AXIS=VALUE`; the first value of the others.
    pub at: Vec<String>,
    /// What it chooses.
    pub levers: Vec<Lever>,
    /// Policies that it tries in each round.
    pub population: usize,
    /// Rounds.
    pub rounds: u64,
    /// Seeds under which each policy is tried; the best is tried again under others.
    pub replicates: u64,
    /// Policies that it knows before it begins, a value for each lever.
    pub known: Vec<Vec<f64>>,
}

/// Something that an adversary chooses.
#[derive(Clone, Debug)]
pub struct Lever {
    /// Its name.
    pub name: String,
    /// The key paths that get its value.
    pub keys: Vec<String>,
    /// Its least value.
    pub low: f64,
    /// Its greatest.
    pub high: f64,
    /// Whether it is whole.
    pub whole: bool,
    /// Names for the values 0, 1, 2 and so on, each as in a text; empty for numbers.
    pub names: Vec<String>,
    /// Whether each name is a list with a value for each of the keys.
    pub each: bool,
    /// Whether the world without the attack has it too, as it must where it says who the attackers
    /// are: what they gain is compared with what the same people gain without the attack.
    pub both: bool,
}

/// The one number that a study is told by.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// What it is, in words.
    pub about: String,
    /// `profit`, `roi`, `loss_per_gain`, `break_even`, a metric of the subnet, or `GROUP:METRIC`.
    pub metric: String,
    /// In which world it is read.
    pub arm: Which,
    /// Where: a value for some axes, each `AXIS=VALUE`; the last value of the others.
    pub at: Vec<String>,
    /// Less what it is there, if given.
    pub minus: Vec<String>,
}

/// A world of a pair, or what is between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The world with the attack less the world without it.
    Difference,
    /// The world with the attack.
    Attack,
    /// The world without it.
    Honest,
}

/// Reads the text of an attack study.
///
/// # Errors
/// All that is wrong with it, each with its place.
pub fn load(source: &str, text: &str, edits: &[Edit]) -> Result<(Plan, String), ScenarioError> {
    text::load(source, text, edits, |t| plan(t, source))
}

/// Every key that an attack study may have.
#[must_use]
pub fn keys() -> Vec<KeyDoc> {
    describe(|t| plan(t, "study.toml"))
}

fn plan(t: &mut Fields<'_>, file: &str) -> Plan {
    text::refuse_other_kinds(t, "attack");
    let header = header(t, file);
    let mut plan = t.table("attack", "who attacks, and how", |t| {
        let subnet = t.text("subnet", "the subnet that is looked at; by default the first");
        let subnet = subnet.optional();
        let about = "the coalition whose attack it is; without it, its members play their own part";
        let coalition = t.text("coalition", about).optional();
        let about =
            "who attacks beside it: GROUP or SUBNET/GROUP, SUBNET/owner-cut, network.traders/GROUP";
        let attackers = t.texts("attackers", about).default(Vec::new());
        let entry = entry(t);
        let with = edits(t, "with", "changes that make the attack, each KEY=VALUE");
        let without = edits(t, "without", "changes that make the world without it, each KEY=VALUE");
        let about = "first epoch that counts in means; by default the attack's";
        let from = t.whole("from", about).unit("epochs").at_most(10_000_000.0).optional();
        let about = "what a year's use of the capital that the attack ties up costs";
        let rate = t.number("capital_rate", about).unit("part of it").at_least(0.0).at_most(10.0);
        let capital_rate = rate.default(0.0);
        if t.sound() && coalition.is_none() && attackers.is_empty() {
            let help = "give `coalition`, or `attackers` with `with` or `without`";
            t.problem_here("an attack needs somebody who attacks".into(), Some(help.into()));
        }
        let from = from.map(|from| Epoch::try_from(from).unwrap_or(Epoch::MAX));
        Plan {
            header,
            subnet,
            coalition,
            attackers,
            entry,
            with,
            without,
            from,
            capital_rate,
            axes: Vec::new(),
            break_even: BreakEven { rounds: 0, tolerance: 0.0 },
            search: None,
            headline: Headline {
                about: String::new(),
                metric: "profit".into(),
                arm: Which::Difference,
                at: Vec::new(),
                minus: Vec::new(),
            },
        }
    });
    plan.axes = t.tables("axes", "what is varied, in every combination", design::axis);
    plan.break_even = t.table("break_even", "where the profit becomes 0 on the first axis", |t| {
        let rounds = t.whole("rounds", "how many times the bracket is halved").at_most(60.0);
        let rounds = rounds.default(5_u64);
        let about = "width of the bracket that is narrow enough, in the unit of the axis";
        let tolerance = t.number("tolerance", about).at_least(0.0).default(0.0);
        BreakEven { rounds, tolerance }
    });
    plan.search = t.table_if_given("search", "what an adversary may choose", search);
    plan.headline = t.table("headline", "the one number of the study", headline);
    design::check_axes(t, &plan.axes);
    design::check_grid(t, &plan.axes);
    design::check_derived(t, &plan.axes, &[]);
    plan
}

/// Reads what it takes to enter, each `PURSE=AMOUNT`.
fn entry(t: &mut Fields<'_>) -> Vec<(String, f64)> {
    let about = "what it takes to enter beside what a purse has at the start, PURSE=AMOUNT in TAO, for \
                 all of the group; it counts as paid at the start";
    let mut entry = Vec::new();
    for text in t.texts("entry", about).default(Vec::new()) {
        let amount = text.split_once('=').map(|(purse, amount)| (purse, amount.trim().parse()));
        match amount {
            Some((purse, Ok(amount))) if (0.0..=21e6).contains(&amount) => {
                entry.push((purse.trim().to_owned(), amount));
            }
            _ => {
                let message = format!("`{text}` is not what it takes to enter");
                let help = "write \"GROUP=AMOUNT\", with an amount from 0 to 21000000";
                t.problem("entry", Part::Value, message, Some(help.into()));
            }
        }
    }
    entry
}

fn headline(t: &mut Fields<'_>) -> Headline {
    let about = t.text("about", "what the number is, in words").default("");
    let meaning = "`profit`, `roi`, `loss_per_gain`, `break_even`, a metric of the subnet, or \
                   GROUP:METRIC";
    let metric = t.text("metric", meaning).default("profit");
    let worlds =
        [("difference", Which::Difference), ("attack", Which::Attack), ("honest", Which::Honest)];
    let arm = t.choice("arm", "in which world it is read", &worlds, Which::Difference);
    let at = t.texts("at", "where: AXIS=VALUE; the last value of axes that are not named");
    let at = at.default(Vec::new());
    let minus = t.texts("minus", "less what it is there").default(Vec::new());
    Headline { about, metric, arm, at, minus }
}

fn search(t: &mut Fields<'_>) -> Search {
    let about = "where it searches: AXIS=VALUE; the first value of axes that are not named";
    let at = t.texts("at", about).default(Vec::new());
    let levers = t.tables("levers", "what it chooses", lever);
    let about = "policies that it tries in each round";
    let population = t.whole("population", about).at_least(4.0).at_most(10_000.0).default(12_u64);
    let rounds = t.whole("rounds", "rounds").at_least(1.0).at_most(100_000.0).default(20_u64);
    let about = "seeds under which each policy is tried";
    let replicates = t.whole("replicates", about).at_least(1.0).at_most(100_000.0).default(4_u64);
    let known = t.tables("known", "policies that it knows before it begins", |t| {
        t.numbers("values", "a value for each lever").required()
    });
    if t.sound() && levers.is_empty() {
        let message = "a search needs at least one lever".into();
        t.problem_here(message, Some("add [[search.levers]]".into()));
    }
    if t.sound() && known.iter().any(|values| values.len() != levers.len()) {
        let message = format!("a known policy needs {} values, one for each lever", levers.len());
        t.problem("known", Part::Value, message, None);
    }
    let population = usize::try_from(population).unwrap_or(4);
    Search { at, levers, population, rounds, replicates, known }
}

fn lever(t: &mut Fields<'_>) -> Lever {
    let name = t.text("name", "name of the lever").name().required();
    let keys = t.texts("keys", "key paths that get its value").required();
    let low = t.number("low", "its least value").default(0.0);
    let high = t.number("high", "its greatest").default(1.0);
    let whole = t.flag("whole", "whether it is whole").default(false);
    let about = "choices in place of numbers, each as in a text";
    let names = t.texts("names", about).default(Vec::new());
    let about = "whether each choice is a list with a value for each of `keys`";
    let each = t.flag("each", about).default(false);
    let about = "whether the world without the attack has it too, as where it says who attacks";
    let both = t.flag("both", about).default(false);
    if t.sound() && low >= high {
        let message = format!("`high` must be above `low` = {low}, got {high}");
        t.problem("high", Part::Value, message, None);
    }
    let lever = Lever { name, keys, low, high, whole, names, each, both };
    if t.sound() && each && !lever.names.iter().all(|name| lever.values_of(name).is_some()) {
        let message = "with `each`, every choice is a list with a value for each of `keys`";
        let help = "write it as \"[1, 0.5]\"".into();
        t.problem("names", Part::Value, message.into(), Some(help));
    }
    lever
}

impl Lever {
    /// The edits that give its keys the value at `part` of its range, in `[0, 1]`.
    #[must_use]
    pub fn edits(&self, part: f64) -> Vec<Edit> {
        let level = self.level(part);
        if let (true, design::Level::Name(name)) = (self.each, &level) {
            let values = self.values_of(name).unwrap_or_default();
            let pairs = self.keys.iter().cloned().zip(values);
            return pairs.map(|(path, value)| Edit { path, value }).collect();
        }
        let axis = Axis {
            name: self.name.clone(),
            keys: self.keys.clone(),
            unit: String::new(),
            values: Levels::Numbers(Vec::new()),
            span: None,
            base: None,
            attack_only: true,
        };
        axis.edits(&level)
    }

    /// The values of a choice, one for each key; `None` where there are not so many.
    fn values_of(&self, name: &str) -> Option<Vec<toml_edit::Value>> {
        let value: toml_edit::Value = name.parse().ok()?;
        let values: Vec<_> = value.as_array()?.iter().cloned().collect();
        (values.len() == self.keys.len()).then_some(values)
    }

    /// Where in its range a value lies, in `[0, 1]`; of a choice, the number of its name.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let part = if self.names.is_empty() {
            (value - self.low) / (self.high - self.low)
        } else {
            (value + 0.5) / self.names.len() as f64
        };
        part.clamp(0.0, 1.0)
    }

    /// The value at `part` of its range, in `[0, 1]`.
    #[must_use]
    pub fn level(&self, part: f64) -> design::Level {
        let part = part.clamp(0.0, 1.0);
        if !self.names.is_empty() {
            let at = crate::num::floor(part * self.names.len() as f64);
            let at = usize::try_from(at).unwrap_or(0).min(self.names.len() - 1);
            return design::Level::Name(self.names[at].clone());
        }
        let value = self.low + (self.high - self.low) * part;
        let value = if self.whole { value.round() } else { value };
        design::Level::Number(value.clamp(self.low, self.high))
    }
}
