//! Commit-reveal: weights that are on chain but cannot be read yet.
//!
//! A commit carries the number of the epoch in which it was made. The chain opens it in the block
//! of the epoch that is `period` later, just before that epoch runs, so that weights committed
//! between epochs `k` and `k + 1` are used first in epoch `k + period`. Until then the old
//! weights stay in force.

use std::collections::VecDeque;

/// Most open commits of one setter for one epoch.
pub const MOST_OPEN: usize = 10;

/// The epoch of a block: the subnet's count of epochs, or one more where the next is due in this
/// very block.
///
/// `due` is whether the subnet's epoch runs in this block; a slot that is put off does not count.
///
/// Source: `coinbase/reveal_commits.rs` (current epoch with look-ahead).
#[must_use]
pub fn epoch_of(index: u64, due: bool) -> u64 {
    index + u64::from(due)
}

/// One hidden row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit<T> {
    /// Whose: the row of a setter.
    pub setter: usize,
    /// The epoch in which it was made.
    pub epoch: u64,
    /// The block in which it was made `[block]`.
    pub block: u64,
    /// What is hidden.
    pub hidden: T,
}

/// All hidden rows of one mechanism, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commits<T> {
    open: VecDeque<Commit<T>>,
}

impl<T> Default for Commits<T> {
    fn default() -> Self {
        Self { open: VecDeque::new() }
    }
}

impl<T> Commits<T> {
    /// How many are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether none is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Adds a commit.
    ///
    /// # Errors
    /// The commit itself, where its setter has [`MOST_OPEN`] for this epoch already.
    pub fn add(&mut self, commit: Commit<T>) -> Result<(), Commit<T>> {
        let same =
            |other: &&Commit<T>| other.setter == commit.setter && other.epoch == commit.epoch;
        if self.open.iter().filter(same).count() >= MOST_OPEN {
            return Err(commit);
        }
        self.open.push_back(commit);
        Ok(())
    }

    /// Drops what has expired and takes out what is due in the epoch `now`, oldest first.
    ///
    /// Due is what was made exactly `period` epochs ago; what is older has missed its epoch.
    pub fn due(&mut self, now: u64, period: u64) -> Vec<Commit<T>> {
        let mut due = Vec::new();
        for _ in 0..self.open.len() {
            let Some(commit) = self.open.pop_front() else { break };
            let opens = commit.epoch.saturating_add(period);
            if opens == now {
                due.push(commit);
            } else if opens > now {
                self.open.push_back(commit);
            }
        }
        due
    }

    /// The block of each setter's oldest open commit, or `u64::MAX` `[block]` `[setters]`.
    ///
    /// A weight on a uid that registered after it does not count: it was meant for another.
    pub fn oldest(&self, setters: usize, oldest: &mut Vec<u64>) {
        oldest.clear();
        oldest.resize(setters, u64::MAX);
        for commit in &self.open {
            if let Some(oldest) = oldest.get_mut(commit.setter) {
                *oldest = commit.block.min(*oldest);
            }
        }
    }

    /// Forgets a setter's commits, as when its slot goes to another.
    pub fn forget(&mut self, setter: usize) {
        self.open.retain(|commit| commit.setter != setter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(setter: usize, epoch: u64, hidden: u8) -> Commit<u8> {
        Commit { setter, epoch, block: 100 * epoch + u64::from(hidden), hidden }
    }

    fn commits(of: &[(usize, u64, u8)]) -> Commits<u8> {
        let mut commits = Commits::default();
        for &(setter, epoch, hidden) in of {
            assert!(commits.add(commit(setter, epoch, hidden)).is_ok());
        }
        commits
    }

    fn hidden(due: &[Commit<u8>]) -> Vec<u8> {
        due.iter().map(|commit| commit.hidden).collect()
    }

    /// Made between epochs 4 and 5, used first in epoch 4 + 3: the run that makes the count 7.
    #[test]
    fn a_commit_opens_after_its_period() {
        let mut open = commits(&[(0, 4, 1), (1, 5, 2), (1, 4, 3), (0, 4, 4)]);
        assert!(open.due(epoch_of(5, true), 3).is_empty());
        assert_eq!(hidden(&open.due(epoch_of(6, true), 3)), [1, 3, 4]);
        assert_eq!(hidden(&open.due(epoch_of(7, true), 3)), [2]);
        assert!(open.is_empty());
    }

    #[test]
    fn what_misses_its_epoch_is_dropped() {
        let mut open = commits(&[(0, 4, 1), (0, 6, 2)]);
        assert!(open.due(6, 1).is_empty());
        assert_eq!(open.len(), 1);
        assert_eq!(hidden(&open.due(7, 1)), [2]);
    }

    #[test]
    fn one_setter_has_ten_an_epoch() {
        let mut open = commits(&[(0, 4, 0); MOST_OPEN]);
        assert!(open.add(commit(0, 4, 1)).is_err());
        assert!(open.add(commit(1, 4, 1)).is_ok());
        assert!(open.add(commit(0, 5, 1)).is_ok());
    }

    #[test]
    fn the_oldest_open_commit_masks() {
        let mut open = commits(&[(0, 4, 1), (0, 5, 2), (2, 5, 3)]);
        let mut oldest = Vec::new();
        open.oldest(3, &mut oldest);
        assert_eq!(oldest, [401, u64::MAX, 503]);
        open.due(5, 1);
        open.oldest(3, &mut oldest);
        assert_eq!(oldest, [502, u64::MAX, 503]);
        open.forget(2);
        open.oldest(3, &mut oldest);
        assert_eq!(oldest, [502, u64::MAX, u64::MAX]);
    }
}
