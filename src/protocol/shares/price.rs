//! Shares by moving price.

use crate::num;
use crate::protocol::shares::{Demand, at};

/// Writes each subnet's share by its moving price times a weight in `[0, 1]`, of shape `[subnets]`.
///
/// Where everything that counts has a weight of 0, the prices alone decide; where no price counts
/// either, all shares are 0.
///
/// Source: `coinbase/subnet_emissions.rs::get_shares`, `get_shares_price_ema`.
pub fn shares(demand: &Demand<'_>, weight: impl Fn(usize) -> f64, out: &mut [f64]) {
    plain(demand, out);
    // The weights go on shares and not on prices, as on the chain.
    let total: f64 = weighed(out, &weight).fold(0.0, |total, share| total + share);
    if total > 0.0 {
        for (index, share) in out.iter_mut().enumerate() {
            *share = *share * weight(index) / total;
        }
    }
}

/// Each share times its weight.
fn weighed<'a>(
    shares: &'a [f64],
    weight: &'a impl Fn(usize) -> f64,
) -> impl Iterator<Item = f64> + 'a {
    shares.iter().enumerate().map(|(index, share)| share * weight(index))
}

/// Shares by price alone.
fn plain(demand: &Demand<'_>, out: &mut [f64]) {
    for (index, share) in out.iter_mut().enumerate() {
        let price = at(demand.price, index);
        // What is not a finite price above 0 counts as none.
        let counts = demand.takes_part(index) && price > 0.0 && price.is_finite();
        *share = if counts { price } else { 0.0 };
    }
    num::normalise(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(demand: &Demand<'_>, weights: [f64; 3]) -> [f64; 3] {
        let mut out = [7.0; 3];
        shares(demand, |index| weights[index], &mut out);
        out
    }

    /// 2 : 3 : 5 in shares; weights of 1/2, 1 and 0 leave 1 : 3 : 0.
    #[test]
    fn weights_bend_prices() {
        let demand =
            Demand { eligible: &[true; 3], price: &[0.02, 0.03, 0.05], ..Demand::default() };
        let weighed = found(&demand, [0.5, 1.0, 0.0]);
        for (found, expected) in weighed.into_iter().zip([0.25, 0.75, 0.0]) {
            assert!((found - expected).abs() < 1e-15);
        }
        let all_burned = found(&demand, [0.0; 3]);
        assert_eq!(all_burned, found(&demand, [1.0; 3]));
    }

    #[test]
    fn what_has_no_price_has_no_share() {
        let price = &[f64::NAN, 3.0, f64::INFINITY];
        let demand = Demand { eligible: &[true; 3], price, ..Demand::default() };
        assert_eq!(found(&demand, [1.0; 3]), [0.0, 1.0, 0.0]);
        let closed = Demand { eligible: &[true, false], ..demand };
        assert_eq!(found(&closed, [1.0; 3]), [0.0; 3]);
    }
}
