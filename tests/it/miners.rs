//! What each kind of miner gains, and that none knows more than it may.

use std::sync::atomic::AtomicBool;

use taosim::metrics::wealth::{outside, purses};
use taosim::num;
use taosim::record::{Digest, Frame, InMemory, Observer, RecordError};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::strategy::{Behaviour, Catalogue, Conduct, Decision, Validator, ValidatorTurn};
use taosim::units::Alpha;
use taosim::world::Role;

use crate::tools::{run, scenario};

const EPOCHS: usize = 400;
const LAST: usize = EPOCHS - 1;

/// The groups of `miners.toml` after edits.
fn miners(edits: &[&str]) -> InMemory {
    run(&scenario("miners.toml", edits)).1
}

/// A metric of a group after the last epoch.
fn at_last(memory: &InMemory, group: &str, metric: &str) -> f64 {
    *memory.group(group, metric).last().expect("a metric of a group")
}

/// The same for each member.
fn each(memory: &InMemory, group: &str, metric: &str) -> f64 {
    at_last(memory, group, metric) / at_last(memory, group, "members")
}

/// Checks that what each miner has gained is what it earned less what it spent.
#[derive(Default)]
struct Books {
    before: Vec<(u64, i128)>,
}

impl Observer for Books {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let subnet = &frame.world.subnets[0];
        let now: Vec<(u64, i128)> =
            subnet.neurons.registered.iter().copied().zip(subnet.flows.profit.clone()).collect();
        let signed = |amount: Alpha| i128::from(amount.0);
        for (uid, ((since, before), (registered, after))) in
            self.before.iter().zip(&now).enumerate()
        {
            let gained = signed(subnet.flows.earned[uid]) - signed(subnet.flows.cost[uid]);
            if since == registered {
                assert_eq!(before + gained, *after, "uid {uid}");
            }
        }
        self.before = now;
        Ok(())
    }
}

#[test]
fn the_scenarios_of_miners_hold_the_laws_and_repeat() {
    for name in ["miners.toml", "free-entry.toml", "data-market.toml"] {
        let scenario = scenario(name, &["epochs=150"]);
        let digest = || {
            let (mut digest, mut books) = (Digest::new(), Books::default());
            let mut simulation = Simulation::new(&scenario).audited();
            simulation
                .run(&mut [&mut digest, &mut books], &AtomicBool::new(false))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            digest.text()
        };
        assert_eq!(digest(), digest(), "{name}");
    }
}

#[test]
fn a_copy_earns_nearly_what_the_original_does_for_less() {
    let memory = miners(&[]);
    let pay =
        each(&memory, "copiers", "incentive_share") / at_last(&memory, "leader", "incentive_share");
    assert!((0.80..0.95).contains(&pay), "{pay}");
    let cost = |group| memory.group(group, "cost_alpha").iter().sum::<f64>();
    let cost = cost("copiers") / 4.0 / cost("leader");
    assert!((0.1..0.4).contains(&cost), "{cost}");
    let groups =
        ["honest-miners", "investors", "leader", "sybils", "quitters", "relays", "copiers"];
    let hidden: Vec<String> =
        groups.iter().map(|group| format!("subnet.text.miners.{group}.publishes=false")).collect();
    let hidden: Vec<&str> = hidden.iter().map(String::as_str).collect();
    // Where only answers are served there is nothing to take.
    assert_eq!(at_last(&miners(&hidden), "copiers", "output_quality_mean"), 0.3);
}

#[test]
fn a_relay_hands_on_the_best_ones_answers_for_a_fee() {
    let memory = miners(&[]);
    let output = |group| at_last(&memory, group, "output_quality_mean");
    assert!((output("relays") / output("leader") - 0.9).abs() < 1e-12);
    assert!((each(&memory, "relays", "cost_alpha") - 0.6).abs() < 1e-9);
}

/// Each key of one machine is paid as a miner of that quality is, to the bit, for an eighth of the
/// cost and the upkeep.
#[test]
fn many_keys_of_one_machine_are_paid_as_many() {
    let (one, many) = (miners(&[]), miners(&["subnet.text.miners.sybils.strategy=honest"]));
    let pay = |memory: &InMemory| memory.group("sybils", "incentive_share");
    assert_eq!(pay(&one), pay(&many));
    assert!((each(&one, "sybils", "cost_alpha") - (1.0 / 8.0 + 0.02)).abs() < 1e-9);
    assert!((each(&many, "sybils", "cost_alpha") - 1.0).abs() < 1e-9);
}

