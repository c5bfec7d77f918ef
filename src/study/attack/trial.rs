//! One run of an attack study, and what it came to.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::metrics::wealth::{Purse, purses};
use crate::metrics::{Census, GROUP_METRICS, SUBNET_METRICS};
use crate::record::journal::bits;
use crate::record::{Frame, Observer, RecordError};
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::study::account::{Account, Balance};
use crate::units::Epoch;
use crate::world::World;

/// About how many epochs of a run are looked at.
const LOOKS: Epoch = 50;

/// What a study looks at in a run.
#[derive(Clone, Debug)]
pub struct Focus {
    /// Place of the subnet.
    pub subnet: usize,
    /// Purses of the attackers.
    pub attackers: Vec<String>,
    /// What it takes to enter beside what is in a purse at the start: its name, and how much
    /// `[TAO, or alpha where it has no market]`.
    pub entry: Vec<(String, f64)>,
    /// The first epoch that counts in means.
    pub from: Epoch,
}

/// Numbers of the market that stand beside the metrics of a subnet: name and meaning.
pub const MARKET_METRICS: &[(&str, &str)] = &[
    ("price_tao_per_alpha", "Price in the pool."),
    ("ema_price_tao_per_alpha", "Smoothed price."),
    ("tao_emission_share", "The subnet's share of the TAO emission, in [0, 1]."),
    ("burn_price_tao", "Price of a slot."),
    ("registrations", "Slots sold in an epoch."),
    ("kept", "Whether the subnet that was there at the start still has its place, 1 or 0."),
];

/// Metrics of every purse, in the unit of worth.
pub const PURSE_METRICS: &[&str] = &["gain", "start", "paid"];

/// What the course of a run holds for each epoch that is looked at.
pub const COURSE: &[&str] =
    &["epoch", "gain", "emission_share", "honest_emission_share", "emission_efficiency"];

/// What one run came to.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Arm {
    /// Mean of each of [`SUBNET_METRICS`] and then of [`MARKET_METRICS`] over the epochs that count.
    #[serde(with = "bits")]
    pub subnet: Vec<f64>,
    /// Every purse.
    pub purses: Vec<PurseArm>,
    /// Of the attackers together: worth at the start, gain, and capital tied up in the mean, at
    /// liquidation value `[TAO, or alpha where it has no market]`.
    #[serde(with = "bits")]
    pub attackers: Vec<f64>,
    /// [`COURSE`] of each epoch that is looked at, row by row.
    #[serde(with = "bits")]
    pub course: Vec<f64>,
    /// The epoch in which the attack was found out.
    pub detected: Option<Epoch>,
}

/// What one purse came to.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct PurseArm {
    /// Its name.
    pub name: String,
    /// Worth at the end, and what was got outside of the network, less worth at the start, costs
    /// and the price of entry, at pool prices; worth at the start, with the price of entry; what was
    /// paid outside over the run; and then the mean of each of [`GROUP_METRICS`] over the epochs that count, of a group of a subnet.
    #[serde(with = "bits")]
    pub numbers: Vec<f64>,
}

impl Arm {
    /// What the attackers own at the start.
    #[must_use]
    pub fn start(&self) -> f64 {
        self.attackers.first().copied().unwrap_or(f64::NAN)
    }

    /// What the attackers gained.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.attackers.get(1).copied().unwrap_or(f64::NAN)
    }

    /// Capital of the attackers that was tied up, in the mean.
    #[must_use]
    pub fn tied(&self) -> f64 {
        self.attackers.get(2).copied().unwrap_or(f64::NAN)
    }

    /// A metric of the subnet; NaN where there is none of that name.
    #[must_use]
    pub fn metric(&self, name: &str) -> f64 {
        subnet_metrics().position(|metric| metric == name).map_or(f64::NAN, |at| self.subnet[at])
    }

    /// A metric of a group of the subnet, or `gain`, `start` or `paid` of any purse; NaN where there is none.
    #[must_use]
    pub fn group_metric(&self, purse: &str, name: &str) -> f64 {
        let found = self.purses.iter().find(|other| other.name == purse);
        let at = purse_metrics().position(|metric| metric == name);
        let value = found.zip(at).and_then(|(purse, at)| purse.numbers.get(at));
        value.copied().unwrap_or(f64::NAN)
    }
}

/// The names of [`Arm::subnet`].
pub fn subnet_metrics() -> impl Iterator<Item = &'static str> {
    SUBNET_METRICS.iter().map(|metric| metric.name).chain(MARKET_METRICS.iter().map(|m| m.0))
}

/// The names of [`PurseArm::numbers`].
pub fn purse_metrics() -> impl Iterator<Item = &'static str> {
    PURSE_METRICS.iter().copied().chain(GROUP_METRICS.iter().map(|metric| metric.name))
}

/// Runs a scenario under a seed.
///
/// # Errors
/// Why the run failed, in words.
pub fn run(scenario: &Scenario, seed: u64, focus: &Focus) -> Result<Arm, String> {
    let mut scenario = scenario.clone();
    scenario.seed = seed;
    let mut simulation = Simulation::new(&scenario);
    let mut tally = Tally::begin(simulation.world(), focus, scenario.epochs);
    let stop = AtomicBool::new(false);
    simulation.run(&mut [&mut tally], &stop).map_err(|error| error.to_string())?;
    Ok(tally.end(simulation.world()))
}

/// A mean that grows; what is not defined does not count.
#[derive(Clone, Copy, Debug, Default)]
struct Growing {
    sum: f64,
    count: f64,
}

impl Growing {
    fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.sum += value;
            self.count += 1.0;
        }
    }

    fn mean(self) -> f64 {
        if self.count > 0.0 { self.sum / self.count } else { f64::NAN }
    }
}

