//! People: what an agent may know, and how it decides.
//!
//! Each role has one narrow trait with one required method. It is handed a *turn*: a view of all
//! that the agent may know, so that delays and private information are kept by types and not by
//! good manners. It answers into a place that the caller owns. Nothing here changes the world.
//!
//! A behaviour is one file in its role's folder, with a [`Behaviour`] that names it, and one line
//! in the role's list. A library user adds their own to a [`Catalogue`] under a name, and a
//! scenario then uses it by that name:
//!
//! ```
//! use taosim::strategy::{Behaviour, Catalogue, Conduct, MinerTurn, Miner};
//!
//! struct HalfHearted { effort: f64 }
//!
//! impl Miner for HalfHearted {
//!     fn work(&mut self, _: &mut MinerTurn<'_>) -> f64 { self.effort }
//! }
//!
//! let catalogue = Catalogue::builtin().with_miner(Behaviour {
//!     name: "half-hearted",
//!     about: "Always works at the same reduced effort.",
//!     source: "This example.",
//!     conduct: Conduct::Deviant,
//!     read: |t| Box::new(HalfHearted {
//!         effort: t.number("effort", "effort in each epoch").share().default(0.5),
//!     }),
//! });
//! assert!(catalogue.miners().iter().any(|behaviour| behaviour.name == "half-hearted"));
//! ```

pub mod coalition;
pub mod consumer;
pub mod data_provider;
pub mod miner;
pub mod owner;
mod script;
pub mod staker;
pub mod trader;
pub mod validator;
pub mod voter;

pub use consumer::{Consumer, ConsumerTurn, Payment};
pub use data_provider::{DataProvider, DataProviderTurn};
pub use miner::{Miner, MinerTurn};
pub use owner::{Owner, OwnerTurn};
pub use staker::{Order, Staker, StakerTurn};
pub use trader::{Timing, TradeOrder, Trader, TraderTurn};
pub use validator::{Bribe, Decision, Own, Public, Validator, ValidatorTurn};
pub use voter::{Vote, Voter, VoterTurn};

use std::fmt;
use std::sync::Arc;

use crate::fields::{Beside, Fields, Kind};

/// Whether a behaviour does the work that the network pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// Does its own work and reports it truthfully.
    Honest,
    /// Gains by not doing so.
    Deviant,
    /// As the text says it of each group, see [`Spec::conduct`].
    Stated,
}

/// A behaviour that a scenario can name.
pub struct Behaviour<R: ?Sized> {
    /// The `kind` of a strategy table.
    pub name: &'static str,
    /// What it knows and what it decides, in a sentence or two.
    pub about: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Whether its agents count as honest in the metrics.
    pub conduct: Conduct,
    /// Reads its parameters and makes one agent's behaviour.
    pub read: fn(&mut Fields<'_>) -> Box<R>,
}

impl<R: ?Sized> Clone for Behaviour<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: ?Sized> Copy for Behaviour<R> {}

impl<R: ?Sized> fmt::Debug for Behaviour<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Behaviour").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A behaviour with its parameters, as a scenario gives them: data, from which each agent of a
/// group gets an object of its own.
pub struct Spec<R: ?Sized> {
    behaviour: Behaviour<R>,
    params: toml::Table,
    beside: Beside,
}

impl<R: ?Sized> Clone for Spec<R> {
    fn clone(&self) -> Self {
        let (params, beside) = (self.params.clone(), self.beside.clone());
        Self { behaviour: self.behaviour, params, beside }
    }
}

impl<R: ?Sized> fmt::Debug for Spec<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spec")
            .field("behaviour", &self.behaviour.name)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl<R: ?Sized + 'static> Spec<R> {
    /// Reads the table under `key` as one of the `behaviours`. `None` only after a problem.
    pub fn read(
        fields: &mut Fields<'_>,
        key: &'static str,
        about: &'static str,
        behaviours: &[Behaviour<R>],
        default: Option<&'static str>,
    ) -> Option<Self> {
        let kinds: Vec<Kind<Box<R>>> = behaviours
            .iter()
            .map(|b| Kind { name: b.name, about: b.about, read: b.read })
            .collect();
        fields.kinded(key, about, &kinds, default)?;
        let (name, params) = match fields.value(key) {
            Some(toml::Value::Table(params)) => (params.get("kind")?.as_str()?, params.clone()),
            Some(toml::Value::String(name)) => (name.as_str(), toml::Table::new()),
            _ => (default?, toml::Table::new()),
        };
        let behaviour = *behaviours.iter().find(|behaviour| behaviour.name == name)?;
        Some(Self { behaviour, params, beside: fields.beside() })
    }

    /// A new object for one agent.
    #[must_use]
    pub fn build(&self) -> Box<R> {
        let read = |fields: &mut Fields<'_>| {
            fields.value("kind");
            (self.behaviour.read)(fields)
        };
        crate::fields::read_beside(&self.params, self.beside.clone(), read).0
    }

    /// Its name in the catalogue.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.behaviour.name
    }

    /// Whether its agents count as honest.
    #[must_use]
    pub fn conduct(&self) -> Conduct {
        match self.behaviour.conduct {
            Conduct::Stated => script::conduct(&self.params),
            known => known,
        }
    }
}

/// All behaviours that a scenario can name.
#[derive(Clone, Debug)]
pub struct Catalogue {
    validators: Vec<Behaviour<dyn Validator>>,
    miners: Vec<Behaviour<dyn Miner>>,
    stakers: Vec<Behaviour<dyn Staker>>,
    traders: Vec<Behaviour<dyn Trader>>,
    data_providers: Vec<Behaviour<dyn DataProvider>>,
    owners: Vec<Behaviour<dyn Owner>>,
    consumers: Vec<Behaviour<dyn Consumer>>,
    voters: Vec<Behaviour<dyn Voter>>,
    scripts: Option<ScriptReader>,
}

