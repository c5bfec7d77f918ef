//! Data providers: what they give to miners who buy data.

mod honest;
mod low_quality;
mod poisoning;

use super::Behaviour;
use crate::units::Epoch;

/// Every data provider behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn DataProvider>] =
    &[honest::BEHAVIOUR, low_quality::BEHAVIOUR, poisoning::BEHAVIOUR];

/// How a data provider serves its buyers.
pub trait DataProvider: Send {
    /// What a miner's log-quality gains from the data that it is given in this epoch, in `[-1, 1]`;
    /// negative for data that harm. No buyer sees it: each sees its own quality afterwards.
    fn deliver(&mut self, turn: &mut DataProviderTurn) -> f64;
}

/// All that a data provider may know when it decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DataProviderTurn {
    /// The epoch for which it sells.
    pub epoch: Epoch,
    /// What its data are worth: what a miner's log-quality gains from an epoch's worth of them.
    pub quality: f64,
    /// What it asks for an epoch's worth `[alpha]`.
    pub price: f64,
    /// How many bought in the last epoch.
    pub buyers: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    /// What a provider with data worth 0.01 delivers when so many bought in each epoch before.
    fn delivered(behaviour: Behaviour<dyn DataProvider>, text: &str, buyers: &[u32]) -> Vec<f64> {
        let table = toml::from_str(text).expect("the test's text is TOML");
        let (mut provider, _, sheet) = fields::read(&table, behaviour.read);
        assert!(sheet.problems.is_empty(), "{text}: {:?}", sheet.problems);
        let turn = |(epoch, buyers): (Epoch, &u32)| {
            let mut turn = DataProviderTurn { epoch, quality: 0.01, price: 1.0, buyers: *buyers };
            provider.deliver(&mut turn)
        };
        (0..).zip(buyers).map(turn).collect()
    }

    #[test]
    fn each_delivers_what_it_is() {
        assert_eq!(delivered(honest::BEHAVIOUR, "", &[0, 3]), [0.01, 0.01]);
        assert_eq!(delivered(low_quality::BEHAVIOUR, "share = 0.25", &[0, 3]), [0.0025, 0.0025]);
        assert_eq!(delivered(poisoning::BEHAVIOUR, "harm = 0.5", &[0, 3]), [-0.5, -0.5]);
        // Good for two epochs in which somebody bought, and bad for good.
        let bait = "harm = 0.5\nbait = 2";
        let served = delivered(poisoning::BEHAVIOUR, bait, &[0, 1, 0, 7, 0]);
        assert_eq!(served, [0.01, 0.01, 0.01, -0.5, -0.5]);
    }
}
