//! The tables of a run: what each holds, and how a frame fills it.

mod markets;
pub mod numbers;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::parquet::Sink;
use super::table::{Cell, ColumnDoc, TableDoc, Type};
use super::{Frame, Observer, RecordError};
use crate::metrics::{Census, GROUP_METRICS, SUBNET_METRICS};
use crate::scenario::{Keeping, Recording};
use crate::units::{Alpha, BLOCKS_PER_DAY, Epoch, RAO};
use crate::world::Subnet;

const fn column(name: &'static str, kind: Type, about: &'static str) -> ColumnDoc {
    ColumnDoc { name, kind, about }
}

const EPOCH: ColumnDoc = column("epoch", Type::Whole, "Number of the epoch, from 0.");
const SUBNET: ColumnDoc = column("subnet", Type::Text, "Name of the subnet.");

const GROUP: &[ColumnDoc] = &[
    EPOCH,
    SUBNET,
    column("group", Type::Text, "Name of the group; a coalition is a group of its own."),
    column("role", Type::Text, "validator, miner or staker."),
    column("strategy", Type::Text, "What its members play."),
    column("honest", Type::Flag, "Whether its members count as honest."),
];

const NEURON: &[ColumnDoc] = &[
    EPOCH,
    SUBNET,
    column("uid", Type::Whole, "Place in the subnet."),
    column("group", Type::Text, "Name of its group."),
    column("role", Type::Text, "validator or miner."),
    column("entity", Type::Text, "Who owns the key."),
    column("permit", Type::Flag, "Whether it may set weights in the next epoch."),
    column("stake_alpha", Type::Number, "Alpha staked on it [alpha]."),
    column("own_stake_alpha", Type::Number, "The part of it that its owner holds [alpha]."),
    column("stake_share", Type::Number, "Its part of all stake in the epoch, in [0, 1]."),
    column("active_stake_share", Type::Number, "Its part of the stake that voted, in [0, 1]."),
    column("consensus", Type::Number, "Weight on it that a majority of stake supports."),
    column("incentive_share", Type::Number, "Its part of incentive, in [0, 1]."),
    column("dividend_share", Type::Number, "Its part of dividends, in [0, 1]."),
    column("vtrust", Type::Number, "Part of its votes that consensus left standing, in [0, 1]."),
    column("emission_alpha", Type::Number, "Paid to the key in the epoch [alpha]."),
    column("earned_alpha", Type::Number, "The part of it that its owner got [alpha]."),
    column("cost_alpha", Type::Number, "Cost of its work in the epoch [alpha]."),
    column("total_profit_alpha", Type::Number, "Earned less cost since the start [alpha]."),
    column("quality", Type::Number, "Quality of its output at full effort; 0 for validators."),
    column("output_quality", Type::Number, "Quality of its output in the epoch."),
    column("effort", Type::Number, "Effort in the epoch, in [0, 1]."),
    column("hashes", Type::Number, "Hashes that it computed in the epoch; 0 for validators."),
];

const NETWORK: &[ColumnDoc] = &[
    EPOCH,
    column("block", Type::Number, "Block of the first subnet's epoch."),
    column("day", Type::Number, "Days since the start, at 12 s a block."),
    column("subnets", Type::Whole, "How many subnets."),
    column("neurons", Type::Whole, "How many uids in all subnets."),
    column("permitted_validators", Type::Whole, "How many of them have a permit."),
    column("entities", Type::Whole, "How many owners of keys, each counted in each subnet."),
    column("events", Type::Whole, "How many events in the epoch."),
];

const EVENT: &[ColumnDoc] = &[
    EPOCH,
    SUBNET,
    column(
        "kind",
        Type::Text,
        "What happened: attack-start, attack-end, attack-detected, attack-punished, payment-failed, \
         weights-refused, trade-refused, registrations, subnet-dissolved, subnet-registered, \
         emission-enabled, era, vote, parameter-changed.",
    ),
    column("who", Type::Text, "To whom or by whom."),
    column("detail", Type::Text, "More about it."),
];

const WEIGHT: &[ColumnDoc] = &[
    EPOCH,
    SUBNET,
    column("mechanism", Type::Whole, "For which of the subnet's mechanisms, from 0."),
    column("validator_uid", Type::Whole, "Who votes."),
    column("uid", Type::Whole, "On whom."),
    column("weight", Type::Number, "Weight in force; each validator's sum to 1."),
    column("bond", Type::Number, "Stored bond, in [0, 1]: 1 is the most that can be stored."),
];