/// Gives the text of a script by the name of the scenario's file and that of the script in it, or
/// says why it cannot be read.
#[derive(Clone)]
struct ScriptReader(Arc<dyn Fn(&str, &str) -> Result<String, String> + Send + Sync>);

impl fmt::Debug for ScriptReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScriptReader")
    }
}

impl Catalogue {
    /// Those of this crate.
    #[must_use]
    pub fn builtin() -> Self {
        Self {
            validators: validator::BEHAVIOURS.to_vec(),
            miners: miner::BEHAVIOURS.to_vec(),
            stakers: staker::BEHAVIOURS.to_vec(),
            traders: trader::BEHAVIOURS.to_vec(),
            data_providers: data_provider::BEHAVIOURS.to_vec(),
            owners: owner::BEHAVIOURS.to_vec(),
            consumers: consumer::BEHAVIOURS.to_vec(),
            voters: voter::BEHAVIOURS.to_vec(),
            scripts: None,
        }
    }

    /// With scripts that `read` gives by two names: that of the scenario's file and that of the
    /// script as the scenario has it. It says why where one cannot be read. Without this no scenario
    /// can name a script, for this room touches no files.
    #[must_use]
    pub fn with_scripts(
        self,
        read: impl Fn(&str, &str) -> Result<String, String> + Send + Sync + 'static,
    ) -> Self {
        Self { scripts: Some(ScriptReader(Arc::new(read))), ..self }
    }

    /// The scripts of these names, for a scenario in the file `source`.
    #[must_use]
    pub fn scripts(&self, source: &str, names: &[String]) -> Beside {
        let read = |name: &String| {
            let text = script::unfit(name).map_or_else(
                || match &self.scripts {
                    Some(reader) => (reader.0)(source, name),
                    None => Err("no scripts are read here".into()),
                },
                Err,
            );
            (name.clone(), text)
        };
        names.iter().map(read).collect()
    }

    /// With one more validator behaviour; it replaces one of the same name.
    #[must_use]
    pub fn with_validator(mut self, behaviour: Behaviour<dyn Validator>) -> Self {
        add(&mut self.validators, behaviour);
        self
    }

    /// With one more miner behaviour; it replaces one of the same name.
    #[must_use]
    pub fn with_miner(mut self, behaviour: Behaviour<dyn Miner>) -> Self {
        add(&mut self.miners, behaviour);
        self
    }

    /// With one more staker behaviour; it replaces one of the same name.
    #[must_use]
    pub fn with_staker(mut self, behaviour: Behaviour<dyn Staker>) -> Self {
        add(&mut self.stakers, behaviour);
        self
    }

    /// With one more trader behaviour; it replaces one of the same name.
    #[must_use]
    pub fn with_trader(mut self, behaviour: Behaviour<dyn Trader>) -> Self {
        add(&mut self.traders, behaviour);
        self
    }

    /// With one more data provider behaviour; it replaces one of the same name.
    #[must_use]
    pub fn with_data_provider(mut self, behaviour: Behaviour<dyn DataProvider>) -> Self {
        add(&mut self.data_providers, behaviour);
        self
    }

    /// With one more behaviour of owners; it replaces one of the same name.
    #[must_use]
    pub fn with_owner(mut self, behaviour: Behaviour<dyn Owner>) -> Self {
        add(&mut self.owners, behaviour);
        self
    }

    /// With one more consumer behaviour; it replaces one of the same name.
    #[must_use]
    pub fn with_consumer(mut self, behaviour: Behaviour<dyn Consumer>) -> Self {
        add(&mut self.consumers, behaviour);
        self
    }

    /// With one more voter behaviour; it replaces one of the same name.
    #[must_use]
    pub fn with_voter(mut self, behaviour: Behaviour<dyn Voter>) -> Self {
        add(&mut self.voters, behaviour);
        self
    }

    /// Of validators.
    #[must_use]
    pub fn validators(&self) -> &[Behaviour<dyn Validator>] {
        &self.validators
    }

    /// Of miners.
    #[must_use]
    pub fn miners(&self) -> &[Behaviour<dyn Miner>] {
        &self.miners
    }

    /// Of stakers.
    #[must_use]
    pub fn stakers(&self) -> &[Behaviour<dyn Staker>] {
        &self.stakers
    }

    /// Of traders.
    #[must_use]
    pub fn traders(&self) -> &[Behaviour<dyn Trader>] {
        &self.traders
    }

    /// Of data providers.
    #[must_use]
    pub fn data_providers(&self) -> &[Behaviour<dyn DataProvider>] {
        &self.data_providers
    }

    /// Of owners of subnets.
    #[must_use]
    pub fn owners(&self) -> &[Behaviour<dyn Owner>] {
        &self.owners
    }

    /// Of consumers.
    #[must_use]
    pub fn consumers(&self) -> &[Behaviour<dyn Consumer>] {
        &self.consumers
    }

    /// Of voters.
    #[must_use]
    pub fn voters(&self) -> &[Behaviour<dyn Voter>] {
        &self.voters
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::builtin()
    }
}

fn add<R: ?Sized>(behaviours: &mut Vec<Behaviour<R>>, behaviour: Behaviour<R>) {
    behaviours.retain(|other| other.name != behaviour.name);
    behaviours.push(behaviour);
}
