//! What becomes of the part of a block's alpha that root stake earns.
//!
//! ```text
//! root's part ──► prices high: sold each block, or kept for claims
//!             └─► prices low:  recycled, or left to the subnet's own validators
//! ```

/// How root stake is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RootPays {
    /// Its alpha is sold in the pool every block, and the TAO paid at the epoch. February to
    /// November 2025; prices do not matter then.
    SellEachBlock,
    /// Its alpha is gathered, and each staker claims it. Since November 2025.
    #[default]
    Claim,
}

/// Where root's part goes while the sum of prices is too low to pay root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RootUnpaid {
    /// To the subnet's validators, whose pot is not reduced by it. For a day in November 2025.
    ToValidators,
    /// It is recycled: the issuance falls by it. Since then.
    #[default]
    Recycle,
}

/// What a block does with root's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootPart {
    /// It is sold at once, without a fee, and root is paid in TAO.
    Sold,
    /// It is gathered for claims.
    Gathered,
    /// It is recycled.
    Recycled,
    /// There is none: the validators keep it.
    Validators,
    /// It is issued and nobody gets it.
    Orphaned,
}

/// How root is paid in an era.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RootRule {
    /// How, where it is paid.
    pub pays: RootPays,
    /// Where its part goes, where it is not.
    pub unpaid: RootUnpaid,
}

impl RootRule {
    /// What a block does with the root part of one subnet.
    ///
    /// `sells` is one for the whole network: whether the sum of the moving prices of eligible
    /// subnets, before the block moves them, is above a threshold (1 on chain); `subsidised` is what the injection
    /// says of the subnet, where it knows subsidies.
    ///
    /// Source: `coinbase/run_coinbase.rs::emit_to_subnets`, and v2.0.0, v3.2.3 (subsidies) and
    /// v3.2.10-342.
    #[must_use]
    pub fn part(&self, sells: bool, subsidised: bool) -> RootPart {
        match (self.pays, self.unpaid) {
            (RootPays::SellEachBlock, _) if subsidised => RootPart::Orphaned,
            (RootPays::SellEachBlock, _) => RootPart::Sold,
            (RootPays::Claim, _) if sells => RootPart::Gathered,
            (RootPays::Claim, RootUnpaid::Recycle) => RootPart::Recycled,
            (RootPays::Claim, RootUnpaid::ToValidators) => RootPart::Validators,
        }
    }
}

impl RootPart {
    /// The root proportion to split a block by: that of the stake, or 0 where validators keep all.
    #[must_use]
    pub fn proportion(self, root_proportion: f64) -> f64 {
        if self == Self::Validators { 0.0 } else { root_proportion }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_era_has_its_own_way() {
        let claim = RootRule::default();
        assert_eq!(claim.part(true, false), RootPart::Gathered);
        assert_eq!(claim.part(false, false), RootPart::Recycled);
        let kept = RootRule { unpaid: RootUnpaid::ToValidators, ..claim };
        assert_eq!(kept.part(false, false), RootPart::Validators);
        assert_eq!(kept.part(false, false).proportion(0.3), 0.0);
        assert_eq!(kept.part(true, false).proportion(0.3), 0.3);
        let sold = RootRule { pays: RootPays::SellEachBlock, ..claim };
        assert_eq!(sold.part(false, false), RootPart::Sold);
        assert_eq!(sold.part(true, true), RootPart::Orphaned);
    }
}
