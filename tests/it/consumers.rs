//! Consumers pay where quality for price is best; who feigns demand pays the fees and moves issuance.

use std::sync::atomic::AtomicBool;

use taosim::metrics::wealth::{outside, purses};
use taosim::record::{Digest, Frame, Observer, RecordError};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::units::Tao;

use crate::tools::scenario;

/// What was paid in every epoch, and where the money is at the end.
#[derive(Default)]
struct Till {
    /// For each epoch and subnet: paid, and of it feigned.
    service: Vec<Vec<[Tao; 2]>>,
    /// For each epoch and subnet: units, and units times quality.
    units: Vec<Vec<[f64; 2]>>,
    /// For each epoch and group: spent, and of it returned.
    groups: Vec<Vec<[Tao; 2]>>,
    /// For each group: what its service was worth to it, and the gain of its purse outside the network.
    worth: [[f64; 2]; 3],
    minted: Tao,
    bought: Tao,
    /// After the last epoch: elsewhere, with consumers, and with each subnet's owner.
    elsewhere: Tao,
    unspent: Tao,
    unspent_by_crowd: Tao,
    owners: Vec<Tao>,
    digest: String,
}

impl Observer for Till {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let network = frame.world.network.as_ref().expect("a network");
        let flows: Vec<_> = network.markets.iter().map(|market| market.flows).collect();
        self.service.push(flows.iter().map(|f| [f.service, f.service_wash]).collect());
        self.units.push(flows.iter().map(|f| [f.service_units, f.service_value]).collect());
        let groups = network.consumers.groups.iter();
        self.groups.push(groups.map(|group| [group.spent, group.returned]).collect());
        let purses = purses(frame.world);
        let first = purses.iter().position(|purse| purse.name.starts_with("network.consumers/"));
        let outside = &outside(frame.world)[first.expect("consumers")..];
        for ((sums, group), outside) in
            self.worth.iter_mut().zip(&network.consumers.groups).zip(outside)
        {
            sums[0] += group.value;
            sums[1] += outside.gain;
        }
        self.minted += network.flows.minted;
        self.bought += flows.iter().map(|f| f.bought).sum();
        self.elsewhere = network.elsewhere;
        self.unspent = network.consumers.cash.iter().copied().sum();
        let crowd = network.consumers.cash.iter().zip(&network.consumers.group);
        self.unspent_by_crowd =
            crowd.filter(|(_, group)| **group == CROWD).map(|(cash, _)| *cash).sum();
        self.owners = network.markets.iter().map(|market| market.owner_cash).collect();
        Ok(())
    }
}

impl Till {
    fn paid(&self, subnet: usize) -> Tao {
        self.service.iter().map(|subnets| subnets[subnet][0]).sum()
    }

    fn value(&self) -> f64 {
        self.units.iter().flatten().fold(0.0, |sum, units| sum + units[1])
    }

    fn spent(&self, group: usize, what: usize) -> Tao {
        self.groups.iter().map(|groups| groups[group][what]).sum()
    }
}

fn till(edits: &[&str]) -> Till {
    let scenario = scenario("consumers.toml", &[&["epochs=80"], edits].concat());
    let (mut till, mut digest) = (Till::default(), Digest::new());
    let mut simulation = Simulation::new(&scenario).audited();
    simulation.run(&mut [&mut till, &mut digest], &AtomicBool::new(false)).expect("it runs");
    till.digest = digest.text();
    till
}

const SHARP: usize = 0;
const DULL: usize = 1;
const PAINTED: usize = 2;
const CROWD: usize = 0;
const REGULARS: usize = 1;
const PAINTER: usize = 2;
const HONEST: &str = "network.consumers.painter.budget_tao=0";

#[test]
fn better_service_draws_more_spending() {
    let plain = till(&[HONEST]);
    let (sharp, dull) = (plain.paid(SHARP).tokens(), plain.paid(DULL).tokens());
    assert!(sharp > 5.0 * dull && dull > 0.0, "{sharp} {dull}");
    // Who pays is told by group and by subnet alike.
    let groups = plain.spent(CROWD, 0) + plain.spent(REGULARS, 0) + plain.spent(PAINTER, 0);
    assert_eq!(groups, plain.paid(SHARP) + plain.paid(DULL) + plain.paid(PAINTED));
    // Twice the price is half the quality for it.
    let dear = till(&[HONEST, "subnet.sharp.market.service.price_usd=2.0"]);
    assert!(dear.paid(DULL) > plain.paid(DULL) && dear.paid(SHARP) < plain.paid(SHARP));
    // Who cannot see quality pays for less of it.
    let blind = till(&[HONEST, "network.consumers.crowd.noise=1.0"]);
    assert!(blind.paid(DULL) > plain.paid(DULL));
}

