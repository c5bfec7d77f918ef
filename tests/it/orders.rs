//! What becomes of traders' orders: limits hold, and a move happens whole or not at all.

use taosim::scenario::Scenario;
use taosim::simulation::Simulation;
use taosim::strategy::trader::TradeOrder;
use taosim::strategy::{Behaviour, Catalogue, Conduct, Trader, TraderTurn};
use taosim::units::{Alpha, RAO, Tao};

/// The chain puts nothing into these pools, so that only the trader moves their prices.
const TEXT: &str = r#"
schema = 1
seed = 1
epochs = 3
[network]
substeps = 4
[[network.traders]]
name = "trader"
count = 1
tao = 100000.0
alpha = 20.0
subnets = ["a"]
review = 1
strategy = "PLAYS"
[subnet.a]
market = { tao = 10000.0, alpha = 1000000.0, elsewhere = 5000.0, emission_enabled = false, owner_sells = 0.0 }
validators = [{ name = "v", count = 1, stake = 100.0 }]
miners = [{ name = "m", count = 2, compound = 1.0 }]
[subnet.b]
market = { tao = 0.0001, alpha = 0.01, emission_enabled = false, owner_sells = 0.0 }
validators = [{ name = "v", count = 1, stake = 100.0 }]
miners = [{ name = "m", count = 2, compound = 1.0 }]
"#;

/// Places one order after the first epoch.
struct Once(TradeOrder);

impl Trader for Once {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        if turn.epoch == 0 {
            orders.push(self.0);
        }
    }
}

fn behaviour(name: &'static str) -> Behaviour<dyn Trader> {
    fn once(order: TradeOrder) -> Box<dyn Trader> {
        Box::new(Once(order))
    }
    let (about, source, conduct) = ("Orders once.", "This test.", Conduct::Honest);
    let read = match name {
        "buys" => |_: &mut taosim::fields::Fields<'_>| once(BUY),
        "sells" => |_: &mut taosim::fields::Fields<'_>| once(SELL),
        _ => |_: &mut taosim::fields::Fields<'_>| once(MOVE),
    };
    Behaviour { name, about, source, conduct, read }
}

const BUY: TradeOrder = TradeOrder::Buy { subnet: 0, amount: Tao(50_000 * RAO), limit: 0.0105 };
const SELL: TradeOrder = TradeOrder::Sell { subnet: 0, amount: Alpha(u64::MAX), limit: 0.00999 };
const MOVE: TradeOrder = TradeOrder::Move { from: 0, to: 1, amount: Alpha(u64::MAX) };

/// The simulation after the order's epoch.
fn played(name: &'static str) -> Simulation {
    let catalogue = Catalogue::builtin().with_trader(behaviour(name));
    let text = TEXT.replace("PLAYS", name);
    let scenario = Scenario::load_with("orders.toml", &text, &[], &catalogue);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let mut simulation = Simulation::new(&scenario);
    for _ in 0..2 {
        simulation.step().expect("it runs");
    }
    simulation
}

/// Of 50,000 TAO as many are spent as lift the price from 0.01 to 0.0105: 10,000 (sqrt 1.05 - 1)
/// = 246.95 TAO, and the fee on them.
#[test]
fn a_purchase_stops_at_its_limit() {
    let simulation = played("buys");
    let network = simulation.world().network.as_ref().expect("a network");
    let price = network.price(0);
    assert!(price <= 0.0105 && price > 0.010_499_9, "{price}");
    let spent = 100_000.0 - network.traders.cash[0].tokens();
    assert!((spent - 246.95 / (1.0 - 33.0 / 65_535.0)).abs() < 0.01, "{spent}");
}

/// A thousandth of the price is 10,000 (1 - sqrt 0.999) = 5.0013 TAO away.
#[test]
fn a_sale_stops_at_its_limit() {
    let simulation = played("sells");
    let network = simulation.world().network.as_ref().expect("a network");
    let price = network.price(0);
    // The author's alpha is sold after it, and may press the price by the fee's part.
    assert!((price / 0.00999 - 1.0).abs() < 1e-6, "{price}");
    let got = network.traders.cash[0].tokens() - 100_000.0;
    assert!((got - 5.0013).abs() < 1e-3, "{got}");
}

/// The second pool cannot take a thousand times its reserve, so that nothing is sold either.
#[test]
fn a_move_that_cannot_end_does_not_begin() {
    let simulation = played("moves");
    let network = simulation.world().network.as_ref().expect("a network");
    assert_eq!(network.price(0), 0.01);
    assert_eq!(network.traders.cash[0], Tao(100_000 * RAO));
    assert_eq!(network.traders.groups[0].refused, 1);
}
