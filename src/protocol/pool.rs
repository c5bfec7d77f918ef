//! A subnet's pool: TAO on one side, alpha on the other, and the price between them.
//!
//! ```text
//!            buy: TAO in, alpha out            inject: both in
//!  people ◄────────────────────────► pool ◄──────────────────── emission
//!            sell: alpha in, TAO out           the price stays
//! ```
//!
//! With reserves of y TAO and x alpha and a weight w of TAO, the pool keeps `x^(1-w) y^w`, and
//! one alpha costs `(1-w)/w * y/x` TAO. At a weight of one half this is the product x y. The
//! chain moves the weight, and not the price, when it adds reserves out of proportion; a pool of
//! the former eras keeps its weight of one half and is filled by [`Pool::add`], which may move the
//! price.
//!
//! [`curve`] is the arithmetic, [`limit`] the trades that stop at a price, [`fee`](mod@fee) what
//! they cost, [`guard`] what the chain refuses, and [`absorb`] what a block's emission does.

pub mod absorb;
pub mod curve;
pub mod fee;
pub mod guard;
pub mod limit;

pub use absorb::Absorbed;
pub use fee::{FEE_RATE, fee, fee_at_limit};
pub use guard::{Guards, Refused};
pub use limit::Fill;

use crate::units::{Alpha, Tao};

/// Least and greatest weight of either side; an injection that leaves it is dropped.
///
/// Source: `pallets/swap/src/pallet/balancer.rs` (`MIN_WEIGHT`; a comment there says 0.1).
pub const WEIGHTS: [f64; 2] = [0.01, 0.99];

/// The reserves of one subnet, and how they are weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// Reserve of TAO `[rao]`.
    pub tao: Tao,
    /// Reserve of alpha `[rao]`.
    pub alpha: Alpha,
    /// Weight of TAO, in `[0.01, 0.99]`; that of alpha is what is left of 1.
    pub weight: f64,
}

impl Pool {
    /// A pool that weighs both sides equally.
    #[must_use]
    pub fn new(tao: Tao, alpha: Alpha) -> Self {
        Self { tao, alpha, weight: 0.5 }
    }

    /// A pool of given reserves that opens at `price` `[TAO per alpha]`, if a weight within
    /// [`WEIGHTS`] does it.
    ///
    /// Source: `pallets/swap/src/pallet/impls.rs` (first use of a pool with a price given).
    #[must_use]
    pub fn priced(tao: Tao, alpha: Alpha, price: f64) -> Option<Self> {
        let weight = tao.0 as f64 / (price * alpha.0 as f64 + tao.0 as f64);
        allowed(weight).then_some(Self { tao, alpha, weight })
    }

    /// What one alpha costs at the margin `[TAO per alpha]`; 0 where there is no alpha.
    ///
    /// Source: `balancer.rs::calculate_price`.
    #[must_use]
    pub fn price(&self) -> f64 {
        if self.alpha == Alpha::ZERO {
            return 0.0;
        }
        (1.0 - self.weight) / self.weight * (self.tao.0 as f64 / self.alpha.0 as f64)
    }

