//! The moving price of every subnet along a course of spot prices.

use crate::protocol::price_ema::PriceEma;
use crate::record::chain::Prices;

/// Blocks for which the spot price counts as constant, at its middle between two samples.
const PIECE: u64 = 60;

/// Most pieces between two samples, however far apart they are.
const MOST_PIECES: u64 = 1_000;

/// All subnets at one moment, from netuid 1 on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// Moving price `[TAO per alpha]`; 0 before the start.
    pub ema: Vec<f64>,
    /// Spot price, on the straight line between the samples `[TAO per alpha]`; NaN where there is
    /// none.
    pub spot: Vec<f64>,
}

/// When each subnet started `[block]`, of shape `[subnets]`; `u64::MAX` for never.
///
/// A price of 1 or above means that a subnet had not started. The block is the known one, where
/// that lies in the course; else the middle between the last sample before and the first after.
#[must_use]
pub fn starts(samples: &[Prices], known: &[Option<u64>]) -> Vec<u64> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Vec::new() };
    let start = |subnet: usize| {
        if let Some(block) = known.get(subnet).copied().flatten()
            && block <= last.block
        {
            return block;
        }
        match samples.iter().position(|sample| price(sample, subnet) < 1.0) {
            None => u64::MAX,
            Some(0) => first.block,
            Some(at) => u64::midpoint(samples[at - 1].block, samples[at].block),
        }
    };
    let subnets = samples.iter().map(|sample| sample.price.len()).max().unwrap_or(0);
    (0..subnets).map(start).collect()
}

/// Every subnet at each of `blocks`, which ascend; blocks outside the samples are left out.
///
/// Between two samples the spot price lies on a straight line; a subnet that starts between them
/// has the price of the second. A subnet that had started before the first sample begins with the
/// price there as its average.
#[must_use]
pub fn follow(samples: &[Prices], starts: &[u64], rule: &PriceEma, blocks: &[u64]) -> Vec<Moment> {
    let Some(first) = samples.first() else { return Vec::new() };
    let begun = |(subnet, start): (usize, &u64)| {
        let price = price(first, subnet);
        if *start <= first.block && price < 1.0 { price } else { 0.0 }
    };
    let mut ema: Vec<f64> = starts.iter().enumerate().map(begun).collect();
    let mut moments = Vec::with_capacity(blocks.len());
    let mut due = blocks.iter().copied().skip_while(|block| *block < first.block).peekable();
    for pair in samples.windows(2) {
        let (from, to) = (&pair[0], &pair[1]);
        let mut block = from.block;
        let piece = PIECE.max(to.block.saturating_sub(from.block) / MOST_PIECES);
        while block < to.block {
            while due.next_if_eq(&block).is_some() {
                let spot = (0..ema.len()).map(|subnet| line(from, to, subnet, block as f64));
                moments.push(Moment { spot: spot.collect(), ema: ema.clone() });
            }
            let next = due.peek().copied().unwrap_or(to.block).min(to.block).min(block + piece);
            let middle = f64::midpoint(block as f64, next as f64);
            for (subnet, moved) in ema.iter_mut().enumerate() {
                let spot = line(from, to, subnet, middle);
                if spot.is_finite() {
                    *moved = rule.steps(*moved, spot, block, next - block, starts[subnet]);
                }
            }
            block = next;
        }
    }
    moments
}

/// The price of one subnet in a sample; NaN where it has none.
fn price(sample: &Prices, subnet: usize) -> f64 {
    sample.price.get(subnet).copied().unwrap_or(f64::NAN)
}

/// The spot price of one subnet at a block between two samples.
fn line(from: &Prices, to: &Prices, subnet: usize, block: f64) -> f64 {
    let (before, after) = (price(from, subnet), price(to, subnet));
    // One of the two may be of a subnet that had not started, or of the one before it.
    match (before < 1.0, after < 1.0) {
        (true, true) => {
            let place = (block - from.block as f64) / (to.block - from.block) as f64;
            before + (after - before) * place
        }
        (false, true) => after,
        (_, false) => before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(block: u64, price: &[f64]) -> Prices {
        Prices { block, price: price.to_vec() }
    }

    #[test]
    fn a_subnet_starts_where_its_price_falls_below_one() {
        let samples = [sample(100, &[0.5, 3.0, f64::NAN]), sample(200, &[0.5, 0.02, f64::NAN])];
        assert_eq!(starts(&samples, &[]), [100, 150, u64::MAX]);
        assert_eq!(starts(&samples, &[None, Some(180), None]), [100, 180, u64::MAX]);
        assert_eq!(starts(&samples, &[Some(900)]), [100, 150, u64::MAX], "a later subnet's");
    }

    /// At a rate of one half and a price that stays at 0.4, an average that begins there stays,
    /// and one that begins at 0 is at 0.4 (1 - 1/2^n) after n blocks.
    #[test]
    fn the_average_is_as_block_by_block() {
        let rule = PriceEma { base: 0.5, halving_blocks: 0, capped: true, aged: false };
        let samples = [sample(0, &[0.4, 7.0]), sample(100, &[0.4, 0.4])];
        let moments = follow(&samples, &[0, 0], &rule, &[0, 3, 99, 100]);
        assert_eq!(moments.len(), 3, "the last sample is the end");
        assert_eq!(moments[0].ema, [0.4, 0.0]);
        assert!((moments[1].ema[0] - 0.4).abs() < 1e-15);
        assert!((moments[1].ema[1] - 0.35).abs() < 1e-15);
        assert_eq!(moments[1].spot, [0.4, 0.4]);
    }

    #[test]
    fn the_price_runs_straight_between_samples() {
        let (from, to) = (sample(0, &[0.2, f64::NAN, 0.3]), sample(10, &[0.4, 0.1, f64::NAN]));
        assert_eq!(line(&from, &to, 0, 5.0), 0.2 + 0.2 * 0.5);
        assert_eq!([line(&from, &to, 1, 5.0), line(&from, &to, 2, 5.0)], [0.1, 0.3]);
    }
}
