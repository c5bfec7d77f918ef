//! Laws of the token economy as a whole, over random networks and random traffic.

use std::fmt::Write;
use std::sync::atomic::AtomicBool;

use proptest::collection::vec as column;
use proptest::prelude::*;
use proptest::sample::select;
use taosim::num;
use taosim::record::{Digest, Frame, Observer, RecordError};
use taosim::scenario::{Scenario, era};
use taosim::simulation::Simulation;
use taosim::units::{RAO, SUPPLY_CAP};

/// The price, smoothed price and share of every subnet after every epoch, by their bits.
#[derive(Default)]
struct Prices(Vec<u64>);

impl Observer for Prices {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let network = frame.world.network.as_ref().expect("a network");
        for (at, market) in network.markets.iter().enumerate() {
            let numbers = [network.price(at), market.ema, market.flows.share];
            self.0.extend(numbers.map(f64::to_bits));
        }
        Ok(())
    }
}

/// Runs a text with every law audited; gives its digest and its prices.
fn run(scenario: &Scenario) -> (String, Vec<u64>) {
    let (mut digest, mut prices) = (Digest::new(), Prices::default());
    let mut simulation = Simulation::new(scenario).audited();
    let ran = simulation.run(&mut [&mut digest, &mut prices], &AtomicBool::new(false));
    ran.unwrap_or_else(|error| panic!("{error}\n{}", scenario.resolved()));
    (digest.text(), prices.0)
}