/// Counts while a run goes on.
struct Tally<'f> {
    focus: &'f Focus,
    every: Epoch,
    epochs: Epoch,
    /// When the subnet that is looked at was registered `[block]`.
    registered: u64,
    account: Account,
    started: f64,
    subnet: Vec<Growing>,
    groups: Vec<Vec<Growing>>,
    tied: Growing,
    course: Vec<f64>,
    detected: Option<Epoch>,
}

impl<'f> Tally<'f> {
    fn begin(world: &World, focus: &'f Focus, epochs: Epoch) -> Self {
        let start = purses(world);
        let network = world.network.as_ref();
        let groups = world.subnets.get(focus.subnet).map_or(0, |subnet| subnet.groups.len());
        Self {
            focus,
            every: (epochs / LOOKS).max(1),
            epochs,
            registered: world.subnets.get(focus.subnet).map_or(0, |subnet| subnet.registered),
            started: attackers(focus, &start).liquidation(network),
            account: Account::open(world),
            subnet: vec![Growing::default(); subnet_metrics().count()],
            groups: vec![vec![Growing::default(); GROUP_METRICS.len()]; groups],
            tied: Growing::default(),
            course: Vec::new(),
            detected: None,
        }
    }

    /// What the attackers gained outside of the network.
    fn outside(&self) -> f64 {
        self.account.gained_outside(&self.focus.attackers)
    }

    fn look(&mut self, epoch: Epoch, world: &World) {
        let Some(subnet) = world.subnets.get(self.focus.subnet) else { return };
        let network = world.network.as_ref();
        let census = Census::of(subnet);
        let metrics: Vec<f64> = SUBNET_METRICS.iter().map(|metric| (metric.of)(&census)).collect();
        let attackers = attackers(self.focus, &purses(world));
        let prefix = format!("{}/", subnet.name);
        let ours =
            |name: &str| self.focus.attackers.iter().any(|a| a.strip_prefix(&prefix) == Some(name));
        let share = GROUP_METRICS.iter().find(|metric| metric.name == "emission_share");
        let mut emission = 0.0;
        for (at, group) in subnet.groups.iter().enumerate() {
            let part = share.map_or(f64::NAN, |metric| (metric.of)(&census, at));
            if ours(&group.name) && part.is_finite() {
                emission += part;
            }
        }
        let of = |name: &str| {
            let at = SUBNET_METRICS.iter().position(|metric| metric.name == name);
            at.map_or(f64::NAN, |at| metrics[at])
        };
        self.course.extend([
            f64::from(epoch),
            attackers.liquidation(network) - self.started + self.outside(),
            emission,
            of("honest_emission_share"),
            of("emission_efficiency"),
        ]);
        self.tied.add(attackers.tied(network));
        if epoch < self.focus.from {
            return;
        }
        let market = network.and_then(|network| network.markets.get(self.focus.subnet));
        let market: Vec<f64> = market.map_or(vec![f64::NAN; MARKET_METRICS.len()], |market| {
            vec![
                network.map_or(f64::NAN, |network| network.price(self.focus.subnet)),
                market.ema,
                market.flows.share,
                market.burn_price.tokens(),
                f64::from(market.flows.registrations),
                f64::from(u8::from(subnet.registered == self.registered)),
            ]
        });
        for (mean, value) in self.subnet.iter_mut().zip(metrics.iter().chain(&market)) {
            mean.add(*value);
        }
        for (at, means) in self.groups.iter_mut().enumerate() {
            for (mean, metric) in means.iter_mut().zip(GROUP_METRICS) {
                mean.add((metric.of)(&census, at));
            }
        }
    }

    fn end(self, world: &World) -> Arm {
        let network = world.network.as_ref();
        let last = purses(world);
        let gain =
            attackers(self.focus, &last).liquidation(network) - self.started + self.outside();
        let balances = self.account.balance(world, &last);
        let prefix = world.subnets.get(self.focus.subnet).map(|s| format!("{}/", s.name));
        let purse = |(at, balance): (usize, Balance)| {
            let entry = self.focus.entry.iter().filter(|(name, _)| *name == balance.name);
            let entry = entry.fold(0.0, |sum, (_, price)| sum + price);
            let (gain, start) = (balance.gain() - entry, balance.start + entry);
            let mut numbers = vec![gain, start, balance.outside.paid];
            // The groups of the subnet come first of all whose names begin with it.
            let is_of_it = prefix.as_ref().is_some_and(|prefix| balance.name.starts_with(prefix));
            if is_of_it {
                let first = last
                    .iter()
                    .position(|other| other.name.starts_with(prefix.as_deref().unwrap_or("")));
                let means = first.and_then(|first| self.groups.get(at - first));
                numbers.extend(means.into_iter().flatten().map(|mean| mean.mean()));
            }
            PurseArm { name: balance.name, numbers }
        };
        Arm {
            subnet: self.subnet.iter().map(|mean| mean.mean()).collect(),
            purses: balances.into_iter().enumerate().map(purse).collect(),
            attackers: vec![self.started, gain, self.tied.mean()],
            course: self.course,
            detected: self.detected,
        }
    }
}

fn attackers(focus: &Focus, purses: &[Purse]) -> Purse {
    Purse::together(purses.iter().filter(|purse| focus.attackers.contains(&purse.name)))
}

impl Observer for Tally<'_> {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        self.account.charge(frame.world);
        if self.detected.is_none()
            && frame.events.iter().any(|event| event.kind == "attack-detected")
        {
            self.detected = Some(frame.epoch);
        }
        if frame.epoch.is_multiple_of(self.every) || frame.epoch + 1 == self.epochs {
            self.look(frame.epoch, frame.world);
        }
        Ok(())
    }
}
