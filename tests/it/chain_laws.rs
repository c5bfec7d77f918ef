//! Laws of what the chain does around an epoch, whatever goes in.

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::protocol::child_keys::{
    Flowed, Holdings, Link, WHOLE, flow_back, inherited, proportion, stake_weights,
};
use taosim::protocol::commits::{Commit, Commits};
use taosim::protocol::mechanisms;
use taosim::protocol::pruning::{Protection, Slots};
use taosim::protocol::registration::Pricing;
use taosim::protocol::schedule::{self, Slot};
use taosim::protocol::set_weights::{self, Manner, Row, Rules, Setter};
use taosim::units::{Alpha, Tao, Uid};

const KEYS: usize = 6;

/// Links of a few keys in which no parent lends more than it has and none is its own child.
fn links() -> impl Strategy<Value = Vec<Link>> {
    column((0..KEYS, 1..KEYS, 0.0..=1.0_f64), 0..8).prop_map(|drawn| {
        let mut lent = [0_u64; KEYS];
        let link = |(parent, away, share): (Uid, usize, f64)| {
            let free = WHOLE - lent[parent];
            let part = proportion(share).min(free);
            lent[parent] += part;
            Link { parent, child: (parent + away) % KEYS, proportion: part }
        };
        drawn.into_iter().map(link).collect()
    })
}