/// A circle costs two fees of 33 in 65535 and what the pool's curve takes; everyone else spends to
/// the rao what they would without it.
#[test]
fn feigned_demand_costs_its_fees_and_raises_issuance_by_use() {
    let (plain, feigned) = (till(&[HONEST]), till(&[]));
    let (spent, back) = (feigned.spent(PAINTER, 0), feigned.spent(PAINTER, 1));
    let lost = (spent - back).tokens() / spent.tokens();
    assert!(spent > Tao::from_tokens(50.0), "{spent}");
    assert!((0.0004..0.0007).contains(&lost), "{lost}");
    assert!(feigned.minted > plain.minted + Tao::from_tokens(100.0));
    for group in [CROWD, REGULARS] {
        assert_eq!(feigned.spent(group, 0), plain.spent(group, 0));
    }
    assert_eq!(feigned.value().to_bits(), plain.value().to_bits(), "nobody is served better");
    let wash: Tao = feigned.service.iter().map(|subnets| subnets[PAINTED][1]).sum();
    assert_eq!(wash, spent);
    // Where alpha is recycled nothing comes back.
    let lost = till(&["subnet.painted.market.service.alpha_to=recycled"]);
    assert!(lost.spent(PAINTER, 0) > Tao::ZERO && lost.spent(PAINTER, 1) == Tao::ZERO);
    // Under the halving curve alone nothing is gained.
    let halving = "network.rules.issuance=halving";
    assert_eq!(till(&[halving]).minted, till(&[halving, HONEST]).minted);
}

/// Who sees quality as it is, and is not out of money, gets 2^-0.5 + 3 (1 - 2^-0.5) of worth for each TAO under an
/// elasticity of 1.5, for at twice the price it would buy nothing. Feigned demand is worth nothing; it
/// spends the owner's money, so that its own purse neither gains nor loses.
#[test]
fn service_is_worth_the_area_under_the_demand() {
    let till = till(&[
        "network.consumers.crowd.noise=0",
        "network.consumers.crowd.review=1",
        "network.consumers.crowd.budget_usd=1000000",
    ]);
    let expected = 0.5_f64.sqrt() + 3.0 * (1.0 - 0.5_f64.sqrt());
    let (spent, [value, gain]) = (till.spent(CROWD, 0).tokens(), till.worth[CROWD]);
    // A payment is cut to whole rao.
    assert!((value / spent - expected).abs() < 1e-6, "{value} for {spent}");
    let purse = gain + till.unspent_by_crowd.tokens();
    assert!((purse - (value - spent)).abs() < 1e-6, "{purse} gained");
    assert_eq!(till.worth[PAINTER], [0.0, 0.0]);
}

#[test]
fn every_rao_that_is_paid_has_come_from_somewhere() {
    let pays = |subnet: &str| format!("subnet.{subnet}.market.service.pays=owner");
    let keeps = |subnet: &str| format!("subnet.{subnet}.market.owner_sells=0");
    let names = ["sharp", "dull", "painted"];
    // Nobody sells income, of which floors would leave a rao to the owner.
    let all = |subnet: &str| {
        let stakes = |group| format!("subnet.{subnet}.{group}.compound=1");
        [pays(subnet), keeps(subnet), stakes("miners.miners"), stakes("validators.voters")]
    };
    let edits: Vec<String> = names.into_iter().flat_map(all).collect();
    let mut edits: Vec<&str> = edits.iter().map(String::as_str).collect();
    edits.push(HONEST);
    let till = till(&edits);
    let paid: Vec<Tao> = (0..3).map(|subnet| till.paid(subnet)).collect();
    assert_eq!(till.owners, paid);
    assert_eq!(till.bought, Tao::ZERO);
    let start = Simulation::new(&scenario("consumers.toml", &edits));
    let start = start.world().network.as_ref().expect("a network").elsewhere;
    assert_eq!(start, till.elsewhere + till.unspent + paid.into_iter().sum());
}

