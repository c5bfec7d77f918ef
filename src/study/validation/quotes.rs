//! What the chain offered for trades.

use super::{Comparison, worst};
use crate::protocol::pool::{FEE_RATE, Pool};
use crate::record::chain::{Quote, QuotedPool};
use crate::units::{Alpha, Tao};

/// An offer, and what the pool's rule gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quoted {
    /// What was offered.
    pub quote: Quote,
    /// What would come out by the rule `[rao]`.
    pub computed: u64,
    /// Whether the pool itself was worked out from this offer.
    pub fitted: bool,
}

impl Quoted {
    /// How far the two are apart, as a part of what was offered.
    #[must_use]
    pub fn relative(&self) -> f64 {
        self.computed.abs_diff(self.quote.output) as f64 / self.quote.output.max(1) as f64
    }
}

/// Recomputes every offer of a pool that is known, or that two buys of one block tell.
#[must_use]
pub fn quoted(quotes: &[Quote], known: Option<&QuotedPool>) -> Vec<Quoted> {
    let one = |quote: &Quote| {
        let read = known
            .filter(|known| (known.block, known.netuid) == (quote.block, quote.netuid))
            .map(|known| known.pool);
        let same = |other: &&Quote| {
            other.buys && (other.block, other.netuid) == (quote.block, quote.netuid)
        };
        let buys: Vec<&Quote> = quotes.iter().filter(same).collect();
        let fitted = || match buys[..] {
            [small, large, ..] => pool_of(small, large),
            _ => None,
        };
        let pool = read.or_else(fitted)?;
        let offer = offer(&pool, quote)?;
        Some(Quoted { quote: *quote, computed: offer, fitted: read.is_none() && quote.buys })
    };
    quotes.iter().filter_map(one).collect()
}

fn offer(pool: &Pool, quote: &Quote) -> Option<u64> {
    if quote.buys {
        let fill = pool.quote_limited_buy(Tao(quote.input), f64::INFINITY, FEE_RATE).ok()?;
        Some(fill.out.0)
    } else {
        let fill = pool.quote_limited_sell(Alpha(quote.input), 0.0, FEE_RATE).ok()?;
        Some(fill.out.0)
    }
}

/// The pool of equal weights in which both buys get what they got; a concentrated pool is one as
/// far as its liquidity reaches.
///
/// A buy of t out of reserves (y, x) gets `o = x t / (y + t)`, so that `x t / o = y + t`; the
/// difference of two such lines gives x.
fn pool_of(small: &Quote, large: &Quote) -> Option<Pool> {
    let line = |quote: &Quote| {
        let net = (quote.input - crate::protocol::pool::fee(quote.input, FEE_RATE)) as f64;
        (net, net / quote.output as f64)
    };
    let ((less, dear), (more, dearer)) = (line(small), line(large));
    let alpha = (more - less) / (dearer - dear);
    let tao = alpha * dear - less;
    let good = |reserve: f64| (1.0..1e18).contains(&reserve);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    let pool = || Pool::new(Tao(tao.round() as u64), Alpha(alpha.round() as u64));
    (good(alpha) && good(tao)).then(pool)
}

/// The line of the result.
pub(super) fn comparison(quoted: &[Quoted]) -> Option<Comparison> {
    (!quoted.is_empty()).then(|| Comparison {
        name: "offers for trades, Dec. 2025 and Oct. 2026",
        rule: "weighted pool, fee of 33/65535",
        cases: quoted.len(),
        measure: "worst relative error",
        error: worst(quoted.iter().map(Quoted::relative)),
        bound: Some(1e-8),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Buys with 1 and 3 out of (9, 20) get 2 and 5, less the fee; the offers tell the reserves again.
    #[test]
    fn two_buys_tell_the_pool() {
        let pool = Pool::new(Tao(9_000_000_000_000), Alpha(20_000_000_000_000));
        let buy = |input| {
            let mut quote = Quote { block: 1, netuid: 1, buys: true, input, output: 0 };
            quote.output = offer(&pool, &quote).expect("an offer");
            quote
        };
        let found = pool_of(&buy(1_000_000_000_000), &buy(3_000_000_000_000)).expect("a pool");
        assert!(found.tao.0.abs_diff(pool.tao.0) < 1_000, "{found:?}");
        assert!(found.alpha.0.abs_diff(pool.alpha.0) < 1_000, "{found:?}");
    }

    #[test]
    fn a_pool_that_is_not_told_is_left_out() {
        let quote = Quote { block: 1, netuid: 1, buys: true, input: 5, output: 5 };
        assert!(quoted(&[quote], None).is_empty());
        assert!(quoted(&[quote, quote], None).is_empty(), "twice the same");
    }
}
