//! What an epoch reads, and which of it counts.

use crate::units::Uid;

/// What an epoch reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// The block in which the epoch runs `[block]`.
    pub block: u64,
    /// The block of the last successful epoch, if there was one `[block]`.
    pub last_epoch: Option<u64>,
    /// Stake weight of each uid `[rao]`, `[uids]`; finite and at least 0.
    pub stake: &'a [f64],
    /// Who may set weights in this epoch, as the last epoch decided, `[uids]`.
    pub permits: &'a [bool],
    /// When each uid last set or committed weights, or registered `[block]`, `[uids]`.
    pub last_update: &'a [u64],
    /// When each uid registered `[block]`, `[uids]`; 0 for an empty slot.
    pub registered: &'a [u64],
    /// The uid of the subnet owner's hotkey, if it has one: it always has a permit, needs no
    /// least stake, and may weigh itself.
    pub owner: Option<Uid>,
    /// The uid of each row, `[setters]`, ascending.
    pub setters: &'a [Uid],
    /// Weights as stored, greatest of a row 65535, `[setters, uids]`; `None` is not listed, and
    /// `Some(0)` is listed with 0.
    pub weights: &'a [Option<u16>],
    /// Bonds as stored, in 65535ths, `[setters, uids]`.
    pub bonds: &'a [u16],
    /// With commit-reveal, the block of each row's oldest commit that is still hidden, or
    /// `u64::MAX` if it has none `[block]`, `[setters]`. A hidden vote must not fall to a uid that
    /// registered after it was cast.
    pub committed: Option<&'a [u64]>,
}

impl Input<'_> {
    /// Whether the uid's weights count in this epoch.
    pub(super) fn permitted(&self, uid: Uid) -> bool {
        self.permits[uid] || self.owner == Some(uid)
    }

    /// Which of a row's weights still count: not that on itself, and none that was cast for
    /// whoever held the slot before.
    pub(super) fn mask(&self, row: usize) -> impl Fn(Uid) -> bool {
        let setter = self.setters[row];
        let weighs_itself = self.owner == Some(setter);
        let set = self.last_update[setter];
        let committed = self.committed.map_or(u64::MAX, |committed| committed[row]);
        let registered = self.registered;
        move |target| {
            let registered = registered[target];
            set > registered && committed >= registered && (target != setter || weighs_itself)
        }
    }

    /// The first block of registration whose bonds are dropped: who registered from there on has
    /// not been through an epoch yet.
    pub(super) fn first_fresh(&self, tempo: u64) -> u64 {
        // Before the first epoch the chain counts one tempo back.
        let before = self.block.saturating_sub(tempo);
        self.last_epoch.map_or(before, |block| block.saturating_add(1))
    }

    /// Whether a uid without a row holds stake that votes.
    pub(super) fn has_silent_stake(&self, active_stake: &[f64]) -> bool {
        let voters = active_stake.iter().filter(|&&stake| stake > 0.0).count();
        let with_row = self.setters.iter().filter(|&&uid| active_stake[uid] > 0.0).count();
        with_row < voters
    }

    /// Shapes are the caller's duty; a debug build says which one is wrong.
    pub(super) fn debug_check(&self) {
        let (uids, setters) = (self.stake.len(), self.setters.len());
        debug_assert_eq!(self.permits.len(), uids, "permits");
        debug_assert_eq!(self.last_update.len(), uids, "last updates");
        debug_assert_eq!(self.registered.len(), uids, "registrations");
        debug_assert_eq!(self.weights.len(), setters * uids, "weights");
        debug_assert_eq!(self.bonds.len(), setters * uids, "bonds");
        debug_assert!(self.committed.is_none_or(|c| c.len() == setters), "commits");
        debug_assert!(self.setters.is_sorted_by(|a, b| a < b), "setters ascend");
        debug_assert!(self.setters.iter().all(|&uid| uid < uids), "setters are uids");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: Input<'_> = Input {
        block: 1_000,
        last_epoch: None,
        stake: &[],
        permits: &[],
        last_update: &[0, 500, 0, 0],
        registered: &[0, 0, 499, 500],
        owner: None,
        setters: &[1],
        weights: &[],
        bonds: &[],
        committed: None,
    };

    fn kept(input: &Input<'_>) -> Vec<Uid> {
        let mask = input.mask(0);
        (0..4).filter(|&uid| mask(uid)).collect()
    }

    /// Uid 1 set its weights at block 500, when uid 3 registered.
    #[test]
    fn a_weight_on_itself_or_on_a_predecessor_does_not_count() {
        assert_eq!(kept(&INPUT), [0, 2]);
        assert_eq!(kept(&Input { owner: Some(1), ..INPUT }), [0, 1, 2]);
        assert_eq!(kept(&Input { owner: Some(0), ..INPUT }), [0, 2]);
        assert!(kept(&Input { last_update: &[0; 4], ..INPUT }).is_empty());
    }

    /// A commit in the block of the registration still counts; an older one does not.
    #[test]
    fn a_hidden_vote_does_not_fall_to_a_successor() {
        assert_eq!(kept(&Input { committed: Some(&[499]), ..INPUT }), [0, 2]);
        assert_eq!(kept(&Input { committed: Some(&[498]), ..INPUT }), [0]);
    }
}
