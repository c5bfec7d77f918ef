//! Laws of money on its way to stakes, and of subnets that come and go, whatever goes in.

mod claims_and_locks;
mod orders;

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::protocol::child_keys::Holdings;
use taosim::protocol::conviction::{Kind, Lock, Rates};
use taosim::protocol::dividends::{Kinds, shares_of_kinds, totals};
use taosim::protocol::schedule::{Slot, was_due};
use taosim::protocol::split::Pots;
use taosim::protocol::staking::{Reserves, executable_buy, executable_sale};
use taosim::protocol::subnet_life::{
    Applicant, Dissolved, Estate, LastLock, LockPricing, Registry, SeedRule, Standing, dissolve,
    lock_cost, owner_refund, register, seed_price, start_call, to_prune,
};
use taosim::units::{Alpha, SUPPLY_CAP, Tao};

/// Any amount or block, the extremes often.
fn any_amount() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![Just(0), Just(1), Just(u64::MAX), 0..1_000_u64, any::<u64>()]
}

/// Any number at all.
fn any_number() -> impl Strategy<Value = f64> + Clone {
    let odd = [0.0, -0.0, 1.0, -1.0, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    prop_oneof![prop::sample::select(odd.to_vec()), 0.0..=1.0_f64, any::<f64>()]
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
        // A negative weight can leave less than nothing to divide by.
        let sane = (0.0..=1.0).contains(&tao_weight);
        if keys.iter().filter(earns).any(|key| key.1 > key.2 / 1_000) && sane {
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
