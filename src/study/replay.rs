//! Recomputing a recorded series of stakes and weights, under the form of consensus that the
//! record names or another one.
//!
//! The format is one JSON object: `version`, `params`, `reset_bonds`, `validators`, `servers`,
//! `epochs`, `stakes` `[epoch][validator]` and `weights` `[epoch][validator][server]`.

mod chain;
mod read;

pub use read::{ReplayError, overridden, series};

use crate::protocol::RewardRule;
use crate::protocol::research::{self, Params, Shares, State, Version};
use crate::protocol::reward::Rule;

/// A form of consensus, or a rival of it that counts votes, that a series can be replayed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A version of the research package, on shares of stake and weight as they are.
    Research(Version),
    /// A rule of the chain or a rival, with the chain's masks and 16-bit storage around it.
    Chain(Rule),
}

impl Form {
    /// Every name of a form, in the order in which they came.
    pub const NAMES: &'static [&'static str] = &[
        "YUMA1",
        "YUMA2",
        "YUMA2B",
        "YUMA2C",
        "YUMA3",
        "YUMA3_LIQUID",
        "CHAIN_CLASSIC",
        "CHAIN_YUMA3",
        "STAKE_WEIGHTED_MEAN",
        "PEER_PREDICTION",
    ];

    /// The form of this name. `YUMA3_LIQUID` is `YUMA3`: whether bonds are liquid is for the
    /// parameters to say.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "CHAIN_CLASSIC" => Some(Self::Chain(Rule::Chain(RewardRule::ChainClassic))),
            "CHAIN_YUMA3" => Some(Self::Chain(Rule::Chain(RewardRule::ChainYuma3))),
            "STAKE_WEIGHTED_MEAN" => Some(Self::Chain(Rule::StakeWeightedMean)),
            "PEER_PREDICTION" => Some(Self::Chain(Rule::PeerPrediction)),
            "YUMA3_LIQUID" => Some(Self::Research(Version::Yuma3)),
            research => Version::from_name(research).map(Self::Research),
        }
    }
}

/// A recorded series.
#[derive(Clone, Debug)]
pub struct Series {
    /// What it is called: its own title, or the name of its file.
    pub name: String,
    /// The name of the form it was recorded under.
    pub version: String,
    /// What that form is.
    pub form: Form,
    /// Parameters, in the research package's terms.
    pub params: Params,
    /// Before which epoch the bonds on which server are deleted.
    pub reset: Option<Reset>,
    /// Names of the validators.
    pub validators: Vec<String>,
    /// Names of the servers.
    pub servers: Vec<String>,
    /// Stake of each validator `[epochs, validators]`, of any scale.
    pub stakes: Vec<Vec<f64>>,
    /// Weights `[epochs]`, each `[validators, servers]` row-major.
    pub weights: Vec<Vec<f64>>,
}

/// A deletion of bonds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reset {
    /// Bonds on which server.
    pub server: usize,
    /// Before which epoch.
    pub epoch: usize,
}

/// What a form makes of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replay {
    /// Share of dividends `[epochs, validators]`.
    pub dividends: Vec<Vec<f64>>,
    /// Share of incentive `[epochs, servers]`.
    pub incentives: Vec<Vec<f64>>,
    /// Bonds as carried to the next epoch `[epochs]`, each `[validators, servers]` row-major.
    pub bonds: Vec<Vec<f64>>,
    /// Consensus weights `[epochs, servers]`.
    pub consensus: Vec<Vec<f64>>,
}

/// Recomputes a series under its own form.
#[must_use]
pub fn replay(series: &Series) -> Replay {
    match series.form {
        Form::Research(version) => under_research(series, version),
        Form::Chain(rule) => chain::replay(series, rule),
    }
}

/// Each validator's share of stake `[epochs, validators]`; what dividends are compared with.
#[must_use]
pub fn stake_shares(series: &Series) -> Vec<Vec<f64>> {
    let share = |stakes: &Vec<f64>| {
        let mut shares = stakes.clone();
        crate::num::normalise(&mut shares);
        shares
    };
    series.stakes.iter().map(share).collect()
}

fn under_research(series: &Series, version: Version) -> Replay {
    let mut state = State::new(series.validators.len(), series.servers.len());
    let mut shares = Shares::default();
    let mut replay = Replay::default();
    for (epoch, (stakes, weights)) in series.stakes.iter().zip(&series.weights).enumerate() {
        let resets = |reset: &Reset| version.resets_bonds() && reset.epoch == epoch;
        if let Some(reset) = series.reset.filter(resets) {
            state.reset_column(reset.server);
        }
        research::epoch(version, &series.params, stakes, weights, &mut state, &mut shares);
        replay.dividends.push(shares.dividends.clone());
        replay.incentives.push(shares.incentives.clone());
        replay.bonds.push(shares.bonds.clone());
        replay.consensus.push(shares.consensus.clone());
    }
    replay
}