#[test]
fn a_leader_shows_what_it_has_only_when_it_is_challenged() {
    let alone =
        ["copiers", "relays"].map(|name| format!("subnet.text.miners.{name}.strategy=honest"));
    let alone = miners(&[&alone[0], &alone[1]]);
    let shown = |memory: &InMemory| at_last(memory, "leader", "output_quality_mean");
    let ability = 3.0 * num::exp(0.4);
    assert!(shown(&alone) < 0.6 * ability, "{}", shown(&alone));
    assert!(shown(&miners(&[])) > 0.99 * ability, "{}", shown(&miners(&[])));
    // Holding back costs it nothing: it stays ahead all the same.
    let lead =
        at_last(&alone, "leader", "incentive_share") / each(&alone, "investors", "incentive_share");
    assert!(lead > 1.5, "{lead}");
}

#[test]
fn investment_follows_its_price() {
    let quality = |memory: &InMemory| {
        let output = memory.group("investors", "output_quality_mean");
        output[LAST] / output[0]
    };
    let (cheap, dear) =
        (miners(&[]), miners(&["subnet.text.miners.investors.strategy.energy_price=2.0"]));
    assert!(quality(&cheap) > 1.3, "{}", quality(&cheap));
    // Nothing is invested: what is left after 400 epochs of fading, to the last bit or nearly.
    assert!((quality(&dear) / num::exp(-0.0005 * LAST as f64) - 1.0).abs() < 1e-9);
    let spent = |memory: &InMemory| memory.group("investors", "cost_alpha").iter().sum::<f64>();
    assert!((spent(&dear) - 10.0 * EPOCHS as f64).abs() < 1e-6, "{}", spent(&dear));
    assert!(spent(&cheap) > spent(&dear) + 100.0);
}

#[test]
fn who_loses_money_stops_and_who_gains_goes_on() {
    let effort = |cost| {
        let edit = format!("subnet.text.miners.quitters.cost={cost}");
        miners(&[&edit]).group("quitters", "effort_mean")
    };
    let dear = effort("2.0");
    assert!(dear[LAST] < 0.5 && dear[19] == 1.0, "{}", dear[LAST]);
    // They come back when others have left.
    assert!(dear.array_windows().any(|[now, next]| next > now));
    assert!(effort("0.1").iter().all(|effort| *effort == 1.0));
}

/// The slots sold in the first subnet of `free-entry.toml`, and the price of one in the end.
#[derive(Default)]
struct Slots {
    sold: u32,
    price: f64,
}

impl Observer for Slots {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let market = &frame.world.network.as_ref().expect("a network").markets[0];
        self.sold += market.flows.registrations;
        self.price = market.burn_price.tokens();
        Ok(())
    }
}

fn slots(edits: &[&str]) -> Slots {
    let mut slots = Slots::default();
    let edits: Vec<&str> = edits.iter().copied().chain(["epochs=100"]).collect();
    Simulation::new(&scenario("free-entry.toml", &edits))
        .run(&mut [&mut slots], &AtomicBool::new(false))
        .expect("it runs");
    slots
}

#[test]
fn newcomers_come_only_when_it_pays() {
    let free = slots(&[]);
    assert!(free.sold > 20 && (1.0..4.0).contains(&free.price), "{} {}", free.sold, free.price);
    let constant = slots(&["subnet.open.market.newcomers.entry=constant"]);
    assert!(constant.price > 10.0 * free.price, "{}", constant.price);
    // Work that costs more than the mean miner earns is not begun, however cheap the slot.
    let dear = slots(&["subnet.open.miners.entrants.cost_usd=80.0"]);
    assert_eq!(dear.sold, 0);
}

/// They are of the group that the text names, and not of that of whom they replace.
#[test]
fn newcomers_are_who_the_text_says() {
    let memory = run(&scenario("free-entry.toml", &["epochs=100"])).1;
    let members = |group| memory.group(group, "members");
    let (old, new) = (members("incumbents"), members("entrants"));
    assert!(old[99] < old[0] && old[99] + new[99] == 40.0, "{} {}", old[99], new[99]);
}

#[test]
fn a_sniper_lives_on_old_scores() {
    let earned = |edits: &[&str]| {
        let mut memory = InMemory::of(1);
        Simulation::new(&scenario("free-entry.toml", edits))
            .run(&mut [&mut memory], &AtomicBool::new(false))
            .expect("it runs");
        // Who has just come stands there with the output of who has left.
        assert_eq!(memory.group("snipers", "effort_mean")[0], 0.0);
        let shares = memory.group("snipers", "incentive_share");
        shares.iter().filter(|share| **share > 0.0).count()
    };
    let (lazy, honest) =
        (earned(&[]), earned(&["subnet.lazy.validators.validators.strategy=honest"]));
    assert!(lazy > 10 * honest.max(1), "{lazy} epochs and {honest}");
}

