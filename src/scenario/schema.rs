//! The keys of a scenario: each declared once, with meaning, unit, range and default.

mod child_keys;
mod coalition;
mod consumer;
mod conviction;
mod data_provider;
mod detection;
mod governance;
mod group;
mod issuance;
mod market;
mod network;
mod payment;
mod proposal;
mod rules;
mod submission;
pub(super) mod tokens;
mod usd;
mod variants;

pub use child_keys::ChildKeyPlan;
pub use coalition::{CoalitionPlan, HowMany, Who};
pub use consumer::{ConsumerPlan, PursePlan};
pub use data_provider::DataProviderPlan;
pub use detection::{Consequence, Detection};
pub use governance::{GovernancePlan, VoterPlan};
pub use group::{Group, GroupPlan};
pub use market::{Entry, MarketPlan, Newcomers};
pub use network::{EraPlan, FoundingPlan, NetworkPlan, RootPlan, TraderPlan};
pub use payment::{PaymentKind, PaymentPlan};
pub use proposal::{Change, ProposalPlan};
pub use usd::{Motion, TaoUsd};
pub use variants::Variants;

use crate::fields::{Beside, Fields, Part};
use crate::protocol::schedule;
use crate::strategy::{Behaviour, Catalogue, Miner, Owner, Spec, Staker, Validator};
use crate::units::{Epoch, Uid};
use crate::world::{Role, Rules};

use super::{SCHEMA, Scenario};
use group::{group, same_length};
use rules::rules;

/// What is written to the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Epochs between two recordings of every neuron.
    pub every: Epoch,
    /// Epochs between two recordings of the metrics of subnets and groups.
    pub metrics_every: Epoch,
    /// Which epochs' weights and bonds are kept.
    pub weights: Keeping,
}

/// Which epochs' weights and bonds are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// None.
    Never,
    /// Those of the last epoch that was run.
    Last,
    /// Those of each epoch whose neurons are recorded.
    Every,
}

/// One subnet at its start.
#[derive(Clone, Debug)]
pub struct SubnetPlan {
    /// Its name.
    pub name: String,
    /// Its rules.
    pub rules: Rules,
    /// Groups of validators, in text order.
    pub validators: Vec<GroupPlan<dyn Validator>>,
    /// Groups of miners, in text order.
    pub miners: Vec<GroupPlan<dyn Miner>>,
    /// Groups of stakers, in text order.
    pub stakers: Vec<GroupPlan<dyn Staker>>,
    /// Groups of those who sell data to miners, in text order.
    pub data_providers: Vec<DataProviderPlan>,
    /// Weights in force before the first epoch.
    pub start: Vec<StartRow>,
    /// Name of the group whose first member is the subnet owner's hotkey.
    pub owner: Option<String>,
    /// How its owner behaves; `None` only after a problem.
    pub owner_plays: Option<Spec<dyn Owner>>,
    /// Who lends stake to whom.
    pub child_keys: Vec<ChildKeyPlan>,
    /// Its market, which acts where there is a network.
    pub market: MarketPlan,
    /// Whether the text says anything about a market.
    pub has_market: bool,
}

/// One validator's weights before the first epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct StartRow {
    /// Whose.
    pub uid: Uid,
    /// On whom.
    pub to: Vec<Uid>,
    /// How much on each, of any scale.
    pub weights: Vec<f64>,
}

/// Reads the whole of a scenario.
pub fn scenario(t: &mut Fields<'_>, source: &str, catalogue: &Catalogue) -> Scenario {
    let schema = t.whole("schema", "version of the scenario format").required();
    if t.sound() && schema != SCHEMA {
        let message = format!("`schema` must be {SCHEMA}, got {schema}");
        let help = format!("this program reads version {SCHEMA} of the scenario format");
        t.problem("schema", Part::Value, message, Some(help));
    }
    let name = t
        .text("name", "name of the scenario and of its folder of results")
        .name()
        .default(stem(source));
    let seed = t.whole("seed", "the only source of randomness").required();
    let epochs = t
        .whole("epochs", "length of the run")
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .required();
    let about = "the same text under several values of one key: `taosim run` runs each";
    let variants = t.table_aside("variants", about, variants::variants);
    // A whole network would write more rows than anyone reads.
    let every = if t.has("network") { WEEK } else { 1 };
    let metrics = if t.has("network") && t.count("subnet") > MANY { DAY } else { 1 };
    let about = "what is written to the tables";
    let record = t.table("record", about, |t| recording(t, every, metrics));
    let (base, max_epochs_per_block) = t.table("protocol", "rules of every subnet", |t| {
        (rules(t, &Rules::default()), max_epochs_per_block(t))
    });
    let about = "the token economy around the subnets; without it alpha has no market";
    let network = t.table_if_given("network", about, |t| network::network(t, catalogue));
    let market = network.is_some();
    let subnets =
        t.named("subnet", "the subnets", |name, t| subnet(name, t, &base, catalogue, market));
    let subnets: Vec<SubnetPlan> = subnets.into_iter().map(|(_, plan)| plan).collect();
    let only = if let [subnet] = subnets.as_slice() { subnet.name.clone() } else { String::new() };
    let coalitions = t.tables("coalitions", "agents who act together", |t| {
        coalition::coalition(t, &only, catalogue)
    });
    let about = "votes on the subnets' rules";
    let governance = t.table_if_given("governance", about, |t| {
        governance::governance(t, &only, (&subnets, network.as_ref()), catalogue)
    });
    let epochs = Epoch::try_from(epochs).unwrap_or(Epoch::MAX);
    let (scripts, resolved) = (Beside::default(), String::new());
    let epochs_a_block = max_epochs_per_block;
    Scenario {
        name,
        variants,
        family: None,
        seed,
        epochs,
        record,
        epochs_a_block,
        network,
        subnets,
        coalitions,
        governance,
        scripts,
        resolved,
    }
}