/// Miners who pay themselves for service have back what falls to them by incentive, a twentieth each;
/// the owner gets what floors leave, less than a rao for each miner and payment.
#[test]
fn miners_feign_demand_with_their_own_cash() {
    let till = till(&[
        "subnet.painted.market.service.pays=miners",
        "subnet.painted.miners.miners.compound=0",
        "network.consumers.painter.count=20",
        "network.consumers.painter.purse={ kind = 'miners', name = 'miners' }",
    ]);
    let (spent, back) = (till.spent(PAINTER, 0), till.spent(PAINTER, 1));
    assert!(spent > Tao::from_tokens(10.0), "{spent}");
    let part = back.tokens() / spent.tokens();
    assert!((part - 0.05).abs() < 0.01, "{part}");
    let unknown = "network.consumers.painter.purse={ kind = 'miners', name = 'minors' }";
    let text = std::fs::read_to_string(crate::tools::root().join("scenarios/consumers.toml"))
        .expect("a scenario of the tree");
    let told = Scenario::load("s.toml", &text, &[unknown.parse().expect("an edit")]);
    let told = told.expect_err("a wrong text").to_string();
    assert!(told.contains("no group of miners of `subnet` is named `minors`"), "{told}");
}

/// A thousand units a day are 50 an epoch.
#[test]
fn a_full_subnet_serves_everyone_a_part() {
    let till = till(&["subnet.sharp.market.service.capacity=1000"]);
    for epoch in &till.units[2..] {
        assert!((45.0..=50.000_001).contains(&epoch[SHARP][0]), "{}", epoch[SHARP][0]);
    }
}

/// Two miners of qualities 1 and 3, paid by their output, deliver a quality of 0.25 + 2.25; so do
/// two of 2.5. Consumers cannot tell them apart.
#[test]
fn consumers_see_what_is_delivered_and_not_who_is_good() {
    let with = |qualities: &str| {
        till(&[
            "subnet.sharp.protocol={ reward_rule = 'central-platform' }",
            "subnet.sharp.miners.miners.count=2",
            &format!("subnet.sharp.miners.miners.quality={qualities}"),
        ])
    };
    let (uneven, even) = (with("[1.0, 3.0]"), with("[2.5, 2.5]"));
    assert!(uneven.paid(SHARP) > Tao::ZERO);
    for group in [CROWD, REGULARS] {
        let of = |till: &Till| -> Vec<Tao> { till.groups.iter().map(|g| g[group][0]).collect() };
        assert_eq!(of(&uneven), of(&even));
    }
    let better = with("[1.0, 3.5]");
    assert_ne!(better.paid(SHARP), uneven.paid(SHARP));
}

#[test]
fn threads_do_not_move_what_is_paid() {
    let digest = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| till(&["epochs=30"]).digest)
    };
    assert_eq!(digest(1), digest(2));
}

#[test]
fn consumers_that_cannot_be() {
    let text = std::fs::read_to_string(crate::tools::root().join("scenarios/consumers.toml"))
        .expect("a scenario of the tree");
    let told = |edits: &[&str]| {
        let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
        Scenario::load("s.toml", &text, &edits).expect_err("a wrong text").to_string()
    };
    let many = told(&[
        "network.consumers.painter.subnet=paint",
        "network.consumers.crowd.purse={ kind = 'traders', name = 'nobody' }",
        "network.consumers.regulars.name=crowd",
    ]);
    for part in [
        "no subnet is named `paint`",
        "did you mean `painted`?",
        "no group of `network.traders` is named `nobody`",
        "a second group of `network.consumers` is named `crowd`",
    ] {
        assert!(many.contains(part), "{many}");
    }
    let wash = told(&["network.consumers.crowd.strategy=wash"]);
    assert!(wash.contains("`wash` pays to the subnet that it belongs to"), "{wash}");
    let free = told(&["subnet.dull.market.service.price_usd=0"]);
    assert!(free.contains("must not both be below"), "{free}");
    let poor = text.replace("budget_usd = 1500.0\n", "");
    let poor = Scenario::load("s.toml", &poor, &[]).expect_err("a wrong text").to_string();
    assert!(poor.contains("missing key `budget_tao` or `budget_usd`"), "{poor}");
}
