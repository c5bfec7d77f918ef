//! How useful an honest majority must be to keep its stake: the official experiment.
//!
//! Two teams share a subnet. Honest validators put the weight `W_H` on honest servers and the rest
//! on the cabal's; cabal validators put `W_C` on the cabal's servers and the rest on honest ones.
//! `W_H` costs work, `W_C` costs nothing. The honest team with a share `S_H` of the stake keeps it
//! where its share of the reward is at least as large, `E_H >= S_H`. The line `E_H = S_H` over
//! (`W_H`, `W_C`) is the retention line of `S_H`; its greatest `W_H` is the utility that the honest
//! team needs against the worst cabal.
//!
//! ```text
//! seed ──► Sample: stakes, weights      for each W of the grid      for each server
//!          (one draw for all cells) ──► rows as the chain stores ──► sorted votes ─┐
//!                                                                                  │ for each
//!              retention line ◄── Map of E_H ◄── sums over servers ◄── consensus ◄─┘ (W_H, W_C)
//! ```
//!
//! One epoch without old bonds needs less than [`crate::protocol::epoch`]: a team's votes depend on
//! one of the two weights only, so they are sorted once for each of the grid's steps, and sums over
//! sorted votes give what a team keeps under any consensus. Both ways give the same reward, to
//! 1e-9 in the tests.
//!
//! One sample of the noise gives one line. What many samples say together is a [`Spread`]: where
//! the line lies in the mean, how sure that is, and how far single lines stray.
//!
//! The room makes maps and lines. It draws no figure and reads no scenario.
//!
//! Source: `opentensor/subtensor` at commit `14bc6f9f`, `docs/consensus.md`,
//! `pallets/subtensor/src/tests/consensus.rs::map_consensus_guarantees`,
//! `scripts/map_consensus.py`.

mod contour;
mod published;
mod reward;
pub mod sample;
mod spread;
mod votes;

use rayon::prelude::*;

use crate::protocol::Params;
use crate::protocol::median::TIE_MARGIN;

pub use published::{Published, PublishedError, published};
pub use sample::Sample;
pub use spread::{LEVEL, Spread};

/// Shares of the stake that the published maps give the honest team, in `(0.5, 1)`.
pub const HONEST_STAKES: [f64; 11] = [0.51, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];

/// How bonds become dividends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// The chain's first rule, that of the published maps.
    #[default]
    Classic,
    /// The chain's rule for new subnets, with one rate for all bonds.
    Yuma3,
}

/// What an experiment holds fixed; the default is the published baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// How bonds become dividends.
    pub rule: Rule,
    /// Part of the stake that must support a weight for it to be the consensus, in `[0, 1]`.
    pub kappa: f64,
    /// How far weights above the consensus are cut back before they earn bonds, in `[0, 1]`.
    pub bonds_penalty: f64,
    /// Part of the reward that follows dividends, in `[0, 1]`; the rest follows incentive.
    pub validator_share: f64,
    /// Standard deviation of a weight, as a part of its mean, at least 0.
    pub weight_noise: f64,
    /// Standard deviation of a validator's stake, as a part of its team's mean, at least 0.
    pub stake_noise: f64,
    /// Which draw of the noise; 0 is the published one.
    pub seed: u64,
    /// Validators of both teams together; the honest stake's share of them is honest.
    pub validators: usize,
    /// Servers of both teams together; the honest stake's share of them is honest.
    pub servers: usize,
    /// Values of each weight, evenly from 0 to 1; fewer than 2 act as 2.
    pub steps: usize,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            rule: Rule::Classic,
            kappa: 0.5,
            bonds_penalty: 1.0,
            validator_share: 0.5,
            weight_noise: 0.4,
            stake_noise: 0.3,
            seed: 0,
            validators: 64,
            servers: 448,
            steps: 51,
        }
    }
}

impl Setting {
    /// Values of each weight.
    fn grid(&self) -> usize {
        self.steps.max(2)
    }

    /// The support that a consensus needs, as an epoch of the chain counts it, in `[0, 1]`.
    fn majority(&self) -> f64 {
        Params { kappa: self.kappa, ..Params::default() }.stored_kappa() + TIE_MARGIN
    }
}

/// The honest team's share of the reward over both weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The honest team's share of the stake, in `[0, 1]`.
    pub honest_stake: f64,
    /// Values of each weight, evenly from 0 to 1; at least 2.
    pub steps: usize,
    /// The honest team's share of the reward, `[W_C, W_H]`, row-major, in `[0, 1]`: that of
    /// `W_H = h / (steps - 1)` and `W_C = c / (steps - 1)` stands at `c * steps + h`.
    pub honest_reward: Vec<f64>,
}

/// What an honest stake needs against the worst cabal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Required {
    /// The least `W_H` from which on the honest team keeps its stake whatever the cabal does, in
    /// `[0, 1]`; none where not even `W_H = 1` keeps it.
    pub utility: Option<f64>,
    /// The `W_C` that demands it, in `[0, 1]`; of several the least.
    pub worst: f64,
}

