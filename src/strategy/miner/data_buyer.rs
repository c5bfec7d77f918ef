//! A miner that buys data as long as they help.

use super::{Miner, MinerTurn};
use crate::fields::Fields;
use crate::num;
use crate::units::Epoch;

/// How a miner buys data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Buying {
    /// For how long it tries what it has chosen `[epochs]`, at least 1.
    pub trial: u64,
    /// For how long it counts the income from quality that it gains `[epochs]`.
    pub horizon: f64,
    /// How fast data bring less, the better it is: by `exp(-x * diminishing)` at a log-quality of x
    /// above its first.
    pub diminishing: f64,
}

impl Buying {
    /// Reads the keys of a group's `buys_data`.
    pub fn read(t: &mut Fields<'_>) -> Self {
        let trial = t
            .whole("trial", "for how long it tries a provider, and then each choice")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1e9)
            .default(10_u64);
        let horizon = t
            .number("horizon", "for how long it counts the income from quality that it gains")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1e6)
            .default(100.0);
        let about = "how fast data bring less: at a log-quality of x above the first exp(-x times \
                     this) of it";
        let diminishing = t.number("diminishing", about).at_least(0.0).at_most(1e3).default(2.0);
        Self { trial, horizon, diminishing }
    }
}

/// A miner of any behaviour that also buys data. It knows prices, and its own quality and income;
/// whose data help it learns from its own quality alone: it tries each provider for a while, and
/// nobody for a while, and then buys where the gain is worth most beyond the price, for as long
/// as that lasts.
pub struct DataBuyer {
    inner: Box<dyn Miner>,
    buying: Buying,
    /// Its choice of this window: a provider, or nobody.
    choice: Option<usize>,
    /// What log-quality gained in an epoch when it last bought from nobody; `None` if never tried.
    alone: Option<f64>,
    /// The same of each provider.
    with: Vec<Option<f64>>,
    epochs: u64,
    income: f64,
    /// Log-quality when the window began, and when it first mined.
    began: Option<(f64, f64)>,
}

impl DataBuyer {
    /// Has `inner` buy data too.
    #[must_use]
    pub fn new(inner: Box<dyn Miner>, buying: Buying) -> Self {
        let (choice, alone, with) = (None, None, Vec::new());
        Self { inner, buying, choice, alone, with, epochs: 0, income: 0.0, began: None }
    }

    /// Takes stock at the end of a window, and chooses for the next.
    fn choose(&mut self, turn: &mut MinerTurn<'_>, gained: f64) {
        let trial = self.buying.trial as f64;
        let seen = Some(gained / trial);
        match self.choice {
            None => self.alone = seen,
            Some(provider) => self.with[provider] = seen,
        }
        let untried: Vec<usize> =
            (0..self.with.len()).filter(|at| self.with[*at].is_none()).collect();
        if !untried.is_empty() {
            let at = num::floor(turn.draws.uniform() * untried.len() as f64);
            self.choice = usize::try_from(at).ok().and_then(|at| untried.get(at)).copied();
            return;
        }
        let worth = self.income / trial * self.buying.horizon;
        let alone = self.alone.unwrap_or(0.0);
        let mut best = 0.0;
        self.choice = None;
        for (at, (with, price)) in self.with.iter().zip(turn.data_prices).enumerate() {
            let value = (with.unwrap_or(0.0) - alone) * worth - price;
            if value > best {
                (best, self.choice) = (value, Some(at));
            }
        }
    }
}

impl Miner for DataBuyer {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        // A model that is good for nothing has no logarithm.
        let level = num::ln(turn.quality.max(f64::MIN_POSITIVE));
        let (began, first) = self.began.unwrap_or((level, level));
        self.began = Some((began, first));
        self.with.resize(turn.data_prices.len(), None);
        self.income += turn.last_income;
        if self.epochs == self.buying.trial {
            self.choose(turn, level - began);
            (self.epochs, self.income, self.began) = (0, 0.0, Some((level, first)));
        }
        self.epochs += 1;
        if let Some(provider) = self.choice {
            turn.buy(provider, num::exp(-self.buying.diminishing * (level - first).max(0.0)));
        }
        self.inner.work(turn)
    }

    fn looks_back(&self) -> Epoch {
        self.inner.looks_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::miner::honest;
    use crate::strategy::miner::tests::{Scene, behave};

    /// Two providers at 1 and 3 alpha. A window of 2 epochs each without data, with the one and with
    /// the other; then it buys what is worth most. Gives its choice in each epoch, where the
    /// provider's data add so much and time alone takes 0.01.
    fn choices(gains: [f64; 2], income: f64, epochs: u32) -> Vec<Option<usize>> {
        let mut scene = Scene::new(2);
        (scene.last_income, scene.data_prices) = (income, vec![1.0, 3.0]);
        let buying = Buying { trial: 2, horizon: 100.0, diminishing: 0.0 };
        let mut buyer = DataBuyer::new(behave(honest::BEHAVIOUR, ""), buying);
        let turn = |epoch| {
            scene.epoch = epoch;
            let bought = scene.play(&mut buyer).1.bought.map(|(provider, _)| provider);
            let gain = bought.map_or(0.0, |provider| gains[provider]);
            scene.quality *= num::exp(gain - 0.01);
            bought
        };
        (0..epochs).map(turn).collect()
    }

    /// An income of 2 over 100 epochs makes 0.01 worth 2: the second is worth 4 and costs 3, the
    /// first is worth 1.8 and costs 1, so that it gains less by a hair more.
    #[test]
    fn it_tries_all_and_stays_with_what_is_worth_most_beyond_its_price() {
        let bought = choices([0.009, 0.02], 2.0, 12);
        assert_eq!(bought[..2], [None; 2]);
        let mut tried = vec![bought[2], bought[4]];
        tried.sort_unstable();
        assert_eq!(tried, [Some(0), Some(1)]);
        assert_eq!(bought[6..], [Some(1); 6]);
        assert_eq!(choices([0.011, 0.02], 2.0, 12)[6..], [Some(0); 6]);
        // Where neither is worth its price it buys none.
        assert_eq!(choices([0.0049, 0.0149], 2.0, 12)[6..], [None; 6]);
        assert_eq!(choices([-0.1, -0.1], 9.0, 12)[6..], [None; 6]);
    }

    /// A better model gains less: at a log-quality of ln 2 above the first, exp(-2 ln 2), a quarter.
    #[test]
    fn data_bring_less_to_a_better_model() {
        let mut scene = Scene::new(2);
        scene.data_prices = vec![1.0];
        let buying = Buying { trial: 1, horizon: 1.0, diminishing: 2.0 };
        let mut buyer = DataBuyer::new(behave(honest::BEHAVIOUR, ""), buying);
        assert_eq!(scene.play(&mut buyer).1.bought, None);
        scene.quality = 2.0;
        let (_, part) = scene.play(&mut buyer).1.bought.expect("the first trial");
        assert!((part - 0.25).abs() < 1e-12, "{part}");
    }
}