proptest! {
    /// Lending moves stake and makes none: a rao for each key at most is lost to its floor.
    #[test]
    fn lent_stake_adds_up(
        own in column(0..=3_000_000_000_000_000_u64, KEYS),
        links in links(),
    ) {
        let mut counted = Vec::new();
        inherited(&own, &links, &mut counted);
        let (before, after): (u64, u64) = (own.iter().sum(), counted.iter().sum());
        prop_assert!(after <= before && before - after < KEYS as u64, "{before} to {after}");
        for (key, counted) in counted.iter().enumerate() {
            if !links.iter().any(|link| link.parent == key || link.child == key) {
                prop_assert_eq!(*counted, own[key]);
            }
        }
    }

    /// Without links and without root stake, stake weight is the stake.
    #[test]
    fn stake_weight_starts_from_stake(own in column(0..=3_000_000_000_000_000_u64, KEYS)) {
        let alpha: Vec<Alpha> = own.iter().map(|own| Alpha(*own)).collect();
        let mut weights = Vec::new();
        stake_weights(&alpha, &[Tao(0); KEYS], 0.18, &[], &mut weights);
        let plain: Vec<f64> = own.iter().map(|own| *own as f64).collect();
        prop_assert_eq!(weights, plain);
    }

    /// Every rao of dividends is received, burned or dust, and dust is small.
    #[test]
    fn dividends_that_flow_back_add_up(
        dividends in column(0..=1_000_000_000_000_u64, KEYS),
        own in column(0..=3_000_000_000_000_000_u64, KEYS),
        root in column(0..=3_000_000_000_000_000_u64, KEYS),
        entity in column(0..4_usize, KEYS),
        child_take in column(0.0..=0.18_f64, KEYS),
        burn in 0.0..=1.0_f64,
        links in links(),
    ) {
        let dividends: Vec<Alpha> = dividends.into_iter().map(Alpha).collect();
        let holdings = Holdings {
            alpha: &own.into_iter().map(Alpha).collect::<Vec<_>>(),
            root: &root.into_iter().map(Tao).collect::<Vec<_>>(),
            tao_weight: 0.18,
            entity: &entity,
            child_take: &child_take,
            burn,
        };
        let mut flowed = Flowed::default();
        flow_back(&dividends, &holdings, &links, &mut flowed);
        let received: Alpha = flowed.received.iter().copied().sum();
        let paid: Alpha = dividends.iter().copied().sum();
        prop_assert_eq!(received + flowed.burned + flowed.dust, paid);
        prop_assert!(flowed.dust.0 <= (2 * links.len() + KEYS) as u64, "dust {}", flowed.dust);
        if links.is_empty() {
            prop_assert_eq!(flowed.received, dividends);
        }
    }

    #[test]
    fn mechanisms_share_everything(
        emission in any::<u64>(),
        count in 1..16_usize,
        drawn in column(0..=u16::MAX, 1..16),
    ) {
        let mut parts = drawn;
        parts.sort_unstable();
        parts.truncate(count);
        // Differences of a rising list that ends at the whole sum to the whole.
        *parts.last_mut().unwrap() = u16::MAX;
        for at in (1..parts.len()).rev() {
            parts[at] -= parts[at - 1];
        }
        for split in [None, Some(parts.as_slice())] {
            let found = mechanisms::split(Alpha(emission), count, split);
            prop_assert_eq!(found.len(), count);
            prop_assert_eq!(found.iter().copied().sum::<Alpha>(), Alpha(emission));
            let weights = mechanisms::weights(&found);
            prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_price_of_a_slot_stays_in_bounds(
        half_life in 1..=36_100_u16,
        bump in 1.0..=3.0_f64,
        start in any::<u64>(),
        bounds in (0..=1_000_000_u64, 1_000_000..=1_000_000_000_000_u64),
        registers in column(any::<bool>(), 30),
    ) {
        let pricing = Pricing { least: Tao(bounds.0), most: Tao(bounds.1), half_life, bump };
        let decay = pricing.decay();
        let mut price = Tao(start);
        for registers in registers {
            let before = price;
            price = pricing.after_block(price, decay);
            prop_assert!(price <= before.max(pricing.least));
            if registers {
                let before = price;
                price = pricing.after_registration(price);
                prop_assert!(price >= before);
            }
            prop_assert!(price >= pricing.least && price <= pricing.most);
        }
    }

    #[test]
    fn pruning_takes_the_least_paid_of_those_it_may(
        slots in column((0..5_u64, 0..300_u64), 0..30),
        owned in column(0..30_usize, 0..4),
        limit in 1..=10_usize,
        min_non_immune in 0..20_usize,
    ) {
        let (emission, registered): (Vec<Alpha>, Vec<u64>) =
            slots.iter().map(|slot| (Alpha(slot.0), slot.1)).unzip();
        let mut owned: Vec<Uid> = owned.into_iter().filter(|uid| *uid < slots.len()).collect();
        owned.sort_unstable();
        owned.dedup();
        let slots = Slots { emission: &emission, registered: &registered, owned: &owned, owner: None };
        let rules = Protection { immunity_period: 100, min_non_immune, owner_uids: limit };
        let immortal = rules.immortal(&slots);
        prop_assert!(immortal.len() == limit.min(owned.len()));
        let found = rules.choose(&slots, 300);
        let mortal = |uid: &Uid| !immortal.contains(uid);
        let open = |uid: &Uid| mortal(uid) && registered[*uid] <= 200;
        let enough = (0..emission.len()).filter(open).count() > min_non_immune;
        let may = |uid: &Uid| mortal(uid) && open(uid) == enough;
        match found {
            None => prop_assert_eq!((0..emission.len()).filter(may).count(), 0),
            Some(uid) => {
                prop_assert!(may(&uid));
                prop_assert!((0..emission.len()).filter(may).all(|o| emission[o] >= emission[uid]));
            }
        }
    }

    /// Over any tempos, no block has more epochs than it may, no subnet waits for ever, and none
    /// runs twice within its tempo.
    #[test]
    fn epochs_keep_their_distance(
        tempos in column(3..20_u64, 1..6),
        most in 1..=2_usize,
    ) {
        let mut slots: Vec<Slot> =
            (1..).zip(&tempos).map(|(netuid, tempo)| Slot::new(1_000, netuid, *tempo)).collect();
        let mut last: Vec<Option<u64>> = vec![None; slots.len()];
        for block in 1_000..1_400 {
            let due = schedule::due(&slots, block, most);
            prop_assert!(due.len() <= most);
            for slot in due {
                if let Some(last) = last[slot] {
                    prop_assert!(block - last >= tempos[slot]);
                }
                last[slot] = Some(block);
                slots[slot].consume(block, true);
            }
        }
        prop_assert!(last[0].is_some_and(|last| last + tempos[0] >= 1_400));
    }

    /// A commit opens exactly once, `period` epochs on, or never.
    #[test]
    fn a_commit_opens_once(
        made in column((0..4_usize, 0..3_u64), 0..40),
        period in 1..=5_u64,
    ) {
        let mut commits = Commits::default();
        let mut opened = 0;
        let mut taken = 0;
        for epoch in 0..40_u64 {
            for &(setter, at) in made.iter().filter(|made| made.1 == epoch % 7) {
                let commit = Commit { setter, epoch, block: 10 * epoch, hidden: (epoch, at) };
                taken += usize::from(epoch < 30 && commits.add(commit).is_ok());
            }
            for commit in commits.due(epoch + 1, period) {
                prop_assert_eq!(commit.hidden.0 + period, epoch + 1);
                opened += usize::from(commit.hidden.0 < 30);
            }
        }
        prop_assert_eq!(opened, taken);
    }

    /// Weights that are taken are well formed, whatever is asked for.
    #[test]
    fn what_is_taken_is_well_formed(
        uids in column(0..8_usize, 0..8),
        values in column(any::<u16>(), 0..8),
        uid in proptest::option::of(0..6_usize),
        permit in any::<bool>(),
        least in 0..8_usize,
        limit in any::<u16>(),
    ) {
        let rules = Rules {
            commit_reveal: false,
            uids: 6,
            min_allowed_weights: least,
            max_weight_limit: limit,
            ..Rules::default()
        };
        let setter =
            Setter { uid, stake: 1.0, permit, owner: false, last_update: 0, block: 1_000 };
        let row = Row { mechanism: 0, uids: &uids, values: &values, version: 0 };
        if set_weights::check(&rules, &setter, Manner::Direct, &row).is_ok() {
            prop_assert_eq!(uids.len(), values.len());
            prop_assert!(uids.iter().all(|uid| *uid < 6));
            let alone = uid.is_some_and(|uid| uids == [uid]);
            prop_assert!(alone || (permit && uids.len() >= least.min(6)));
        }
    }
}