fn load(text: &str) -> Scenario {
    Scenario::load("network.toml", text, &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// An amount of tokens between two powers of ten.
fn amount(least: i32, most: i32) -> impl Strategy<Value = f64> {
    (f64::from(least)..f64::from(most)).prop_map(|power| num::pow(10.0, power))
}

/// True with a chance.
fn chance(of: f64) -> impl Strategy<Value = bool> {
    prop::bool::weighted(of)
}

/// What else the miners of a subnet are.
const MINERS: &[&str] = &[
    "",
    ", strategy = { kind = \"shirker\", review = 1 }",
    ", strategy = { kind = \"investor\", review = 2, step_cost_usd = 1.0 }",
    ", strategy = { kind = \"model-copier\", delay = 1, noise = 0.5, copy_cost = 1.0 }",
    ", strategy = { kind = \"relay\", fee = 1.0, review = 1 }",
    ", strategy = \"sybil\", entity = \"them\"",
    ", strategy = { kind = \"hoarder\", research = 0.1, review = 1 }",
    ", strategy = \"uid-sniper\"",
    ", strategy = { kind = \"quitter\", window = 2 }",
    ", strategy = { kind = \"investor\", review = 2 }, buys_data = { trial = 1 }",
];

/// When newcomers come, and whose group they are of.
const ENTRIES: &[&str] = &[
    "",
    ", group = \"miners\"",
    ", entry = \"expected-profit\"",
    ", group = \"miners\", entry = { kind = \"expected-profit\", days = 3000.0, margin = 0.5 }",
];

/// What subnets ask for their service.
const SERVICES: &[&str] = &[
    "",
    ", service = { price_usd = 0.01 }",
    ", service = { price_usd = 100.0, pays = \"owner\", capacity = 30.0 }",
    ", service = { price_usd = 0.0, price_tao = 1e-6, alpha_to = \"recycled\" }",
    ", service = { alpha_to = \"burned\", capacity = 1000.0 }",
    ", service = { price_usd = 0.1, pays = \"miners\" }",
];

/// Groups of those who pay for it.
const CONSUMERS: &[&str] = &[
    "count = 3\nbudget_usd = 1e5\nreview = 2\nstrategy = { kind = \"elastic\", scale = 1e9 }\n",
    "count = 2\nbudget_tao = 30.0\nnoise = 2.0\nreview = 1\nstrategy = { kind = \"loyal\", tolerance = 0.0 }\n",
    "count = 2\nbudget_tao = 1e4\nreview = 1\nsubnet = \"s0\"\npurse = \"owner\"\nstrategy = \"wash\"\n",
    "count = 2\nbudget_tao = 1e4\nsubnet = \"s0\"\npurse = { kind = \"miners\", name = \"miners\" }\n\
     strategy = \"wash\"\n",
    "count = 1\nbudget_tao = 1e4\nreview = 3\nsubnet = \"s1\"\nstrategy = \"wash\"\n",
    "count = 3\nbudget_tao = 1e4\nsubnet = \"s1\"\npurse = { kind = \"traders\", name = \"group0\" }\n\
     strategy = \"wash\"\n",
];

/// A subnet's table, and the TAO and the stake in it.
fn subnet() -> impl Strategy<Value = (String, f64)> {
    let pool = (amount(-2, 5), amount(0, 6), 0.05..0.95_f64, 0.0..=1.0_f64);
    // Some subnets are about to halve, and some have issued nearly all.
    let cap = SUPPLY_CAP as f64 / RAO as f64;
    let elsewhere = prop_oneof![
        4 => (0.0..5e6_f64).prop_map(|elsewhere| (0.0, elsewhere)),
        1 => (0.0..30.0_f64).prop_map(move |below| (cap / 2.0, -below)),
        1 => (0.0..0.01_f64).prop_map(move |below| (cap, -below)),
    ];
    let flags = (chance(0.9), chance(0.9), chance(0.85), chance(0.9), chance(0.5), chance(0.5));
    let parts = (0.0..=1.0_f64, 0.0..=1.0_f64, 0.0..=1.0_f64, 0.0..=1.0_f64);
    let ages = (0_u32..500_000, 0_u32..3_000, -1.0..1.0_f64, 0.0..2.0_f64);
    let slots = (prop_oneof![Just(0.0), amount(2, 4)], amount(-3, 1), 1_u16..500, 1.0..3.0_f64);
    let people = (1_u8..4, 1_u8..6, 0_u8..3, amount(-6, 4), prop_oneof![Just(0.0), amount(-2, 3)]);
    let kinds = (select(MINERS), select(ENTRIES), select(SERVICES));
    let ruled = (select(OWNERS), amount(-3, 3), 0.0..=1.0_f64, chance(0.3), chance(0.3));
    (pool, elsewhere, flags, parts, ages, slots, people, (kinds, ruled)).prop_map(
        |(pool, elsewhere, flags, parts, ages, slots, people, ((kind, entry, service), ruled))| {
            let (plays, purse, locks, hidden, saves) = ruled;
            let saves = if saves { "auto_stake = \"validators\", " } else { "" };
            let (tao, alpha, weight, protocol) = pool;
            let (validators, miners, stakers, stake, cost) = people;
            let staked = stake * f64::from(validators + stakers);
            let (target, more) = elsewhere;
            // So that all of it together comes to the target, less a little.
            let elsewhere = if target > 0.0 { target - alpha - staked + more } else { more };
            let elsewhere = elsewhere.max(0.0);
            let protocol = elsewhere * protocol;
            let (started, open, enabled, cut, owner, recycles) = flags;
            let (burned, sells, kept, ema) = parts;
            let (age, registered, flow, votes) = ages;
            let (per_day, most, immunity, bump) = slots;
            let owner = if owner { "owner = \"miners\"\n" } else { "" };
            let recycles = if recycles { "recycle" } else { "burn" };
            let text = format!(
                "{owner}owner_plays = {plays}\nprotocol = {{ owner_incentive = \"{recycles}\" }}\n\
                 market = {{ tao = {tao:.9}, alpha = {alpha:.9}, weight = {weight}, \
                 elsewhere = {elsewhere:.9}, protocol = {protocol:.9}, ema_price = {ema}, \
                 started = {started}, registration_allowed = {open}, \
                 emission_enabled = {enabled}, owner_cut = {cut}, miner_burned = {burned}, \
                 owner_sells = {sells}, owner_tao = {purse}, owner_locks = {locks}, age = {age}, registered_ago = {registered}, \
                 user_flow = {flow}, protocol_flow = {burned}, root_votes = {votes}, \
                 slot = {{ price = {most}, half_life = 20, bump = {bump} }}, \
                 pruning = {{ immunity_period = {immunity}, min_non_immune = 1 }}, \
                 newcomers = {{ per_day = {per_day}, most = {most}{entry} }}{service} }}\n\
                 validators = [{{ name = \"validators\", count = {validators}, \
                 stake = {stake:.9}, root = \"root\", compound = {kept}, \
                 strategy = {{ kind = \"honest\", follows_owner = true }} }}]\n\
                 miners = [{{ name = \"miners\", count = {miners}, compound = {burned}, \
                 hidden = {hidden}, {saves}cost_usd = {cost}, quality = {{ kind = \"uniform\", min = 0.0, max = 1.0 }}{kind} }}]\n\
                 data_providers = [{{ name = \"data\", count = 2, price_usd = {cost}, \
                 strategy = \"poisoning\" }}]\n"
            );
            let lenders = format!(
                "stakers = [{{ name = \"stakers\", count = {stakers}, stake = {stake:.9}, \
                 strategy = \"yield-chaser\" }}]\n"
            );
            let text = if stakers > 0 { text + &lenders } else { text };
            (text, tao.max(staked) + purse + 1e-6)
        },
    )
}

const TRADERS: &[&str] = &[
    "\"passive\"",
    "{ kind = \"yield-chaser\", threshold = 0.0, horizon = 50 }",
    "{ kind = \"momentum\", window = 2, threshold = 0.0 }",
    "{ kind = \"mean-reverter\", noise = 0.5 }",
    "{ kind = \"whale\", target = \"smallest-pool\", enter = 2, exit = 9 }",
    "{ kind = \"whale\", target = { kind = \"subnet\", index = 1 }, enter = 1, exit = 7 }",
    "{ kind = \"rebalancer\", alpha = 0.7 }",
    "{ kind = \"loyal\", target = \"smallest-pool\", impact = 0.9 }",
    "{ kind = \"herd\", threshold = 0.0, speed = 1.0, impact = 0.5 }",
    "{ kind = \"herd\", sign = \"price\", threshold = 0.0 }",
    "\"root-staker\"",
    "{ kind = \"epoch-sniper\", margin = -1.0, impact = 0.9 }",
    "{ kind = \"sandwich\", least = 0.0 }",
    "{ kind = \"pumper\", target = \"smallest-pool\", hold = 3, rest = 1, impact = 0.9 }",
    "{ kind = \"flow-recycler\", dwell = 2, impact = 0.9 }",
    "{ kind = \"conqueror\", target = \"smallest-pool\", part = 0.9, milks = true, impact = 0.9 }",
    "{ kind = \"conqueror\", target = { kind = \"subnet\", index = 1 }, impact = 0.9 }",
];

const OWNERS: &[&str] = &[
    "\"passive\"",
    "{ kind = \"steward\", band = 0.0, step = 9.0 }",
    "{ kind = \"burner\", share = 0.3, from = 2 }",
    "{ kind = \"pumper\", speed = 0.5, impact = 0.9 }",
    "{ kind = \"pumper\", speed = 0.5, impact = 0.9, locks = true }",
    "{ kind = \"flow-recycler\", inside = 2, outside = 2, impact = 0.9 }",
    "{ kind = \"slot-defender\", margin = 2.0, impact = 0.9 }",
    "{ kind = \"rug\", at = 3, impact = 0.9 }",
];

/// A group of traders, and the TAO that they have.
fn traders() -> impl Strategy<Value = (String, f64)> {
    let money = (amount(-3, 4), amount(-3, 4));
    (select(TRADERS), 1_u8..4, money, 1_u8..4).prop_map(|(strategy, count, money, review)| {
        let (cash, root) = money;
        let text = format!(
            "count = {count}\ntao = {cash}\nroot = {root}\nreview = {review}\n\
             strategy = {strategy}\n"
        );
        (text, (cash + root) * f64::from(count) + 1e-6)
    })
}

const ISSUANCE: &[&str] = &[
    "\"halving\"",
    "{ kind = \"by-height\", interval = 700 }",
    "{ kind = \"constant-inflation\", yearly = 1.0 }",
    "{ kind = \"tail\", floor = 0.7 }",
    "{ kind = \"demand\", target = 100.0, smoothing = 1.0 }",
];

/// Changes to an era's rules; most are none.
fn rules() -> impl Strategy<Value = String> {
    let issuance = prop_oneof![3 => Just(ISSUANCE[0]), 2 => select(ISSUANCE)];
    let root = (0.0..2.0_f64, 0.0..=1.0_f64, 1_u16..3_000);
    let more = (amount(-4, 0), 0.0..0.15_f64, amount(-9, 1), 1_u32..20_000);
    let gates = select(vec!["none", "together", "leader"]);
    let conviction = (gates, amount(-3, 0), 0_u32..3_000, 0_u16..2_000);
    prop_oneof![
        1 => Just(String::new()),
        2 => (issuance, root, more, conviction).prop_map(|(issuance, root, more, conviction)| {
            let (gate, part, age, maturity) = conviction;
            let (threshold, weight, claimants) = root;
            let (base, fee, least, half_life) = more;
            format!(
                "rules = {{ issuance = {issuance}, root = {{ threshold = {threshold}, \
                 tao_weight = {weight}, claimants = {claimants} }}, price_ema = {{ base = {base} }}, \
                 fee = {fee}, min_trade = {least}, flow_half_life = {half_life}, \
                 conviction = {{ takeover = \"{gate}\", part = {part}, age = {age}, \
                 maturity = {maturity}, unlock = 300 }} }}\n"
            )
        }),
    ]
}

/// A whole network; whether all but what is held at the start is spent; and its tempo.
fn network() -> impl Strategy<Value = (String, bool)> {
    let names = || select(era::all().into_iter().map(|era| era.name).collect::<Vec<_>>());
    let time = (20_u64..=60, any::<prop::sample::Index>(), 10_u8..40);
    // TAO is about to halve now and then.
    let issued = prop_oneof![
        2 => Just(11_200_000.0),
        1 => (0.0..500.0_f64).prop_map(|below| 10_500_000.0 - below),
    ];
    let eras = (names(), rules(), prop::option::of((names(), rules(), 1_u8..9)));
    let founders = (
        prop_oneof![Just(0.0), amount(2, 4)],
        amount(-9, 4),
        0_u16..2_000,
        0_u16..200,
        (prop_oneof![Just(0.0), amount(-9, 2)], prop_oneof![Just(0.0), amount(-9, 3)]),
        any::<bool>(),
        0_u8..9,
    );
    let root = (1_u8..4, prop_oneof![Just(0.0), amount(-3, 6)]);
    let crowd =
        (column(subnet(), 2..=5), column(traders(), 0..=5), column(select(CONSUMERS), 0..=3));
    (time, any::<u32>(), issued, chance(0.2), eras, founders, root, crowd).prop_map(
        |(time, seed, issued, scarce, eras, founders, (members, stake), crowd)| {
            let (subnets, traders, consumers) = crowd;
            let (tempo, substeps, epochs) = time;
            // Now and then more than there are blocks.
            let substeps = 1 + substeps.index(usize::try_from(tempo + 5).expect("a few"));
            let (first, changes, next) = eras;
            let held = |sum: f64, part: &(String, f64)| sum + part.1;
            // Validators have a hotkey of their own each, of at most three.
            let members = members.max(3);
            let all = subnets.iter().chain(&traders).fold(1e-5, held) + stake * f64::from(members);
            let issued = if scarce { all + 3.0 } else { issued };
            let (per_day, most, immunity, rate, (least, last), one, enabled) = founders;
            let seeded = if one { "one-to-one" } else { "median" };
            let mut text = format!(
                "schema = 1\nseed = {seed}\nepochs = {epochs}\n\
                 protocol = {{ tempo = {tempo}, weights_rate_limit = 0, reveal_period = 0 }}\n\
                 [network]\nera = \"{first}\"\nsubsteps = {substeps}\nshield = {one}\n\
                 tao_issued = {issued:.9}\n\
                 tao_usd = {{ kind = \"geometric\" }}\n{changes}\
                 founding = {{ founders = {{ per_day = {per_day}, most = {most} }}, \
                 rate_limit = {rate}, immunity = {immunity}, min_lock = {least:.9}, \
                 last_lock = {last:.9}, seed = \"{seeded}\", enabled_after = {enabled} }}\n"
            );
            // Stake in TAO does not turn into alpha.
            let stable = |name: &str| name == "root-2024";
            if let Some((name, changes, from)) = next
                && stable(name) == stable(first)
            {
                let _ =
                    write!(text, "[[network.eras]]\nera = \"{name}\"\nfrom = {from}\n{changes}");
            }
            let _ = write!(
                text,
                "[[network.root]]\nname = \"root\"\ncount = {members}\nstake = {stake:.9}\n"
            );
            for (at, (group, _)) in traders.iter().enumerate() {
                let _ = write!(text, "[[network.traders]]\nname = \"group{at}\"\n{group}");
            }
            let served = subnets.iter().any(|(subnet, _)| subnet.contains("service"));
            let paying = consumers
                .iter()
                .filter(|group| served && (!traders.is_empty() || !group.contains("traders")));
            for (at, group) in paying.enumerate() {
                let _ = write!(text, "[[network.consumers]]\nname = \"group{at}\"\n{group}");
            }
            for (at, (subnet, _)) in subnets.iter().enumerate() {
                let _ = write!(text, "[subnet.s{at}]\n{subnet}");
            }
            (text, scarce)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, ..ProptestConfig::default() })]

    /// Nothing panics, every law holds, and the digest is that of the text alone.
    #[test]
    fn every_network_keeps_the_laws((text, scarce) in network()) {
        let scenario = load(&text);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        let (digest, prices) = one.install(|| run(&scenario));
        for threads in [2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("some");
            prop_assert_eq!(&pool.install(|| run(&scenario)).0, &digest, "{} threads", threads);
        }
        prop_assert_eq!(&run(&load(scenario.resolved())).0, &digest, "the resolved text");
        // Where TAO is scarce, more of it in other hands is less for those who come.
        if !scarce {
            let idle = "[[network.traders]]\nname = \"idle\"\ncount = 3\ntao = 1.0\n";
            let (other, same) = run(&load(&format!("{text}{idle}")));
            prop_assert!(other != digest, "the digest sees traders' cash");
            prop_assert!(same == prices, "idle traders move prices");
        }
    }
}