/// Every table of a run.
#[must_use]
pub fn docs() -> Vec<TableDoc> {
    let subnet = SUBNET_METRICS.iter().map(|m| column(m.name, Type::Number, m.about));
    let group = GROUP_METRICS.iter().map(|m| column(m.name, Type::Number, m.about));
    let table = |name, about, columns: Vec<ColumnDoc>| TableDoc { name, about, columns };
    vec![
        table(
            "epochs",
            "A row for each subnet, every `record.metrics_every` epochs and after the last.",
            [EPOCH, SUBNET].into_iter().chain(subnet).collect(),
        ),
        table(
            "groups",
            "A row for each group of a subnet, every `record.metrics_every` epochs and after the last.",
            GROUP.iter().copied().chain(group).collect(),
        ),
        table(
            "neurons",
            "A row for each uid, every `record.every` epochs and after the last.",
            NEURON.to_vec(),
        ),
        table(
            "network",
            "A row for each epoch.",
            NETWORK.iter().chain(markets::NETWORK).copied().collect(),
        ),
        table("events", "A row for each thing that happened once.", EVENT.to_vec()),
        table(
            "weights",
            "A row for each weight or bond above 0, of the epochs that `record.weights` says.",
            WEIGHT.to_vec(),
        ),
        table(
            "markets",
            "A row for each subnet and epoch, where there is a network.",
            markets::MARKET.to_vec(),
        ),
        table(
            "traders",
            "A row for each group of traders and epoch, where there is a network.",
            markets::TRADER.to_vec(),
        ),
        table(
            "consumers",
            "A row for each group of consumers and epoch, where there is a network.",
            markets::CONSUMER.to_vec(),
        ),
    ]
}

/// Writes the tables of a run as it goes.
pub struct Tables {
    recording: Recording,
    sinks: Vec<Sink>,
    names: Vec<Names>,
    metrics_until: Option<Epoch>,
    neurons_until: Option<Epoch>,
    weights_until: Option<Epoch>,
    traders: Vec<[Arc<str>; 2]>,
    consumers: Vec<[Arc<str>; 2]>,
    rows: Vec<(&'static str, u64)>,
}

/// The names of one subnet, shared by all rows.
struct Names {
    subnet: Arc<str>,
    groups: Vec<[Arc<str>; 3]>,
    entities: Vec<Arc<str>>,
}

const EPOCHS: usize = 0;
const GROUPS: usize = 1;
const NEURONS: usize = 2;
const NETWORKS: usize = 3;
const EVENTS: usize = 4;
const WEIGHTS: usize = 5;
const MARKETS: usize = 6;
const TRADERS: usize = 7;
const CONSUMERS: usize = 8;

impl Tables {
    /// Creates the files in a folder that exists.
    ///
    /// # Errors
    /// A file cannot be created.
    pub fn create(folder: &Path, recording: Recording) -> Result<Self, RecordError> {
        let sinks: Result<Vec<Sink>, RecordError> =
            docs().into_iter().map(|doc| Sink::create(folder, doc)).collect();
        Ok(Self {
            recording,
            sinks: sinks?,
            names: Vec::new(),
            metrics_until: None,
            neurons_until: None,
            weights_until: None,
            traders: Vec::new(),
            consumers: Vec::new(),
            rows: Vec::new(),
        })
    }

