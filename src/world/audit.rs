//! Laws that hold after every epoch, whatever has happened in it.
//!
//! Two are checked in every run, and a run that breaks them ends: the books of TAO
//! ([`Network::audit`]) and of each subnet's alpha ([`Ledger::audit`]). The rest is checked where it
//! is asked for, by [`World::audit`]. The numbers are those of the list that the engine was built
//! from; what an epoch cannot show is held elsewhere.
//!
//! | | law | where |
//! |---|---|---|
//! | I1 | all TAO has a place | every run |
//! | I2 | TAO issued changes by what is minted less what is recycled; the policy says how much | here |
//! | I3 | what is minted goes into pools, buys, accounts, or back | here |
//! | I4 | a subnet's account has at least its pool's TAO | by construction: both are columns that cannot be negative |
//! | I5 | root's TAO is the stake on root, one to one | by construction; here: holders have no more than there is |
//! | I6 | alpha changes by what is injected and minted less what is recycled; no trade changes it | here |
//! | I7 | an injection is below its cap, and injection and buy are the subnet's TAO | here; for one block `tests/it/pool_laws.rs` |
//! | I8 | an injection keeps the price, a buy lifts it, no round trip profits | `tests/it/pool_laws.rs` |
//! | I9 | what nobody owns never shrinks | here |
//! | I10 | shares are in `[0, 1]` and sum to 1 at most; 0 where emission is off | here |
//! | I11 | the parts of a block's alpha are all of it | here; for one block `src/protocol/split.rs` |
//! | I12 | an epoch pays what was gathered, and no more | here |
//! | I13 | holders of a pool's shares hold all of it | here |
//! | I14 | a dissolution pays out exactly its pot | `tests/it/life_laws.rs`; every run by I1 |
//! | I15 | smoothed prices, parts and weights are in their ranges | here |
//! | I16 | what is locked is there | here; `tests/it/life_laws.rs` |
//! | I17 | a subnet's alpha stays below the cap | here |
//! | I18 | with shares that sum to 1, all TAO reaches the pools | here, by I3 and I7 |
//!
//! [`Network::audit`]: super::Network::audit
//! [`Ledger::audit`]: super::Ledger::audit

mod network;
mod subnet;

use thiserror::Error;

use super::World;
use crate::units::{Alpha, Tao};

/// What must hold.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Law {
    /// I2, under policies with a cap `[rao]`.
    #[error("more TAO is issued than there can be")]
    SupplyCap,
    /// I2 `[rao]`.
    #[error("not as much TAO is minted as the policy says")]
    Minted,
    /// I2 `[rao]`.
    #[error("TAO issued does not change by what is minted less what is recycled")]
    TaoIssued,
    /// I3 `[rao]`.
    #[error("TAO that was minted is neither in pools nor given back")]
    Placed,
    /// Every epoch has as many blocks as the tempo `[blocks]`.
    #[error("not as many blocks have passed as an epoch has")]
    Blocks,
    /// I5 `[shares]`.
    #[error("holders have more of a root hotkey's stake than there is")]
    RootHeld,
    /// I6 `[rao]`.
    #[error("alpha issued does not change by what is injected and minted")]
    AlphaIssued,
    /// I6 `[rao]`.
    #[error("alpha recycled does not change by what was recycled")]
    AlphaRecycled,
    /// I7 `[rao]`.
    #[error("more alpha is injected than the cap allows")]
    InjectionCap,
    /// I7, I18 `[rao]`.
    #[error("what is injected, spent and refused is not the subnet's share of TAO")]
    SubnetTao,
    /// I9 `[rao]`.
    #[error("alpha that nobody owns changes by other than what became nobody's")]
    NobodysAlpha,
    /// I10.
    #[error("shares of the TAO emission are out of [0, 1]")]
    Shares,
    /// I10.
    #[error("a subnet without emission has a share of it")]
    SwitchedOff,
    /// I11 `[rao]`.
    #[error("pots are not what was minted, or are left over after the epoch")]
    Pots,
    /// I12 `[rao]`.
    #[error("what is paid is not what was gathered")]
    Paid,
    /// I13 `[shares]`, or `[rao]` for what they are worth.
    #[error("holders of a stake do not hold all of it, or more")]
    StakeHeld,
    /// I15.
    #[error("a smoothed price, a part or a weight is out of its range")]
    Range,
    /// I16 `[rao]`.
    #[error("more alpha is locked than its holder has")]
    Locked,
    /// I17 `[rao]`.
    #[error("more alpha is issued than there can be")]
    AlphaCap,
    /// Where a subnet's token is TAO itself `[rao]`.
    #[error("stake in TAO is not backed by the subnet's TAO")]
    Backed,
}

