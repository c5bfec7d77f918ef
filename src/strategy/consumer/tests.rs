use super::*;
use crate::fields;
use crate::rng::{Agent, Domain, Streams};

/// What a consumer with 10 TAO an epoch pays, when a TAO is 2 dollars and an epoch is a day.
fn paid(
    consumer: &mut dyn Consumer,
    own: Option<usize>,
    offers: &[(f64, f64)],
) -> Vec<(usize, u64)> {
    let payments = spend(consumer, own, offers);
    payments.iter().map(|payment| (payment.subnet, payment.amount.0)).collect()
}

fn spend(consumer: &mut dyn Consumer, own: Option<usize>, offers: &[(f64, f64)]) -> Vec<Payment> {
    let offer = |&(quality, price_usd): &(f64, f64)| Offer {
        open: true,
        quality,
        price_usd,
        capacity: f64::INFINITY,
        sold: 0.0,
    };
    let offers: Vec<Offer> = offers.iter().map(offer).collect();
    let mut turn = ConsumerTurn {
        epoch: 0,
        offers: &offers,
        budget: Tao(10_000_000_000),
        days: 1.0,
        tao_usd: 2.0,
        own,
        review: 1,
        draws: Streams::new(1).at(Domain::Consume, Agent::new("one", 0), 0),
    };
    let mut payments = Vec::new();
    consumer.spend(&mut turn, &mut payments);
    payments
}

fn consumer(behaviour: Behaviour<dyn Consumer>, text: &str) -> Box<dyn Consumer> {
    let table = toml::from_str(text).expect("the test's text is TOML");
    let (consumer, _, sheet) = fields::read(&table, behaviour.read);
    assert!(sheet.problems.is_empty(), "{text}: {:?}", sheet.problems);
    consumer
}

/// Qualities for price of 4 and 2. A choosiness of 1 splits 2 : 1, and an elasticity of 1 asks for
/// 3 * 4 = 12 units and 3 * 2 = 6: of them 8 and 2 at 0.5 dollars, or 2 TAO and 0.5 TAO.
#[test]
fn units_follow_quality_for_price() {
    let text = "scale = 3\nelasticity = 1\nchoosiness = 1";
    let mut elastic = consumer(elastic::BEHAVIOUR, text);
    let near = |found: Vec<(usize, u64)>, expected: &[(usize, u64)]| {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.0 == expected.0 && found.1.abs_diff(expected.1) <= 1, "{found:?}");
        }
    };
    let two = [(2.0, 0.5), (0.0, 0.5), (1.0, 0.5)];
    near(paid(&mut *elastic, None, &two), &[(0, 2_000_000_000), (2, 500_000_000)]);
    // Ten times as much is beyond the budget: 4 parts of 5 of the 10 TAO, and 1.
    let mut eager = consumer(elastic::BEHAVIOUR, &text.replace("= 3", "= 30"));
    near(paid(&mut *eager, None, &two), &[(0, 8_000_000_000), (2, 2_000_000_000)]);
    assert!(paid(&mut *elastic, None, &[(0.0, 1.0)]).is_empty());
    // What would overflow is the budget too.
    near(paid(&mut *elastic, None, &[(1e300, 1.0)]), &[(0, 10_000_000_000)]);
}

/// 1.2 is not a quarter better than 1; 1.3 is, and then 1 is not better than 1.3.
#[test]
fn the_loyal_change_only_for_much_better() {
    let mut loyal = consumer(loyal::BEHAVIOUR, "share = 0.5");
    let mut at = |offers: &[(f64, f64)]| paid(&mut *loyal, None, offers);
    assert_eq!(at(&[(1.0, 1.0), (0.9, 1.0)]), [(0, 5_000_000_000)]);
    assert_eq!(at(&[(1.0, 1.0), (1.2, 1.0)]), [(0, 5_000_000_000)]);
    assert_eq!(at(&[(1.0, 1.0), (1.3, 1.0)]), [(1, 5_000_000_000)]);
    assert_eq!(at(&[(1.3, 1.0), (1.3, 1.0)]), [(1, 5_000_000_000)]);
    assert_eq!(at(&[(1.0, 1.0), (0.0, 1.0)]), [(0, 5_000_000_000)]);
}

#[test]
fn wash_demand_asks_for_no_quality() {
    let mut wash = consumer(wash::BEHAVIOUR, "share = 0.25");
    let offers = [(9.0, 1.0), (0.0, 1.0)];
    assert_eq!(paid(&mut *wash, Some(1), &offers), [(1, 2_500_000_000)]);
    assert!(paid(&mut *wash, None, &offers).is_empty());
}

/// Under a unit elasticity the area between a price of 1 and one of 2 is ln 2 beside what is paid; under
/// one of 2 it is a half: the units that are wanted at a price of 2 are a quarter, and from there on the
/// area under 1/sqrt(x) is 1. With half of the money only those units are bought that are worth
/// more.
#[test]
fn what_is_bought_is_worth_the_area_under_the_demand() {
    let worth = |elasticity: f64, choke: f64, part: f64| Demand { elasticity, choke }.worth(part);
    for (found, expected) in [
        (worth(1.0, 2.0, 1.0), 1.0 + std::f64::consts::LN_2),
        (worth(2.0, 2.0, 1.0), 1.5),
        (worth(0.0, 2.0, 1.0), 2.0),
        (worth(1.0, 1.0, 1.0), 1.0),
        (worth(1.0, 2.0, 0.5), 2.0),
        (worth(1.0, 2.0, 0.25), 2.0),
        (worth(0.0, 2.0, 0.5), 2.0),
        (worth(1.0, 4.0, 0.5), 2.0 + 2.0 * std::f64::consts::LN_2),
    ] {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    // At four units of quality for a dollar, a unit of quality costs a quarter of it.
    let payments = |consumer: &mut dyn Consumer, own| spend(consumer, own, &[(2.0, 0.5)]);
    let mut loyal = consumer(loyal::BEHAVIOUR, "");
    let worth = payments(&mut *loyal, None)[0].worth;
    assert!((worth - 0.25 * (1.0 + std::f64::consts::LN_2)).abs() < 1e-12, "{worth}");
    let mut wash = consumer(wash::BEHAVIOUR, "");
    assert_eq!(payments(&mut *wash, Some(0))[0].worth, 0.0);
}
