//! What the tests of all traders share, and what holds for each of them.

use proptest::collection::vec as column;
use proptest::prelude::*;

use super::{BEHAVIOURS, Holding, Quote, Timing, TradeOrder, Trader, TraderTurn};
use crate::fields;
use crate::rng::{Agent, Domain, Streams};
use crate::strategy::Behaviour;
use crate::units::{Alpha, Epoch, RAO, SUPPLY_CAP, Tao};

/// A turn that owns what it shows.
#[derive(Clone, Debug)]
pub(super) struct Market {
    pub(super) epoch: Epoch,
    pub(super) cash: Tao,
    pub(super) root: Tao,
    pub(super) holdings: Vec<Holding>,
    pub(super) owned: Vec<usize>,
    pub(super) quotes: Vec<Quote>,
    pub(super) root_yield: f64,
    pub(super) review: Epoch,
}

impl Market {
    /// Open markets with `(TAO, alpha)` in their pools, smoothed prices as the prices, nothing
    /// earned anywhere, and no money.
    pub(super) fn new(pools: &[(f64, f64)]) -> Self {
        let quote = |&(tao, alpha): &(f64, f64)| {
            let price = tao / alpha;
            Quote {
                open: true,
                price,
                ema: price,
                tao,
                alpha,
                share: 0.0,
                epoch_yield: 0.0,
                flow: 0.0,
                outside: alpha,
            }
        };
        Self {
            epoch: 0,
            cash: Tao::ZERO,
            root: Tao::ZERO,
            holdings: Vec::new(),
            owned: Vec::new(),
            quotes: pools.iter().map(quote).collect(),
            root_yield: 0.0,
            review: 20,
        }
    }

    /// Gives the trader so much alpha of a subnet, instead of what it has there.
    pub(super) fn hold(&mut self, subnet: usize, tokens: f64) {
        self.holdings.retain(|holding| holding.subnet != subnet);
        let alpha = Alpha::from_tokens(tokens);
        if alpha > Alpha::ZERO {
            self.holdings.push(Holding { subnet, alpha, locked: Alpha::ZERO });
        }
        self.holdings.sort_by_key(|holding| holding.subnet);
    }
}

/// One trader of a behaviour, with parameters as in a text.
pub(super) fn behave(behaviour: Behaviour<dyn Trader>, text: &str) -> Box<dyn Trader> {
    let table = toml::from_str(text).expect("the test's text is TOML");
    let (trader, _, sheet) = fields::read(&table, behaviour.read);
    assert!(sheet.problems.is_empty(), "{text}: {:?}", sheet.problems);
    trader
}

/// What it orders.
pub(super) fn orders(trader: &mut dyn Trader, market: &Market) -> Vec<TradeOrder> {
    let mut orders = Vec::new();
    trader.trade(&mut turn(market), &mut orders);
    orders
}

fn turn(market: &Market) -> TraderTurn<'_> {
    TraderTurn {
        epoch: market.epoch,
        cash: market.cash,
        root: market.root,
        holdings: &market.holdings,
        owned: &market.owned,
        quotes: &market.quotes,
        root_yield: market.root_yield,
        tao_usd: 200.0,
        fee: 0.0005,
        review: market.review,
        draws: Streams::new(3).at(Domain::Trade, Agent::new("traders", 0), market.epoch),
    }
}

