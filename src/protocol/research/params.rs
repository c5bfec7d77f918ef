//! Which version, and its parameters.

use super::bonds::CAPACITY;

/// A version of the rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// Bonds without memory: dividends follow this epoch's weights. Once the chain's rule.
    Yuma1,
    /// Bonds as a moving average, the rule of the paper.
    Yuma2,
    /// As Yuma 2, but bonds and incentive follow the weights of the last epoch, so that whoever
    /// is right first is not clipped for it.
    Yuma2b,
    /// Bonds are bought up to a capacity that grows with stake, and decay.
    Yuma2c,
    /// Bonds are each validator's own, and stake enters only where dividends are shared out.
    #[default]
    Yuma3,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Self; 5] = [Self::Yuma1, Self::Yuma2, Self::Yuma2b, Self::Yuma2c, Self::Yuma3];

    /// Its name, such as `YUMA2B`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yuma1 => "YUMA1",
            Self::Yuma2 => "YUMA2",
            Self::Yuma2b => "YUMA2B",
            Self::Yuma2c => "YUMA2C",
            Self::Yuma3 => "YUMA3",
        }
    }

    /// The version of that name. `YUMA3_LIQUID` is Yuma 3 too: what makes it liquid is
    /// [`Params::liquid_alpha`], not the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "YUMA3_LIQUID" { "YUMA3" } else { name };
        Self::ALL.into_iter().find(|version| version.name() == name)
    }

    /// The most that a bond can be: what all stake can buy, or the whole of a column or weight.
    #[must_use]
    pub fn whole_bond(self) -> f64 {
        if self == Self::Yuma2c { CAPACITY } else { 1.0 }
    }

    /// Whether [`super::State::reset_column`] belongs to the version.
    #[must_use]
    pub fn resets_bonds(self) -> bool {
        matches!(self, Self::Yuma2c | Self::Yuma3)
    }
}

/// The consensus that liquid alpha measures a validator's lead from. Acts under
/// [`Version::Yuma3`]; the others take [`ConsensusMode::Current`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsensusMode {
    /// That of this epoch.
    #[default]
    Current,
    /// That of the last epoch.
    Previous,
    /// The greater of the two.
    Mixed,
}

impl ConsensusMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Current, Self::Previous, Self::Mixed];

    /// Its name, such as `MIXED`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Current => "CURRENT",
            Self::Previous => "PREVIOUS",
            Self::Mixed => "MIXED",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Writes the consensus to measure from; all are `[servers]`.
    pub(super) fn reference(self, current: &[f64], previous: &[f64], reference: &mut [f64]) {
        for (reference, (&current, &previous)) in
            reference.iter_mut().zip(current.iter().zip(previous))
        {
            *reference = match self {
                Self::Current => current,
                Self::Previous => previous,
                Self::Mixed => current.max(previous),
            };
        }
    }
}

/// Parameters of the research versions.
///
/// Defaults are the package's, but for the bond penalty, which has none there.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Share of the stake that must support a weight for it to be the consensus, in `[0, 1]`; a
    /// support of exactly this much is enough.
    pub kappa: f64,
    /// How far weights above the consensus are cut back before they earn bonds, in `[0, 1]`: 0 not
    /// at all, 1 down to the consensus. Read by Yuma 1, 2 and 2B.
    pub bond_penalty: f64,
    /// Weight of the old bond in the moving average, in `[0, 1]`. Read by Yuma 2, 2B and 3.
    pub bond_moving_avg: f64,
    /// Whether each pair has its own rate of the moving average, from the second epoch on. Read by
    /// all but Yuma 2C.
    pub liquid_alpha: bool,
    /// Lowest rate of a liquid pair (weight of the new bond), in `[0, 1]`.
    pub alpha_low: f64,
    /// Highest rate of a liquid pair, in `[0, 1]`; counts for all where it is below the lowest.
    pub alpha_high: f64,
    /// Steepness of the curve between the two, at its middle.
    pub alpha_sigmoid_steepness: f64,
    /// The consensus that the curve looks at.
    pub consensus_mode: ConsensusMode,
    /// Part of each bond lost in an epoch, in `[0, 1]`. Read by Yuma 2C.
    pub decay_rate: f64,
    /// Part of its capacity that a validator can buy in an epoch, in `[0, 1]`. Read by Yuma 2C.
    pub capacity_alpha: f64,
    /// Whether all incentive goes to the server of the highest rank, or is shared evenly by
    /// those that tie for it.
    pub winner_takes_all: bool,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            kappa: 0.5,
            bond_penalty: 1.0,
            bond_moving_avg: 0.1,
            liquid_alpha: false,
            alpha_low: 0.1,
            alpha_high: 0.3,
            alpha_sigmoid_steepness: 10.0,
            consensus_mode: ConsensusMode::Current,
            decay_rate: 0.1,
            capacity_alpha: 0.1,
            winner_takes_all: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for version in Version::ALL {
            assert_eq!(Version::from_name(version.name()), Some(version));
        }
        for mode in ConsensusMode::ALL {
            assert_eq!(ConsensusMode::from_name(mode.name()), Some(mode));
        }
        assert_eq!(Version::from_name("YUMA3_LIQUID"), Some(Version::Yuma3));
        assert_eq!(Version::from_name("YUMA4"), None);
        assert_eq!(ConsensusMode::from_name("current"), None);
    }
}
