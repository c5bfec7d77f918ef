//! Those who hold TAO, and alpha of any subnet.

use crate::rng::Agent;
use crate::units::{Tao, Uid};

/// Columns over the traders of a network.
#[derive(Clone, Debug, Default)]
pub struct Traders {
    /// Groups, in text order.
    pub groups: Vec<TraderGroup>,
    /// Group of each, an index into [`Traders::groups`] `[traders]`.
    pub group: Vec<usize>,
    /// The key of each one's draws `[traders]`.
    pub agent: Vec<Agent>,
    /// TAO that each can spend `[traders]` `[rao]`.
    pub cash: Vec<Tao>,
    /// Where each one's alpha is, in subnet order `[traders]`.
    pub holdings: Vec<Vec<Stake>>,
    /// The root hotkey on which each stakes `[traders]`.
    pub root_hotkey: Vec<Option<usize>>,
    /// Shares of its pool that each holds `[traders]`.
    pub root_shares: Vec<f64>,
}

/// A group of traders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraderGroup {
    /// Its name.
    pub name: String,
    /// What its members play.
    pub strategy: String,
    /// Worth of all that its members held at the start, at spot prices `[rao]`.
    pub start: Tao,
    /// Orders that were executed in the last epoch.
    pub executed: u32,
    /// Orders that were refused in the last epoch.
    pub refused: u32,
    /// TAO that its members turned over in the last epoch `[rao]`.
    pub turnover: Tao,
}

/// A trader's part of one hotkey's pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stake {
    /// In which subnet.
    pub subnet: usize,
    /// On which hotkey.
    pub uid: Uid,
    /// How many of its shares.
    pub shares: f64,
}

impl Traders {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.group.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.group.is_empty()
    }
}
