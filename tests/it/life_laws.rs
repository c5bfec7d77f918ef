//! Laws of money on its way to stakes, and of subnets that come and go, whatever goes in.

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::num;
use taosim::protocol::child_keys::Holdings;
use taosim::protocol::conviction::{self, Contest, Gate, Kind, Lock, Rates, Takeover};
use taosim::protocol::dividends::{Kinds, shares_of_kinds, totals};
use taosim::protocol::pool::Guards;
use taosim::protocol::root_claims::{Claimed, Rate, expected, served};
use taosim::protocol::schedule::{Slot, was_due};
use taosim::protocol::split::Pots;
use taosim::protocol::staking::{
    Bounds, Limit, Move, Purchase, Reserves, Sale, SaleCall, add_root_stake, add_stake,
    executable_buy, executable_sale, move_across, move_within, remove_stake,
};
use taosim::protocol::subnet_life::{
    Applicant, Dissolved, Estate, LastLock, LockPricing, Registry, SeedRule, Standing, dissolve,
    lock_cost, owner_refund, register, seed_price, start_call, to_prune,
};
use taosim::units::{Alpha, RAO, SUPPLY_CAP, Tao};

/// Any amount or block, the extremes often.
fn any_amount() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![Just(0), Just(1), Just(u64::MAX), 0..1_000_u64, any::<u64>()]
}

