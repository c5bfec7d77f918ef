//! The tables of a run, cut by subnet and group.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::economy::last_neurons;
use crate::record::manifest::Manifest;
use crate::record::table::Table;
use crate::record::{RecordError, parquet};

/// The tables of a run that figures and summaries need.
pub(super) struct Run {
    pub(super) manifest: Manifest,
    pub(super) epochs: Table,
    pub(super) groups: Table,
    pub(super) events: Table,
    /// The rows of the last epoch; only after [`Run::detail`].
    pub(super) neurons: Table,
    /// Only after [`Run::detail`].
    pub(super) weights: Table,
}

/// The columns of the longest table that a figure needs.
const NEURON: &[&str] =
    &["epoch", "subnet", "uid", "group", "role", "incentive_share", "output_quality"];

/// A group of one subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupName {
    pub(super) name: Arc<str>,
    pub(super) role: Arc<str>,
    pub(super) strategy: Arc<str>,
    pub(super) honest: bool,
}

impl Run {
    /// Reads what is there of each subnet and group.
    pub(super) fn read(folder: &Path) -> Result<Self, RecordError> {
        Ok(Self {
            manifest: Manifest::read(folder)?,
            epochs: parquet::read(folder, "epochs")?,
            groups: parquet::read(folder, "groups")?,
            events: parquet::read(folder, "events")?,
            neurons: Table::default(),
            weights: Table::default(),
        })
    }

    /// Reads what is there of each neuron, and where `weights` of each pair of neurons.
    pub(super) fn detail(&mut self, folder: &Path, weights: bool) -> Result<(), RecordError> {
        self.neurons = last_neurons(folder, NEURON, &parquet::read(folder, "network")?)?;
        if weights {
            self.weights = parquet::read(folder, "weights")?;
        }
        Ok(())
    }

    /// Forgets all rows but those of these subnets.
    pub(super) fn keep(&mut self, subnets: &[Arc<str>]) {
        let wanted: BTreeSet<&str> = subnets.iter().map(|name| &**name).collect();
        for table in [&mut self.epochs, &mut self.groups, &mut self.events] {
            let of = table.texts("subnet");
            let keep: Vec<bool> = of.iter().map(|name| wanted.contains(&**name)).collect();
            *table = table.only(&keep);
        }
    }

    /// Names of the subnets, in the order of the rows.
    pub(super) fn subnets(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = Vec::new();
        for name in self.epochs.texts("subnet") {
            if names.contains(&name) {
                // Rows of one epoch stand together, so a known name begins the next epoch.
                break;
            }
            names.push(name);
        }
        names
    }

    /// The groups of a subnet, in the order of the rows.
    pub(super) fn groups_of(&self, subnet: &str) -> Vec<GroupName> {
        let mut groups: Vec<GroupName> = Vec::new();
        let (names, roles) = (self.groups.texts("group"), self.groups.texts("role"));
        let (strategies, honest) = (self.groups.texts("strategy"), self.groups.flags("honest"));
        for (row, of) in self.groups.texts("subnet").iter().enumerate() {
            if **of != *subnet {
                continue;
            }
            if groups.iter().any(|group| group.name == names[row]) {
                break;
            }
            groups.push(GroupName {
                name: names[row].clone(),
                role: roles[row].clone(),
                strategy: strategies[row].clone(),
                honest: honest[row],
            });
        }
        groups
    }

    /// A metric of a subnet through time.
    pub(super) fn subnet(&self, subnet: &str, metric: &str) -> Vec<(f64, f64)> {
        let of = self.epochs.texts("subnet");
        pairs(&self.epochs, metric, |row| *of[row] == *subnet)
    }

    /// A metric of a group through time.
    pub(super) fn group(&self, subnet: &str, group: &str, metric: &str) -> Vec<(f64, f64)> {
        let (of, names) = (self.groups.texts("subnet"), self.groups.texts("group"));
        pairs(&self.groups, metric, |row| *of[row] == *subnet && *names[row] == *group)
    }

    /// The rows of a table that belong to a subnet, in the last epoch that the table has.
    pub(super) fn last_rows(table: &Table, subnet: &str) -> (Option<f64>, Vec<usize>) {
        let (epochs, of) = (table.numbers("epoch"), table.texts("subnet"));
        let last = epochs.last().copied();
        let rows = (0..epochs.len()).rev().take_while(|row| Some(epochs[*row]) == last);
        let mut rows: Vec<usize> = rows.filter(|row| *of[*row] == *subnet).collect();
        rows.reverse();
        (last, rows)
    }
}

fn pairs(table: &Table, metric: &str, keep: impl Fn(usize) -> bool) -> Vec<(f64, f64)> {
    let (epochs, values) = (table.numbers("epoch"), table.numbers(metric));
    (0..values.len()).filter(|row| keep(*row)).map(|row| (epochs[row], values[row])).collect()
}
