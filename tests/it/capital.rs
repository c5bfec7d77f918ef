//! Capital at play: those who trade around others, take subnets over, and own them.

use std::sync::atomic::AtomicBool;

use taosim::record::{Digest, Event, Frame, Observer, RecordError};
use taosim::scenario::Scenario;
use taosim::simulation::Simulation;
use taosim::strategy::{Behaviour, Catalogue, Conduct, Timing, TradeOrder, Trader, TraderTurn};
use taosim::units::{Alpha, Epoch, RAO, Tao};
use taosim::world::{Coldkey, World};

use crate::tools::scenario;

/// What happened, and the world as it was in the end.
#[derive(Default)]
struct Watch {
    events: Vec<Event>,
    sold: Vec<u32>,
    last: Option<World>,
}

impl Observer for Watch {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        self.events.extend_from_slice(frame.events);
        let markets = &frame.world.network.as_ref().expect("a network").markets;
        self.sold.resize(markets.len(), 0);
        for (sold, market) in self.sold.iter_mut().zip(markets) {
            *sold += market.flows.registrations;
        }
        self.last = Some(frame.world.clone());
        Ok(())
    }
}

/// Runs a scenario under the audit.
fn watch(scenario: &Scenario) -> Watch {
    let mut watch = Watch::default();
    Simulation::new(scenario)
        .audited()
        .run(&mut [&mut watch], &AtomicBool::new(false))
        .unwrap_or_else(|error| panic!("{error}"));
    watch
}

impl Watch {
    fn world(&self) -> &World {
        self.last.as_ref().expect("an epoch")
    }

    /// What a group's worth has become of each TAO that it had.
    fn gain(&self, group: &str) -> f64 {
        let world = self.world();
        let network = world.network.as_ref().expect("a network");
        let traders = &network.traders;
        let at = traders.groups.iter().position(|g| g.name == group).expect("a group");
        let prices = network.prices();
        let members = (0..traders.len()).filter(|trader| traders.group[*trader] == at);
        let worth = members.fold(0.0, |sum, trader| {
            network.parts(trader, &world.subnets, &prices).iter().fold(sum, |sum, part| sum + part)
        });
        worth / traders.groups[at].start.tokens() - 1.0
    }

    /// How often something happened in a subnet.
    fn count(&self, subnet: &str, kind: &str) -> usize {
        self.events.iter().filter(|event| event.subnet == subnet && event.kind == kind).count()
    }

    fn subnet(&self, name: &str) -> usize {
        let found = self.world().subnets.iter().position(|subnet| subnet.name == name);
        found.expect("a subnet of that name")
    }

    /// Price of a subnet's alpha in the end.
    fn price(&self, name: &str) -> f64 {
        self.world().network.as_ref().expect("a network").price(self.subnet(name))
    }

    /// Slots sold in a subnet in all.
    fn sold(&self, name: &str) -> u32 {
        self.sold[self.subnet(name)]
    }
}

fn digest(scenario: &Scenario, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    pool.install(|| {
        let mut digest = Digest::new();
        Simulation::new(scenario)
            .run(&mut [&mut digest], &AtomicBool::new(false))
            .expect("the scenario runs");
        digest.text()
    })
}

#[test]
fn the_same_text_gives_the_same_run_on_any_number_of_threads() {
    for name in ["order-flow.toml", "takeover.toml", "owners.toml"] {
        let scenario = scenario(name, &["epochs=160"]);
        let one = digest(&scenario, 1);
        assert_eq!(digest(&scenario, 1), one, "{name} again");
        assert_eq!(digest(&scenario, 2), one, "{name} on two threads");
    }
}

/// The bot lives off what the investor pays too much, and a shield takes that away: it is as if
/// nothing waited. The sniper is too small to be worth it.
#[test]
fn a_shield_hides_what_waits() {
    let open = watch(&scenario("order-flow.toml", &[]));
    let hidden = watch(&scenario("order-flow.toml", &["network.shield=true"]));
    assert!(open.gain("sandwich") > 0.1, "{}", open.gain("sandwich"));
    assert_eq!(hidden.gain("sandwich"), 0.0);
    assert!(hidden.gain("investor") > open.gain("investor"));
    let gains = |watch: &Watch| ["herd", "loyal", "careful"].map(|group| watch.gain(group));
    let [herd, loyal, careful] = gains(&hidden);
    assert!(herd < loyal, "who follows pays more: {herd} and {loyal}");
    assert!(careful > 0.0 && careful < 0.05, "root earns a little: {careful}");
}

