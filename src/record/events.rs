//! Things that happen once.

use crate::units::Epoch;

/// Something that happened in one epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub epoch: Epoch,
    /// In which subnet.
    pub subnet: String,
    /// What, such as `attack-start`, `weights-refused`, `takeover` or `owner-sets`.
    pub kind: &'static str,
    /// To whom or by whom.
    pub who: String,
    /// More about it.
    pub detail: String,
}