/// Parameters at the ends of their ranges.
const EXTREMES: &[(&str, &str)] = &[
    ("yield-chaser", "speed = 1\nthreshold = 0\nhorizon = 1e7\ntrend = 10\nsmoothing = 1"),
    ("momentum", "window = 1\nthreshold = 0\npicks = 1000\nspeed = 1\nimpact = 0.9"),
    ("mean-reverter", "noise = 1\nsize = 1\nimpact = 0.9"),
    ("mean-reverter", "noise = 0\nband = 0\nstrength = 1e6\nvalue = { kind = 'average' }"),
    ("whale", "target = { kind = 'subnet', index = 2 }\nexit = 60\nimpact = 0.9"),
    ("whale", "target = 'smallest-pool'\nshare = 0.1\nenter = 21"),
    ("rebalancer", "band = 0\nimpact = 0.9\nalpha = 0.5\nindex = 'shares'"),
    ("rebalancer", "index = 'equal'"),
    ("loyal", "target = { kind = 'subnet', index = 3 }\nimpact = 0.9"),
    ("herd", "sign = 'price'\nthreshold = 0\nspeed = 1\nimpact = 0.9"),
    ("epoch-sniper", "margin = -1\nimpact = 0.9"),
    ("sandwich", "least = 0\nmost = 0"),
    ("pumper", "from = 20\nhold = 20\nrest = 0\nimpact = 0.9"),
    ("flow-recycler", "round = [1, 9]\ndwell = 1\nimpact = 0.9"),
    ("conqueror", "part = 1\nimpact = 0.9\nmilks = true"),
];

/// Every behaviour with its defaults, and with extremes.
fn everyone() -> Vec<Box<dyn Trader>> {
    let find = |name| BEHAVIOURS.iter().find(|behaviour| behaviour.name == name).copied();
    let defaults = BEHAVIOURS.iter().map(|behaviour| behave(*behaviour, ""));
    let extreme = |&(name, text)| behave(find(name).expect("a behaviour of that name"), text);
    defaults.chain(EXTREMES.iter().map(extreme)).collect()
}

fn awkward(usual: std::ops::Range<f64>) -> impl Strategy<Value = f64> {
    let ends = [0.0, -1.0, 1e-300, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    prop_oneof![8 => usual, 1 => prop::sample::select(ends.to_vec())]
}

fn quote() -> impl Strategy<Value = Quote> {
    let pool = (awkward(0.0..1.0), awkward(0.0..1e5), awkward(0.0..1e6));
    let rest = (awkward(0.0..1.0), awkward(0.0..1.0), awkward(0.0..0.01));
    let more = (awkward(-1e3..1e3), awkward(0.0..1e6));
    (prop::bool::weighted(0.8), pool, rest, more).prop_map(
        |(open, (price, tao, alpha), (ema, share, epoch_yield), (flow, outside))| Quote {
            open,
            price,
            ema,
            tao,
            alpha,
            share,
            epoch_yield,
            flow,
            outside,
        },
    )
}

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(1), 0..1_000 * RAO, 0..SUPPLY_CAP, Just(u64::MAX)]
}

