//! A miner's call to have its bonds forgotten.

use crate::units::Uid;

/// Deletes every bond on `uid`.
///
/// `bonds` is of shape `[setters, uids]`. On chain a registered hotkey does this by publishing a
/// commitment with the flag for it, where the subnet allows it; it acts at once and on every
/// mechanism. A uid that does not exist changes nothing.
///
/// Source: `epoch/run_epoch.rs::do_reset_bonds`.
pub fn reset(bonds: &mut [u16], uids: usize, uid: Uid) {
    if uid < uids {
        for bond in bonds.iter_mut().skip(uid).step_by(uids) {
            *bond = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_column_is_cleared() {
        let mut bonds = [1, 2, 3, 4, 5, 6];
        reset(&mut bonds, 3, 1);
        assert_eq!(bonds, [1, 0, 3, 4, 0, 6]);
        reset(&mut bonds, 3, 3);
        assert_eq!(bonds, [1, 0, 3, 4, 0, 6]);
        reset(&mut [], 0, 0);
    }
}
