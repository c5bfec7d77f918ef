//! Keys of the token economy around the subnets.

use crate::fields::{Fields, Part};
use crate::protocol::subnet_life::{LastLock, LockPricing, Registry, SeedRule};
use crate::protocol::token_rules::TokenRules;
use crate::scenario::era;
use crate::strategy::{Catalogue, Spec, Trader};
use crate::units::{Epoch, SUPPLY_CAP, Tao};

use super::super::draw::Amounts;
use super::consumer::{ConsumerPlan, consumer_group};
use super::group::same_length;
use super::market::{Newcomers, newcomers};
use super::tokens::token_rules;
use super::usd::{TaoUsd, tao_usd};

/// The token economy at its start.
#[derive(Clone, Debug)]
pub struct NetworkPlan {
    /// The eras, in the order of their first epochs; the first begins at 0.
    pub eras: Vec<EraPlan>,
    /// Steps in which the blocks of an epoch are run.
    pub substeps: u64,
    /// Whether nobody sees the orders that wait to be executed.
    pub shield: bool,
    /// TAO that counts as issued `[rao]`.
    pub issued: Tao,
    /// Number of the block before the first.
    pub block: u64,
    /// Price of a TAO over time.
    pub tao_usd: TaoUsd,
    /// How new subnets come.
    pub founding: FoundingPlan,
    /// Groups of hotkeys on root, in text order.
    pub root: Vec<RootPlan>,
    /// Groups of traders, in text order.
    pub traders: Vec<TraderPlan>,
    /// Groups of consumers, in text order.
    pub consumers: Vec<ConsumerPlan>,
}

/// How new subnets take the place of old ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FoundingPlan {
    /// Those who want a subnet.
    pub founders: Newcomers,
    /// The chain's rules for them.
    pub registry: Registry,
    /// What a new pool gets.
    pub seed_rule: SeedRule,
    /// Epochs until root switches a new subnet's emission on.
    pub enabled_after: Epoch,
    /// The last registration before the start.
    pub last_lock: LastLock,
}

/// An era and when it begins.
#[derive(Clone, Debug)]
pub struct EraPlan {
    /// Its name.
    pub name: String,
    /// Its first epoch.
    pub from: Epoch,
    /// Its rules.
    pub rules: TokenRules,
}

/// A group of hotkeys on root.
#[derive(Clone, Debug)]
pub struct RootPlan {
    /// Its name.
    pub name: String,
    /// How many hotkeys.
    pub count: usize,
    /// TAO staked on each at the start.
    pub stake: Amounts,
}

/// A group of traders.
#[derive(Clone, Debug)]
pub struct TraderPlan {
    /// Its name.
    pub name: String,
    /// How many members.
    pub count: usize,
    /// TAO that each can spend at the start.
    pub cash: Amounts,
    /// TAO that each has on root at the start.
    pub root: Amounts,
    /// What the alpha of each is worth at the start, in proportion to the TAO in the pools `[TAO]`.
    pub alpha: Amounts,
    /// Names of the subnets whose alpha they hold at the start; empty for all.
    pub subnets: Vec<String>,
    /// Epochs between two decisions of each.
    pub review: Epoch,
    /// How they behave; `None` only after a problem.
    pub strategy: Option<Spec<dyn Trader>>,
}

pub(super) fn network(t: &mut Fields<'_>, catalogue: &Catalogue) -> NetworkPlan {
    let first = era_plan(t, 0);
    let mut eras = vec![first];
    eras.extend(t.tables("eras", "eras that come later", |t| {
        let from = t
            .whole("from", "the era's first epoch")
            .unit("epochs")
            .at_least(1.0)
            .at_most(10_000_000.0)
            .required();
        era_plan(t, Epoch::try_from(from).unwrap_or(Epoch::MAX))
    }));
    if let Some([one, next]) = eras.array_windows().find(|[one, next]| one.from >= next.from)
        && t.sound()
    {
        let message = format!(
            "eras must come in the order of their first epochs, got `{}` from {} before `{}` from {}",
            one.name, one.from, next.name, next.from
        );
        t.problem("eras", Part::Key, message, None);
    }
    let substeps = t
        .whole(
            "substeps",
            "steps in which an epoch's blocks are run; `tempo` or more runs each by itself",
        )
        .at_least(1.0)
        .at_most(50_400.0)
        .default(12_u64);
    let about = "whether orders are hidden until they are executed, so that none can be surrounded";
    let shield = t.flag("shield", about).default(false);
    let cap = Tao(SUPPLY_CAP).tokens();
    let issued = t
        .number("tao_issued", "TAO that counts as issued at the start")
        .unit("TAO")
        .at_least(0.0)
        .at_most(cap)
        .default(11_200_000.0);
    let block = t
        .whole("block", "number of the block before the first")
        .unit("blocks")
        .at_most(1e12)
        .default(8_700_000_u64);
    let tao_usd = tao_usd(t);
    let about = "how new subnets take the place of old ones";
    let founding = t.table("founding", about, |t| founding(t, block));
    let root = t.tables("root", "groups of hotkeys with stake on root", root_group);
    let traders = t.tables("traders", "groups of those who trade", |t| trader_group(t, catalogue));
    let about = "groups of those who pay for service";
    let consumers = t.tables("consumers", about, |t| consumer_group(t, catalogue));
    NetworkPlan {
        eras,
        substeps,
        shield,
        issued: Tao::from_tokens(issued),
        block,
        tao_usd,
        founding,
        root,
        traders,
        consumers,
    }
}

