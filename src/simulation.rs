//! The simulation: one engine, one loop, and the only place where the order of an epoch is
//! written.

mod agree;
mod coalition;
mod error;
mod genesis;
mod govern;
mod invest;
mod judge;
mod life;
mod market;
mod mechanisms;
mod owner;
mod pay;
mod submit;
mod vote;
mod work;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use coalition::Coalition;
pub use error::RunError;
use rayon::prelude::*;

use crate::protocol::Outcome;
use crate::protocol::child_keys::Flowed;
use crate::protocol::dividends::Kinds;
use crate::protocol::payout::Payout;
use crate::protocol::reward::Scratch;
use crate::protocol::set_weights::Refusal;
use crate::record::{Event, Frame, Observer, RecordError};
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::{EraPlan, Group, GroupPlan, Scenario, TaoUsd};
use crate::strategy::{DataProvider, Miner, Staker, Validator};
use crate::units::{Alpha, BLOCKS_PER_DAY, Epoch, SUPPLY_CAP, Uid};
use crate::world::{Market, MarketFlows, Network, Subnet, World};

/// A world with the people in it.
pub struct Simulation {
    world: World,
    people: Vec<People>,
    tokens: Option<Tokens>,
    /// Those who vote on rules, where the text has votes.
    council: Option<vote::Council>,
    streams: Streams,
    epochs: Epoch,
    events: Vec<Event>,
    /// Whether every epoch is audited.
    audited: bool,
}

/// What moves the token economy beside its state.
struct Tokens {
    floor: market::Floor,
    /// The eras in the order of their first epochs.
    eras: Vec<EraPlan>,
    tao_usd: TaoUsd,
    nursery: life::Nursery,
}

/// The agents of one subnet, and the working memory of its epoch. Dropping the memory changes
/// nothing.
struct People {
    /// One for each setter, and for each mechanism: those of the first, then of the next.
    validators: Vec<Box<dyn Validator>>,
    /// One for each uid that mines, in uid order.
    miners: Vec<(Uid, Box<dyn Miner>)>,
    /// One for each staker.
    stakers: Vec<Box<dyn Staker>>,
    /// One for each data provider.
    providers: Vec<Box<dyn DataProvider>>,
    /// For each setter, the miners of its entity or coalition.
    partners: Vec<Vec<Uid>>,
    coalitions: Vec<Coalition>,
    /// For each setter, the coalition that it is in.
    coalition_of: Vec<Option<usize>>,
    /// Groups of miners as their draws are keyed.
    mined_by: Vec<(Agent, Vec<Uid>)>,
    /// The groups of miners as the text describes them, from which newcomers are made.
    recruits: Vec<GroupPlan<dyn Miner>>,
    /// What an alpha is worth in this epoch `[USD]`, where it has a market.
    alpha_usd: Option<f64>,
    /// The subnet's owner, if it does more than take its cut.
    owner: Option<govern::Office>,
    /// Whose weights were refused and why: only the first time is told.
    refused: BTreeSet<(Uid, Refusal)>,
    memory: Memory,
    /// What happened in the subnet in this epoch.
    events: Vec<Event>,
}

impl People {
    /// A group of miners by its name, or else the one that a miner's uid belongs to by the text, and
    /// a new behaviour of its kind.
    fn recruit(&self, uid: Uid, named: Option<&str>) -> Option<(&Group, Box<dyn Miner>)> {
        let at = if let Some(name) = named {
            self.recruits.iter().position(|plan| plan.group.name == name)?
        } else {
            let mines = |(_, uids): &&(Agent, Vec<Uid>)| uids.contains(&uid);
            self.mined_by.iter().position(|group| mines(&group))?
        };
        let plan = self.recruits.get(at)?;
        Some((&plan.group, plan.miner()?))
    }
}