/// A sniper is paid like who holds all along, and stays away where two fees are more than that.
#[test]
fn a_sniper_needs_a_yield_beyond_two_fees() {
    let edits = ["epochs=60", "network.shield=true"];
    let cheap = watch(&scenario("order-flow.toml", &edits));
    let dear =
        watch(&scenario("order-flow.toml", &[&edits[..], &["network.rules.fee=0.02"]].concat()));
    assert!(cheap.gain("sniper") > 0.05, "{}", cheap.gain("sniper"));
    assert_eq!(dear.gain("sniper"), 0.0);
}

/// Buys or sells once, or locks, by a script of epochs.
struct Script {
    orders: Vec<(Epoch, TradeOrder)>,
    timing: Timing,
}

impl Trader for Script {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        let due = self.orders.iter().filter(|(epoch, _)| *epoch == turn.epoch);
        orders.extend(due.map(|(_, order)| *order));
    }

    fn timing(&self, _: &TradeOrder) -> Timing {
        self.timing
    }
}

const BUY: TradeOrder = TradeOrder::Buy { subnet: 0, amount: Tao(50 * RAO), limit: f64::INFINITY };
const LOCK: TradeOrder = TradeOrder::Lock { subnet: 0, amount: Alpha(300 * RAO) };
const SELL: TradeOrder = TradeOrder::Sell { subnet: 0, amount: Alpha(u64::MAX), limit: 0.0 };

fn script(name: &'static str) -> Behaviour<dyn Trader> {
    let (about, source, conduct) = ("Follows a script.", "This test.", Conduct::Honest);
    let read: fn(&mut taosim::fields::Fields<'_>) -> Box<dyn Trader> = match name {
        "early" => |_| Box::new(Script { orders: vec![(0, BUY)], timing: Timing::Early }),
        "late" => |_| Box::new(Script { orders: vec![(0, BUY)], timing: Timing::Late }),
        "drawn" => |_| Box::new(Script { orders: vec![(0, BUY)], timing: Timing::Drawn }),
        _ => |_| {
            let orders = vec![(0, LOCK), (1, SELL), (2, SELL), (3, SELL)];
            Box::new(Script { orders, timing: Timing::Drawn })
        },
    };
    Behaviour { name, about, source, conduct, read }
}

/// A pool that the chain leaves alone, for two traders.
fn played(one: &str, other: &str, edits: &[&str], epochs: usize) -> World {
    let text = format!(
        "schema = 1\nseed = 1\nepochs = 9\n[network]\nsubsteps = 4\nrules.fee = 0\n\
         [[network.traders]]\nname = 'one'\ncount = 1\nreview = 1\n{one}\n\
         [[network.traders]]\nname = 'other'\ncount = 1\nreview = 1\n{other}\n\
         [subnet.a]\nmarket = {{ tao = 100.0, alpha = 1000.0, elsewhere = 1000.0, \
         emission_enabled = false, owner_sells = 0.0 }}\n\
         validators = [{{ name = 'v', count = 1, stake = 100.0 }}]\n\
         miners = [{{ name = 'm', count = 2, compound = 1.0 }}]\n"
    );
    let names = ["early", "late", "drawn", "locks"];
    let catalogue = names.iter().fold(Catalogue::builtin(), |c, name| c.with_trader(script(name)));
    let edits: Vec<_> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    let scenario = Scenario::load_with("a.toml", &text, &edits, &catalogue);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let mut simulation = Simulation::new(&scenario);
    for _ in 0..epochs {
        simulation.step().expect("it runs");
    }
    simulation.world().clone()
}

