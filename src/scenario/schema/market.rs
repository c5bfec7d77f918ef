//! Keys of one subnet's market.

use crate::fields::{self, Fields, Kind, Part};
use crate::protocol::pruning::Protection;
use crate::protocol::registration::{self, Pricing};
use crate::units::{Alpha, Tao};
use crate::world::Service;

use super::consumer::service;

/// The market of one subnet at its start.
#[derive(Clone, Debug, PartialEq)]
pub struct MarketPlan {
    /// TAO in the pool `[rao]`.
    pub tao: Tao,
    /// Alpha in the pool `[rao]`.
    pub alpha: Alpha,
    /// Weight of TAO in the pool.
    pub weight: f64,
    /// Alpha outside the pool beyond what the groups hold `[rao]`.
    pub elsewhere: Alpha,
    /// Of it, what the chain has bought `[rao]`.
    pub protocol: Alpha,
    /// Smoothed price; `None` for the price in the pool.
    pub ema: Option<f64>,
    /// Blocks since emission began; `None` for a subnet that has not started.
    pub age: Option<u64>,
    /// Whether neurons may register.
    pub registration_allowed: bool,
    /// Whether TAO is emitted to it.
    pub emission_enabled: bool,
    /// Whether the owner's cut is taken.
    pub owner_cut: bool,
    /// Part of incentive withheld from miners in the epoch before the first.
    pub miner_burned: f64,
    /// Part of its cut that an owner without a hotkey sells.
    pub owner_sells: f64,
    /// Part of the owner's cut that is locked when it is paid.
    pub owner_locks: f64,
    /// TAO that the owner can spend at the start `[rao]`.
    pub owner_tao: Tao,
    /// Average of what users pay in less what they take out `[TAO per block]`.
    pub user_flow: f64,
    /// Average of what the chain pays in `[TAO per block]`.
    pub protocol_flow: f64,
    /// What root's validators vote for it, of any scale; acts under root weights only.
    pub root_votes: f64,
    /// Price of a slot at the start `[rao]`.
    pub burn_price: Tao,
    /// How that price moves.
    pub pricing: Pricing,
    /// Who is not pruned.
    pub protection: Protection,
    /// Newcomers who want a slot.
    pub newcomers: Newcomers,
    /// When they want one.
    pub entry: Entry,
    /// The group of miners that they belong to; `None` for that of whom they replace.
    pub recruits: Option<String>,
    /// What it asks for its service, if it serves anyone who pays.
    pub service: Option<Service>,
    /// Blocks since it was registered.
    pub registered_ago: u64,
}

impl MarketPlan {
    /// The default market, for a subnet of a scenario without a network.
    pub(super) fn none() -> Self {
        fields::read(&toml::Table::new(), market).0
    }
}

/// Those who want to register.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Newcomers {
    /// How many try in a day, in the mean.
    pub per_day: f64,
    /// Most that each pays `[rao]`.
    pub most: Tao,
}

/// When one who might register does so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    /// Whenever the price of a slot is not above what it is ready to pay.
    Constant,
    /// If besides, what a miner gets in the mean pays for the work and the slot.
    ExpectedProfit {
        /// For how long it counts that `[days]`.
        days: f64,
        /// What it asks for beyond, as a part of what it pays.
        margin: f64,
    },
}

const ENTRIES: &[Kind<Entry>] = &[
    Kind {
        name: "constant",
        about: "whenever the price is not above `most`",
        read: |_| Entry::Constant,
    },
    Kind {
        name: "expected-profit",
        about: "if besides, the mean miner's incentive of the last epoch, sold at the price of now, \
                would pay for its work and the slot",
        read: |t| {
            let days = t
                .number("days", "for how long it counts on that incentive")
                .unit("days")
                .above(0.0)
                .at_most(3650.0)
                .default(30.0);
            let margin = t
                .number("margin", "what it asks for beyond, as a part of what work and slot cost")
                .at_least(0.0)
                .at_most(100.0)
                .default(0.0);
            Entry::ExpectedProfit { days, margin }
        },
    },
];