/// Votes alike in each epoch, whatever the miners do.
struct Fixed;

impl Validator for Fixed {
    fn set_weights(&mut self, _: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        for (uid, weight) in row.iter_mut().enumerate().take(13).skip(3) {
            *weight = 1.0 + (uid * 5 % 11) as f64;
        }
        Decision::Submit
    }
}

/// Uids 3 to 12 are paid by fixed votes; 13 to 16 are not paid and publish nothing.
fn blind(unseen: &str, paid: &str) -> Vec<[Vec<u64>; 3]> {
    let catalogue = Catalogue::builtin().with_validator(Behaviour {
        name: "fixed",
        about: "Votes alike in each epoch.",
        source: "This test.",
        conduct: Conduct::Honest,
        read: |_| Box::new(Fixed),
    });
    let head = "schema = 1\nseed = 3\nepochs = 60\n\
         [[subnet.a.validators]]\nname = 'v'\ncount = 3\nstake = 100\nstrategy = 'fixed'\n";
    // At these costs both the investor and the quitter are near the point where they decide otherwise.
    let kinds = ["honest", "shirker", "relay", "sybil", "hoarder", "uid-sniper", "quitter"];
    let plain = kinds.iter().map(|kind| (*kind, format!("'{kind}'"), 1));
    let invests = ("investor", "{ kind = 'investor', step_cost = 35.0 }".to_owned(), 1);
    let copies = "{ kind = 'model-copier', delay = 2, noise = 0.1 }".to_owned();
    let kinds = plain.chain([invests, ("model-copier", copies, 2)]);
    let group = |(name, strategy, count): (&str, String, usize)| {
        format!(
            "[[subnet.a.miners]]\nname = '{name}'\ncount = {count}\nquality = {paid}\n\
             cost = 6.0\ndrift = 0.01\nstrategy = {strategy}\n"
        )
    };
    let groups: Vec<String> = kinds.map(group).collect();
    let text = format!(
        "{head}{}[[subnet.a.miners]]\nname = 'unseen'\ncount = 4\nquality = {unseen}\n\
         publishes = false\n",
        groups.concat()
    );
    let none: &[Edit] = &[];
    let scenario = Scenario::load_with("blind.toml", &text, none, &catalogue);
    let mut simulation = Simulation::new(&scenario.unwrap_or_else(|error| panic!("{error}")));
    let step = |_| {
        simulation.step().expect("it runs");
        let subnet = &simulation.world().subnets[0];
        assert_eq!(subnet.neurons.role[13], Role::Miner);
        let bits = |column: &[f64]| column[..13].iter().map(|value| value.to_bits()).collect();
        let cost = subnet.flows.cost[..13].iter().map(|cost| cost.0).collect();
        [bits(&subnet.neurons.effort), bits(&subnet.neurons.output), cost]
    };
    (0..60).map(step).collect()
}

/// Nobody acts on the ability of those who are neither paid nor public; what is public is acted on.
#[test]
fn no_miner_sees_what_is_hidden() {
    let seen = blind("[0.1, 2.0, 0.5, 9.0]", "1.0");
    assert_eq!(blind("[9.0, 0.5, 2.0, 0.1]", "1.0"), seen);
    assert_ne!(blind("[0.1, 2.0, 0.5, 9.0]", "1.5"), seen);
}

/// How many bought of each data provider in each epoch. What all buyers spend beyond their work is
/// what providers earn, to the rao.
#[derive(Default)]
struct Sales(Vec<Vec<u32>>);

impl Observer for Sales {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let subnet = &frame.world.subnets[0];
        let (neurons, providers) = (&subnet.neurons, &subnet.providers);
        let miners = (0..subnet.uids()).filter(|uid| neurons.role[*uid] == Role::Miner);
        let data = |uid: usize| subnet.flows.cost[uid] - neurons.full_cost[uid];
        let spent: Alpha = miners.map(data).sum();
        assert_eq!(spent, providers.earned.iter().copied().sum());
        self.0.push(providers.buyers.clone());
        Ok(())
    }
}

fn sales(edits: &[&str]) -> Vec<Vec<u32>> {
    let mut sales = Sales::default();
    Simulation::new(&scenario("data-market.toml", edits))
        .run(&mut [&mut sales], &AtomicBool::new(false))
        .expect("it runs");
    sales.0
}