/// The example of the network's documents, in which 10 TAO in front of 50 come back as 20.3; they
/// say 23.
#[test]
fn ten_before_fifty_come_back_as_twenty() {
    let (bot, victim) = ("tao = 10\nstrategy = 'sandwich'", "tao = 50\nstrategy = 'drawn'");
    let cash = |edits: &[&str]| {
        let world = played(bot, victim, edits, 2);
        world.network.expect("a network").traders.cash
    };
    let found = cash(&[]);
    assert!((found[0].tokens() - 20.317_46).abs() < 1e-5, "{found:?}");
    assert_eq!(found[1], Tao::ZERO);
    assert_eq!(cash(&["network.shield=true"]), [Tao(10 * RAO), Tao::ZERO]);
}

/// 50 TAO get 1000/3 alpha of the pool of 100 TAO, and after them 50 more 1000/6.
#[test]
fn who_is_early_buys_before_who_is_late() {
    for (one, other) in [("early", "late"), ("drawn", "late"), ("early", "drawn")] {
        let money = |plays: &str| format!("tao = 50\nstrategy = '{plays}'");
        for turned in [false, true] {
            let (first, second) = if turned { (other, one) } else { (one, other) };
            let world = played(&money(first), &money(second), &[], 2);
            let network = world.network.expect("a network");
            let [mut before, mut after] = [0, 1].map(|trader: usize| {
                let stake = network.traders.holdings[trader][0];
                world.subnets[0].ledger.value(stake.uid, stake.shares).tokens()
            });
            if turned {
                std::mem::swap(&mut before, &mut after);
            }
            // Dividends add to both of them alike.
            assert!((before / after - 2.0).abs() < 0.3, "{one} {before}, {other} {after}");
        }
    }
}

/// Of 500 alpha 300 are locked: the rest can be sold, and then nothing.
#[test]
fn what_is_locked_stays() {
    let world = |epochs| played("alpha = 50\nstrategy = 'locks'", "tao = 1", &[], epochs);
    let held = |world: &World| {
        let stake = world.network.as_ref().expect("a network").traders.holdings[0][0];
        world.subnets[0].ledger.value(stake.uid, stake.shares)
    };
    let locks = |world: &World| {
        world.network.as_ref().expect("a network").markets[0].locks.held(Coldkey::Trader(0))
    };
    let locked = world(2);
    assert_eq!(locks(&locked), Alpha(300 * RAO));
    assert!(held(&locked) > Alpha(499 * RAO), "{}", held(&locked));
    let sold = world(3);
    // A dividend comes after the sale.
    assert!(held(&sold) < Alpha(450 * RAO) && held(&sold) >= Alpha(300 * RAO), "{}", held(&sold));
    let last = world(5);
    assert!(held(&last) >= Alpha(300 * RAO), "{}", held(&last));
    let cash = |world: &World| world.network.as_ref().expect("a network").traders.cash[0];
    assert!(cash(&sold) > Tao::from_tokens(15.0), "{}", cash(&sold));
}

/// When the subnet changes hands.
fn taken(edits: &[&str]) -> (Option<Epoch>, Watch) {
    let watch = watch(&scenario("takeover.toml", edits));
    let when = watch.events.iter().find(|event| event.kind == "takeover");
    (when.map(|event| event.epoch), watch)
}

#[test]
fn conviction_takes_a_subnet_and_its_cut() {
    let (leader, after) = taken(&[]);
    let leader = leader.expect("a takeover");
    assert!((320..360).contains(&leader), "{leader}");
    let world = after.world();
    let network = world.network.as_ref().expect("a network");
    assert_eq!(network.markets[0].locks.owner, Coldkey::Trader(0));
    assert_eq!(world.subnets[0].owner, None, "the owner's uid is an ordinary one");
    assert_eq!(world.subnets[0].ledger.owner, Alpha::ZERO, "the cut is the conqueror's");
    let together = "network.rules.conviction.takeover=together";
    let (sooner, _) = taken(&[together]);
    assert!((130..170).contains(&sooner.expect("a takeover")), "{sooner:?}");
    // The owner's own conviction helps to open the way that the conqueror takes.
    let (soonest, _) = taken(&[together, "subnet.prize.market.owner_locks=1"]);
    assert!(soonest < sooner, "{soonest:?} before {sooner:?}");
    assert_eq!(taken(&["network.rules.conviction.takeover=none"]).0, None);
    assert_eq!(taken(&["subnet.prize.market.registered_ago=2000000"]).0, None, "too young");
}