/// A law that does not hold.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{place}: {law} (by {by})")]
pub struct Breach {
    /// Which law.
    pub law: Law,
    /// Where: the network, or a subnet and what in it.
    pub place: String,
    /// By how much, in the unit of the law.
    pub by: f64,
}

/// What the audit needs to know of the state before an epoch.
#[derive(Clone, Debug)]
pub struct Before {
    /// TAO issued and the last block, where there is a network.
    network: Option<(Tao, u64)>,
    subnets: Vec<SubnetBefore>,
}

#[derive(Clone, Copy, Debug)]
struct SubnetBefore {
    registered: u64,
    issued: Alpha,
    recycled: Alpha,
    orphaned: Alpha,
    burned: Alpha,
    ema: f64,
    emission_enabled: bool,
}

impl World {
    /// What [`World::audit`] will compare the state after the next epoch with.
    #[must_use]
    pub fn before(&self) -> Before {
        let market = |at| self.network.as_ref().map(|network| &network.markets[at]);
        let subnets = self.subnets.iter().enumerate().map(|(at, subnet)| SubnetBefore {
            registered: subnet.registered,
            issued: subnet.ledger.issued,
            recycled: subnet.ledger.recycled,
            orphaned: subnet.ledger.orphaned,
            burned: subnet.ledger.burned,
            ema: market(at).map_or(0.0, |market| market.ema),
            emission_enabled: market(at).is_some_and(|market| market.emission_enabled),
        });
        Before {
            network: self.network.as_ref().map(|network| (network.issued, network.block)),
            subnets: subnets.collect(),
        }
    }

    /// Every law that the epoch since `before` has broken.
    #[must_use]
    pub fn audit(&self, before: &Before) -> Vec<Breach> {
        let mut audit = Audit(Vec::new());
        if let (Some(network), Some(was)) = (&self.network, before.network) {
            network::audit(self, network, was, &mut audit);
        }
        for (at, was) in before.subnets.iter().enumerate() {
            subnet::audit(self, at, was, &mut audit);
        }
        audit.0
    }
}

/// Breaches found so far.
struct Audit(Vec<Breach>);

impl Audit {
    /// Notes two amounts that should be the same.
    fn equal(&mut self, law: Law, place: &str, found: u128, expected: u128) {
        self.within(law, place, found, (expected, expected));
    }

    /// Notes an amount that is not between two others.
    fn within(&mut self, law: Law, place: &str, found: u128, (least, most): (u128, u128)) {
        let off = least.saturating_sub(found).max(found.saturating_sub(most));
        if off > 0 {
            self.0.push(Breach { law, place: place.to_owned(), by: off as f64 });
        }
    }

    /// Notes a number that is not between two others; NaN is not.
    fn between(&mut self, law: Law, place: &str, found: f64, (least, most): (f64, f64)) {
        if !(least..=most).contains(&found) {
            let by = (least - found).max(found - most);
            self.0.push(Breach { law, place: place.to_owned(), by });
        }
    }
}

fn rao(amount: u64) -> u128 {
    u128::from(amount)
}

fn alpha(amount: Alpha) -> u128 {
    rao(amount.0)
}

fn tao(amount: Tao) -> u128 {
    rao(amount.0)
}