/// A few turns with markets that change without rhyme, their number too.
fn markets() -> impl Strategy<Value = Vec<Market>> {
    let market = |(quotes, alpha, money, root_yield): (Vec<_>, Vec<_>, (u64, u64), f64)| {
        let alphas = alpha.into_iter().enumerate();
        let held = alphas.filter(|(subnet, alpha)| *alpha > 0 && *subnet < quotes.len());
        let holding =
            |(subnet, alpha)| Holding { subnet, alpha: Alpha(alpha), locked: Alpha(alpha / 3) };
        let (cash, root) = (Tao(money.0), Tao(money.1));
        let holdings = held.map(holding).collect();
        let owned = Vec::new();
        Market { epoch: 0, cash, root, holdings, owned, quotes, root_yield, review: 0 }
    };
    let money = (amount(), amount());
    let one = (column(quote(), 0..5), column(amount(), 5), money, awkward(0.0..0.01));
    column(one.prop_map(market), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn orders_are_within_means_and_for_open_markets(
        mut markets in markets(), review in 0..40_u32,
    ) {
        for (turn, market) in markets.iter_mut().enumerate() {
            market.epoch = review * u32::try_from(turn).unwrap();
            market.review = review;
        }
        for mut trader in everyone() {
            for market in &markets {
                let orders = orders(&mut *trader, market);
                check(&*trader, &orders, market)?;
            }
        }
    }
}

fn check(trader: &dyn Trader, orders: &[TradeOrder], market: &Market) -> Result<(), TestCaseError> {
    let (mut cash, mut root) = (market.cash, market.root);
    let mut holdings = market.holdings.clone();
    let quote = |subnet: usize| market.quotes[subnet];
    let mut sell = |subnet: usize, amount: Alpha| {
        let holding = holdings.iter_mut().find(|holding| holding.subnet == subnet);
        let holding = holding.filter(|holding| holding.free() >= amount);
        holding.map(|holding| holding.alpha -= amount)
    };
    for order in orders {
        match *order {
            TradeOrder::Buy { subnet, amount, limit } => {
                // What is bought late may be paid with what an early sale brings.
                let late = trader.timing(order) == Timing::Late;
                prop_assert!(amount > Tao::ZERO && (late || amount <= cash), "{order:?} of {cash}");
                prop_assert!(limit > 0.0 && quote(subnet).open, "{order:?}");
                cash = cash.saturating_sub(amount);
            }
            TradeOrder::Sell { subnet, amount, limit } => {
                prop_assert!(limit >= 0.0 && limit.is_finite() && quote(subnet).open, "{order:?}");
                prop_assert!(amount > Alpha::ZERO && sell(subnet, amount).is_some(), "{order:?}");
            }
            TradeOrder::Move { from, to, amount } => {
                prop_assert!(from != to && quote(from).open && quote(to).open, "{order:?}");
                prop_assert!(amount > Alpha::ZERO && sell(from, amount).is_some(), "{order:?}");
            }
            TradeOrder::StakeRoot { amount } => {
                prop_assert!(amount > Tao::ZERO && amount <= cash, "{order:?} of {cash}");
                cash -= amount;
            }
            TradeOrder::UnstakeRoot { amount } => {
                prop_assert!(amount > Tao::ZERO && amount <= root, "{order:?} of {root}");
                root -= amount;
            }
            TradeOrder::Lock { subnet, amount } => {
                let free = market.holdings.iter().find(|held| held.subnet == subnet);
                let free = free.map_or(Alpha::ZERO, Holding::free);
                prop_assert!(amount > Alpha::ZERO && amount <= free, "{order:?} of {free}");
            }
            TradeOrder::Unlock { .. } => {}
        }
    }
    Ok(())
}

/// Markets that are closed or empty, and money of all kinds.
#[test]
fn nothing_can_be_bought_or_sold_in_closed_or_empty_markets() {
    let mut market = Market::new(&[(0.0, 10.0), (10.0, 0.0), (10.0, 10.0)]);
    market.quotes[2].open = false;
    market.cash = Tao::from_tokens(10.0);
    for subnet in 0..3 {
        market.hold(subnet, 10.0);
    }
    for mut trader in everyone() {
        for epoch in [0, 20, 40, 60, 80] {
            market.epoch = epoch;
            for order in orders(&mut *trader, &market) {
                assert!(matches!(order, TradeOrder::StakeRoot { .. }), "{order:?}");
            }
        }
    }
}

/// There can be very many traders, and a decision is made often.
#[test]
fn a_decision_allocates_nothing_after_the_first() {
    let mut market = Market::new(&[(1_000.0, 10_000.0); 128]);
    market.cash = Tao::from_tokens(100.0);
    market.root = Tao::from_tokens(100.0);
    for subnet in 0..64 {
        market.hold(subnet, 10.0);
        market.quotes[subnet].price *= 1.0 + subnet as f64 / 100.0;
        market.quotes[subnet].epoch_yield = 0.01;
    }
    for (who, mut trader) in everyone().into_iter().enumerate() {
        orders(&mut *trader, &market);
        let mut orders = Vec::with_capacity(1_000);
        for epoch in [20, 40, 60] {
            market.epoch = epoch;
            market.quotes[0].price *= 1.1;
            let mut turn = turn(&market);
            let used = allocation_counter::measure(|| trader.trade(&mut turn, &mut orders));
            assert_eq!(used.count_total, 0, "trader {who}");
            orders.clear();
        }
    }
}