/// The map of one honest stake, which is kept within `[0, 1]`; the work is spread over threads,
/// and their number changes nothing.
///
/// ```
/// use taosim::study::retention::{Setting, map};
///
/// let map = map(&Setting { steps: 11, ..Setting::default() }, 0.6);
/// let required = map.required_utility();
/// let utility = required.utility.expect("60 % of the stake can keep it");
/// assert!((utility - 0.73).abs() < 0.02, "60 % of the stake needs 73 % of utility");
/// assert!((required.worst - 0.8).abs() < 0.11, "against a cabal that puts 80 % on itself");
/// ```
#[must_use]
pub fn map(setting: &Setting, honest_stake: f64) -> Map {
    let honest_stake = honest_stake.clamp(0.0, 1.0);
    let sample = Sample::draw(setting, honest_stake);
    let honest_reward = reward::over_grid(setting, &sample);
    Map { honest_stake, steps: setting.grid(), honest_reward }
}

/// The maps of all [`HONEST_STAKES`], in their order.
#[must_use]
pub fn maps(setting: &Setting) -> Vec<Map> {
    HONEST_STAKES.par_iter().map(|&honest_stake| map(setting, honest_stake)).collect()
}

impl Map {
    /// The share of the reward at the grid's `honest`-th `W_H` and `cabal`-th `W_C`, if there is
    /// one.
    #[must_use]
    pub fn reward(&self, honest: usize, cabal: usize) -> Option<f64> {
        if honest >= self.steps {
            return None;
        }
        self.honest_reward.get(cabal * self.steps + honest).copied()
    }

    /// The map with three decimals, as the published lines were drawn from.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let honest_reward =
            self.honest_reward.iter().map(|reward| (reward * 1_000.0).round() / 1_000.0).collect();
        Self { honest_reward, ..self.clone() }
    }

    /// The lines on which the honest team's reward is `level`, as points (`W_H`, `W_C`) where they
    /// cross the grid, linear in between.
    ///
    /// Lines come in no particular order or direction; a closed one ends where it begins.
    #[must_use]
    pub fn contour(&self, level: f64) -> Vec<Vec<(f64, f64)>> {
        contour::lines(&self.honest_reward, self.steps, level)
    }

    /// The lines on which the honest team just keeps its stake, as [`Map::contour`] gives them.
    #[must_use]
    pub fn retention_line(&self) -> Vec<Vec<(f64, f64)>> {
        self.contour(self.honest_stake)
    }

    /// For each of the grid's `W_C`, the least `W_H` from which on the honest team keeps its stake,
    /// in `[0, 1]`; none where not even `W_H = 1` keeps it.
    ///
    /// Linear between the grid's values of `W_H`.
    pub fn needed(&self) -> impl Iterator<Item = Option<f64>> {
        let last = (self.steps - 1) as f64;
        let rows = self.honest_reward.chunks_exact(self.steps);
        rows.map(move |rewards| Some(contour::last_rise(rewards, self.honest_stake)? / last))
    }

    /// What the honest team needs against the worst of the grid's `W_C`.
    #[must_use]
    pub fn required_utility(&self) -> Required {
        let last = (self.steps - 1) as f64;
        let none = Required { utility: Some(0.0), worst: 0.0 };
        self.needed().enumerate().fold(none, |worst, (cabal, needed)| {
            let more = match (needed, worst.utility) {
                (Some(needed), Some(most)) => needed > most,
                (None, Some(_)) => true,
                (_, None) => false,
            };
            if more { Required { utility: needed, worst: cabal as f64 / last } } else { worst }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination must give shares, whatever its meaning.
    #[test]
    fn odd_settings_give_shares() {
        let odd = Setting { steps: 3, validators: 4, servers: 5, ..Setting::default() };
        let settings = [
            Setting { validators: 1, ..odd },
            Setting { validators: 0, ..odd },
            Setting { servers: 1, ..odd },
            Setting { servers: 0, ..odd },
            Setting { steps: 0, ..odd },
            Setting { weight_noise: 0.0, stake_noise: 0.0, ..odd },
            Setting { weight_noise: 1e9, stake_noise: 1e9, ..odd },
            Setting { kappa: 0.0, ..odd },
            Setting { kappa: 1.0, ..odd },
            Setting { kappa: f64::NAN, bonds_penalty: 2.0, ..odd },
            Setting { validator_share: 1.0, ..odd },
            Setting { validator_share: 0.0, ..odd },
        ];
        for setting in settings {
            for rule in [Rule::Classic, Rule::Yuma3] {
                for honest_stake in [0.0, 0.6, 1.0, 7.0] {
                    let map = map(&Setting { rule, ..setting.clone() }, honest_stake);
                    assert_eq!(map.honest_reward.len(), map.steps * map.steps);
                    let shares = map.honest_reward.iter();
                    assert!(shares.clone().all(|e| (-1e-12..=1.0 + 1e-12).contains(e)), "{map:?}");
                    let Required { utility, worst } = map.required_utility();
                    assert!(utility.is_none_or(|utility| (0.0..=1.0).contains(&utility)));
                    assert!((0.0..=1.0).contains(&worst));
                    let _ = map.retention_line();
                }
            }
        }
        let _ = map(&odd, f64::NAN).required_utility();
    }

    /// Without noise and without clipping, at the corner where both teams only serve themselves,
    /// reward follows stake.
    #[test]
    fn separate_teams_keep_their_stake() {
        let setting = Setting { kappa: 0.0, weight_noise: 0.0, steps: 2, ..Setting::default() };
        let corner = map(&setting, 0.7).reward(1, 1);
        assert!(corner.is_some_and(|reward| (reward - 0.7).abs() < 1e-12), "{corner:?}");
        assert_eq!(map(&setting, 0.7).reward(2, 0), None);
    }
}