    /// Rows of each table; known after the end of the run.
    #[must_use]
    pub fn rows(&self) -> &[(&'static str, u64)] {
        &self.rows
    }

    fn metrics(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        self.metrics_until = Some(frame.epoch);
        // What the rows say is counted for all subnets at once, and written in their order.
        let counted: Vec<Counted> = frame.world.subnets.par_iter().map(Counted::of).collect();
        for ((subnet, names), counted) in frame.world.subnets.iter().zip(&self.names).zip(&counted)
        {
            let place = || [Cell::Whole(frame.epoch), Cell::Text(&names.subnet)].into_iter();
            let metrics = counted.subnet.iter().map(|metric| Cell::Number(*metric));
            self.sinks[EPOCHS].push(place().chain(metrics))?;
            for (index, group) in subnet.groups.iter().enumerate() {
                let [name, role, strategy] = &names.groups[index];
                let identity = [
                    Cell::Text(name),
                    Cell::Text(role),
                    Cell::Text(strategy),
                    Cell::Flag(group.honest),
                ];
                let metrics = counted.groups[index].iter().map(|metric| Cell::Number(*metric));
                self.sinks[GROUPS].push(place().chain(identity).chain(metrics))?;
            }
        }
        Ok(())
    }

    fn neurons(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        self.neurons_until = Some(frame.epoch);
        for (subnet, names) in frame.world.subnets.iter().zip(&mut self.names) {
            // Newcomers bring owners of their own.
            let known = names.entities.iter().map(AsRef::as_ref);
            if !known.eq(subnet.entities.iter().map(String::as_str)) {
                *names = Names::of(subnet);
            }
            for uid in 0..subnet.uids() {
                self.sinks[NEURONS].push(neuron(frame.epoch, subnet, names, uid).into_iter())?;
            }
        }
        Ok(())
    }

    fn weights(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        self.weights_until = Some(frame.epoch);
        for (subnet, names) in frame.world.subnets.iter().zip(&self.names) {
            for (mechanism, (bonds, outcome)) in subnet.each_mechanism().enumerate() {
                for (row, &validator) in subnet.setters.iter().enumerate() {
                    let start = row * subnet.uids();
                    for uid in 0..subnet.uids() {
                        let (weight, bond) = (outcome.weights[start + uid], bonds[start + uid]);
                        if weight > 0.0 || bond > 0 {
                            let cells = [
                                Cell::Whole(frame.epoch),
                                Cell::Text(&names.subnet),
                                Cell::Whole(small(mechanism)),
                                Cell::Whole(small(validator)),
                                Cell::Whole(small(uid)),
                                Cell::Number(weight),
                                Cell::Number(f64::from(bond) / 65_535.0),
                            ];
                            self.sinks[WEIGHTS].push(cells.into_iter())?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn network(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let subnets = &frame.world.subnets;
        let block = subnets.first().map_or(0.0, |subnet| subnet.block as f64);
        let tempo = subnets.first().map_or(0.0, |subnet| subnet.rules.params.tempo as f64);
        let blocks = (f64::from(frame.epoch) + 1.0) * tempo;
        let total = |of: fn(&Subnet) -> usize| small(subnets.iter().map(of).sum());
        let permits = |s: &Subnet| s.neurons.permits.iter().filter(|permit| **permit).count();
        let cells = [
            Cell::Whole(frame.epoch),
            Cell::Number(block),
            Cell::Number(blocks / BLOCKS_PER_DAY as f64),
            Cell::Whole(small(subnets.len())),
            Cell::Whole(total(Subnet::uids)),
            Cell::Whole(total(permits)),
            Cell::Whole(total(|s| s.entities.len())),
            Cell::Whole(small(frame.events.len())),
        ];
        let era: Arc<str> = frame.world.network.as_ref().map_or("", |network| &network.era).into();
        let more = markets::network(frame.world, &era);
        self.sinks[NETWORKS].push(cells.into_iter().chain(more))?;
        self.markets(frame)
    }

    fn markets(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let Some(network) = &frame.world.network else { return Ok(()) };
        let subnets = &frame.world.subnets;
        for (at, (subnet, names)) in subnets.iter().zip(&self.names).enumerate() {
            let cells = markets::market(frame.epoch, &names.subnet, network, at, subnet);
            self.sinks[MARKETS].push(cells.into_iter())?;
        }
        if self.traders.is_empty() {
            let name = |group: &crate::world::TraderGroup| {
                [group.name.as_str().into(), group.strategy.as_str().into()]
            };
            self.traders = network.traders.groups.iter().map(name).collect();
        }
        for cells in markets::traders(frame.epoch, network, subnets, &self.traders) {
            self.sinks[TRADERS].push(cells.into_iter())?;
        }
        if self.consumers.is_empty() {
            let name = |group: &crate::world::ConsumerGroup| {
                [group.name.as_str().into(), group.strategy.as_str().into()]
            };
            self.consumers = network.consumers.groups.iter().map(name).collect();
        }
        for cells in markets::consumers(frame.epoch, network, &self.consumers) {
            self.sinks[CONSUMERS].push(cells.into_iter())?;
        }
        Ok(())
    }
}

impl Observer for Tables {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        if self.names.is_empty() {
            self.names = frame.world.subnets.iter().map(Names::of).collect();
        }
        if frame.epoch.is_multiple_of(self.recording.metrics_every) {
            self.metrics(frame)?;
        }
        self.network(frame)?;
        for event in frame.events {
            let texts: [Arc<str>; 4] = [
                event.subnet.as_str().into(),
                event.kind.into(),
                event.who.as_str().into(),
                event.detail.as_str().into(),
            ];
            let cells = texts.iter().map(Cell::Text);
            self.sinks[EVENTS].push(std::iter::once(Cell::Whole(event.epoch)).chain(cells))?;
        }
        if frame.epoch.is_multiple_of(self.recording.every) {
            self.neurons(frame)?;
            if self.recording.weights == Keeping::Every {
                self.weights(frame)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, last: Option<&Frame<'_>>) -> Result<(), RecordError> {
        if let Some(frame) = last {
            if self.metrics_until != Some(frame.epoch) {
                self.metrics(frame)?;
            }
            if self.neurons_until != Some(frame.epoch) {
                self.neurons(frame)?;
            }
            let keeps = self.recording.weights != Keeping::Never;
            if keeps && self.weights_until != Some(frame.epoch) {
                self.weights(frame)?;
            }
        }
        for sink in &mut self.sinks {
            let rows = sink.finish()?;
            self.rows.push((sink.doc().name, rows));
        }
        Ok(())
    }
}

/// The metrics of one subnet after an epoch.
struct Counted {
    subnet: Vec<f64>,
    /// Of each group, in the subnet's order.
    groups: Vec<Vec<f64>>,
}

impl Counted {
    fn of(subnet: &Subnet) -> Self {
        let census = Census::of(subnet);
        let group =
            |at: usize| GROUP_METRICS.iter().map(|metric| (metric.of)(&census, at)).collect();
        Self {
            subnet: SUBNET_METRICS.iter().map(|metric| (metric.of)(&census)).collect(),
            groups: (0..subnet.groups.len()).map(group).collect(),
        }
    }
}

impl Names {
    fn of(subnet: &Subnet) -> Self {
        let group = |group: &crate::world::Member| {
            [group.name.as_str().into(), group.role.name().into(), group.strategy.as_str().into()]
        };
        Self {
            subnet: subnet.name.as_str().into(),
            groups: subnet.groups.iter().map(group).collect(),
            entities: subnet.entities.iter().map(|entity| entity.as_str().into()).collect(),
        }
    }
}

fn neuron<'n>(epoch: Epoch, subnet: &Subnet, names: &'n Names, uid: usize) -> [Cell<'n>; 23] {
    let (neurons, out) = (&subnet.neurons, &subnet.outcome);
    let (ledger, flows) = (&subnet.ledger, &subnet.flows);
    let [group, role, _] = &names.groups[neurons.group[uid]];
    let alpha = |amount: Alpha| Cell::Number(amount.tokens());
    [
        Cell::Whole(epoch),
        Cell::Text(&names.subnet),
        Cell::Whole(small(uid)),
        Cell::Text(group),
        Cell::Text(role),
        Cell::Text(&names.entities[neurons.entity[uid]]),
        Cell::Flag(neurons.permits[uid]),
        alpha(ledger.stake[uid]),
        alpha(ledger.own_stake(uid)),
        Cell::Number(out.stake_share[uid]),
        Cell::Number(out.active_stake[uid]),
        Cell::Number(out.consensus[uid]),
        Cell::Number(out.incentive[uid]),
        Cell::Number(out.dividends[uid]),
        Cell::Number(out.vtrust[uid]),
        alpha(flows.incentive[uid] + flows.dividends[uid]),
        alpha(flows.earned[uid]),
        alpha(flows.cost[uid]),
        Cell::Number(flows.profit[uid] as f64 / RAO as f64),
        Cell::Number(neurons.quality[uid]),
        Cell::Number(neurons.output[uid]),
        Cell::Number(neurons.effort[uid]),
        Cell::Number(neurons.hashes[uid]),
    ]
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
