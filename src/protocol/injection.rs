//! How a subnet's TAO reaches its pool: as liquidity beside new alpha, or as a buy of alpha.
//!
//! ```text
//! TAO of the subnet ──► as much as its alpha's cap allows ──► injected beside alpha, at the price
//!                   └─► the excess ───────────────────────► buys alpha, and lifts the price
//! ```

use crate::units::{Alpha, Tao};

/// Most alpha that a block may put beside the TAO of a subnet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cap {
    /// The alpha is clipped at the subnet's alpha emission, but all TAO is injected; then the
    /// injection lifts the price by itself. February to November 2025.
    NoneClipAlpha,
    /// The subnet's alpha emission. November and December 2025.
    AlphaEmission,
    /// The lesser of the subnet's alpha emission and the block's TAO emission. December 2025 to
    /// June 2026.
    MinAlphaTao,
    /// The root proportion of the subnet's alpha emission. Since June 2026.
    #[default]
    RootProportion,
}

impl Cap {
    /// The cap itself `[rao of alpha]`.
    #[must_use]
    pub fn alpha(self, subnet: &Emission) -> f64 {
        match self {
            Self::NoneClipAlpha | Self::AlphaEmission => subnet.alpha,
            Self::MinAlphaTao => subnet.alpha.min(subnet.block_tao),
            Self::RootProportion => subnet.root_proportion * subnet.alpha,
        }
    }
}

/// What becomes of the TAO above the cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Excess {
    /// Nothing: it is not issued.
    None,
    /// It buys alpha, which is recycled.
    BuyRecycle,
    /// It buys alpha, which the protocol keeps.
    #[default]
    BuyProtocol,
    /// As in July to November 2025: where the price is below the share of TAO, a whole alpha
    /// emission is injected at the price, the rest buys alpha that is recycled, and root alpha is
    /// not sold; elsewhere all is injected at the price.
    Subsidised,
}

/// What one block has for one subnet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Emission {
    /// TAO of the subnet `[rao]`: its share of the block's.
    pub tao: f64,
    /// TAO of the whole block `[rao]`.
    pub block_tao: f64,
    /// Alpha that the block issues to the subnet's participants `[rao]`.
    pub alpha: f64,
    /// Spot price before anything of this block `[TAO per alpha]`.
    pub price: f64,
    /// Share of the block's TAO, in `[0, 1]`.
    pub share: f64,
    /// Part of root in the subnet's stake, in `[0, 1]`; see [`root_proportion`].
    pub root_proportion: f64,
}

/// How one block's TAO reaches one pool, in rao; `tao_in` and `excess` sum to the TAO.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// TAO that is injected `[rao]`.
    pub tao_in: f64,
    /// Alpha that is minted beside it `[rao]`.
    pub alpha_in: f64,
    /// TAO that buys alpha, or is not issued `[rao]`.
    pub excess: f64,
}

/// The part of root in what a subnet's stake weighs, in `[0, 1]`.
///
/// Root stake counts by `tao_weight` (0.18 on mainnet) beside all alpha ever issued, the pool's
/// included; 0 where there is neither.
///
/// Source: `coinbase/block_step.rs::root_proportion`.
#[must_use]
pub fn root_proportion(root_tao: Tao, tao_weight: f64, alpha_issuance: Alpha) -> f64 {
    let root = root_tao.0 as f64 * tao_weight;
    if root > 0.0 { root / (root + alpha_issuance.0 as f64) } else { 0.0 }
}

/// Whether a block subsidises a subnet under [`Excess::Subsidised`]; its root alpha is then not
/// sold.
///
/// Source: `coinbase/run_coinbase.rs` at v3.2.3.
#[must_use]
pub fn subsidised(subnet: &Emission) -> bool {
    subnet.price < subnet.share
}

