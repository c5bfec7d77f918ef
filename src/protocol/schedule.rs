//! When a subnet's epoch runs.
//!
//! A subnet's epochs are exactly `tempo` blocks apart, counted from the block of the last one.
//! Where more are due in a block than it has room for, the rest wait for the next block and
//! count from there.

/// Most epochs in one block, over all subnets.
pub const MOST_PER_BLOCK: usize = 2;

/// Blocks without a successful epoch after which one runs whatever the anchor says `[blocks]`.
pub const FALLBACK: u64 = 50_400;

/// Blocks from the owner's call for an epoch to that epoch `[blocks]`.
pub const TRIGGER_DELAY: u64 = 10;

/// One subnet's place in the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Blocks from one epoch to the next `[blocks]`; 0 stops them.
    pub tempo: u64,
    /// The block from which the next epoch is counted `[block]`.
    pub anchor: u64,
    /// The block of the last epoch that ran `[block]`; 0 for none.
    pub last_step: u64,
    /// The block from which an epoch was called for `[block]`.
    pub trigger: Option<u64>,
    /// How many slots have been used: the number that commits carry.
    pub index: u64,
}

impl Slot {
    /// The slot of a subnet that is made in `block`. Anchors are spread by the subnet's number,
    /// so that subnets of one age do not all run at once.
    #[must_use]
    pub fn new(block: u64, netuid: u64, tempo: u64) -> Self {
        let spread = netuid.checked_rem(tempo).unwrap_or(0);
        let anchor = block.saturating_sub(spread);
        Self { tempo, anchor, last_step: block, trigger: None, index: 0 }
    }

    /// Whether an epoch is due in `block`.
    ///
    /// Source: `coinbase/run_coinbase.rs::should_run_epoch`.
    #[must_use]
    pub fn is_due(&self, block: u64) -> bool {
        let called = self.trigger.is_some_and(|from| block >= from);
        let overdue = block.saturating_sub(self.last_step) > FALLBACK;
        let regular = block.saturating_sub(self.anchor) >= self.tempo;
        self.tempo != 0 && (called || overdue || regular)
    }

    /// The block of the next epoch as the schedule has it, overdue or not; `None` where epochs are
    /// stopped.
    ///
    /// Source: `coinbase/tempo_control.rs::get_next_epoch_start_block`.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        let regular = self.anchor.saturating_add(self.tempo);
        let next = self.trigger.map_or(regular, |called| called.min(regular));
        (self.tempo != 0).then_some(next)
    }

    /// Blocks from `block` to the next epoch that nobody has called for; `None` where epochs are
    /// stopped.
    ///
    /// Source: `coinbase/tempo_control.rs::blocks_until_next_auto_epoch`.
    #[must_use]
    pub fn until_regular(&self, block: u64) -> Option<u64> {
        let regular = self.anchor.saturating_add(self.tempo);
        (self.tempo != 0).then_some(regular.saturating_sub(block))
    }

    /// Calls for an epoch a few blocks from now.
    pub fn call(&mut self, block: u64) {
        self.trigger = Some(block.saturating_add(TRIGGER_DELAY));
    }

    /// Changes the distance of epochs, which starts the cycle again.
    pub fn set_tempo(&mut self, block: u64, tempo: u64) {
        (self.tempo, self.anchor) = (tempo, block);
    }

    /// Uses the slot. An epoch that is skipped (`ran` false) uses it too.
    pub fn consume(&mut self, block: u64, ran: bool) {
        (self.anchor, self.trigger) = (block, None);
        self.index = self.index.saturating_add(1);
        if ran {
            self.last_step = block;
        }
    }
}

/// Whether an epoch was due in `block` before June 2026: every `tempo + 1` blocks, in a phase given
/// by the subnet's number. Nothing ran at a tempo of 0.
///
/// Source: `coinbase/run_coinbase.rs::blocks_until_next_epoch`, before v3.4.8.
#[must_use]
pub fn was_due(block: u64, netuid: u64, tempo: u64) -> bool {
    let counted = u128::from(block) + u128::from(netuid) + 1;
    tempo != 0 && counted.is_multiple_of(u128::from(tempo) + 1)
}

