//! The noise of an experiment: who is honest, what everyone stakes and whom everyone favours.
//!
//! All cells of a map share one sample. The generator, the order of the draws and the roundings
//! are those of the published experiment, so that seed 0 gives its numbers.

use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::num;
use crate::protocol::proportion;
use crate::protocol::weights::max_upscale_listed;
use crate::study::retention::Setting;

/// One draw of stakes and weights for one honest stake.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// How many validators are honest; they come first.
    pub honest_validators: usize,
    /// How many servers are honest; they come first.
    pub honest_servers: usize,
    /// Share of the stake of each validator, `[validators]`; sums to 1, or is all 0.
    pub stake: Vec<f64>,
    /// How each validator divides a team's weight among its servers, `[validators, servers]`: each
    /// row sums to 1 over honest servers, and to 1 over the cabal's.
    pub favour: Vec<f64>,
}

/// The generator of the published experiment: `StdRng` of `rand` 0.8, which is `ChaCha12`.
#[derive(Clone, Debug)]
pub struct Draws(ChaCha12Rng);

impl Draws {
    /// The draws of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha12Rng::seed_from_u64(seed))
    }

    /// Uniform on 0..65535, that is up to 65534.
    ///
    /// Source: `Uniform::<u16>::new(0, 65535)` of `rand` 0.8: the high half of a product, drawn
    /// again where the low half would favour some numbers.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "halves of a product of u32 and u16")]
    pub fn uniform(&mut self) -> u16 {
        const NUMBERS: u32 = 65_535;
        // 2^32 is one more than a multiple of the numbers: one remainder in 2^32 is too many.
        loop {
            let product = u64::from(self.0.next_u32()) * u64::from(NUMBERS);
            if product as u32 != u32::MAX {
                return (product >> 32) as u16;
            }
        }
    }

    /// `count` standard normal numbers, of twice as many uniform ones.
    ///
    /// Source: `tests/consensus.rs::normal`, which pairs the first half with the second.
    #[must_use]
    pub fn normals(&mut self, count: usize) -> Vec<f64> {
        let mut unit = || f64::from(self.uniform()) / proportion::WHOLE + 1e-6;
        let lengths: Vec<f64> = (0..count).map(|_| unit()).collect();
        lengths
            .into_iter()
            .map(|length| {
                let turn = 2.0 * std::f64::consts::PI * unit();
                (-2.0 * num::ln(length)).sqrt() * libm::cos(turn)
            })
            .collect()
    }

    /// `count` shares of 1 whose standard deviation is `noise` times their mean; those that would
    /// be negative are 0, and all are where every one is.
    fn shares(&mut self, count: usize, noise: f64) -> Vec<f64> {
        let mut shares = self.normals(count);
        for share in &mut shares {
            *share = (1.0 + noise * *share).max(0.0);
        }
        num::normalise(&mut shares);
        shares
    }
}

impl Sample {
    /// Draws the sample of a setting for one honest stake, in `[0, 1]`.
    ///
    /// Source: `tests/consensus.rs::split_graph`.
    #[must_use]
    pub fn draw(setting: &Setting, honest_stake: f64) -> Self {
        let honest_validators = honest_part(setting.validators, honest_stake);
        let honest_servers = honest_part(setting.servers, honest_stake);
        let mut draws = Draws::new(setting.seed);

        let teams = [
            (honest_validators, honest_stake),
            (setting.validators - honest_validators, 1.0 - honest_stake),
        ];
        let mut stake = Vec::with_capacity(setting.validators);
        for (validators, team_stake) in teams {
            let shares = draws.shares(validators, setting.stake_noise);
            stake.extend(shares.iter().map(|share| share * team_stake));
        }
        num::normalise(&mut stake);

        let mut favour = Vec::with_capacity(setting.validators * setting.servers);
        for _ in 0..setting.validators {
            for servers in [honest_servers, setting.servers - honest_servers] {
                favour.extend(draws.shares(servers, setting.weight_noise));
            }
        }
        Self { honest_validators, honest_servers, stake, favour }
    }

    /// Servers of both teams.
    #[must_use]
    pub fn servers(&self) -> usize {
        if self.stake.is_empty() { 0 } else { self.favour.len() / self.stake.len() }
    }

    /// Writes the weights of one validator as the chain stores them once its team puts `own` on
    /// the servers of the same team, in `[0, 1]`, and the rest on the others.
    ///
    /// `row` is of shape `[servers]`. A weight is truncated to 65535ths before the chain scales
    /// the greatest of the row to 65535.
    pub fn store(&self, validator: usize, own: f64, row: &mut [Option<u16>]) {
        let honest = validator < self.honest_validators;
        let (on_honest, on_cabal) = if honest { (own, 1.0 - own) } else { (1.0 - own, own) };
        let favour = self.favour.iter().skip(validator * row.len());
        for (server, (weight, favour)) in row.iter_mut().zip(favour).enumerate() {
            let part = if server < self.honest_servers { on_honest } else { on_cabal };
            *weight = Some(proportion::stored(favour * part));
        }
        max_upscale_listed(row);
    }
}

/// The whole part of a share, but at least one for each team where there are two to divide.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of at most 1 of a number that fits; `as` saturates at 0"
)]
fn honest_part(total: usize, share: f64) -> usize {
    let part = (total as f64 * share) as usize;
    part.min(total.saturating_sub(1)).max(1).min(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= tolerance, "{found} against {expected}");
        }
    }

    /// By hand: floor(4 * 0.6) = 2; a whole leaves one, and nothing takes one.
    #[test]
    fn each_team_has_somebody() {
        assert_eq!([0.6, 1.0, 0.0].map(|share| honest_part(4, share)), [2, 3, 1]);
        assert_eq!([0, 1, 2].map(|total| honest_part(total, 0.6)), [0, 1, 1]);
    }

    /// A half, 3/8 and 1/8 are truncated to 32767, 24575 and 8191, and scaled by 65535/32767;
    /// likewise 3/4 and 1/4 to 49151 and 16383.
    #[test]
    fn weights_are_truncated_and_scaled() {
        let sample = Sample {
            honest_validators: 1,
            honest_servers: 2,
            stake: vec![0.5, 0.5],
            favour: vec![0.75, 0.25, 1.0, 0.75, 0.25, 1.0],
        };
        let mut row = [None; 3];
        sample.store(0, 0.5, &mut row);
        assert_eq!(row, [Some(49_151), Some(16_382), Some(65_535)]);
        sample.store(1, 1.0, &mut row);
        assert_eq!(row, [Some(0), Some(0), Some(65_535)]);
        sample.store(1, 0.0, &mut row);
        assert_eq!(row, [Some(65_535), Some(21_844), Some(0)]);
    }

    #[test]
    fn without_noise_all_are_equal() {
        let setting = Setting { weight_noise: 0.0, stake_noise: 0.0, ..Setting::default() };
        let sample = Sample::draw(&setting, 0.75);
        assert_close(&sample.stake, &[1.0 / 64.0; 64], 1e-15);
        assert_close(&sample.favour[..336], &[1.0 / 336.0; 336], 1e-15);
    }
}
