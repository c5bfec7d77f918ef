//! Randomness: every draw is a function of (seed, domain, agent, epoch).
//!
//! There is no state to share and no order to keep: an agent, a domain or a draw that is added
//! moves nobody else's numbers. Two scenarios that differ in one agent see the same noise
//! everywhere else, so that a difference in their results is the agent's doing (common random
//! numbers), and any number of threads gives the same bits.
//!
//! The generator is `ChaCha` with 8 rounds. Its 256-bit key holds the seed, the domain and the
//! agent's group; its stream number is the agent's index in the group; its position is the
//! epoch. Group names are keyed rather than uids, since a uid shifts when a group is inserted.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::num;
use crate::units::Epoch;

/// What a draw is for. The number is part of every key: append only, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Domain {
    /// Amounts drawn once, when the world is made: stake.
    Stake = 1,
    /// Amounts drawn once, when the world is made: quality.
    Quality = 2,
    /// Amounts drawn once, when the world is made: cost.
    Cost = 3,
    /// A miner's choices and the drift of its quality.
    Mine = 4,
    /// A validator's private scores.
    Score = 5,
    /// A validator's choices other than its scores.
    Validate = 6,
    /// A staker's choices.
    Invest = 7,
    /// The validator that a staker starts with.
    Delegate = 8,
    /// Amounts drawn once, when the world is made: hash power.
    HashPower = 9,
    /// The price of a TAO in dollars.
    TaoUsd = 10,
    /// The block, and the place in it, in which an order of a trader is executed, or a consumer
    /// pays.
    Order = 11,
    /// A trader's choices.
    Trade = 12,
    /// Arrivals of newcomers who register.
    Register = 13,
    /// Whether a coalition is detected, and where those who shun it go.
    Detect = 14,
    /// Which miners a validator audits.
    Audit = 15,
    /// Which replicates of a study a resample takes.
    Bootstrap = 16,
    /// What a consumer finds a subnet's service to be worth.
    Taste = 17,
    /// A consumer's choices.
    Consume = 18,
    /// Where the points of a study's design lie.
    Design = 19,
    /// Which places a search tries.
    Search = 20,
}

/// Who draws: a group's name and the place in the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Agent {
    group: [u64; 2],
    index: u64,
}

impl Agent {
    /// The `index`-th of the group with this key path, such as `subnet.text.miners.honest`.
    #[must_use]
    pub fn new(group: &str, index: usize) -> Self {
        let hash = blake3::hash(group.as_bytes());
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, b| word << 8 | u64::from(*b));
        let (first, second) = hash.as_bytes()[..16].split_at(8);
        Self { group: [word(first), word(second)], index: index as u64 }
    }
}

impl Agent {
    /// This agent's draws about the members of another group: the pair of groups is the key, so
    /// that a third group moves neither.
    #[must_use]
    pub fn about(self, other: Self) -> Self {
        Self { group: [self.group[0], other.group[0]], index: self.index }
    }

    /// The same agent at its work for one of a subnet's mechanisms, with draws of its own for
    /// each; for the first it is the agent itself.
    #[must_use]
    pub fn at_mechanism(self, mechanism: usize) -> Self {
        // An odd factor, the golden ratio's, sends small numbers to words far apart.
        let apart = (mechanism as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self { group: [self.group[0] ^ apart, self.group[1]], index: self.index }
    }
}

/// The source of all randomness of a run.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// The streams of the scenario's seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Streams of their own for those who come after the first generation, which is 0.
    #[must_use]
    pub fn generation(&self, generation: u64) -> Self {
        // An odd factor, the golden ratio's, sends small numbers to words far apart.
        Self { seed: self.seed ^ generation.wrapping_mul(0x9E37_79B9_7F4A_7C15) }
    }

    /// The draws of `agent` for `domain` in `epoch`: 2^32 words of them before they would run
    /// into the next epoch's.
    #[must_use]
    pub fn at(&self, domain: Domain, agent: Agent, epoch: Epoch) -> Draws {
        let mut key = [0; 32];
        let words = [self.seed, domain as u64, agent.group[0], agent.group[1]];
        for (bytes, word) in key.chunks_exact_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(agent.index);
        rng.set_word_pos(u128::from(epoch) << 32);
        Draws(rng)
    }
}