    /// What an amount of alpha is worth at the price, without selling it `[rao]`.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    pub fn worth(&self, alpha: Alpha) -> Tao {
        Tao((alpha.0 as f64 * self.price()) as u64)
    }

    /// The alpha that an amount of TAO buys, without a fee and whatever it does to the price.
    ///
    /// # Errors
    /// Refuses what [`Guards::CHAIN`] refuses, a buy that would take the price to
    /// [`guard::MOST_PRICE`], and one that would get nothing.
    ///
    /// Source: `swap_step.rs`; `balancer.rs::exp_quote_base`.
    pub fn quote_buy(&self, tao: Tao) -> Result<Alpha, Refused> {
        self.quote_buy_under(&Guards::CHAIN, tao)
    }

    /// The TAO that an amount of alpha fetches, without a fee and whatever it does to the price.
    ///
    /// # Errors
    /// Refuses what [`Guards::CHAIN`] refuses, a sale that would take the price to
    /// [`guard::LEAST_PRICE`], and one that would get nothing.
    ///
    /// Source: `swap_step.rs`; `balancer.rs::exp_base_quote`.
    pub fn quote_sell(&self, alpha: Alpha) -> Result<Tao, Refused> {
        self.quote_sell_under(&Guards::CHAIN, alpha)
    }

    /// [`Pool::quote_buy`] under other guards than the chain's.
    ///
    /// # Errors
    /// As there.
    pub fn quote_buy_under(&self, guards: &Guards, tao: Tao) -> Result<Alpha, Refused> {
        let out = self.bought(guards, tao)?;
        let after = Self { tao: self.tao + tao, alpha: self.alpha - out, ..*self };
        if after.price() > guard::MOST_PRICE { Err(Refused::PriceLimit) } else { Ok(out) }
    }

    /// [`Pool::quote_sell`] under other guards than the chain's.
    ///
    /// # Errors
    /// As there.
    pub fn quote_sell_under(&self, guards: &Guards, alpha: Alpha) -> Result<Tao, Refused> {
        let out = self.sold(guards, alpha)?;
        let after = Self { tao: self.tao - out, alpha: self.alpha + alpha, ..*self };
        if after.price() < guard::LEAST_PRICE { Err(Refused::PriceLimit) } else { Ok(out) }
    }

    /// Buys alpha with TAO, without a fee: the one leaves the pool and the other enters it.
    ///
    /// # Errors
    /// Refuses what [`Pool::quote_buy`] refuses, and then changes nothing.
    pub fn buy(&mut self, tao: Tao) -> Result<Alpha, Refused> {
        let out = self.quote_buy(tao)?;
        self.tao += tao;
        self.alpha -= out;
        Ok(out)
    }

    /// Sells alpha for TAO, without a fee.
    ///
    /// # Errors
    /// Refuses what [`Pool::quote_sell`] refuses, and then changes nothing.
    pub fn sell(&mut self, alpha: Alpha) -> Result<Tao, Refused> {
        let out = self.quote_sell(alpha)?;
        self.alpha += alpha;
        self.tao -= out;
        Ok(out)
    }

    /// Adds reserves and moves the weight so that the price stays where it is.
    ///
    /// False, and nothing is changed, where the weight would leave [`WEIGHTS`] or a reserve would
    /// not fit. A pool without alpha takes a weight of one half and has no price to keep; a pool
    /// with alpha but without TAO cannot be revived by TAO, for its weight would have to be 1.
    ///
    /// Source: `balancer.rs::update_weights_for_added_liquidity`.
    #[must_use]
    pub fn inject(&mut self, tao: Tao, alpha: Alpha) -> bool {
        if !self.reweigh(tao, alpha) {
            return false;
        }
        self.add(tao, alpha);
        true
    }

    /// Moves the weight to where reserves that are added next will keep the price.
    ///
    /// False, and nothing is changed, as under [`Pool::inject`].
    ///
    /// Source: `balancer.rs::update_weights_for_added_liquidity`.
    #[must_use]
    pub fn reweigh(&mut self, tao: Tao, alpha: Alpha) -> bool {
        let after = self.tao.0.checked_add(tao.0).zip(self.alpha.0.checked_add(alpha.0));
        let Some((after_tao, after_alpha)) = after else { return false };
        // Each side's weight is as the product of its own with the other's old reserve.
        let alpha_side = (1.0 - self.weight) * self.tao.0 as f64 * after_alpha as f64;
        let tao_side = self.weight * self.alpha.0 as f64 * after_tao as f64;
        let sum = alpha_side + tao_side;
        let weight = if sum == 0.0 { 0.5 } else { tao_side / sum };
        if allowed(weight) {
            self.weight = weight;
        }
        allowed(weight)
    }

    /// Adds reserves and lets the price go where they take it, as a pool x y = k does.
    ///
    /// What does not fit is lost at the top of the range, which no supply reaches.
    pub fn add(&mut self, tao: Tao, alpha: Alpha) {
        self.tao = Tao(self.tao.0.saturating_add(tao.0));
        self.alpha = Alpha(self.alpha.0.saturating_add(alpha.0));
    }

    /// The TAO that a buy without a fee needs to lift the price to `target`; nothing where the
    /// price is there already.
    ///
    /// Source: `balancer.rs::calculate_quote_delta_in`.
    #[must_use]
    pub fn tao_to_price(&self, target: f64) -> Tao {
        Tao(curve::input_to_price(self.tao.0, 1.0 - self.weight, self.price(), target))
    }

    /// The alpha that a sale without a fee needs to press the price to `target`; nothing where
    /// the price is there already.
    ///
    /// Source: `balancer.rs::calculate_base_delta_in`.
    #[must_use]
    pub fn alpha_to_price(&self, target: f64) -> Alpha {
        Alpha(curve::input_to_price(self.alpha.0, self.weight, target, self.price()))
    }

    /// The alpha whose sale fetches `tao`, truncated, as when a fee is paid in alpha; none where
    /// the pool does not hold more than that, or no amount would do.
    ///
    /// Source: `balancer.rs::get_base_needed_for_quote`.
    #[must_use]
    pub fn alpha_needed(&self, tao: Tao) -> Option<Alpha> {
        curve::input_for(tao.0, self.alpha.0, self.tao.0, self.buy_tilt()).map(Alpha)
    }

    /// What a buy gets under `guards`, before the price is looked at.
    fn bought(&self, guards: &Guards, tao: Tao) -> Result<Alpha, Refused> {
        guards.admit(tao.0, self.tao.0, self.alpha.0)?;
        guard::not_nothing(curve::output(tao.0, self.tao.0, self.alpha.0, self.buy_tilt()))
            .map(Alpha)
    }

    /// What a sale gets under `guards`, before the price is looked at.
    fn sold(&self, guards: &Guards, alpha: Alpha) -> Result<Tao, Refused> {
        guards.admit(alpha.0, self.alpha.0, self.tao.0)?;
        guard::not_nothing(curve::output(alpha.0, self.alpha.0, self.tao.0, self.sell_tilt()))
            .map(Tao)
    }

    /// By how much the exponent of a buy, `w/(1-w)`, exceeds 1.
    fn buy_tilt(&self) -> f64 {
        (2.0 * self.weight - 1.0) / (1.0 - self.weight)
    }

    /// By how much the exponent of a sale, `(1-w)/w`, exceeds 1.
    fn sell_tilt(&self) -> f64 {
        (1.0 - 2.0 * self.weight) / self.weight
    }
}

/// Whether a weight of TAO is within its range; NaN is not.
fn allowed(weight: f64) -> bool {
    let [least, most] = WEIGHTS;
    (least..=most).contains(&weight)
}

#[cfg(test)]
mod tests;
