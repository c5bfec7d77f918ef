//! Laws of root stake and what it claims, and of locks and what they earn.

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::num;
use taosim::protocol::conviction::{self, Contest, Gate, Kind, Lock, Rates, Takeover};
use taosim::protocol::root_claims::{Claimed, Rate, expected, served};
use taosim::units::{Alpha, SUPPLY_CAP, Tao};

use super::{any_amount, any_number};

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

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

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
}

fn most_of(lock: Lock) -> f64 {
    lock.conviction.max(lock.mass.0 as f64)
}