#[test]
fn owners_tune_burn_buy_and_leave() {
    let all = watch(&scenario("owners.toml", &[]));
    let names = ["calm", "steward", "burner", "pumper", "recycler", "rug", "hidden"];
    let others = names.iter().filter(|name| **name != "rug" && **name != "pumper");
    for name in others {
        assert!(all.price("rug") < all.price(name), "rug against {name}");
        assert!(all.price("pumper") > all.price(name), "pumper against {name}");
    }
    let market = |watch: &Watch, name: &str| {
        let network = watch.world().network.clone().expect("a network");
        network.markets[watch.subnet(name)].clone()
    };
    assert!((market(&all, "burner").miner_burned - 0.8).abs() < 0.01);
    let owned = market(&all, "pumper").locks.held(Coldkey::Founder);
    assert!(owned > Alpha::from_tokens(10_000.0), "{owned}");
    // What is kept until it is locked cannot be sold.
    let locked = watch(&scenario("owners.toml", &["subnet.rug.market.owner_locks=1"]));
    assert!(locked.price("rug") > all.price("rug"));
    assert!(all.price("burner") < all.price("calm"));
    let gated = watch(&scenario("owners.toml", &["network.era=gate-2026-08"]));
    assert!(gated.price("burner") > gated.price("calm"));
    let lax = watch(&scenario("owners.toml", &["subnet.steward.owner_plays=passive"]));
    assert!(all.count("steward", "owner-sets") > 2);
    assert!(all.sold("steward") < lax.sold("steward"), "{}", lax.sold("steward"));
    assert_eq!(all.count("steward", "owner-refused"), 0, "a change a day is as the limit has it");
}

/// Incentive of the owner's declared uids is withheld; that of hidden ones is paid.
#[test]
fn hidden_keys_are_paid() {
    let paid = |edits: &[&str]| {
        let watch = watch(&scenario("owners.toml", &[&["epochs=30"][..], edits].concat()));
        let subnet = &watch.world().subnets[watch.subnet("hidden")];
        let group = subnet.groups.iter().position(|group| group.name == "moles").expect("moles");
        let of = |uid: &usize| subnet.neurons.group[*uid] == group;
        let paid: Alpha =
            (0..subnet.uids()).filter(of).map(|uid| subnet.flows.incentive[uid]).sum();
        (paid, subnet.flows.burned)
    };
    let (hidden, nothing) = paid(&[]);
    let (known, burned) = paid(&["subnet.hidden.miners.1.hidden=false"]);
    assert!(hidden > Alpha::from_tokens(100.0) && nothing == Alpha::ZERO, "{hidden}, {nothing}");
    assert!(known == Alpha::ZERO && burned > Alpha::from_tokens(100.0), "{known}, {burned}");
}

/// What miners keep lies on validators, in accounts of their own.
#[test]
fn miners_can_stake_on_validators() {
    let edits = ["epochs=30", "subnet.calm.miners.1.compound=1"];
    let staked = watch(&scenario("owners.toml", &edits));
    let subnet = &staked.world().subnets[staked.subnet("calm")];
    let miners: Vec<usize> = (0..subnet.uids())
        .filter(|uid| subnet.groups[subnet.neurons.group[*uid]].name == "miners")
        .collect();
    let (mut paid, mut there) = (0, 0);
    for &uid in &miners {
        assert_eq!(subnet.ledger.stake[uid], Alpha::ZERO);
        let (staker, hotkey) = subnet.neurons.auto_stake[uid].expect("an account");
        let held = &subnet.ledger.positions[staker];
        assert!(held.len() == 1 && held[0].uid == hotkey && subnet.setters.contains(&hotkey));
        paid += subnet.flows.profit[uid];
        there += i128::from(subnet.ledger.value(hotkey, held[0].shares).0);
        // The principal is not earnings: those are what validators pay on it.
        there -= subnet.flows.staker_profit[staker];
    }
    assert!((paid - there).abs() < 10_000 && paid > 0, "{paid} paid, {there} there");
}

