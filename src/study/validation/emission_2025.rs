//! TAO of the pools in September and October 2025, from the course of prices alone.
//!
//! Prices of every hour reach to June; from July on there is one sample a day. What sparse samples
//! cost is measured on the hourly ones, by leaving out all but every second, fourth and so on.

use super::course::{Moment, follow, starts};
use super::{Comparison, Pair, l1, median};
use crate::protocol::injection::{Cap, Emission, Excess, terms};
use crate::protocol::issuance::block_emission;
use crate::protocol::price_ema::PriceEma;
use crate::protocol::shares::{self, Demand, Rule, Scratch, ShareModel, SwitchedOff};
use crate::record::chain::{Chain, Emissions, Prices};
use crate::units::{BLOCKS_PER_DAY, RAO};

/// How long before the first read the averages begin `[blocks]`: what they begin with is then
/// forgotten to far below what is compared.
const WARM_UP: u64 = 60 * BLOCKS_PER_DAY;

/// The block of the start calls, from which on ages are what they are now.
const START_CALLS: u64 = 5_228_683;

/// Samples of which every so many are kept; hours, where they are hourly.
const KEPT: [usize; 6] = [24, 12, 8, 6, 4, 2];

/// How far the pools' TAO may be from the record `[TAO per block]`.
const BOUND: f64 = 5e-4;

/// What was read of all pools at one moment, and what the rules give.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// When, by the clock.
    pub date: String,
    /// When `[block]`.
    pub block: u64,
    /// TAO of each pool `[TAO per block]`.
    pub pairs: Vec<Pair>,
    /// Blocks between the samples of the price around it.
    pub gap: u64,
}

/// What it costs to know the price only now and then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Blocks between two samples.
    pub blocks: u64,
    /// How many moments were compared.
    pub moments: usize,
    /// Median, over the moments, of the sum of differences in share against all samples.
    pub l1: f64,
}

/// The rule of the time: shares by moving price among started subnets.
const RULE: Rule = Rule {
    model: ShareModel::PriceEma,
    gate: None,
    switched_off: SwitchedOff::Withheld,
    flow_cutoff: 0.0,
    flow_exponent: 1.0,
};

/// Recomputes every read from the prices before it, by a rule of the moving price.
#[must_use]
pub fn reads(chain: &Chain, rule: &PriceEma) -> Vec<Read> {
    let Some(first) = chain.emissions.first() else { return Vec::new() };
    let mut samples = merged(&chain.daily, &chain.hourly);
    samples.retain(|sample| sample.block + WARM_UP >= first.block);
    let starts = starts(&samples, &first_emissions(chain));
    let blocks: Vec<u64> = chain.emissions.iter().map(|read| read.block).collect();
    let (Some(from), Some(to)) = (samples.first(), samples.last()) else { return Vec::new() };
    // A block beyond the samples has no moment, and those that have one are side by side.
    let covered = |read: &&Emissions| (from.block..to.block).contains(&read.block);
    let recorded = chain.emissions.iter().filter(covered);
    let moments = follow(&samples, &starts, rule, &blocks);
    recorded.zip(&moments).map(|(read, moment)| recomputed(read, moment, &samples)).collect()
}

/// The hourly samples, and the daily ones where there are none.
fn merged(daily: &[Prices], hourly: &[Prices]) -> Vec<Prices> {
    let mut samples = hourly.to_vec();
    let near = |block: u64| {
        let at = hourly.partition_point(|sample| sample.block < block);
        let around = [at.checked_sub(1), Some(at)].into_iter().flatten();
        around.filter_map(|at| hourly.get(at)).any(|sample| sample.block.abs_diff(block) < 600)
    };
    samples.extend(daily.iter().filter(|sample| !near(sample.block)).cloned());
    samples.sort_by_key(|sample| sample.block);
    samples
}

/// When the subnets of the latest snapshot started; many are those of 2025 still.
fn first_emissions(chain: &Chain) -> Vec<Option<u64>> {
    let Some(latest) = chain.snapshots.last() else { return Vec::new() };
    let subnets = latest.subnets.iter().filter(|subnet| subnet.netuid > 0);
    let last = subnets.clone().map(|subnet| usize::from(subnet.netuid)).max().unwrap_or(0);
    let mut found = vec![None; last];
    for subnet in subnets {
        found[usize::from(subnet.netuid) - 1] = subnet.first_emission;
    }
    found
}