/// Reads the one rule that holds for all subnets together.
fn max_epochs_per_block(t: &mut Fields<'_>) -> usize {
    let most = t
        .whole("max_epochs_per_block", "how many subnets may run their epoch in one block")
        .unit("epochs")
        .at_least(1.0)
        .at_most(1e6)
        .default(schedule::MOST_PER_BLOCK as u64);
    usize::try_from(most).unwrap_or(usize::MAX)
}

fn stem(source: &str) -> String {
    let stem = std::path::Path::new(source).file_stem().and_then(|stem| stem.to_str());
    let fit = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let name: String = stem.unwrap_or_default().to_lowercase().chars().map(fit).collect();
    if crate::fields::unfit_name(&name).is_none() { name } else { "scenario".into() }
}

/// Epochs in a week, at 360 blocks each.
const WEEK: u64 = 140;

/// Epochs in a day, at 360 blocks each.
const DAY: u64 = 20;

/// Most subnets of a network whose metrics are recorded in every epoch by default.
const MANY: usize = 16;

fn recording(t: &mut Fields<'_>, every: u64, metrics: u64) -> Recording {
    let about = "epochs between two recordings of every neuron; by default 140 with a `[network]`";
    let every =
        t.whole("every", about).unit("epochs").at_least(1.0).at_most(10_000_000.0).default(every);
    let weights = t.choice(
        "weights",
        "which epochs' weights and bonds are kept",
        &[("never", Keeping::Never), ("last", Keeping::Last), ("every", Keeping::Every)],
        Keeping::Last,
    );
    let about = "epochs between two recordings of subnets' and groups' metrics; by default 20 with a \
                 `[network]` of more than 16 subnets";
    let metrics = t
        .whole("metrics_every", about)
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .default(metrics);
    let epochs = |every: u64| Epoch::try_from(every).unwrap_or(Epoch::MAX);
    Recording { every: epochs(every), metrics_every: epochs(metrics), weights }
}

fn subnet(
    name: &str,
    t: &mut Fields<'_>,
    base: &Rules,
    catalogue: &Catalogue,
    with_market: bool,
) -> SubnetPlan {
    let about = "rules of this subnet, where they differ";
    let rules = t.table_of_changes("protocol", about, |t| rules(t, base));
    let validators = t.tables("validators", "groups of validators", |t| {
        let group = group(t, Role::Validator);
        GroupPlan { group, strategy: strategy(t, catalogue.validators(), "honest") }
    });
    let miners = t.tables("miners", "groups of miners", |t| {
        let group = group(t, Role::Miner);
        GroupPlan { group, strategy: strategy(t, catalogue.miners(), "honest") }
    });
    let stakers = t.tables("stakers", "groups of stakers", |t| {
        let group = group(t, Role::Staker);
        GroupPlan { group, strategy: strategy(t, catalogue.stakers(), "passive") }
    });
    let data_providers =
        t.tables("data_providers", "groups of those who sell data to miners", |t| {
            data_provider::data_provider(t, catalogue)
        });
    let start = t.tables("start", "weights in force before the first epoch", start_row);
    let about = "group whose first member is the subnet owner's hotkey";
    let owner = t.text("owner", about).name().optional();
    let about = "how its owner rules it and trades its alpha";
    let owner_plays = Spec::read(t, "owner_plays", about, catalogue.owners(), Some("passive"));
    let about = "stake that votes under another hotkey";
    let child_keys = t.tables("child_keys", about, child_keys::child_key);
    let about = "its market; acts where there is a `[network]`";
    let given = if with_market {
        Some(t.table("market", about, market::market))
    } else {
        t.table_if_given("market", about, market::market)
    };
    let has_market = given.is_some();
    let market = given.unwrap_or_else(MarketPlan::none);
    let name = name.into();
    SubnetPlan {
        name,
        rules,
        validators,
        miners,
        stakers,
        data_providers,
        start,
        owner,
        owner_plays,
        child_keys,
        market,
        has_market,
    }
}

fn strategy<R: ?Sized + 'static>(
    t: &mut Fields<'_>,
    behaviours: &[Behaviour<R>],
    default: &'static str,
) -> Option<Spec<R>> {
    Spec::read(t, "strategy", "how its members behave", behaviours, Some(default))
}

fn start_row(t: &mut Fields<'_>) -> StartRow {
    let uid = t.whole("uid", "the validator").at_most(65_535.0).required();
    let to = t.wholes("to", "uids that it gives weight to").at_most(65_535.0).required();
    let weights = t
        .numbers("weights", "weight on each of them; only the proportions count")
        .at_least(0.0)
        .at_most(1e15)
        .required();
    if t.sound() {
        same_length(t, "weights", Some(weights.len()), to.len());
    }
    let to: Vec<Uid> = to.into_iter().map(narrow_uid).collect();
    StartRow { uid: narrow_uid(uid), to, weights }
}

fn narrow_uid(uid: u64) -> Uid {
    Uid::try_from(uid).unwrap_or(Uid::MAX)
}
