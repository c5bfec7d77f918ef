//! What every group gains in a run: worth at the end less worth at the start, and what it gained
//! outside of the network.

use crate::metrics::wealth::{Outside, Purse, outside, purses};
use crate::world::World;

/// Keeps count while a run goes on.
#[derive(Clone, Debug)]
pub struct Account {
    names: Vec<String>,
    start: Vec<f64>,
    /// What each purse gained and paid outside of the network so far.
    outside: Vec<Outside>,
}

/// What one purse came to, at pool prices `[TAO, or alpha where it has no market]`.
#[derive(Clone, Debug)]
pub struct Balance {
    /// Its name.
    pub name: String,
    /// Worth now.
    pub worth: f64,
    /// Worth at the start.
    pub start: f64,
    /// What it gained and paid outside of the network.
    pub outside: Outside,
}

impl Balance {
    /// Worth less worth at the start, with what was gained outside.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.worth - self.start + self.outside.gain
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
            outside: vec![Outside::default(); purses.len()],
            names: purses.into_iter().map(|purse| purse.name).collect(),
        }
    }

    /// Adds what the epoch brought and took outside of the network, at the epoch's prices.
    pub fn charge(&mut self, world: &World) {
        for (sum, outside) in self.outside.iter_mut().zip(outside(world)) {
            sum.gain += outside.gain;
            sum.paid += outside.paid;
        }
    }

    /// What some purses gained outside of the network.
    #[must_use]
    pub fn gained_outside(&self, of: &[String]) -> f64 {
        let named = self.names.iter().zip(&self.outside).filter(|(name, _)| of.contains(name));
        named.fold(0.0, |sum, (_, outside)| sum + outside.gain)
    }

    /// What each of the purses has come to.
    #[must_use]
    pub fn balance(&self, world: &World, purses: &[Purse]) -> Vec<Balance> {
        let network = world.network.as_ref();
        let of = |purse: &Purse| {
            let before = self.names.iter().position(|name| *name == purse.name);
            let (start, outside) =
                before.map_or((0.0, Outside::default()), |at| (self.start[at], self.outside[at]));
            Balance { worth: purse.worth(network), name: purse.name.clone(), start, outside }
        };
        purses.iter().map(of).collect()
    }
}