fn founding(t: &mut Fields<'_>, block: u64) -> FoundingPlan {
    let was = Registry::default();
    let about = "those who want a subnet";
    let founders = t.table("founders", about, |t| newcomers(t, "most that each locks"));
    let blocks = |t: &mut Fields<'_>, key, about, default: u64| {
        t.whole(key, about).unit("blocks").at_most(1e9).default(default)
    };
    let rate_limit = blocks(t, "rate_limit", "time between two registrations", was.rate_limit);
    let immunity = blocks(t, "immunity", "time in which a subnet is not pruned", was.immunity);
    let about = "time in which a doubled lock cost falls back, at an emission of 1 TAO a block";
    let interval = blocks(t, "lock_reduction_interval", about, was.pricing.interval);
    let tokens = |t: &mut Fields<'_>, key, about, default: f64| {
        let key = t.number(key, about).unit("TAO").at_least(0.0).at_most(21e6);
        Tao::from_tokens(key.default(default))
    };
    let least = tokens(t, "min_lock", "least lock cost", was.pricing.least.tokens());
    let cost = tokens(t, "last_lock", "what the last registration before the start cost", 653.0);
    let ago = blocks(t, "last_ago", "time since that registration", 28_800);
    let seed_rule = t.choice(
        "seed",
        "what a new pool gets: all that is locked at the median price, or 1 TAO against 1 alpha",
        &[("median", SeedRule::Median), ("one-to-one", SeedRule::OneToOne)],
        SeedRule::Median,
    );
    let enabled_after = t
        .whole("enabled_after", "time until root switches a new subnet's emission on")
        .unit("epochs")
        .at_most(10_000_000.0)
        .default(140_u64);
    let registry =
        Registry { rate_limit, immunity, pricing: LockPricing { least, interval }, ..was };
    let last_lock = LastLock { cost, block: block.saturating_sub(ago) };
    let enabled_after = Epoch::try_from(enabled_after).unwrap_or(Epoch::MAX);
    FoundingPlan { founders, registry, seed_rule, enabled_after, last_lock }
}

fn era_plan(t: &mut Fields<'_>, from: Epoch) -> EraPlan {
    let name =
        t.choice("era", "the rules that the network had at some time", &era::names(), era::LAST);
    let base = era::rules(name);
    let about = "rules of the era that are changed";
    let rules = t.table_of_changes("rules", about, |t| token_rules(t, &base));
    EraPlan { name: name.to_owned(), from, rules }
}

fn root_group(t: &mut Fields<'_>) -> RootPlan {
    let name = t.text("name", "name of the group, unique on root").name().required();
    let count = count(t);
    let stake = Amounts::read(t, "stake", "TAO staked on each at the start", "TAO", None);
    if t.sound() {
        same_length(t, "stake", stake.len(), count);
    }
    RootPlan { name, count, stake }
}

fn trader_group(t: &mut Fields<'_>, catalogue: &Catalogue) -> TraderPlan {
    let name = t.text("name", "name of the group, unique among traders").name().required();
    let count = count(t);
    let about = "TAO that each can spend at the start";
    let cash = Amounts::read(t, "tao", about, "TAO", Some(0.0));
    let about = "TAO that each has on root at the start";
    let root = Amounts::read(t, "root", about, "TAO", Some(0.0));
    let about = "worth of each one's alpha at the start, in proportion to the pools";
    let alpha = Amounts::read(t, "alpha", about, "TAO", Some(0.0));
    let about = "names of the subnets whose alpha they hold at the start; empty for all";
    let subnets = t.texts("subnets", about).default(Vec::new());
    let review = t
        .whole("review", "epochs between two decisions of each member")
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .default(20_u64);
    let strategy =
        Spec::read(t, "strategy", "how its members behave", catalogue.traders(), Some("passive"));
    if t.sound() {
        for (key, amounts) in [("tao", &cash), ("root", &root), ("alpha", &alpha)] {
            same_length(t, key, amounts.len(), count);
        }
    }
    let review = Epoch::try_from(review).unwrap_or(Epoch::MAX);
    TraderPlan { name, count, cash, root, alpha, subnets, review, strategy }
}

pub(super) fn count(t: &mut Fields<'_>) -> usize {
    let count = t
        .whole("count", "how many members")
        .unit("agents")
        .at_least(1.0)
        .at_most(1_000_000.0)
        .required();
    usize::try_from(count).unwrap_or(usize::MAX)
}