/// Two subnets of `pool`, and a trader in the first beside those of the chain.
fn beside(era: &str, plays: &str, tao: f64) -> String {
    let subnet = |name: &str, pool: &str| {
        format!(
            "[subnet.{name}]\nmarket = {{ {pool}, owner_sells = 0.0 }}\n\
             validators = [{{ name = 'v', count = 2, stake = 1000.0, root = 'root' }}]\n\
             miners = [{{ name = 'm', count = 2 }}]\n"
        )
    };
    let pool = "tao = 1000.0, alpha = 100000.0, elsewhere = 100000.0";
    let rest = "tao = 1000000.0, alpha = 1000000.0, elsewhere = 100000.0";
    format!(
        "schema = 1\nseed = 1\nepochs = 200\n[network]\nera = '{era}'\n\
         rules.price_ema.base = 0.0003\nrules.flow_half_life = 7200.0\n\
         root = [{{ name = 'root', count = 2, stake = 100000.0 }}]\n\
         [[network.traders]]\nname = 'trader'\ncount = 1\nreview = 1\ntao = {tao:?}\n\
         strategy = {plays}\n{}{}{}",
        subnet("one", pool),
        subnet("two", pool),
        subnet("rest", rest),
    )
}

/// Shares of a subnet's emission over a run.
fn shares(text: &str, subnet: usize) -> Vec<f64> {
    struct Shares(usize, Vec<f64>);
    impl Observer for Shares {
        fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
            let network = frame.world.network.as_ref().expect("a network");
            self.1.push(network.markets[self.0].flows.share);
            Ok(())
        }
    }
    let scenario = Scenario::load("a.toml", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut shares = Shares(subnet, Vec::new());
    Simulation::new(&scenario)
        .audited()
        .run(&mut [&mut shares], &AtomicBool::new(false))
        .unwrap_or_else(|error| panic!("{error}"));
    shares.1
}

/// A pumped price is a greater share for as long as it is held up.
#[test]
fn a_pump_lifts_the_share() {
    let target = "target = { kind = 'subnet', index = 0 }";
    let plays = format!("{{ kind = 'pumper', {target}, from = 20, hold = 80, impact = 0.5 }}");
    let pumped = shares(&beside("gate-2026-08", &plays, 400.0), 0);
    let left = shares(&beside("gate-2026-08", "'passive'", 400.0), 0);
    assert_eq!(pumped[..20], left[..20]);
    assert!(pumped[99] > 1.3 * left[99], "{} and {}", pumped[99], left[99]);
    assert!(pumped[199] < 1.2 * left[199], "{} and {}", pumped[199], left[199]);
}

/// Under the rule that pays for flow, fresh inflow gets all of the emission, in one subnet after the
/// other, and outflow costs nothing: nobody else has any to lose.
#[test]
fn recycled_flow_is_paid_wherever_it_is() {
    let plays = "{ kind = 'flow-recycler', round = [0, 1], dwell = 50, impact = 0.5 }";
    for subnet in [0, 1] {
        let fake = shares(&beside("taoflow-2025-11", plays, 400.0), subnet);
        let left = shares(&beside("taoflow-2025-11", "'passive'", 400.0), subnet);
        for lap in [0, 1] {
            let come = 50 * (2 * lap + subnet) + 9;
            assert!(fake[come] > 0.9, "{subnet}, lap {lap}: {}", fake[come]);
            assert!(left[come] < 0.1, "{subnet}, lap {lap}: {}", left[come]);
        }
        let gone = 50 * (subnet + 1) + 9;
        assert!(fake[gone] < 0.1, "{subnet}: {}", fake[gone]);
    }
}