/// How one block's TAO reaches one pool.
///
/// At the spot price the TAO asks for `tao / price` of alpha, and for none at a price of 0. What
/// is above the cap is cut back, and the TAO with it at the price; the rest is the excess.
///
/// Source: `coinbase/run_coinbase.rs::get_subnet_terms`, and the same at v2.0.0
/// ([`Cap::NoneClipAlpha`]), v3.2.3 ([`Excess::Subsidised`]), v3.2.10-342 and v3.3.1-362.
#[must_use]
pub fn terms(cap: Cap, excess: Excess, subnet: &Emission) -> Terms {
    let Emission { tao, price, .. } = *subnet;
    let asked = if price > 0.0 { tao / price } else { 0.0 };
    if excess == Excess::Subsidised {
        return subsidy(subnet, asked);
    }
    let most = cap.alpha(subnet);
    if cap == Cap::NoneClipAlpha {
        let alpha_in = if price > 0.0 { asked.min(most) } else { most };
        return Terms { tao_in: tao, alpha_in, excess: 0.0 };
    }
    if asked > most {
        // Rounding must not inject more than there is.
        let tao_in = (most * price).min(tao);
        Terms { tao_in, alpha_in: most, excess: tao - tao_in }
    } else {
        Terms { tao_in: tao, alpha_in: asked, excess: 0.0 }
    }
}

fn subsidy(subnet: &Emission, asked: f64) -> Terms {
    let Emission { tao, price, block_tao, alpha, .. } = *subnet;
    if subsidised(subnet) {
        let tao_in = (price * block_tao).min(tao);
        Terms { tao_in, alpha_in: alpha, excess: tao - tao_in }
    } else {
        Terms { tao_in: tao, alpha_in: asked, excess: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBNET: Emission = Emission {
        tao: 250.0,
        block_tao: 500.0,
        alpha: 1_000.0,
        price: 0.2,
        share: 0.5,
        root_proportion: 0.4,
    };

    /// 250 at a price of 0.2 ask for 1250 alpha.
    #[test]
    fn each_cap_cuts_where_it_says() {
        let found = |cap| terms(cap, Excess::BuyProtocol, &SUBNET);
        let expected = |tao_in, alpha_in, excess| Terms { tao_in, alpha_in, excess };
        assert_eq!(found(Cap::NoneClipAlpha), expected(250.0, 1_000.0, 0.0));
        assert_eq!(found(Cap::AlphaEmission), expected(200.0, 1_000.0, 50.0));
        assert_eq!(found(Cap::MinAlphaTao), expected(100.0, 500.0, 150.0));
        assert_eq!(found(Cap::RootProportion), expected(80.0, 400.0, 170.0));
    }

    #[test]
    fn without_a_price_all_tao_is_injected() {
        let unpriced = Emission { price: 0.0, ..SUBNET };
        let injected = terms(Cap::RootProportion, Excess::BuyProtocol, &unpriced);
        assert_eq!(injected, Terms { tao_in: 250.0, alpha_in: 0.0, excess: 0.0 });
        let clipped = terms(Cap::NoneClipAlpha, Excess::None, &unpriced);
        assert_eq!(clipped, Terms { tao_in: 250.0, alpha_in: 1_000.0, excess: 0.0 });
    }

    /// 0.2 of the block's 500 beside a whole alpha emission; above the share, all at the price.
    #[test]
    fn a_price_below_the_share_is_subsidised() {
        let low = terms(Cap::NoneClipAlpha, Excess::Subsidised, &SUBNET);
        assert_eq!(low, Terms { tao_in: 100.0, alpha_in: 1_000.0, excess: 150.0 });
        let high = Emission { price: 0.5, ..SUBNET };
        let high = terms(Cap::NoneClipAlpha, Excess::Subsidised, &high);
        assert_eq!(high, Terms { tao_in: 250.0, alpha_in: 500.0, excess: 0.0 });
    }

    #[test]
    fn root_counts_by_its_weight_beside_all_alpha() {
        assert_eq!(root_proportion(Tao(1_000), 0.25, Alpha(750)), 0.25);
        assert_eq!(root_proportion(Tao(0), 0.18, Alpha(0)), 0.0);
        assert_eq!(root_proportion(Tao(5), 0.0, Alpha(0)), 0.0);
    }
}
