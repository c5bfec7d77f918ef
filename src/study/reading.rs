//! Which numbers of a run a study reads: any number that the tables hold, by its name.
//!
//! `METRIC` is a column of `epochs` or `markets`, of the subnet that is looked at;
//! `SUBNET/METRIC` of another. `GROUP:METRIC` and `SUBNET/GROUP:METRIC` are a column of `groups`,
//! or `gain`, `worth` and `return` of what the group owns, which traders have too
//! (`network.traders/GROUP:gain`). `network.METRIC` is a column of `network`. A number is the mean
//! over the epochs that are looked at; `@last`, `@min`, `@max` and `@sd` at its end make it the last
//! one, the least, the greatest, or the standard deviation. Several with ` + ` between them are added.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::account::Account;
use crate::fields::nearest;
use crate::metrics::wealth::purses;
use crate::metrics::{Census, GROUP_METRICS, SUBNET_METRICS};
use crate::record::journal::{Finished, bits};
use crate::record::tables::numbers;
use crate::record::{Frame, Observer, RecordError};
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::units::Epoch;
use crate::world::{Subnet, World};

/// About how many epochs of a run are looked at.
const LOOKS: Epoch = 50;

/// One number of a run, found in its world.
#[derive(Clone, Debug, PartialEq)]
struct Quantity {
    of: Of,
    over: Over,
}

/// What it is a number of; subnets, groups and columns by place.
#[derive(Clone, Debug, PartialEq)]
enum Of {
    Subnet(usize, usize),
    Market(usize, usize),
    Group(usize, usize, usize),
    Network(usize),
    Purse(String, Owned),
}

/// What of a purse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owned {
    /// Worth less worth at the start and costs, at pool prices.
    Gain,
    /// Worth at pool prices.
    Worth,
    /// Gain over worth at the start.
    Return,
}

/// How the epochs become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Mean,
    Last,
    Least,
    Greatest,
    Deviation,
}

const OVER: &[(&str, Over)] =
    &[("last", Over::Last), ("min", Over::Least), ("max", Over::Greatest), ("sd", Over::Deviation)];

const OWNED: &[(&str, Owned)] =
    &[("gain", Owned::Gain), ("worth", Owned::Worth), ("return", Owned::Return)];

/// The numbers that are read of every run of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Their names, see the head of this file.
    pub names: Vec<String>,
    /// Name of the subnet that a name without one means; the first where none is named.
    pub subnet: Option<String>,
    /// The first epoch that counts.
    pub from: Epoch,
}

/// What was read of a run, a value for each quantity; NaN where it is not defined.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Numbers(#[serde(with = "bits")] pub Vec<f64>);

/// Whose names a scenario has.
struct Names {
    subnets: Vec<String>,
    groups: Vec<Vec<String>>,
    purses: Vec<String>,
    has_network: bool,
}

impl Reading {
    /// Every metric of the subnet, as it is in the tables.
    #[must_use]
    pub fn all(has_network: bool) -> Vec<String> {
        let markets = numbers::market_columns().map(|column| column.name).filter(|_| has_network);
        SUBNET_METRICS.iter().map(|metric| metric.name).chain(markets).map(Into::into).collect()
    }

    /// What is wrong with the names in runs of `scenario`: for each that is no number of it, its
    /// place and what may be meant; for the subnet, no place.
    #[must_use]
    pub fn unknown(&self, scenario: &Scenario) -> Vec<(Option<usize>, String)> {
        let simulation = Simulation::new(scenario);
        let known = Names::of(simulation.world());
        let Some(subnet) = known.place(self.subnet.as_deref()) else {
            let name = self.subnet.as_deref().unwrap_or_default();
            return vec![(None, meant(name, known.subnets(), "subnets"))];
        };
        let each = self.names.iter().enumerate();
        each.filter_map(|(at, name)| Some((Some(at), known.sum(name, subnet).err()?))).collect()
    }

