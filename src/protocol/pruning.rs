//! Who makes room when a subnet is full.

use crate::units::{Alpha, Uid};

/// What protects a uid from being pruned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Blocks after its registration in which a uid is immune `[blocks]`.
    pub immunity_period: u64,
    /// As long as this many uids or fewer are not immune, an immune one is pruned.
    pub min_non_immune: usize,
    /// How many of the subnet owner's hotkeys are never pruned.
    pub owner_uids: usize,
}

impl Default for Protection {
    fn default() -> Self {
        Self { immunity_period: 5_000, min_non_immune: 10, owner_uids: 1 }
    }
}

/// The uids of a subnet as pruning sees them.
#[derive(Clone, Copy, Debug)]
pub struct Slots<'a> {
    /// What each uid was paid in the last epoch, as miner and validator `[rao]` `[uids]`.
    pub emission: &'a [Alpha],
    /// When each registered `[block]` `[uids]`.
    pub registered: &'a [u64],
    /// Hotkeys of the subnet owner's coldkey, in any order.
    pub owned: &'a [Uid],
    /// The hotkey that the owner has named, if it has a uid.
    pub owner: Option<Uid>,
}

impl Protection {
    /// The owner's uids that are never pruned: its named hotkey first, then the longest
    /// registered, then the lowest, up to the limit.
    ///
    /// Source: `subnets/registration.rs` (immune owner hotkeys).
    #[must_use]
    pub fn immortal(&self, slots: &Slots<'_>) -> Vec<Uid> {
        let mut immortal = slots.owned.to_vec();
        immortal.sort_by_key(|uid| (slots.registered[*uid], *uid));
        immortal.truncate(self.owner_uids);
        if let Some(owner) = slots.owner.filter(|owner| !immortal.contains(owner)) {
            immortal.insert(0, owner);
            immortal.truncate(self.owner_uids);
        }
        immortal
    }

    /// Whether a uid that registered in the block `registered` is immune in `block`.
    #[must_use]
    pub fn is_immune(&self, registered: u64, block: u64) -> bool {
        block.saturating_sub(registered) < self.immunity_period
    }

    /// The uid that makes room in `block`: the one that was paid least; of equals the longest
    /// registered, then the lowest. `None` where all are protected.
    ///
    /// Source: `subnets/registration.rs::get_neuron_to_prune`.
    #[must_use]
    pub fn choose(&self, slots: &Slots<'_>, block: u64) -> Option<Uid> {
        let immortal = self.immortal(slots);
        let worst_first = |uid: &Uid| (slots.emission[*uid], slots.registered[*uid], *uid);
        let candidates = (0..slots.emission.len()).filter(|uid| !immortal.contains(uid));
        let immune = |uid: &Uid| self.is_immune(slots.registered[*uid], block);
        let (immune, open): (Vec<Uid>, Vec<Uid>) = candidates.partition(immune);
        let from = if open.len() > self.min_non_immune { open } else { immune };
        from.into_iter().min_by_key(worst_first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Protection = Protection { immunity_period: 100, min_non_immune: 0, owner_uids: 1 };

    fn chosen(protection: Protection, emission: &[u64], registered: &[u64]) -> Option<Uid> {
        let emission: Vec<Alpha> = emission.iter().map(|paid| Alpha(*paid)).collect();
        let slots = Slots { emission: &emission, registered, owned: &[], owner: None };
        protection.choose(&slots, 1_000)
    }

    #[test]
    fn the_least_paid_goes_then_the_oldest_then_the_lowest() {
        assert_eq!(chosen(FREE, &[3, 1, 2], &[0, 0, 0]), Some(1));
        assert_eq!(chosen(FREE, &[1, 1, 1], &[5, 4, 4]), Some(1));
        assert_eq!(chosen(FREE, &[], &[]), None);
    }

    #[test]
    fn the_immune_are_spared_while_there_are_enough_others() {
        let registered = [901, 0, 0, 900];
        assert_eq!(chosen(FREE, &[0, 2, 1, 5], &registered), Some(2));
        // Three are not immune; more than that are asked for, so an immune one goes.
        let strict = Protection { min_non_immune: 3, ..FREE };
        assert_eq!(chosen(strict, &[9, 2, 1, 5], &registered), Some(0));
        assert_eq!(chosen(strict, &[9, 2, 1, 5], &[0; 4]), Some(2));
        assert_eq!(chosen(Protection { min_non_immune: 4, ..FREE }, &[9; 4], &[0; 4]), None);
    }

    #[test]
    fn the_owner_keeps_its_uids() {
        let emission = [Alpha(0), Alpha(1), Alpha(2), Alpha(3)];
        let registered = [7, 7, 3, 9];
        let slots =
            Slots { emission: &emission, registered: &registered, owned: &[0, 1, 3], owner: None };
        assert_eq!(FREE.immortal(&slots), [0]);
        assert_eq!(FREE.choose(&slots, 1_000), Some(1));
        let two = Protection { owner_uids: 2, ..FREE };
        assert_eq!(two.immortal(&slots), [0, 1]);
        assert_eq!(two.choose(&slots, 1_000), Some(2));
        let named = Slots { owner: Some(3), ..slots };
        assert_eq!(FREE.immortal(&named), [3]);
        assert_eq!(two.immortal(&named), [3, 0]);
        assert_eq!(FREE.choose(&named, 1_000), Some(0));
    }
}
