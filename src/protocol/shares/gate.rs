//! The gate that thins out weak demand: a subnet far below the bar gets next to nothing, one far
//! above it all that it asks for, and one at the bar half.
//!
//! Two definitions of the bar have been on the chain, both over the shares of demand before the
//! gate and the switch: from v440 the share at which the greatest shares together reach a part q
//! of all (0.61, soon 0.75), from v441 simply the 32nd greatest share. What the chain recorded
//! agrees: at block 8740402 a bar of 0.009273, where q = 0.75 gives 0.009323 and rank 32 gives
//! 0.008566; at block 8791253 a bar of 0.0082325, where rank 32 gives 0.0082266 and q = 0.75 gives
//! 0.008910. (Prices had moved on for 322 and 53 blocks since the bar was set.)

use crate::num;

/// Blocks from one refreshing of the bar to the next.
///
/// Source: `coinbase/subnet_emissions.rs` at v440 (`EMISSION_BAR_UPDATE_INTERVAL`).
pub const REFRESH: u64 = 360;

/// Where the bar is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bar {
    /// At a share that is given, in `[0, 1]`.
    Given(f64),
    /// At the share with which the greatest shares, from the top, reach this part of all, in
    /// `[0, 1]`.
    Mass(f64),
    /// At the share of this rank, from 1 for the greatest; where fewer have demand, at the least
    /// of them.
    Rank(usize),
}

/// The gate: `1 / (1 + (bar / share)^exponent)`, a Hill function of the share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate {
    /// How sharply the gate closes below the bar, 1 to 8 on the chain.
    pub exponent: f64,
    /// Where the bar is.
    pub bar: Bar,
}

impl Default for Gate {
    /// The chain's gate since v441.
    fn default() -> Self {
        Self { exponent: 3.0, bar: Bar::Rank(32) }
    }
}

impl Bar {
    /// The bar over `shares`, which are sorted from the greatest; 0 where no share is above 0.
    ///
    /// Source: `coinbase/subnet_emissions.rs::maybe_update_emission_gate_bar` at v440 and v441.
    #[must_use]
    pub fn find(&self, shares: &mut [f64]) -> f64 {
        shares.sort_unstable_by(|a, b| b.total_cmp(a));
        let positive = shares.partition_point(|share| *share > 0.0);
        let positive = &shares[..positive];
        let least = positive.last().copied().unwrap_or(0.0);
        match *self {
            Self::Given(bar) => bar,
            Self::Rank(rank) => positive.get(rank.saturating_sub(1)).copied().unwrap_or(least),
            Self::Mass(part) => {
                let mut sum = 0.0;
                let reaches = |share: &&f64| {
                    sum += **share;
                    sum >= part
                };
                positive.iter().find(reaches).copied().unwrap_or(least)
            }
        }
    }
}

impl Gate {
    /// The part of its demand that a subnet is let through with, in `[0, 1]`: one half at the bar.
    ///
    /// A bar of 0 lets everything through.
    ///
    /// Source: `coinbase/subnet_emissions.rs::apply_emission_gate` at v440.
    #[must_use]
    pub fn lets(&self, share: f64, bar: f64) -> f64 {
        match (share > 0.0, bar > 0.0) {
            (true, true) => 1.0 / (1.0 + num::pow(bar / share, self.exponent)),
            (true, false) => 1.0,
            (false, _) => 0.0,
        }
    }

    /// Takes `shares` through the gate and makes them sum to 1 again.
    ///
    /// Where nothing would be left of any of them they stay as they are. `former` is scratch.
    pub fn apply(&self, bar: f64, former: &mut Vec<f64>, shares: &mut [f64]) {
        if bar <= 0.0 || bar.is_nan() {
            return;
        }
        former.clear();
        former.extend_from_slice(shares);
        for share in shares.iter_mut() {
            *share *= self.lets(*share, bar);
        }
        if num::sum(shares) > 0.0 {
            num::normalise(shares);
        } else {
            shares.copy_from_slice(former);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_the_share_that_reaches_the_part() {
        let shares = [0.1, 0.4, 0.0, 0.3, 0.2];
        let bar = |bar: Bar| bar.find(&mut shares.clone());
        assert_eq!(
            [bar(Bar::Mass(0.4)), bar(Bar::Mass(0.41)), bar(Bar::Mass(0.75))],
            [0.4, 0.3, 0.2]
        );
        assert_eq!([bar(Bar::Mass(0.0)), bar(Bar::Mass(7.0))], [0.4, 0.1]);
        assert_eq!([bar(Bar::Rank(1)), bar(Bar::Rank(3)), bar(Bar::Rank(9))], [0.4, 0.2, 0.1]);
        assert_eq!(bar(Bar::Given(0.7)), 0.7);
        assert_eq!(Bar::Rank(3).find(&mut [0.0; 4]), 0.0);
        assert_eq!(Bar::Mass(0.5).find(&mut []), 0.0);
    }

    /// At a bar of 2/3: 1/3 is let through by 1/9, and 2/3 by a half. 1/27 : 1/3 is 1 : 9.
    #[test]
    fn twice_the_demand_is_nine_times_the_share() {
        let gate = Gate::default();
        let mut shares = [1.0 / 3.0, 2.0 / 3.0, 0.0];
        gate.apply(2.0 / 3.0, &mut Vec::new(), &mut shares);
        assert!((shares[0] - 0.1).abs() < 1e-15 && (shares[1] - 0.9).abs() < 1e-15);
        assert_eq!(shares[2], 0.0);
        assert_eq!(gate.lets(0.2, 0.2), 0.5);
    }

    #[test]
    fn a_gate_that_would_let_nobody_through_stands_open() {
        let gate = Gate { exponent: 8.0, ..Gate::default() };
        let mut shares = [1e-300, 0.0];
        gate.apply(1.0, &mut Vec::new(), &mut shares);
        assert_eq!(shares, [1e-300, 0.0]);
        gate.apply(0.0, &mut Vec::new(), &mut shares);
        assert_eq!(shares, [1e-300, 0.0]);
    }
}