    /// All that its results depend on beside scenario and seed.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{self:?}")
    }

    /// Runs a scenario under a seed and reads it.
    ///
    /// # Errors
    /// Why the run failed, in words.
    pub fn run(&self, scenario: &Scenario, seed: u64) -> Finished<Numbers> {
        let mut scenario = scenario.clone();
        scenario.seed = seed;
        let mut simulation = Simulation::new(&scenario);
        // A setting may have other subnets and groups than its neighbours.
        let known = Names::of(simulation.world());
        let subnet = known.place(self.subnet.as_deref()).unwrap_or(usize::MAX);
        let sums: Vec<Option<Vec<Quantity>>> =
            self.names.iter().map(|name| known.sum(name, subnet).ok()).collect();
        let quantities: Vec<Quantity> = sums.iter().flatten().flatten().cloned().collect();
        let owns = |quantity: &Quantity| matches!(quantity.of, Of::Purse(..));
        let has_account = quantities.iter().any(owns);
        let mut tally = Tally {
            from: self.from,
            every: (scenario.epochs / LOOKS).max(1),
            epochs: scenario.epochs,
            account: has_account.then(|| Account::open(simulation.world())),
            series: vec![Vec::new(); quantities.len()],
            quantities,
        };
        let stop = AtomicBool::new(false);
        simulation.run(&mut [&mut tally], &stop).map_err(|error| error.to_string())?;
        let mut each = tally.quantities.iter().zip(&tally.series);
        let value = |terms: &Option<Vec<Quantity>>| {
            let terms = terms.as_ref()?;
            let values = each.by_ref().take(terms.len());
            Some(values.fold(0.0, |sum, (quantity, series)| sum + quantity.over.of(series)))
        };
        Ok(Numbers(sums.iter().map(value).map(|value| value.unwrap_or(f64::NAN)).collect()))
    }
}

impl Names {
    fn of(world: &World) -> Self {
        let groups =
            |subnet: &Subnet| subnet.groups.iter().map(|group| group.name.clone()).collect();
        Self {
            subnets: world.subnets.iter().map(|subnet| subnet.name.clone()).collect(),
            groups: world.subnets.iter().map(groups).collect(),
            purses: purses(world).into_iter().map(|purse| purse.name).collect(),
            has_network: world.network.is_some(),
        }
    }

    /// The place of a subnet; the first where none is named.
    fn place(&self, subnet: Option<&str>) -> Option<usize> {
        subnet.map_or(Some(0), |name| self.subnets.iter().position(|other| other == name))
    }

    /// The numbers that are added under this name, or what may be meant.
    fn sum(&self, name: &str, subnet: usize) -> Result<Vec<Quantity>, String> {
        name.split(" + ").map(|term| self.quantity(term, subnet)).collect()
    }

    /// The number with this name, or what may be meant.
    fn quantity(&self, name: &str, subnet: usize) -> Result<Quantity, String> {
        let (what, over) = match name.split_once('@') {
            None => (name, Over::Mean),
            Some((what, over)) => {
                let found = OVER.iter().find(|known| known.0 == over);
                let help = "after `@` comes one of `last`, `min`, `max`, `sd`";
                (what, found.ok_or(help)?.1)
            }
        };
        let of = match what.split_once(':') {
            Some((whose, metric)) => self.of_group(whose, metric, subnet)?,
            None => self.of_subnet(what, subnet)?,
        };
        Ok(Quantity { of, over })
    }

    fn of_group(&self, whose: &str, metric: &str, subnet: usize) -> Result<Of, String> {
        let whole = if whose.contains('/') || self.subnets.is_empty() {
            whose.to_owned()
        } else {
            format!("{}/{whose}", self.subnets.get(subnet).map_or("", String::as_str))
        };
        if let Some(owned) = OWNED.iter().find(|known| known.0 == metric) {
            if self.purses.contains(&whole) {
                return Ok(Of::Purse(whole, owned.1));
            }
            return Err(meant(&whole, self.purses.iter().map(String::as_str), "groups"));
        }
        let (of_subnet, group) = whole.split_once('/').unwrap_or(("", &whole));
        let at = self.subnets.iter().position(|name| name == of_subnet);
        let at = at.ok_or_else(|| meant(of_subnet, self.subnets(), "subnets"))?;
        let groups = &self.groups[at];
        let found = groups.iter().position(|name| name == group);
        let each = || groups.iter().map(String::as_str);
        let group = found.ok_or_else(|| meant(group, each(), "groups"))?;
        let names = || GROUP_METRICS.iter().map(|metric| metric.name);
        let column = names().position(|name| name == metric);
        let all = || names().chain(OWNED.iter().map(|owned| owned.0));
        Ok(Of::Group(at, group, column.ok_or_else(|| meant(metric, all(), "metrics of a group"))?))
    }