pub(super) fn market(t: &mut Fields<'_>) -> MarketPlan {
    let amount = |t: &mut Fields<'_>, key, about, unit, default: f64| {
        t.number(key, about).unit(unit).at_least(0.0).at_most(21e6).default(default)
    };
    let tao = t
        .number("tao", "TAO in the pool at the start")
        .unit("TAO")
        .above(0.0)
        .at_most(21e6)
        .default(10_000.0);
    let alpha = t
        .number("alpha", "alpha in the pool at the start")
        .unit("alpha")
        .above(0.0)
        .at_most(21e6)
        .default(1_000_000.0);
    let weight =
        t.number("weight", "weight of TAO in the pool").at_least(0.01).at_most(0.99).default(0.5);
    let about = "alpha outside the pool beyond what the groups hold: others', burned, protocol's";
    let elsewhere = amount(t, "elsewhere", about, "alpha", 0.0);
    let about = "of it, alpha that the chain has bought";
    let protocol = amount(t, "protocol", about, "alpha", 0.0);
    let ema = t
        .number("ema_price", "smoothed price at the start; left out for the price in the pool")
        .unit("TAO per alpha")
        .share()
        .optional();
    let started = t.flag("started", "whether the subnet has made its start call").default(true);
    let age = t
        .whole("age", "blocks since emission began")
        .unit("blocks")
        .at_most(1e9)
        .default(2_000_000_u64);
    let registration_allowed =
        t.flag("registration_allowed", "whether neurons may register").default(true);
    let emission_enabled = t.flag("emission_enabled", "whether TAO is emitted to it").default(true);
    let owner_cut = t.flag("owner_cut", "whether the owner's cut is taken").default(true);
    let miner_burned = t
        .number("miner_burned", "part of incentive withheld from miners before the first epoch")
        .share()
        .default(0.0);
    let (owner_sells, owner_locks, owner_tao) = owner(t);
    let flow = |t: &mut Fields<'_>, key, about| {
        t.number(key, about).unit("TAO per block").at_least(-1e6).at_most(1e6).default(0.0)
    };
    let about = "average of what users pay in less what they take out";
    let user_flow = flow(t, "user_flow", about);
    let protocol_flow = flow(t, "protocol_flow", "average of what the chain pays in");
    let root_votes = t
        .number("root_votes", "root's votes for it, of any scale; acts under root-weights only")
        .at_least(0.0)
        .at_most(1e15)
        .default(1.0);
    let (burn_price, pricing) = t.table("slot", "the price of a slot", slot);
    let protection = t.table("pruning", "which miners make room for newcomers", pruning);
    let about = "those who register as miners";
    let (newcomers, entry, recruits) = t.table("newcomers", about, miners_to_come);
    let registered_ago = t
        .whole("registered_ago", "blocks since the subnet was registered")
        .unit("blocks")
        .at_most(1e12)
        .default(2_000_000_u64);
    let about = "what it asks of consumers for its service; left out, it serves none";
    let service = t.table_if_given("service", about, service);
    if t.sound() && protocol > elsewhere {
        let message = format!(
            "`protocol` must not be above `elsewhere`, of which it is a part, got {protocol} and \
             {elsewhere}"
        );
        t.problem("protocol", Part::Value, message, None);
    }
    MarketPlan {
        tao: Tao::from_tokens(tao),
        alpha: Alpha::from_tokens(alpha),
        weight,
        elsewhere: Alpha::from_tokens(elsewhere),
        protocol: Alpha::from_tokens(protocol),
        ema,
        age: started.then_some(age),
        registration_allowed,
        emission_enabled,
        owner_cut,
        miner_burned,
        owner_sells,
        owner_locks,
        owner_tao,
        user_flow,
        protocol_flow,
        root_votes,
        burn_price,
        pricing,
        protection,
        newcomers,
        entry,
        recruits,
        service,
        registered_ago,
    }
}

/// Part of its cut that the owner sells, part of the rest that it locks, and its TAO.
fn owner(t: &mut Fields<'_>) -> (f64, f64, Tao) {
    let about = "part of its cut that an owner without a hotkey sells";
    let sells = t.number("owner_sells", about).share().default(0.5);
    let about = "part of the owner's cut, of what it does not sell, that is locked when it is paid";
    let locks = t.number("owner_locks", about).share().default(0.0);
    let about = "TAO that the owner can spend at the start";
    let tao = t.number("owner_tao", about).unit("TAO").at_least(0.0).at_most(21e6).default(0.0);
    (sells, locks, Tao::from_tokens(tao))
}

fn miners_to_come(t: &mut Fields<'_>) -> (Newcomers, Entry, Option<String>) {
    let newcomers = newcomers(t, "most that each pays for a slot");
    let entry = t.kinded("entry", "when they want a slot", ENTRIES, Some("constant"));
    let about = "group of miners that they belong to; left out for that of whom they replace";
    (newcomers, entry.unwrap_or(Entry::Constant), t.text("group", about).name().optional())
}

fn slot(t: &mut Fields<'_>) -> (Tao, Pricing) {
    let was = Pricing::default();
    let price = |t: &mut Fields<'_>, key, about, default: Tao| {
        let key = t.number(key, about).unit("TAO").at_least(0.0).at_most(1e6);
        Tao::from_tokens(key.default(default.tokens()))
    };
    let start = price(t, "price", "price at the start", registration::FIRST_PRICE);
    let least = price(t, "least", "least price", was.least);
    let most = price(t, "most", "greatest price", was.most);
    let half_life = t
        .whole("half_life", "time in which the price halves while nobody registers")
        .unit("blocks")
        .at_least(1.0)
        .at_most(36_100.0)
        .default(u64::from(was.half_life));
    let bump = t
        .number("bump", "what a registration multiplies the price by")
        .at_least(1.0)
        .at_most(3.0)
        .default(was.bump);
    if t.sound() && least > most {
        let message = format!("`least` must not be above `most`, got {least} and {most}");
        t.problem("least", Part::Value, message, None);
    }
    let half_life = u16::try_from(half_life).unwrap_or(u16::MAX);
    (start, Pricing { least, most, half_life, bump })
}

fn pruning(t: &mut Fields<'_>) -> Protection {
    let was = Protection::default();
    let immunity_period = t
        .whole("immunity_period", "time after its registration in which a miner is not pruned")
        .unit("blocks")
        .at_most(65_535.0)
        .default(was.immunity_period);
    let least = t
        .whole("min_non_immune", "as long as so few miners are not immune, an immune one is pruned")
        .unit("uids")
        .at_most(65_535.0)
        .default(was.min_non_immune as u64);
    let owned = t
        .whole("owner_uids", "how many of the subnet owner's keys are never pruned")
        .unit("uids")
        .at_most(10.0)
        .default(was.owner_uids as u64);
    let narrow = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Protection { immunity_period, min_non_immune: narrow(least), owner_uids: narrow(owned) }
}

pub(super) fn newcomers(t: &mut Fields<'_>, pays: &'static str) -> Newcomers {
    let per_day = t
        .number("per_day", "how many try in a day, in the mean")
        .unit("agents per day")
        .at_least(0.0)
        .at_most(1e5)
        .default(0.0);
    let most = t.number("most", pays).unit("TAO").at_least(0.0).at_most(1e6).default(1.0);
    Newcomers { per_day, most: Tao::from_tokens(most) }
}