/// Two fair providers, two of lemons, two poisoners, as in the text.
#[test]
fn good_data_drive_out_bad_ones_where_what_they_do_can_be_seen() {
    let sold = |sales: &[Vec<u32>], of: usize| {
        sales.iter().map(|epoch| epoch[of] + epoch[of + 1]).sum::<u32>()
    };
    let clear = sales(&[]);
    assert!(sold(&clear, 0) > 5 * sold(&clear, 2) && sold(&clear, 0) > 2 * sold(&clear, 4));
    assert!(sold(&clear[..100], 4) > 100, "poisoners are trusted at first");
    assert_eq!(sold(&clear[200..], 4), 0, "and not when they have turned");
    let lucky = sales(&["subnet.text.miners.buyers.drift=0.03"]);
    assert!(sold(&lucky, 2) > 3 * sold(&clear, 2), "luck hides lemons");
    let memory = run(&scenario("data-market.toml", &[])).1;
    let output = |group| at_last(&memory, group, "output_quality_mean");
    assert!(output("buyers") > 3.0 * output("abstainers"));
    assert!(
        each(&memory, "buyers", "total_profit_alpha")
            > each(&memory, "abstainers", "total_profit_alpha")
    );
}

/// The books of those who sell data: what they sold less what making it cost, at 0.05 alpha an epoch
/// for each of two, is what they say they earned, and what their purse gained outside the ledger.
#[test]
fn a_provider_gains_what_buyers_pay_less_what_its_data_cost() {
    #[derive(Default)]
    struct Books {
        sold: u64,
        gained: f64,
        paid: f64,
        profit: i128,
    }
    impl Observer for Books {
        fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
            let providers = &frame.world.subnets[0].providers;
            let at = purses(frame.world).iter().position(|purse| purse.name == "text/fair");
            let outside = outside(frame.world)[at.expect("a purse of the fair")];
            self.sold += providers.earned[0].0 + providers.earned[1].0;
            self.gained += outside.gain;
            self.paid += outside.paid;
            self.profit = providers.profit[0] + providers.profit[1];
            Ok(())
        }
    }
    let mut books = Books::default();
    let edits = ["epochs=60", "subnet.text.data_providers.fair.cost=0.05"];
    Simulation::new(&scenario("data-market.toml", &edits))
        .run(&mut [&mut books], &AtomicBool::new(false))
        .expect("it runs");
    let cost = 60 * 2 * 50_000_000;
    assert!(books.sold > cost, "{}", books.sold);
    assert_eq!(books.profit, i128::from(books.sold) - i128::from(cost));
    assert!((books.gained * 1e9 - books.profit as f64).abs() < 10.0, "{}", books.gained);
    assert!((books.paid - 6.0).abs() < 1e-9, "{}", books.paid);
}

/// Whom a miner tries, it cannot choose by what the data will do: with a trial of 30 epochs, what is
/// bought in the first 60 does not depend on it.
#[test]
fn no_buyer_sees_what_data_are_worth() {
    let trial = "subnet.text.miners.buyers.buys_data.trial=30";
    let first = |edit: &str| sales(&[trial, "epochs=70", edit]);
    let (one, other) = (
        first("subnet.text.data_providers.fair.quality=0.01"),
        first("subnet.text.data_providers.fair.strategy={ kind = 'poisoning', harm = 0.1 }"),
    );
    assert_eq!(one[..60], other[..60]);
    assert!(one[30..60].iter().all(|epoch| epoch.iter().sum::<u32>() == 20));
}

#[test]
fn texts_of_miners_that_cannot_be_are_told() {
    let told = |name: &str, edits: &[&str]| {
        let text = std::fs::read_to_string(crate::tools::root().join("scenarios").join(name));
        let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
        let error = Scenario::load(name, &text.expect("a scenario"), &edits);
        error.expect_err("it cannot be").messages().collect::<Vec<_>>().join("; ")
    };
    let kind = "subnet.text.miners.quitters.strategy=sybil";
    assert_eq!(
        told("miners.toml", &[kind]),
        "the keys of group `quitters` have no owner in common"
    );
    assert_eq!(
        told("free-entry.toml", &["subnet.open.market.newcomers.group=entrant"]),
        "no group of miners is named `entrant`"
    );
    assert_eq!(
        told("miners.toml", &["subnet.text.miners.quitters.buys_data={}"]),
        "there is nobody to buy data from"
    );
    assert_eq!(
        told("data-market.toml", &["subnet.text.data_providers.fair.name=lemons"]),
        "a second group of this subnet is named `lemons`"
    );
}
