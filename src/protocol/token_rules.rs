//! The switches of the token economy: what the network has had, one after the other, made
//! selectable.
//!
//! A set of these values is an *era*. What each switch does is in [`super::issuance`],
//! [`super::shares`], [`super::injection`], [`super::price_ema`], [`super::pool`],
//! [`super::conviction`] and [`super::split::root`]; the engine only passes them on.

use crate::protocol::conviction::Conviction;
use crate::protocol::flow::FlowEma;
use crate::protocol::injection::{Cap, Excess};
use crate::protocol::issuance::IssuancePolicy;
use crate::protocol::pool;
use crate::protocol::price_ema::PriceEma;
use crate::protocol::shares;
use crate::protocol::split::root::RootRule;
use crate::units::Tao;

/// How TAO and alpha trade against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolRule {
    /// There is no alpha yet: a subnet's token is TAO, one to one.
    Stable,
    /// Reserves whose product a trade keeps; injections add to them as they are.
    ConstantProduct,
    /// Reserves with weights, which injections shift so that they do not move the price.
    Weighted,
}

/// Who gets the fee of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeTo {
    /// It stays in the pool.
    Pool,
    /// The author of the block.
    Author,
}

/// The rules of the token economy at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRules {
    /// How TAO is issued.
    pub issuance: IssuancePolicy,
    /// How it is shared among subnets.
    pub shares: shares::Rule,
    /// What bounds the alpha that goes into a pool with TAO.
    pub cap: Cap,
    /// What happens with TAO beyond that bound.
    pub excess: Excess,
    /// How TAO and alpha trade.
    pub pool: PoolRule,
    /// Fee of a trade, in 65535ths.
    pub fee_rate: u16,
    /// Who gets it.
    pub fee_to: FeeTo,
    /// How prices are smoothed.
    pub price_ema: PriceEma,
    /// Blocks in which past flow halves in the averages of flows `[blocks]`.
    pub flow_half_life: f64,
    /// What a TAO on root counts in alpha, in `[0, 1]`.
    pub tao_weight: f64,
    /// How root stakers get their part, and what becomes of it where they do not.
    pub root: RootRule,
    /// Sum of smoothed prices above which they get it.
    pub root_threshold: f64,
    /// Keys whose claims are served in each block.
    pub claims_per_block: u64,
    /// Keys that have claims.
    pub claimants: u64,
    /// Least worth of a trade `[rao]`.
    pub min_trade: Tao,
    /// How locks ripen, and when a subnet changes hands for them.
    pub conviction: Conviction,
}

impl TokenRules {
    /// How flows are averaged.
    #[must_use]
    pub fn flow_ema(&self) -> FlowEma {
        FlowEma::with_half_life(self.flow_half_life)
    }
}

impl Default for TokenRules {
    /// The rules of June 2026, with the parameters that the chain's storage has.
    fn default() -> Self {
        Self {
            issuance: IssuancePolicy::default(),
            shares: shares::Rule::default(),
            cap: Cap::default(),
            excess: Excess::default(),
            pool: PoolRule::Weighted,
            fee_rate: pool::FEE_RATE,
            fee_to: FeeTo::Author,
            price_ema: PriceEma::default(),
            flow_half_life: 216_000.0,
            tao_weight: 0.18,
            root: RootRule::default(),
            root_threshold: 1.0,
            claims_per_block: 5,
            claimants: 30_000,
            min_trade: Tao(2_000_000),
            conviction: Conviction::default(),
        }
    }
}