/// Any number at all.
fn any_number() -> impl Strategy<Value = f64> + Clone {
    let odd = [0.0, -0.0, 1.0, -1.0, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    prop_oneof![prop::sample::select(odd.to_vec()), 0.0..=1.0_f64, any::<f64>()]
}

/// What may happen to the root stake on a hotkey.
#[derive(Clone, Copy, Debug)]
enum Event {
    Earned(u64),
    Staked(usize, u64),
    Unstaked(usize, u64),
    Claimed(usize),
}

const STAKERS: usize = 3;

fn events() -> impl Strategy<Value = Vec<Event>> {
    let staker = 0..STAKERS;
    let event = prop_oneof![
        (0..1_000_000_000_u64).prop_map(Event::Earned),
        (staker.clone(), 0..1_000_000_000_000_u64)
            .prop_map(|(at, amount)| Event::Staked(at, amount)),
        (staker.clone(), 0..1_000_000_000_000_u64)
            .prop_map(|(at, amount)| Event::Unstaked(at, amount)),
        staker.prop_map(Event::Claimed),
    ];
    column(event, 1..60)
}

fn estate() -> impl Strategy<Value = (u64, Vec<Alpha>, [u64; 2], bool)> {
    let few = prop_oneof![any_amount(), 0..5_u64];
    let stakes = column(few.prop_map(Alpha), 0..9);
    (any_amount(), stakes, [any_amount(), any_amount()], any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The parts are the pot, and none is a rao or more away from its proportion.
    #[test]
    fn dissolution_pays_the_pot_exactly((pot, stakes, [protocol, pooled], counts) in estate()) {
        let estate = Estate {
            pot: Tao(pot),
            stakes: &stakes,
            protocol: Alpha(protocol),
            pooled: Alpha(pooled),
            pool_counts: counts,
        };
        let mut dissolved = Dissolved::default();
        dissolve(&estate, &mut dissolved);
        prop_assert_eq!(dissolved.payouts.len(), stakes.len());
        let paid: u128 = dissolved.payouts.iter().map(|paid| u128::from(paid.0)).sum();
        prop_assert_eq!(paid + u128::from(dissolved.protocol.0), u128::from(pot));
        let protocol = if counts { protocol.saturating_add(pooled) } else { protocol };
        let held: u128 = stakes.iter().map(|alpha| u128::from(alpha.0)).sum();
        let total = held + u128::from(protocol);
        for (paid, alpha) in dissolved.payouts.iter().zip(&stakes).filter(|_| total > 0) {
            // Within a rao: floor(part) <= paid <= floor(part) + 1, and exact parts stay exact.
            let part = u128::from(pot) * u128::from(alpha.0);
            let floor = part / total;
            let most = floor + u128::from(!part.is_multiple_of(total));
            prop_assert!((floor..=most).contains(&u128::from(paid.0)), "{} of {}", paid, alpha);
        }
    }

    /// Nothing is claimed that was not earned; root stake that comes or goes leaves everybody's
    /// owed as it was, but for a rao of its own.
    #[test]
    fn claims_never_pay_more_than_was_earned(events in events()) {
        let mut rate = Rate::ZERO;
        let mut stakes = [Tao::ZERO; STAKERS];
        let mut claimed = [Claimed::NONE; STAKERS];
        let (mut earned, mut paid, mut lost) = (0_u64, 0_u64, 0_u64);
        for event in &events {
            let before: Vec<u64> =
                stakes.iter().zip(&claimed).map(|(s, c)| c.owed(rate, *s).0).collect();
            let all = stakes.iter().copied().sum::<Tao>();
            match *event {
                Event::Earned(amount) => {
                    if rate.accrue(Alpha(amount), all) {
                        earned += amount;
                        // What the rate's truncation costs all, and each.
                        lost += (all.0 >> 32) + 1 + STAKERS as u64;
                    }
                }
                Event::Staked(at, amount) => {
                    claimed[at].stake_added(rate, Tao(amount));
                    stakes[at] += Tao(amount);
                    lost += 1;
                }
                Event::Unstaked(at, amount) => {
                    let amount = Tao(amount).min(stakes[at]);
                    claimed[at].stake_removed(rate, amount);
                    stakes[at] -= amount;
                    lost += 1;
                }
                Event::Claimed(at) => {
                    let due = claimed[at].due(rate, stakes[at], Alpha(10));
                    claimed[at].take(due);
                    paid += due.0;
                }
            }
            let owed: Vec<u64> =
                stakes.iter().zip(&claimed).map(|(s, c)| c.owed(rate, *s).0).collect();
            if let Event::Staked(at, _) | Event::Unstaked(at, _) = *event {
                for staker in 0..STAKERS {
                    let lost = u64::from(staker == at);
                    prop_assert!(owed[staker] <= before[staker]);
                    prop_assert!(owed[staker] + lost >= before[staker], "{event:?}");
                }
            }
            let owed: u64 = owed.iter().sum();
            prop_assert!(paid + owed <= earned, "{paid} and {owed} of {earned}");
            prop_assert!(paid + owed + lost >= earned, "{paid} and {owed} of {earned}, {lost}");
        }
    }

    /// A newcomer is owed nothing of what was earned before it came.
    #[test]
    fn a_newcomer_steals_nothing(
        earned in column(any_amount(), 0..9), stake in any_amount(), added in any_amount(),
    ) {
        let mut rate = Rate::ZERO;
        for amount in earned {
            let _ = rate.accrue(Alpha(amount), Tao(stake));
        }
        let mut newcomer = Claimed::NONE;
        newcomer.stake_added(rate, Tao(added));
        prop_assert_eq!(newcomer.owed(rate, Tao(added)), Alpha::ZERO);
    }

    /// More blocks serve more, and more coldkeys are served less.
    #[test]
    fn the_part_served_is_a_part(
        blocks in any_amount(), more in any_amount(), coldkeys in any_amount(), k in any_amount(),
    ) {
        let part = served(blocks, coldkeys, k);
        prop_assert!((0.0..=1.0).contains(&part));
        if coldkeys > 0 {
            // No more than one for each draw, and no less than if each draw were of the rest.
            let draws = blocks as f64 * k as f64 / coldkeys as f64;
            prop_assert!(part <= draws * (1.0 + 1e-12));
            prop_assert!(part >= -num::expm1(-draws) * (1.0 - 1e-12));
        }
        prop_assert!(served(blocks.saturating_add(more), coldkeys, k) >= part);
        if coldkeys > 0 {
            prop_assert!(served(blocks, coldkeys.saturating_add(more), k) <= part);
        }
        prop_assert!(expected(Alpha(blocks), Alpha(more), part).0 <= blocks);
    }

    /// Conviction stays between nothing and all that was ever locked, and mass only falls.
    #[test]
    fn conviction_is_bounded_by_what_was_locked(
        steps in column((0..SUPPLY_CAP / 100, any_amount(), any::<bool>(), any::<bool>()), 1..20),
        unlock in prop_oneof![1..3_000_000_u64, any_amount()],
        maturity in prop_oneof![1..3_000_000_u64, any_amount()],
        long in any::<bool>(),
    ) {
        let rates = Rates { unlock, maturity };
        let (mut lock, mut lifetime, mut block) = (Lock::default(), 0_u64, 0_u64);
        for (amount, blocks, perpetual, owner) in steps {
            lifetime += amount;
            lock = lock.joined(Lock::new(Alpha(amount), block));
            block = block.saturating_add(if long { blocks } else { blocks % 1_000_000 });
            let before = lock;
            lock = lock.at(block, Kind { perpetual, owner }, rates);
            let most = lifetime as f64 * (1.0 + 1e-12);
            prop_assert!((0.0..=most).contains(&lock.conviction), "{lock:?} of {lifetime}");
            prop_assert!(lock.mass <= before.mass);
            if owner {
                prop_assert_eq!(lock.conviction, lock.mass.0 as f64);
            } else {
                let most = before.conviction.max(before.mass.0 as f64);
                prop_assert!(lock.conviction <= most * (1.0 + 1e-12));
            }
        }
        // What is held for ever comes to count in full.
        let end = lock.at(u64::MAX, Kind { perpetual: true, owner: false }, Rates::default());
        if lock.block < u64::MAX / 2 && lock.mass.0 >= 100 {
            prop_assert!((end.conviction - lock.mass.0 as f64).abs() <= 1e-9 * most_of(lock));
        }
    }

    /// A lock that is split is in its parts.
    #[test]
    fn a_split_lock_is_in_its_parts(
        mass in any_amount(), taken in any_amount(), ripe in 0.0..=1.0_f64, survives in any::<bool>(),
    ) {
        let whole = Lock { mass: Alpha(mass), conviction: ripe * mass as f64, block: 9 };
        let mut left = whole;
        let part = left.split(Alpha(taken), survives);
        prop_assert_eq!(u128::from(part.mass.0) + u128::from(left.mass.0), u128::from(mass));
        prop_assert!(left.conviction >= 0.0 && part.conviction >= 0.0);
        let sum = part.conviction + left.conviction;
        prop_assert!(sum <= whole.conviction * (1.0 + 1e-12));
        prop_assert!(!survives || (sum - whole.conviction).abs() <= 1e-12 * whole.conviction);
        let carried = conviction::carried(Alpha(mass), Alpha(taken), Alpha(mass));
        prop_assert_eq!(carried, Alpha(mass.min(taken)));
    }

    /// Under either rule the winner leads, is another's, and no part that is higher lets it in
    /// where a lower one does not.
    #[test]
    fn a_takeover_is_by_the_leader(
        conviction in column(any_number(), 0..6),
        coldkey in column(0..3_usize, 0..6),
        (outstanding, ineligible) in (any_amount(), any_amount()),
        (registered, now, age) in (any_amount(), any_amount(), any_amount()),
        (part, higher) in (any_number(), 0.0..=1.0_f64),
        leader in any::<bool>(),
    ) {
        let gate = if leader { Gate::Leader } else { Gate::Together };
        let rule = Takeover { age, gate, part };
        let contest = Contest {
            conviction: &conviction,
            coldkey: &coldkey,
            owner: 0,
            registered,
            outstanding: Alpha(outstanding),
            ineligible: Alpha(ineligible),
        };
        let found = rule.winner(&contest, now);
        if let Some(winner) = found {
            prop_assert!(coldkey[winner] != 0 && now >= registered.saturating_add(age));
            prop_assert!(conviction.iter().all(|c| c.is_nan() || *c <= conviction[winner]));
        }
        let stricter = Takeover { part: part + higher, ..rule }.winner(&contest, now);
        prop_assert!(stricter.is_none() || stricter == found);
    }

    /// Between registrations the cost only falls, to no less than the least; a registration
    /// doubles it.
    #[test]
    fn the_cost_of_a_place_only_falls(
        (cost, block) in (any_amount(), any_amount()),
        (least, interval, emission) in (any_amount(), any_amount(), any_amount()),
        (now, later) in (any_amount(), any_amount()),
    ) {
        let pricing = LockPricing { least: Tao(least), interval };
        let last = LastLock { cost: Tao(cost), block };
        let at = |now| lock_cost(&pricing, &last, now, emission);
        prop_assert!(at(now.saturating_add(later)) <= at(now));
        prop_assert!(at(now) >= pricing.least);
        let doubled = if block == 0 { cost } else { cost.saturating_mul(2) };
        prop_assert_eq!(at(block), Tao(doubled).max(pricing.least));
    }

    /// All of an epoch's pots reach someone or are orphaned. With chain's pots nothing is
    /// orphaned but dust, and half of what root lost where its part was recycled.
    #[test]
    fn totals_are_the_pots(
        (server, validator, root) in (0..SUPPLY_CAP, 0..SUPPLY_CAP, 0..SUPPLY_CAP),
        (incentive, dividends) in (any_number(), any_number()),
        (half, to_root) in (0..SUPPLY_CAP / 2, 0.0..=1.0_f64),
    ) {
        let of = |server, validator, root| {
            let [server, validator, root] = [server, validator, root].map(Alpha);
            Pots { server, validator, root, ..Pots::default() }
        };
        let found = totals(&of(server, validator, root), incentive, dividends);
        let sum = found.server + found.validator + found.root + found.orphaned;
        prop_assert_eq!(sum, Alpha(server + validator + root));

        let root = Alpha(half).part(to_root).0;
        let on = totals(&of(half, half - root, root), 1.0, 1.0);
        prop_assert!(on.server.0.abs_diff(half) <= 8 && on.orphaned.0 <= 8, "{on:?}");
        let off = totals(&of(half, half - root, 0), 1.0, 1.0);
        prop_assert!(off.orphaned.0.abs_diff(root / 2) <= 8, "{off:?} without {root}");
        prop_assert_eq!(off.validator.0, half - root);
    }

    /// What validators and root get is all paid, but for a rao a key, as long as somebody who
    /// earns holds that kind of stake.
    #[test]
    fn both_kinds_of_dividends_are_paid(
        (validator, root) in (0..SUPPLY_CAP, 0..SUPPLY_CAP),
        keys in column((any_amount(), any_amount(), any_amount()), 0..8),
        tao_weight in prop_oneof![0.0..=1.0_f64, any_number()],
    ) {
        let column = |at: fn(&(u64, u64, u64)) -> u64| keys.iter().map(at);
        let dividends: Vec<Alpha> = column(|key| key.0).map(Alpha).collect();
        let alpha: Vec<Alpha> = column(|key| key.1).map(Alpha).collect();
        let on_root: Vec<Tao> = column(|key| key.2).map(Tao).collect();
        let holdings = Holdings {
            alpha: &alpha,
            root: &on_root,
            tao_weight,
            entity: &[],
            child_take: &[],
            burn: 0.0,
        };
        let mut kinds = Kinds::default();
        shares_of_kinds([Alpha(validator), Alpha(root)], &dividends, &holdings, &mut kinds);
        let sum = |paid: &[Alpha]| paid.iter().copied().sum::<Alpha>();
        prop_assert_eq!(sum(&kinds.alpha) + kinds.orphaned[0], Alpha(validator));
        prop_assert_eq!(sum(&kinds.root) + kinds.orphaned[1], Alpha(root));
        let dust = 8 * keys.len() as u64;
        let earns = |key: &&(u64, u64, u64)| key.0 > 0;
        // A kind of stake that is not far smaller than the other.
        if keys.iter().filter(earns).any(|key| key.1 > key.2 / 1_000) && tao_weight.abs() <= 1.0 {
            prop_assert!(kinds.orphaned[0].0 <= dust, "{kinds:?}");
        }
        let weighed = tao_weight.abs() <= 1.0 && tao_weight > 1e-3;
        if keys.iter().filter(earns).any(|key| key.2 > key.1 / 1_000) && weighed {
            prop_assert!(kinds.orphaned[1].0 <= dust, "{kinds:?}");
        }
        for (at, (earned, alpha, root)) in keys.iter().copied().enumerate() {
            prop_assert!(earned > 0 || kinds.alpha[at] + kinds.root[at] == Alpha::ZERO);
            prop_assert!(root > 0 || kinds.root[at] == Alpha::ZERO);
            let weighed = tao_weight > 1e-300 && tao_weight <= 1.0;
            let all_root = alpha == 0 && root > 0 && weighed;
            prop_assert!(!all_root || kinds.alpha[at] == Alpha::ZERO, "{kinds:?}");
        }
    }

    /// Who makes room is not immune and is the cheapest; a registration is on terms that hold.
    #[test]
    fn registrations_hold_to_their_rules(
        subnets in column((any_number(), any_amount()), 0..6),
        (start, rate_limit, places, immunity) in (any_amount(), any_amount(), 0..6_usize, any_amount()),
        (balance, mechanism) in (any_amount(), 0..3_u16),
        (cost, block) in (any_amount(), any_amount()),
        (now, emission) in (any_amount(), any_amount()),
    ) {
        let subnets: Vec<Standing> = subnets
            .into_iter()
            .map(|(moving_price, registered)| Standing { moving_price, registered })
            .collect();
        let registry =
            Registry { start, rate_limit, places, immunity, pricing: LockPricing::default() };
        let applicant = Applicant { balance: Tao(balance), mechanism };
        let last = LastLock { cost: Tao(cost), block };
        let mortal = |subnet: &&Standing| now >= subnet.registered.saturating_add(immunity);
        let pruned = to_prune(&subnets, now, immunity);
        prop_assert_eq!(pruned.is_some(), subnets.iter().any(|subnet| mortal(&subnet)));
        if let Some(pruned) = pruned {
            let price = subnets[pruned].moving_price;
            prop_assert!(mortal(&&subnets[pruned]));
            let dearer = |subnet: &Standing| subnet.moving_price.total_cmp(&price).is_ge();
            prop_assert!(subnets.iter().filter(mortal).all(dearer));
        }
        if let Ok(terms) = register(&registry, &applicant, &subnets, &last, now, emission) {
            prop_assert!(mechanism == 1 && now >= start && terms.cost.0 <= balance);
            prop_assert_eq!(terms.cost, lock_cost(&registry.pricing, &last, now, emission));
            prop_assert_eq!(terms.prunes, pruned.filter(|_| subnets.len() >= places));
            prop_assert!(block == 0 || now >= block.saturating_add(rate_limit));
        }
    }

    /// The seed price is among the prices there are; the pool gets the whole lock.
    #[test]
    fn a_new_pool_starts_among_the_others(
        prices in column(any_number(), 0..9), lock in any_amount(), least in any_amount(),
    ) {
        let price = seed_price(&prices);
        let some = prices.iter().copied().filter(|price| *price > 0.0);
        let least_price = some.clone().fold(f64::INFINITY, f64::min);
        let most_price = some.fold(0.0, f64::max);
        if most_price > 0.0 {
            prop_assert!(price >= least_price && price <= most_price);
        } else {
            prop_assert_eq!(price, 1.0);
        }
        let seed = SeedRule::Median.seed(Tao(lock), Tao(least), price);
        prop_assert_eq!(seed.tao, Tao(lock.max(least)));
        for rule in [SeedRule::Median, SeedRule::OneToOne] {
            let seed = rule.seed(Tao(lock), Tao(least), price);
            prop_assert!(u128::from(seed.tao.0) + u128::from(seed.excess.0) >= u128::from(lock));
        }
    }

    /// What is taken is within its bounds, whatever is asked.
    #[test]
    fn orders_that_are_taken_keep_the_bounds(
        bounds in bounds(),
        pool in pools(),
        (amount, there, free) in (any_amount(), any_amount(), any_amount()),
        value in any_amount(),
        flags in (likely(), likely(), any::<bool>()),
        (limited, executable) in (any::<bool>(), any_amount()),
    ) {
        let (started, hotkey, partial) = flags;
        let limit = Limit { executable, partial };
        let purchase = Purchase {
            amount: Tao(amount),
            balance: Tao(there),
            started,
            hotkey,
            limit: limited.then_some(limit),
        };
        if let Ok(spent) = add_stake(&bounds, &pool, &purchase) {
            prop_assert_eq!(spent.fee + spent.traded, spent.spent);
            prop_assert!(started && hotkey && spent.spent.0 <= amount.min(there));
            prop_assert!(spent.traded >= bounds.min_stake);
            prop_assert!(!limited || spent.spent.0 <= executable);
            prop_assert!(pool.alpha.0 >= bounds.guards.least_reserve);
        }
        if let Ok(staked) = add_root_stake(&bounds, &purchase) {
            prop_assert!(staked.0 == amount && amount <= there && hotkey);
        }
        let sale = Sale {
            amount: Alpha(amount),
            held: Alpha(there),
            free: Alpha(free),
            proceeds: Tao(value),
            started,
            hotkey,
            call: if limited { SaleCall::Limit(limit) } else { SaleCall::Plain },
        };
        if let Ok(sold) = remove_stake(&bounds, &pool, &sale) {
            prop_assert_eq!(sold.fee + sold.traded, sold.sold);
            prop_assert!(hotkey && amount > 0 && sold.sold.0 <= amount);
            prop_assert!(amount <= there.min(free));
            prop_assert!(amount == there || value >= bounds.min_stake.0);
            prop_assert!(pool.tao.0 >= bounds.guards.least_reserve);
        }
        let _ = bounds.clears(Alpha(there), pool.price(), partial);
    }

    /// A move leaves what is locked where it is, or takes the lock along.
    #[test]
    fn moves_keep_what_is_locked(
        bounds in bounds(),
        (amount, held, held_in_all) in (any_amount(), any_amount(), any_amount()),
        (locked, value) in (any_amount(), any_amount()),
        started in [likely(), likely()],
        hotkeys in [likely(), likely()],
        gift in prop::option::of([likely(), likely()]),
        (takes_locked, elsewhere) in (likely(), likely()),
    ) {
        let step = Move {
            amount: Alpha(amount),
            held: Alpha(held),
            held_in_all: Alpha(held_in_all),
            locked: Alpha(locked),
            value: Tao(value),
            started,
            hotkeys,
            gift,
            takes_locked,
            same_place: !elsewhere,
        };
        if let Ok(carried) = move_within(&bounds, &step) {
            prop_assert!(carried.0 <= locked.min(amount));
            prop_assert!(carried == Alpha::ZERO || (takes_locked && gift.is_some()));
            let left = held_in_all.saturating_sub(amount);
            if gift.is_some() && locked <= held_in_all && amount <= held_in_all {
                prop_assert!(left >= locked - carried.0);
            }
        }
        if move_across(&bounds, &step).is_ok() {
            prop_assert!(amount <= held_in_all.saturating_sub(locked).min(held));
            prop_assert!(value > bounds.min_stake.0);
        }
    }

    /// What a limit lets through moves the price to it and not beyond.
    #[test]
    fn a_limit_order_reaches_its_price(
        (tao, alpha) in (1e12..1e16_f64, 1e12..1e16_f64),
        tao_weight in 0.01..=0.99_f64,
        fee_rate in 0..=10_000_u16,
        factor in 1.01..3.0_f64,
    ) {
        let (tao, alpha) = (Alpha::from_tokens(tao / 1e9).0, Alpha::from_tokens(alpha / 1e9).0);
        let pool = Reserves { tao: Tao(tao), alpha: Alpha(alpha), tao_weight, fee_rate };
        let price = pool.price();
        prop_assume!(price > 1e-5 && price < 1e5);
        let kept = 1.0 - f64::from(fee_rate) / 65_535.0;
        let (y, x, w) = (tao as f64, alpha as f64, tao_weight);
        let bought = executable_buy(&pool, price * factor).unwrap().0 as f64 * kept;
        let x_left = x * num::pow(y / (y + bought), w / (1.0 - w));
        let reached = (1.0 - w) / w * (y + bought) / x_left;
        prop_assert!((reached / (price * factor) - 1.0).abs() < 1e-6, "{reached}");
        let sold = executable_sale(&pool, price / factor).unwrap().0 as f64 * kept;
        let y_left = y * num::pow(x / (x + sold), (1.0 - w) / w);
        let reached = (1.0 - w) / w * y_left / (x + sold);
        prop_assert!((reached / (price / factor) - 1.0).abs() < 1e-6, "{reached}");
    }

    /// Nothing panics on the ends of the scale.
    #[test]
    fn extremes_neither_panic_nor_poison(
        amounts in [any_amount(), any_amount(), any_amount(), any_amount(), any_amount()],
        numbers in [any_number(), any_number(), any_number()],
        units in any::<u16>(),
    ) {
        let [a, b, c, d, e] = amounts;
        let [server, validator, root] = [Alpha(a), Alpha(b), Alpha(c)];
        let pots = Pots { server, validator, root, ..Pots::default() };
        let found = totals(&pots, numbers[0], numbers[1]);
        let sum = [found.server, found.validator, found.root, found.orphaned]
            .iter()
            .fold(0, |sum, part| sum + u128::from(part.0));
        let whole = u128::from(a) + u128::from(b) + u128::from(c);
        prop_assert_eq!(sum, whole.min(u128::from(u64::MAX)));

        let pool =
            Reserves { tao: Tao(a), alpha: Alpha(b), tao_weight: numbers[0], fee_rate: units };
        let _ = (executable_buy(&pool, numbers[1]), executable_sale(&pool, numbers[2]));
        prop_assert!(owner_refund(Tao(a), Alpha(b), units, numbers[0], Tao(c)).0 <= a.min(c));
        prop_assert!(start_call(true, None, a, b, c).is_ok() == (c >= a.saturating_add(b)));
        let mut slot = Slot::new(a, b, c);
        slot.call(d);
        let _ = (slot.next(), slot.until_regular(e), slot.is_due(e), was_due(a, b, c));
        slot.index = d;
        slot.consume(e, true);
        let kind = Kind { perpetual: units.is_multiple_of(2), owner: units.is_multiple_of(3) };
        let lock = Lock { mass: Alpha(a), conviction: b as f64, block: c };
        let found = lock.at(d, kind, Rates { unlock: e, maturity: a });
        prop_assert!(found.conviction >= 0.0 && found.mass <= lock.mass);
        let mut left = lock;
        let _ = left.split(Alpha(e), true).joined(lock).moved(false);
    }
}

fn most_of(lock: Lock) -> f64 {
    lock.conviction.max(lock.mass.0 as f64)
}

/// Mostly true, so that a call that is taken is not rare.
fn likely() -> impl Strategy<Value = bool> + Clone {
    prop::bool::weighted(0.9)
}

fn bounds() -> impl Strategy<Value = Bounds> {
    let of = |(min_stake, most_times, least_reserve, nominator_factor)| Bounds {
        min_stake: Tao(min_stake),
        guards: Guards { most_times, least_reserve },
        nominator_factor,
    };
    let drawn = (any_amount(), any_amount(), any_amount(), any_amount()).prop_map(of);
    prop_oneof![Just(of((0, u64::MAX, 0, 1))), Just(Bounds::default()), drawn]
}

fn pools() -> impl Strategy<Value = Reserves> {
    let reserve = prop_oneof![any_amount(), RAO..SUPPLY_CAP];
    (reserve.clone(), reserve, any_number(), any::<u16>()).prop_map(
        |(tao, alpha, tao_weight, fee_rate)| Reserves {
            tao: Tao(tao),
            alpha: Alpha(alpha),
            tao_weight,
            fee_rate,
        },
    )
}
