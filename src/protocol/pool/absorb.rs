//! What a block's emission does to a pool, in the chain's order.

use crate::protocol::pool::{Pool, Refused, guard};
use crate::units::{Alpha, Tao};

/// What became of a block's emission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absorbed {
    /// TAO that entered the reserve beside new alpha `[rao]`: all, or nothing where the weight
    /// would have left its range, and then it is not issued.
    pub tao_in: Tao,
    /// Alpha that was minted into the reserve `[rao]`.
    pub alpha_in: Alpha,
    /// TAO of the excess that bought alpha `[rao]`.
    pub spent: Tao,
    /// Alpha that it bought `[rao]`, which the protocol keeps or recycles.
    pub bought: Alpha,
    /// TAO of the excess that could not be spent, which stays outside the reserve `[rao]`.
    pub stranded: Tao,
    /// Why it could not, if the whole buy was refused.
    pub refused: Option<Refused>,
}

impl Pool {
    /// Takes in a block's emission: the weight moves for what will be injected, the excess buys
    /// alpha without a fee from the reserves as they were, and then the injection is added.
    ///
    /// The injection is in proportion to the price before the buy, so that beside a buy it presses
    /// the price back a little; only without one does it leave the price exactly where it was.
    ///
    /// Source: `coinbase/run_coinbase.rs::inject_and_maybe_swap`.
    pub fn absorb(&mut self, tao_in: Tao, alpha_in: Alpha, excess: Tao) -> Absorbed {
        let [tao_in, alpha_in] =
            if self.reweigh(tao_in, alpha_in) { [tao_in.0, alpha_in.0] } else { [0, 0] };
        let (tao_in, alpha_in) = (Tao(tao_in), Alpha(alpha_in));
        let mut absorbed = Absorbed {
            tao_in,
            alpha_in,
            spent: Tao::ZERO,
            bought: Alpha::ZERO,
            stranded: excess,
            refused: None,
        };
        if excess > Tao::ZERO {
            match self.limited_buy(excess, guard::MOST_PRICE, 0) {
                Ok(fill) => {
                    absorbed.spent = fill.traded;
                    absorbed.bought = fill.out;
                    absorbed.stranded = excess - fill.traded;
                }
                Err(refused) => absorbed.refused = Some(refused),
            }
        }
        self.add(tao_in, alpha_in);
        absorbed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::RAO;

    /// 100 TAO buy 200 of the 400 alpha; 10 TAO and 40 alpha come after.
    #[test]
    fn the_excess_buys_before_the_injection() {
        let mut pool = Pool::new(Tao(100 * RAO), Alpha(400 * RAO));
        let absorbed = pool.absorb(Tao(10 * RAO), Alpha(40 * RAO), Tao(100 * RAO));
        assert_eq!([absorbed.tao_in, absorbed.spent], [Tao(10 * RAO), Tao(100 * RAO)]);
        assert_eq!([absorbed.alpha_in, absorbed.bought], [Alpha(40 * RAO), Alpha(200 * RAO)]);
        assert_eq!((absorbed.stranded, absorbed.refused), (Tao(0), None));
        assert_eq!(pool, Pool::new(Tao(210 * RAO), Alpha(240 * RAO)));
    }

    #[test]
    fn what_cannot_be_absorbed_is_said() {
        let mut thin = Pool::new(Tao(100), Alpha(400));
        let absorbed = thin.absorb(Tao(0), Alpha(0), Tao(7));
        assert_eq!((absorbed.stranded, absorbed.refused), (Tao(7), Some(Refused::ReserveTooLow)));
        let absorbed = thin.absorb(Tao(100_000), Alpha(0), Tao(0));
        assert_eq!((absorbed.tao_in, absorbed.refused), (Tao(0), None));
        assert_eq!(thin, Pool::new(Tao(100), Alpha(400)));
    }
}