/// Buffers that live from epoch to epoch only to spare their allocation.
#[derive(Default)]
struct Memory {
    draft: Vec<f64>,
    stake: Vec<f64>,
    committed: Vec<u64>,
    yields: Vec<f64>,
    scratch: Scratch,
    preview: Outcome,
    /// Weights as others can read them `[setters, uids]`.
    revealed: Vec<f64>,
    audits: Vec<f64>,
    payout: Payout,
    flowed: Flowed,
    kinds: Kinds,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All epochs were run.
    Complete,
    /// It was asked to stop between two epochs.
    Interrupted,
}

impl Simulation {
    /// The world of a scenario at its start.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        genesis::simulation(scenario)
    }

    /// The state as it is now.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What happened in the last epoch.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The same with every law of [`World::audit`] checked after each epoch of [`Simulation::run`].
    #[must_use]
    pub fn audited(self) -> Self {
        Self { audited: true, ..self }
    }

    /// Runs one epoch of every subnet.
    ///
    /// # Errors
    /// A strategy that gives weights, effort or orders that mean nothing; the world is then not to be
    /// used further.
    pub fn step(&mut self) -> Result<(), RunError> {
        self.events.clear();
        self.work()?;
        self.judge()?;
        self.pass();
        self.agree();
        self.pay();
        self.invest()?;
        self.renew();
        Ok(())
    }

    /// Runs all epochs that are left, showing each to the `observers`, until `stop` is set.
    ///
    /// # Errors
    /// As [`Simulation::step`]; books that do not balance, or a breach that an audit finds; results
    /// that cannot be kept.
    pub fn run(
        &mut self,
        observers: &mut [&mut dyn Observer],
        stop: &AtomicBool,
    ) -> Result<Ending, RunError> {
        while self.world.epoch < self.epochs {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let before = self.audited.then(|| self.world.before());
            self.step()?;
            let epoch = self.world.epoch - 1;
            self.audit(epoch)?;
            let breaches = before.map_or(Vec::new(), |before| self.world.audit(&before));
            if !breaches.is_empty() {
                return Err(RunError::Audit { epoch, breaches });
            }
            let frame = Frame { epoch, world: &self.world, events: &self.events };
            // Each watches for itself, so that they can do so at the same time.
            let watched: Vec<Result<(), RecordError>> =
                observers.par_iter_mut().map(|observer| observer.observe(&frame)).collect();
            watched.into_iter().collect::<Result<(), RecordError>>()?;
        }
        let last = self.world.epoch.checked_sub(1);
        for observer in observers.iter_mut() {
            let frame = |epoch| Frame { epoch, world: &self.world, events: &[] };
            observer.finish(last.map(frame).as_ref())?;
        }
        let complete = self.world.epoch >= self.epochs;
        Ok(if complete { Ending::Complete } else { Ending::Interrupted })
    }

    /// Whether all money has a place.
    fn audit(&self, epoch: Epoch) -> Result<(), RunError> {
        let World { subnets, network, .. } = &self.world;
        for (at, subnet) in subnets.iter().enumerate() {
            let in_market = network.as_ref().map_or(Alpha::ZERO, |n| n.markets[at].held());
            let audit = subnet.ledger.audit(&subnet.name, in_market);
            audit.map_err(|source| RunError::Books { epoch, source })?;
        }
        let audit = network.as_ref().map_or(Ok(()), Network::audit);
        audit.map_err(|source| RunError::TaoBooks { epoch, source })
    }

    /// Does the same in every subnet at once.
    ///
    /// # Errors
    /// That of the first subnet, in their order, that has one.
    fn each(
        &mut self,
        act: impl Fn(&mut Subnet, &mut People) -> Result<(), RunError> + Sync,
    ) -> Result<(), RunError> {
        let pairs = self.world.subnets.par_iter_mut().zip(&mut self.people);
        let done: Vec<Result<(), RunError>> = pairs.map(|(s, p)| act(s, p)).collect();
        for people in &mut self.people {
            self.events.append(&mut people.events);
        }
        done.into_iter().collect()
    }

    /// Consumers choose what they pay for; abilities drift; miners choose their effort, and whose
    /// ability they use.
    fn work(&mut self) -> Result<(), RunError> {
        self.open();
        if let (Some(network), Some(tokens)) = (&mut self.world.network, &mut self.tokens) {
            let when = (self.streams, self.world.epoch);
            market::order(network, &self.world.subnets, &mut tokens.floor.shop, when);
        }
        let (streams, epoch) = (self.streams, self.world.epoch);
        self.each(|subnet, people| work::work(subnet, people, streams, epoch))
    }

    /// The world outside moves: the era, the price of a TAO, and with it what work costs.
    fn open(&mut self) {
        let (Some(network), Some(tokens)) = (&mut self.world.network, &mut self.tokens) else {
            return;
        };
        let epoch = self.world.epoch;
        if let Some(era) = tokens.eras.iter().find(|era| era.from == epoch && epoch > 0) {
            network.rules = era.rules.clone();
            network.era.clone_from(&era.name);
            (network.gate_bar, network.gate_block) = (0.0, None);
            self.events.push(Event {
                epoch,
                subnet: String::new(),
                kind: "era",
                who: "network".into(),
                detail: era.name.clone(),
            });
        }
        let tempo = self.world.subnets.first().map_or(0, |subnet| subnet.rules.params.tempo);
        let days = tempo as f64 / BLOCKS_PER_DAY as f64;
        if epoch > 0 {
            // Use is what people pay in, for alpha, for slots and for service.
            let paid = |MarketFlows { bought, registered, service_cash, .. }: &MarketFlows| {
                (*bought + *registered + *service_cash).tokens()
            };
            let used =
                network.markets.iter().fold(0.0, |sum, market| sum + paid(&market.flows)) / days;
            let policy = network.rules.issuance;
            network.issuance_factor = policy.adjusted(network.issuance_factor, used);
            let mut draws = self.streams.at(Domain::TaoUsd, Agent::new("network", 0), epoch);
            network.tao_usd = tokens.tao_usd.next(network.tao_usd, epoch, days, &mut draws);
        }
        let pairs = self.world.subnets.iter_mut().zip(&mut self.people);
        for (at, (subnet, people)) in pairs.enumerate() {
            let worth = network.price(at) * network.tao_usd;
            people.alpha_usd = Some(worth);
            let neurons = &mut subnet.neurons;
            let costs = neurons.cost_usd.iter().zip(&neurons.fixed_cost);
            for (full, (&usd, &fixed)) in neurons.full_cost.iter_mut().zip(costs) {
                let money = if usd > 0.0 { Alpha::from_tokens(usd / worth) } else { Alpha::ZERO };
                // Where alpha is worth nothing, work costs all that there can be.
                *full = fixed + money.min(Alpha(SUPPLY_CAP));
            }
        }
    }

    /// Validators evaluate miners and submit weights; what is due is revealed.
    fn judge(&mut self) -> Result<(), RunError> {
        let (streams, epoch) = (self.streams, self.world.epoch);
        self.each(|subnet, people| judge::judge(subnet, people, streams, epoch))
    }

    /// The blocks of the epoch pass: emission flows into pools and pots, and orders are executed.
    fn pass(&mut self) {
        let World { subnets, network, epoch } = &mut self.world;
        let (Some(network), Some(tokens)) = (network, &mut self.tokens) else { return };
        let when = (self.streams, *epoch);
        let slots = &tokens.nursery.slots;
        let floor = &mut tokens.floor;
        market::pass(network, (subnets, &mut self.people), floor, slots, when, &mut self.events);
        self.look_at_root();
    }

    /// Puts into every subnet what root stake counts there.
    fn look_at_root(&mut self) {
        let Some(network) = &self.world.network else { return };
        for subnet in &mut self.world.subnets {
            subnet.tao_weight = network.rules.tao_weight;
            let neurons = &mut subnet.neurons;
            for (stake, hotkey) in neurons.root_stake.iter_mut().zip(&neurons.root) {
                if let Some(hotkey) = hotkey {
                    *stake = network.root.stake[*hotkey];
                }
            }
        }
    }

    /// Weights and stake become consensus, bonds and shares.
    fn agree(&mut self) {
        let pairs = self.world.subnets.par_iter_mut().zip(&mut self.people);
        pairs.for_each(|(subnet, people)| agree::agree(subnet, &mut people.memory));
    }

    /// Emission and shares become balances; members of coalitions pay each other.
    fn pay(&mut self) {
        let epoch = self.world.epoch;
        let places = markets(&mut self.world).into_par_iter().zip(&mut self.people);
        places.for_each(|((subnet, mut market), people)| {
            let pool = market.as_mut().map(|(market, _)| &mut **market);
            pay::pay(subnet, pool, &mut people.memory);
            coalition::settle(subnet, market, people, epoch);
        });
        life::hand_over(&mut self.world, (self.streams, epoch));
    }

    /// Stakers move their stake; traders place their orders for the next epoch; owners act.
    fn invest(&mut self) -> Result<(), RunError> {
        let (streams, epoch) = (self.streams, self.world.epoch);
        let pairs = self.world.subnets.par_iter_mut().zip(&mut self.people);
        let done: Vec<Result<(), RunError>> = pairs
            .map(|(subnet, people)| {
                invest::invest(subnet, people, streams, epoch)?;
                coalition::shun(subnet, people, streams, epoch);
                Ok(())
            })
            .collect();
        done.into_iter().collect::<Result<(), RunError>>()?;
        if let (Some(network), Some(tokens)) = (&self.world.network, &mut self.tokens) {
            let yields = self.people.iter().map(|people| people.memory.yields.as_slice());
            let floor = &mut tokens.floor;
            market::decide(network, &self.world.subnets, floor, yields, (streams, epoch));
        }
        let nursery = self.tokens.as_mut().map(|tokens| &mut tokens.nursery);
        govern::govern(&mut self.world, &mut self.people, nursery, epoch, &mut self.events);
        Ok(())
    }

    /// What the epoch has decided comes into force, and the next one begins.
    fn renew(&mut self) {
        self.world.subnets.par_iter_mut().for_each(|subnet| {
            subnet.block += subnet.rules.params.tempo;
            subnet.last_epoch = Some(subnet.block);
            subnet.renew();
        });
        let (streams, epoch) = (self.streams, self.world.epoch);
        for ((subnet, market), people) in markets(&mut self.world).into_iter().zip(&mut self.people)
        {
            coalition::watch(subnet, market, people, streams, epoch);
            self.events.append(&mut people.events);
        }
        if let Some(council) = &mut self.council {
            let places = (&mut self.world, &mut *self.people);
            vote::vote(council, places, epoch, &mut self.events);
        }
        if let Some(tokens) = &mut self.tokens {
            let when = (self.streams, epoch);
            let nursery = &mut tokens.nursery;
            life::contend(&mut self.world, epoch, &mut self.events);
            life::renew(&mut self.world, &mut self.people, nursery, when, &mut self.events);
        }
        self.world.epoch += 1;
    }
}

/// Every subnet with its market and the price of its alpha `[TAO per alpha]`, where there is a
/// network.
fn markets(world: &mut World) -> Vec<(&mut Subnet, Option<(&mut Market, f64)>)> {
    let World { subnets, network, .. } = world;
    let mut found: Vec<Option<(&mut Market, f64)>> = Vec::new();
    match network {
        Some(network) => {
            let prices = network.prices();
            found.extend(network.markets.iter_mut().zip(prices).map(Some));
        }
        None => found.resize_with(subnets.len(), || None),
    }
    subnets.iter_mut().zip(found).collect()
}
