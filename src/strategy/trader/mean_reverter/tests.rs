use super::*;
use crate::strategy::trader::tests::{Market, behave, orders};

/// Two pools of 1000 TAO and 10 000 alpha (price 0.1, the same smoothed), and money.
fn market() -> Market {
    let mut market = Market::new(&[(1_000.0, 10_000.0); 2]);
    market.cash = Tao::from_tokens(10.0);
    market.hold(0, 100.0);
    market
}

const SURE: &str = "noise = 0\nimpact = 0.5\n";

/// At twice the value, ln 2 = 0.693147 of the holding is for sale, and of the cash at half of it.
#[test]
fn sells_above_the_value_and_buys_below() {
    let mut market = market();
    market.quotes[0].ema = 0.05;
    market.quotes[1].ema = 0.2;
    let [
        TradeOrder::Sell { subnet: 0, amount: sold, limit: least },
        TradeOrder::Buy { subnet: 1, amount: spent, limit: most },
    ] = orders(&mut *behave(BEHAVIOUR, SURE), &market)[..]
    else {
        panic!("one sale and one purchase");
    };
    assert!((sold.tokens() - 69.314_718).abs() < 1e-6, "{sold}");
    assert!((spent.tokens() - 6.931_472).abs() < 1e-6, "{spent}");
    assert_eq!((least, most), (0.05, 0.2));
}

#[test]
fn leaves_prices_within_the_band_alone() {
    let mut market = market();
    market.quotes[0].ema = 0.1 / 1.05;
    market.quotes[1].ema = 0.1 * 1.05;
    assert_eq!(orders(&mut *behave(BEHAVIOUR, SURE), &market), []);
    let narrow = format!("{SURE}band = 0.04");
    assert_eq!(orders(&mut *behave(BEHAVIOUR, &narrow), &market).len(), 2);
}

/// 10 % below its value, the pool takes 1000 (sqrt(1 / 0.9) - 1) = 54.0926 TAO to get there.
#[test]
fn does_not_buy_beyond_the_value() {
    let mut market = market();
    market.cash = Tao::from_tokens(1e9);
    market.quotes[1].ema = 0.1 / 0.9;
    let [TradeOrder::Buy { amount, .. }] = orders(&mut *behave(BEHAVIOUR, SURE), &market)[..]
    else {
        panic!("one purchase");
    };
    assert!((amount.tokens() - 54.092_553).abs() < 1e-5, "{amount}");
}

/// Its average starts at the first price. With a memory of one review, it then gives the new
/// price a weight of 1 - 1/e: a price that doubles is above its average of 0.163212 by 0.203267.
#[test]
fn an_average_of_its_own_follows_slowly() {
    let mut market = market();
    market.review = 20;
    let text = format!("{SURE}value = {{ kind = 'average', memory = 20 }}");
    let mut trader = behave(BEHAVIOUR, &text);
    assert_eq!(orders(&mut *trader, &market), []);
    market.quotes[0].price = 0.2;
    market.epoch += market.review;
    let [TradeOrder::Sell { amount, limit, .. }] = orders(&mut *trader, &market)[..] else {
        panic!("one sale");
    };
    assert!((limit - 0.163_212).abs() < 1e-6, "{limit}");
    assert!((amount.tokens() - 20.326_7).abs() < 1e-3, "{amount}");
}

/// Over many epochs: it plays as often as it should, half of the time it buys, each market is
/// bought as often, and an order has the drawn size on average.
#[test]
fn random_trades_have_their_frequencies_and_sizes() {
    let mut market = market();
    let mut trader = behave(BEHAVIOUR, "noise = 0.5\nsize = 0.02\nimpact = 0.5");
    let (mut buys, mut sells, mut spent) = ([0_u32; 2], 0_u32, 0.0);
    for epoch in 0..20_000 {
        market.epoch = epoch;
        for order in orders(&mut *trader, &market) {
            match order {
                TradeOrder::Buy { subnet, amount, .. } => {
                    buys[subnet] += 1;
                    spent += amount.tokens();
                }
                _ => sells += 1,
            }
        }
    }
    // Five standard deviations of 20 000 trials of a quarter are 306, of an eighth 234.
    assert!(sells.abs_diff(5_000) < 306, "{sells}");
    assert!(buys[0].abs_diff(2_500) < 234 && buys[1].abs_diff(2_500) < 234, "{buys:?}");
    // Of 10 TAO, a share of mean 0.02: five standard errors of 5000 exponentials are 0.0014.
    // One in a hundred, below 0.0002, is too small for the chain.
    let mean = spent / f64::from(buys[0] + buys[1]) / 10.0;
    assert!((mean - 0.02).abs() < 0.002, "{mean}");
}