    fn of_subnet(&self, what: &str, subnet: usize) -> Result<Of, String> {
        if let Some(metric) = what.strip_prefix("network.") {
            let names = || numbers::network_columns().map(|column| column.name);
            let column = names().position(|name| name == metric && self.has_network);
            return column.map(Of::Network).ok_or_else(|| {
                if self.has_network {
                    meant(metric, names(), "metrics of the network")
                } else {
                    "the scenario has no [network]".into()
                }
            });
        }
        let (at, metric) = match what.split_once('/') {
            None => (subnet, what),
            Some((name, metric)) => {
                let at = self.subnets.iter().position(|other| other == name);
                (at.ok_or_else(|| meant(name, self.subnets(), "subnets"))?, metric)
            }
        };
        if let Some(column) = SUBNET_METRICS.iter().position(|known| known.name == metric) {
            return Ok(Of::Subnet(at, column));
        }
        let markets = || numbers::market_columns().map(|column| column.name);
        if let Some(column) = markets().position(|name| name == metric && self.has_network) {
            return Ok(Of::Market(at, column));
        }
        let names = SUBNET_METRICS.iter().map(|metric| metric.name);
        let markets = markets().filter(|_| self.has_network);
        Err(meant(metric, names.chain(markets), "metrics"))
    }

    fn subnets(&self) -> impl Iterator<Item = &str> {
        self.subnets.iter().map(String::as_str)
    }
}

/// What may be meant by a name among others.
fn meant<'n>(name: &str, among: impl Iterator<Item = &'n str>, what: &str) -> String {
    let among: Vec<&str> = among.collect();
    nearest(name, &among).unwrap_or_else(|| format!("{what}: {}", among.join(", ")))
}

impl Over {
    fn of(self, series: &[f64]) -> f64 {
        let defined: Vec<f64> = series.iter().copied().filter(|value| value.is_finite()).collect();
        let (Some(first), Some(last)) = (defined.first(), defined.last()) else { return f64::NAN };
        let mean = super::statistics::mean(&defined);
        match self {
            Self::Mean => mean,
            Self::Last => *last,
            Self::Least => defined.iter().copied().fold(*first, f64::min),
            Self::Greatest => defined.iter().copied().fold(*first, f64::max),
            Self::Deviation => {
                let squares =
                    defined.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
                (squares / defined.len() as f64).sqrt()
            }
        }
    }
}

/// Reads while a run goes on.
struct Tally {
    quantities: Vec<Quantity>,
    from: Epoch,
    every: Epoch,
    epochs: Epoch,
    account: Option<Account>,
    /// The value of each quantity at each look.
    series: Vec<Vec<f64>>,
}

impl Tally {
    fn look(&mut self, world: &World) {
        let mut seen = Seen { world, censuses: vec![None; world.subnets.len()], network: None };
        let owned = self.account.as_ref().map(|account| account.balance(world, &purses(world)));
        for (quantity, series) in self.quantities.iter().zip(&mut self.series) {
            let value = match &quantity.of {
                Of::Purse(name, what) => {
                    let found = owned.iter().flatten().find(|balance| &balance.name == name);
                    found.map_or(f64::NAN, |balance| match what {
                        Owned::Gain => balance.gain(),
                        Owned::Worth => balance.worth,
                        Owned::Return => balance.gain() / balance.start,
                    })
                }
                of => seen.value(of),
            };
            series.push(value);
        }
    }
}

/// A world that is looked at: what several numbers need is counted once.
struct Seen<'w> {
    world: &'w World,
    censuses: Vec<Option<Census<'w>>>,
    network: Option<Vec<f64>>,
}

impl<'w> Seen<'w> {
    fn census(&mut self, at: usize, subnet: &'w Subnet) -> &Census<'w> {
        self.censuses[at].get_or_insert_with(|| Census::of(subnet))
    }

    fn value(&mut self, of: &Of) -> f64 {
        let world = self.world;
        let (Of::Subnet(at, _) | Of::Group(at, ..) | Of::Market(at, _)) = of else {
            let Of::Network(column) = of else { return f64::NAN };
            let row = self.network.get_or_insert_with(|| numbers::network(world));
            return row.get(*column).copied().unwrap_or(f64::NAN);
        };
        let Some(subnet) = world.subnets.get(*at) else { return f64::NAN };
        match of {
            Of::Subnet(_, column) => (SUBNET_METRICS[*column].of)(self.census(*at, subnet)),
            Of::Group(_, group, column) if *group < subnet.groups.len() => {
                (GROUP_METRICS[*column].of)(self.census(*at, subnet), *group)
            }
            Of::Market(_, column) => {
                numbers::market(world, *at).get(*column).copied().unwrap_or(f64::NAN)
            }
            Of::Group(..) | Of::Network(_) | Of::Purse(..) => f64::NAN,
        }
    }
}

impl Observer for Tally {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        if let Some(account) = &mut self.account {
            account.charge(frame.world);
        }
        let is_last = frame.epoch + 1 == self.epochs;
        let is_due = frame.epoch.is_multiple_of(self.every) && frame.epoch >= self.from;
        if is_due || is_last {
            self.look(frame.world);
        }
        Ok(())
    }
}
