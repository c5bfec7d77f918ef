//! Results kept in memory, for studies and tests.

use super::{Frame, Observer, RecordError};
use crate::metrics::{Census, GROUP_METRICS, SUBNET_METRICS};
use crate::units::Epoch;

/// The metrics of every epoch of one subnet.
#[derive(Clone, Debug, Default)]
pub struct InMemory {
    subnet: usize,
    /// The metrics of the subnet: for each epoch a value for each of [`SUBNET_METRICS`].
    pub subnet_rows: Vec<Vec<f64>>,
    /// The metrics of the groups: for each epoch and group a value for each of
    /// [`GROUP_METRICS`].
    pub group_rows: Vec<Vec<Vec<f64>>>,
    groups: Vec<String>,
}

impl InMemory {
    /// Keeps the metrics of the subnet with this index.
    #[must_use]
    pub fn of(subnet: usize) -> Self {
        Self { subnet, ..Self::default() }
    }

    /// One metric of the subnet through time; empty if there is none of that name.
    #[must_use]
    pub fn subnet(&self, metric: &str) -> Vec<f64> {
        let Some(at) = SUBNET_METRICS.iter().position(|m| m.name == metric) else {
            return Vec::new();
        };
        self.subnet_rows.iter().map(|row| row[at]).collect()
    }

    /// One metric of a group through time; empty if there is no such group or metric.
    #[must_use]
    pub fn group(&self, group: &str, metric: &str) -> Vec<f64> {
        let at = GROUP_METRICS.iter().position(|m| m.name == metric);
        let group = self.groups.iter().position(|name| name == group);
        let (Some(at), Some(group)) = (at, group) else { return Vec::new() };
        self.group_rows.iter().map(|rows| rows[group][at]).collect()
    }

    /// One metric of a group after an epoch.
    #[must_use]
    pub fn group_at(&self, group: &str, metric: &str, epoch: Epoch) -> Option<f64> {
        self.group(group, metric).get(epoch as usize).copied()
    }
}

impl Observer for InMemory {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let Some(subnet) = frame.world.subnets.get(self.subnet) else { return Ok(()) };
        let census = Census::of(subnet);
        self.subnet_rows.push(SUBNET_METRICS.iter().map(|m| (m.of)(&census)).collect());
        let group = |group| GROUP_METRICS.iter().map(|m| (m.of)(&census, group)).collect();
        self.group_rows.push((0..subnet.groups.len()).map(group).collect());
        if self.groups.is_empty() {
            self.groups = subnet.groups.iter().map(|group| group.name.clone()).collect();
        }
        Ok(())
    }
}
