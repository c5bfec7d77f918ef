//! Models that miners have published, as they stood in each of the last epochs.

use std::collections::VecDeque;

use crate::units::{Epoch, Uid};

/// The quality of what each uid had published in each of the last epochs. An artefact that is public
/// once stays public: it can be read later as it was then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Models {
    /// The epoch of the first row.
    first: Epoch,
    /// Of each epoch, the quality of each uid's model `[uids]`; 0 where there is none to read.
    rows: VecDeque<Vec<f64>>,
}

impl Models {
    /// The quality of the model that `uid` had published in `epoch`; `None` where it published none,
    /// or where nobody keeps models of that age.
    #[must_use]
    pub fn get(&self, uid: Uid, epoch: Epoch) -> Option<f64> {
        let row = usize::try_from(epoch.checked_sub(self.first)?).ok()?;
        self.rows.get(row)?.get(uid).copied().filter(|quality| *quality > 0.0)
    }

    /// Adds the models of an epoch `[uids]` and drops those of more than `kept` epochs ago.
    pub fn publish(&mut self, epoch: Epoch, kept: usize, models: impl Iterator<Item = f64>) {
        if kept == 0 {
            self.rows.clear();
            return;
        }
        while self.rows.len() >= kept {
            self.rows.pop_front();
        }
        self.rows.push_back(models.collect());
        let before = Epoch::try_from(self.rows.len() - 1).unwrap_or(Epoch::MAX);
        self.first = epoch.saturating_sub(before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_read_as_they_were_and_old_ones_are_dropped() {
        let mut models = Models::default();
        for epoch in 3..6_u32 {
            models.publish(epoch, 2, [0.0, f64::from(epoch)].into_iter());
        }
        assert_eq!(
            [3, 4, 5, 6].map(|epoch| models.get(1, epoch)),
            [None, Some(4.0), Some(5.0), None]
        );
        assert_eq!([models.get(0, 5), models.get(9, 5)], [None, None]);
        models.publish(6, 0, [1.0].into_iter());
        assert_eq!(models, Models { first: 4, ..Models::default() });
    }
}