fn recomputed(read: &Emissions, moment: &Moment, samples: &[Prices]) -> Read {
    let pools = pools(moment);
    let computed = |netuid: u16| {
        let pool = usize::from(netuid).checked_sub(1).and_then(|at| pools.get(at));
        pool.copied().unwrap_or(0.0)
    };
    let pair =
        |&(netuid, recorded): &(u16, f64)| Pair { netuid, recorded, computed: computed(netuid) };
    let after = samples.partition_point(|sample| sample.block <= read.block);
    let around = samples.get(after.saturating_sub(1)).zip(samples.get(after));
    Read {
        date: read.date.clone(),
        block: read.block,
        pairs: read.tao.iter().map(pair).collect(),
        gap: around.map_or(0, |(before, after)| after.block - before.block),
    }
}

/// What each pool gets `[TAO per block]`: its share, or less where its price is below the share.
fn pools(moment: &Moment) -> Vec<f64> {
    let block_tao = block_emission(0) as f64;
    let share = shares_of(&moment.ema);
    let pool = |(share, price): (&f64, &f64)| {
        let subnet = Emission {
            tao: share * block_tao,
            block_tao,
            alpha: RAO as f64,
            price: *price,
            share: *share,
            root_proportion: 0.0,
        };
        terms(Cap::NoneClipAlpha, Excess::Subsidised, &subnet).tao_in / RAO as f64
    };
    share.iter().zip(&moment.spot).map(pool).collect()
}

fn shares_of(ema: &[f64]) -> Vec<f64> {
    let on = vec![true; ema.len()];
    let demand = Demand { eligible: &on, enabled: &on, price: ema, ..Demand::default() };
    let mut out = vec![0.0; ema.len()];
    shares::shares(&RULE, &demand, 0.0, &mut Scratch::default(), &mut out);
    out
}

/// What it costs to keep only some of these samples, from the sparsest.
#[must_use]
pub fn sampling(hourly: &[Prices]) -> Vec<Sampling> {
    let (Some(first), Some(last)) = (hourly.first(), hourly.last()) else { return Vec::new() };
    // The first of all the times of day at which the pools were read, 16 h, once averages are warm.
    let from = (first.block + WARM_UP / 4).max(START_CALLS + WARM_UP / 4) + BLOCKS_PER_DAY * 2 / 3;
    let until = last.block.saturating_sub(BLOCKS_PER_DAY);
    let days = until.saturating_sub(from).div_ceil(BLOCKS_PER_DAY);
    let blocks: Vec<u64> = (0..days).map(|day| from + day * BLOCKS_PER_DAY).collect();
    let recent: Vec<Prices> =
        hourly.iter().filter(|sample| sample.block + WARM_UP / 4 >= from).cloned().collect();
    let (starts, rule) = (starts(&recent, &[]), PriceEma::default());
    let shares = |samples: &[Prices]| -> Vec<Vec<f64>> {
        let moments = follow(samples, &starts, &rule, &blocks);
        moments.iter().map(|moment| shares_of(&moment.ema)).collect()
    };
    let all = shares(&recent);
    let thinned = |every: usize| {
        let samples: Vec<Prices> = recent.iter().step_by(every).cloned().collect();
        let found = shares(&samples);
        let apart = |(one, other): (&Vec<f64>, &Vec<f64>)| {
            one.iter().zip(other).fold(0.0, |sum, (a, b)| sum + (a - b).abs())
        };
        let errors: Vec<f64> = all.iter().zip(&found).map(apart).collect();
        let span = recent.last().map_or(0, |last| last.block - recent[0].block);
        let blocks = span * every as u64 / (recent.len() as u64).max(2);
        Sampling { blocks, moments: errors.len(), l1: median(&errors) }
    };
    KEPT.into_iter().map(thinned).filter(|sampling| sampling.moments > 0).collect()
}

/// The lines of the result.
pub(super) fn comparisons(reads: &[Read], sampling: &[Sampling]) -> Vec<Comparison> {
    let mut lines = Vec::new();
    if !reads.is_empty() {
        let errors: Vec<f64> = reads.iter().map(|read| l1(&read.pairs)).collect();
        lines.push(Comparison {
            name: "TAO of each pool, Sept. and Oct. 2025",
            rule: "price EMA, TAO at most price x 1 alpha",
            cases: reads.iter().map(|read| read.pairs.len()).sum(),
            measure: "median L1 of a read [TAO per block]",
            error: median(&errors),
            bound: Some(BOUND),
        });
    }
    if let Some(sparsest) = sampling.first() {
        lines.push(Comparison {
            name: "- what daily samples of the price cost",
            rule: "price EMA, hourly prices of spring 2025",
            cases: sparsest.moments,
            measure: "median L1 of shares, daily - hourly",
            error: sparsest.l1,
            bound: None,
        });
    }
    lines
}