/// A run of draws of one agent in one epoch.
#[derive(Clone, Debug)]
pub struct Draws(ChaCha8Rng);

impl Draws {
    /// Uniform on (0, 1): never 0 and never 1, on a grid of 2^-52.
    #[must_use]
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
    }

    /// Standard normal, by inversion: one word of the stream for each draw.
    #[must_use]
    pub fn normal(&mut self) -> f64 {
        num::normal_quantile(self.uniform())
    }

    /// Poisson with `mean`, by inversion; 0 for a mean that is not above 0.
    #[must_use]
    pub fn poisson(&mut self, mean: f64) -> u64 {
        num::poisson_quantile(self.uniform(), mean)
    }

    /// Fills `values` with standard normals: the same as [`Draws::normal`] for each, in vectors.
    pub fn normals(&mut self, values: &mut [f64]) {
        for value in values.iter_mut() {
            *value = self.uniform();
        }
        num::normal_quantiles(values);
    }

    /// The generator itself, for what `rand` offers beyond these.
    pub fn rng(&mut self) -> &mut ChaCha8Rng {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pinned: a change here changes every result that was ever published.
    #[test]
    fn golden_draws() {
        let streams = Streams::new(7);
        let agent = Agent::new("subnet.text.miners.honest", 3);
        let mut draws = streams.at(Domain::Score, agent, 11);
        let words: Vec<u64> = (0..3).map(|_| draws.rng().next_u64()).collect();
        assert_eq!(
            words,
            [12_251_576_854_394_208_095, 11_339_020_504_680_715_342, 4_647_630_330_423_807_311]
        );
    }

    #[test]
    fn a_draw_depends_on_each_of_its_four_names() {
        let draw = |seed, domain, group, index, epoch| {
            Streams::new(seed).at(domain, Agent::new(group, index), epoch).uniform().to_bits()
        };
        let one = draw(1, Domain::Mine, "a", 0, 0);
        assert_eq!(one, draw(1, Domain::Mine, "a", 0, 0));
        assert_ne!(one, draw(2, Domain::Mine, "a", 0, 0));
        assert_ne!(one, draw(1, Domain::Score, "a", 0, 0));
        assert_ne!(one, draw(1, Domain::Mine, "b", 0, 0));
        assert_ne!(one, draw(1, Domain::Mine, "a", 1, 0));
        assert_ne!(one, draw(1, Domain::Mine, "a", 0, 1));
    }

    #[test]
    fn uniform_draws_have_the_moments_of_a_uniform() {
        let mut draws = Streams::new(1).at(Domain::Mine, Agent::new("moments", 0), 0);
        let xs: Vec<f64> = (0..100_000).map(|_| draws.uniform()).collect();
        let mean = num::sum(&xs) / 1e5;
        let variance = num::sum(&xs.iter().map(|x| (x - mean) * (x - mean)).collect::<Vec<_>>());
        assert!((mean - 0.5).abs() < 0.004, "mean {mean}");
        assert!((variance / 1e5 - 1.0 / 12.0).abs() < 0.002, "variance {variance}");
        assert!(xs.iter().all(|x| *x > 0.0 && *x < 1.0));
    }

    #[test]
    fn poisson_draws_have_the_moments_of_a_poisson() {
        let mut draws = Streams::new(1).at(Domain::Register, Agent::new("moments", 0), 0);
        for mean in [0.03, 4.0, 900.0] {
            let xs: Vec<f64> = (0..50_000).map(|_| draws.poisson(mean) as f64).collect();
            let found = num::sum(&xs) / 5e4;
            let squares: Vec<f64> = xs.iter().map(|x| (x - found) * (x - found)).collect();
            // Five standard errors of the mean, and of the variance of a Poisson.
            let five = 5.0 * (mean / 5e4).sqrt();
            assert!((found - mean).abs() < five, "mean {found} of {mean}");
            let five = 5.0 * ((mean + 2.0 * mean * mean) / 5e4).sqrt();
            let variance = num::sum(&squares) / 5e4;
            assert!((variance - mean).abs() < five, "variance {variance} of {mean}");
        }
    }
}