/// Of two subnets the one of lower smoothed price makes room for a founder, unless its owner lifts
/// that in time.
#[test]
fn a_defender_lets_the_other_go() {
    let first_gone = |plays: &str| {
        let text = format!(
            "schema = 1\nseed = 3\nepochs = 100\n[network]\nrules.price_ema.base = 0.0003\n\
             founding = {{ immunity = 0, rate_limit = 0, min_lock = 1, last_lock = 1, \
             founders = {{ per_day = 0.4, most = 1000.0 }} }}\n\
             [subnet.weak]\nowner_plays = '{plays}'\n\
             market = {{ tao = 900.0, alpha = 100000.0, owner_tao = 300.0 }}\n\
             validators = [{{ name = 'v', count = 2, stake = 1000.0 }}]\n\
             miners = [{{ name = 'm', count = 2 }}]\n\
             [subnet.strong]\nmarket = {{ tao = 1000.0, alpha = 100000.0 }}\n\
             validators = [{{ name = 'v', count = 2, stake = 1000.0 }}]\n\
             miners = [{{ name = 'm', count = 2 }}]\n\
             [subnet.rest]\nmarket = {{ tao = 1000000.0, alpha = 1000000.0 }}\n\
             validators = [{{ name = 'v', count = 2, stake = 1000.0 }}]\n\
             miners = [{{ name = 'm', count = 2 }}]\n"
        );
        let scenario = Scenario::load("a.toml", &text, &[]);
        let watch = watch(&scenario.unwrap_or_else(|error| panic!("{error}")));
        let gone = watch.events.iter().find(|event| event.kind == "subnet-dissolved");
        let gone = gone.expect("a founder came");
        (gone.subnet.clone(), gone.epoch)
    };
    let (weak, when) = first_gone("passive");
    assert_eq!(weak, "weak");
    assert!(when > 20, "there is time for the smoothed price to follow: {when}");
    assert_eq!(first_gone("slot-defender").0, "strong");
}

/// An owner rules without a market too: those who follow it burn what it asks, the others do not.
#[test]
fn validators_who_follow_burn_what_the_owner_asks() {
    let burned = |follows: bool| {
        let text = format!(
            "schema = 1\nseed = 1\nepochs = 6\n[subnet.a]\nowner = 'owner'\n\
             owner_plays = {{ kind = 'burner', share = 0.25, from = 1 }}\n\
             validators = [{{ name = 'v', count = 2, stake = 100.0, \
             strategy = {{ kind = 'honest', noise = 0.0, follows_owner = {follows} }} }}]\n\
             miners = [{{ name = 'owner', count = 1, quality = 0 }}, {{ name = 'm', count = 3 }}]\n"
        );
        let scenario = Scenario::load("a.toml", &text, &[]);
        let mut simulation = Simulation::new(&scenario.unwrap_or_else(|error| panic!("{error}")));
        let mut burned = Vec::new();
        for _ in 0..6 {
            simulation.step().expect("it runs");
            let subnet = &simulation.world().subnets[0];
            let paid: Alpha = subnet.flows.incentive.iter().copied().sum();
            let withheld = subnet.flows.burned;
            burned.push(withheld.tokens() / (withheld + paid).tokens().max(1e-9));
        }
        burned
    };
    let followed = burned(true);
    // Asked after epoch 1, committed after it too, and revealed in epoch 2.
    assert_eq!(followed[..2], [0.0; 2]);
    assert!(followed[2..].iter().all(|part| (part - 0.25).abs() < 1e-4), "{followed:?}");
    assert_eq!(burned(false), [0.0; 6]);
}

#[test]
fn accounts_on_nobody_are_told() {
    let told = |edit: &str| {
        let text = std::fs::read_to_string(crate::tools::root().join("scenarios/owners.toml"));
        let edits = [edit.parse().expect("an edit")];
        let error = Scenario::load("owners.toml", &text.expect("a scenario"), &edits);
        error.expect_err("it cannot be").messages().next().map(str::to_owned)
    };
    assert_eq!(
        told("subnet.calm.miners.1.auto_stake=voter").as_deref(),
        Some("no group of validators is named `voter`")
    );
    assert_eq!(
        told("subnet.calm.stakers=[{ name = 'miners-stake', count = 1, stake = 1.0 }]").as_deref(),
        Some("a group of this subnet is named `miners-stake`")
    );
}
