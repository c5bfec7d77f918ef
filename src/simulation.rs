//! The simulation: one engine, one loop, and the only place where the order of an epoch is
//! written.

mod agree;
mod genesis;
mod invest;
mod judge;
mod mechanisms;
mod owner;
mod pay;
mod submit;
mod work;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

use crate::protocol::Outcome;
use crate::protocol::child_keys::Flowed;
use crate::protocol::payout::Payout;
use crate::protocol::reward::Scratch;
use crate::protocol::set_weights::Refusal;
use crate::record::{Event, Frame, Observer, RecordError};
use crate::rng::{Agent, Streams};
use crate::scenario::Scenario;
use crate::strategy::{Miner, Staker, Validator};
use crate::units::{Epoch, Uid};
use crate::world::{Imbalance, World};

/// A world with the people in it.
pub struct Simulation {
    world: World,
    people: Vec<People>,
    streams: Streams,
    epochs: Epoch,
    turns: Vec<Turn>,
    events: Vec<Event>,
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
    /// For each setter, the miners of its entity or coalition.
    partners: Vec<Vec<Uid>>,
    /// Groups of miners as their draws are keyed.
    mined_by: Vec<(Agent, Vec<Uid>)>,
    /// Whose weights were refused and why: only the first time is told.
    refused: BTreeSet<(Uid, Refusal)>,
    memory: Memory,
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
    payout: Payout,
    flowed: Flowed,
}

/// The first epoch of a coalition's attack.
struct Turn {
    subnet: String,
    coalition: String,
    from: Epoch,
    members: usize,
}

/// Why a run did not reach its end.
#[derive(Debug, Error)]
pub enum RunError {
    /// A strategy gave an answer that means nothing.
    #[error("epoch {epoch}: {who} ({strategy}) {did}")]
    Strategy {
        /// When.
        epoch: Epoch,
        /// Which agent.
        who: String,
        /// What it plays.
        strategy: String,
        /// What it did.
        did: String,
    },
    /// Alpha was lost or made.
    #[error("the books do not balance after epoch {epoch}: {source}")]
    Books {
        /// When.
        epoch: Epoch,
        /// Where and by how much.
        source: Imbalance,
    },
    /// The results could not be kept.
    #[error(transparent)]
    Record(#[from] RecordError),
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

    /// Runs one epoch of every subnet.
    ///
    /// # Errors
    /// A strategy that gives weights or effort that mean nothing; the world is then not to be
    /// used further.
    pub fn step(&mut self) -> Result<(), RunError> {
        self.events.clear();
        self.work()?;
        self.judge()?;
        self.agree();
        self.pay();
        self.invest();
        self.renew();
        Ok(())
    }

    /// Runs all epochs that are left, showing each to the `observers`, until `stop` is set.
    ///
    /// # Errors
    /// As [`Simulation::step`]; books that do not balance; results that cannot be kept.
    pub fn run(
        &mut self,
        observers: &mut [&mut dyn Observer],
        stop: &AtomicBool,
    ) -> Result<Ending, RunError> {
        while self.world.epoch < self.epochs {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            self.step()?;
            let epoch = self.world.epoch - 1;
            for subnet in &self.world.subnets {
                subnet
                    .ledger
                    .audit(&subnet.name)
                    .map_err(|source| RunError::Books { epoch, source })?;
            }
            let frame = Frame { epoch, world: &self.world, events: &self.events };
            for observer in observers.iter_mut() {
                observer.observe(&frame)?;
            }
        }
        let last = self.world.epoch.checked_sub(1);
        for observer in observers.iter_mut() {
            let frame = |epoch| Frame { epoch, world: &self.world, events: &[] };
            observer.finish(last.map(frame).as_ref())?;
        }
        let complete = self.world.epoch >= self.epochs;
        Ok(if complete { Ending::Complete } else { Ending::Interrupted })
    }

    /// Miners choose their effort; abilities drift.
    fn work(&mut self) -> Result<(), RunError> {
        for (subnet, people) in self.world.subnets.iter_mut().zip(&mut self.people) {
            work::work(subnet, people, self.streams, self.world.epoch)?;
        }
        Ok(())
    }

    /// Validators evaluate miners and submit weights; what is due is revealed.
    fn judge(&mut self) -> Result<(), RunError> {
        for (subnet, people) in self.world.subnets.iter_mut().zip(&mut self.people) {
            judge::judge(subnet, people, self.streams, self.world.epoch, &mut self.events)?;
        }
        Ok(())
    }

    /// Weights and stake become consensus, bonds and shares.
    fn agree(&mut self) {
        for (subnet, people) in self.world.subnets.iter_mut().zip(&mut self.people) {
            agree::agree(subnet, &mut people.memory);
        }
    }

    /// Emission and shares become balances.
    fn pay(&mut self) {
        for (subnet, people) in self.world.subnets.iter_mut().zip(&mut self.people) {
            pay::pay(subnet, &mut people.memory);
        }
    }

    /// Stakers move their stake.
    fn invest(&mut self) {
        for (subnet, people) in self.world.subnets.iter_mut().zip(&mut self.people) {
            invest::invest(subnet, people, self.streams, self.world.epoch);
        }
    }

    /// What the epoch has decided comes into force, and the next one begins.
    fn renew(&mut self) {
        for subnet in &mut self.world.subnets {
            subnet.block += subnet.rules.params.tempo;
            subnet.last_epoch = Some(subnet.block);
            subnet.renew();
        }
        let epoch = self.world.epoch;
        for turn in self.turns.iter().filter(|turn| turn.from == epoch) {
            self.events.push(Event {
                epoch,
                subnet: turn.subnet.clone(),
                kind: "attack-start",
                who: turn.coalition.clone(),
                detail: format!("{} validators turn", turn.members),
            });
        }
        self.world.epoch += 1;
    }
}