/// Which subnets run their epoch in `block`: those that are due, in order of their number, up to
/// `most`. The others are left for the next block.
///
/// `slots` is in the order of subnet numbers; places in it come back.
///
/// Source: `coinbase/run_coinbase.rs::drain_pending`.
#[must_use]
pub fn due(slots: &[Slot], block: u64, most: usize) -> Vec<usize> {
    (0..slots.len()).filter(|slot| slots[*slot].is_due(block)).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs all that is due from `from` to before `to`; gives (block, subnet) in order.
    fn run(slots: &mut [Slot], from: u64, to: u64, most: usize) -> Vec<(u64, usize)> {
        let mut ran = Vec::new();
        for block in from..to {
            for slot in due(slots, block, most) {
                slots[slot].consume(block, true);
                ran.push((block, slot));
            }
        }
        ran
    }

    #[test]
    fn epochs_are_a_tempo_apart() {
        let mut slots = [Slot::new(1_000, 7, 360)];
        assert_eq!(run(&mut slots, 1_000, 2_100, 2), [(1_353, 0), (1_713, 0), (2_073, 0)]);
        assert_eq!(slots[0].index, 3);
        assert!(run(&mut [Slot::new(1_000, 7, 0)], 1_000, 90_000, 2).is_empty());
    }

    /// Subnets 1, 4 and 7 of tempo 3 share an anchor; the third waits a block and stays there.
    #[test]
    fn what_has_no_room_waits_for_the_next_block() {
        let mut slots = [1, 4, 7].map(|netuid| Slot::new(1_000, netuid, 3));
        let expected = [(1_002, 0), (1_002, 1), (1_003, 2), (1_005, 0), (1_005, 1), (1_006, 2)];
        assert_eq!(run(&mut slots, 1_000, 1_008, 2), expected);
    }

    #[test]
    fn new_subnets_are_spread_over_the_tempo() {
        let mut slots: Vec<Slot> = (1..=128).map(|netuid| Slot::new(5_000, netuid, 360)).collect();
        let ran = run(&mut slots, 5_000, 5_360, 1);
        assert_eq!(ran.len(), 128);
        assert!(ran.array_windows().all(|[one, next]| next.0 == one.0 + 1));
    }

    #[test]
    fn an_epoch_that_never_succeeds_comes_back_every_block_after_a_week() {
        let mut slot = Slot::new(1_000, 0, 60_000);
        assert!(!slot.is_due(51_400));
        assert!(slot.is_due(51_401));
        slot.consume(51_401, false);
        assert!(slot.is_due(51_402), "it used its slot without running");
        slot.consume(51_402, true);
        assert!(!slot.is_due(51_403));
    }

    #[test]
    fn the_next_epoch_is_known() {
        let mut slot = Slot::new(1_000, 0, 360);
        assert_eq!((slot.next(), slot.until_regular(1_350)), (Some(1_360), Some(10)));
        assert_eq!(slot.until_regular(9_999), Some(0));
        slot.call(1_349);
        assert_eq!((slot.next(), slot.until_regular(1_350)), (Some(1_359), Some(10)));
        slot.call(1_351);
        assert_eq!(slot.next(), Some(1_360), "it runs before the call takes effect");
        slot.set_tempo(1_351, 0);
        assert_eq!((slot.next(), slot.until_regular(1_352)), (None, None));
    }

    /// At tempo 3 subnet 1 ran when block + 2 was a multiple of 4.
    #[test]
    fn epochs_once_went_by_the_number_of_the_subnet() {
        let due: Vec<u64> = (0..12).filter(|block| was_due(*block, 1, 3)).collect();
        assert_eq!(due, [2, 6, 10]);
        assert!(!was_due(0, 0, 0));
    }

    #[test]
    fn an_owner_may_call_for_an_epoch() {
        let mut slots = [Slot::new(1_000, 0, 360)];
        slots[0].call(1_100);
        assert_eq!(run(&mut slots, 1_000, 1_480, 2), [(1_110, 0), (1_470, 0)]);
        slots[0].set_tempo(1_500, 400);
        assert_eq!(run(&mut slots, 1_500, 2_000, 2), [(1_900, 0)]);
    }
}
