//! What every group gains in a run: worth at the end less worth at the start and costs.

use crate::metrics::wealth::{Purse, purses};
use crate::world::World;

/// Keeps count while a run goes on.
#[derive(Clone, Debug)]
pub struct Account {
    names: Vec<String>,
    start: Vec<f64>,
    /// What each purse's work has cost so far.
    costs: Vec<f64>,
}

/// What one purse came to, at pool prices `[TAO, or alpha where it has no market]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// Its name.
    pub name: String,
    /// Worth now.
    pub worth: f64,
    /// Worth at the start.
    pub start: f64,
    /// What its work has cost.
    pub cost: f64,
}

impl Balance {
    /// Worth less worth at the start and costs.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.worth - self.start - self.cost
    }
}

impl Account {
    /// Of a world before its first epoch.
    #[must_use]
    pub fn open(world: &World) -> Self {
        let purses = purses(world);
        let network = world.network.as_ref();
        Self {
            start: purses.iter().map(|purse| purse.worth(network)).collect(),
            costs: vec![0.0; purses.len()],
            names: purses.into_iter().map(|purse| purse.name).collect(),
        }
    }

    /// Adds what the epoch's work has cost, at the epoch's price.
    pub fn charge(&mut self, world: &World) {
        let mut first = 0;
        for (at, subnet) in world.subnets.iter().enumerate() {
            let price = world.network.as_ref().map_or(1.0, |network| network.price(at));
            for (cost, group) in subnet.flows.cost.iter().zip(&subnet.neurons.group) {
                if let Some(sum) = self.costs.get_mut(first + group) {
                    *sum += cost.tokens() * price;
                }
            }
            // The account of the subnet's owner comes after its groups.
            first += subnet.groups.len() + 1;
        }
    }

    /// What everyone has come to.
    #[must_use]
    pub fn balance(&self, world: &World) -> Vec<Balance> {
        let network = world.network.as_ref();
        let of = |purse: Purse| {
            let before = self.names.iter().position(|name| *name == purse.name);
            let (start, cost) = before.map_or((0.0, 0.0), |at| (self.start[at], self.costs[at]));
            Balance { worth: purse.worth(network), name: purse.name, start, cost }
        };
        purses(world).into_iter().map(of).collect()
    }
}
