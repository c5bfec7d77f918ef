//! Owners of subnets: how they tune its rules, and what they do with their cut.

mod burner;
mod flow_recycler;
mod passive;
mod pumper;
mod rug;
mod slot_defender;
mod steward;

use super::Behaviour;
use super::trader::{LEAST, Quote};
use crate::protocol::subnet_life::Standing;
use crate::units::{Alpha, Epoch, Tao};

/// Every owner behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Owner>] = &[
    passive::BEHAVIOUR,
    steward::BEHAVIOUR,
    burner::BEHAVIOUR,
    pumper::BEHAVIOUR,
    flow_recycler::BEHAVIOUR,
    slot_defender::BEHAVIOUR,
    rug::BEHAVIOUR,
];

/// How the owner of a subnet rules it, and trades its alpha.
pub trait Owner: Send {
    /// Adds what it does after an epoch to `acts`, which is empty on entry. Settings are in force
    /// from the next epoch on; trades are executed in its first step, in the order given. What the
    /// chain would refuse is refused.
    fn act(&mut self, turn: &OwnerTurn<'_>, acts: &mut Vec<Act>);
}

/// Something that an owner does.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Act {
    /// Changes one of the subnet's hyperparameters: each at most once in 7200 blocks.
    Set(Setting),
    /// Asks validators to put a part of their weights on its uid, so that it is withheld.
    AskBurn {
        /// Which part, in `[0, 1]`.
        share: f64,
    },
    /// Buys alpha of the subnet, and stakes it on its hotkey.
    Buy {
        /// TAO to spend, the fee included `[rao]`.
        amount: Tao,
    },
    /// Sells alpha that it holds.
    Sell {
        /// How much, the fee included `[rao]`.
        amount: Alpha,
    },
    /// Locks alpha towards its own hotkey.
    Lock {
        /// How much `[rao]`.
        amount: Alpha,
    },
}

/// A hyperparameter that an owner may change, with its new value. What is out of the chain's range
/// becomes the nearest that is in it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Setting {
    /// Time in which a new miner is not pruned `[blocks]`.
    Immunity(u64),
    /// Least price of a slot, at most 1 TAO `[rao]`.
    LeastBurn(Tao),
    /// Greatest price of a slot, at least 0.1 TAO `[rao]`.
    MostBurn(Tao),
    /// Time in which the price of a slot halves, from 1 to 36 100 `[blocks]`.
    BurnHalfLife(u16),
    /// Epochs for which weights are hidden, at most 100.
    RevealPeriod(Epoch),
    /// How far weights above consensus are cut back in the bonds, in `[0, 1]`.
    BondsPenalty(f64),
    /// Whether each bond has its own rate.
    LiquidAlpha(bool),
    /// Whether incentive of its own keys is recycled rather than burned.
    Recycle(bool),
}

impl Setting {
    /// Its name, as in texts and events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Immunity(_) => "immunity_period",
            Self::LeastBurn(_) => "slot.least",
            Self::MostBurn(_) => "slot.most",
            Self::BurnHalfLife(_) => "slot.half_life",
            Self::RevealPeriod(_) => "reveal_period",
            Self::BondsPenalty(_) => "bonds_penalty",
            Self::LiquidAlpha(_) => "liquid_alpha",
            Self::Recycle(_) => "owner_incentive",
        }
    }
}

/// What the price of slots and their protection are now; without a market the defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slots {
    /// Price now `[rao]`.
    pub price: Tao,
    /// Least price `[rao]`.
    pub least: Tao,
    /// Greatest price `[rao]`.
    pub most: Tao,
    /// Time in which a new miner is not pruned `[blocks]`.
    pub immunity: u64,
    /// Slots sold in the last epoch.
    pub sold: u32,
}

/// All that an owner may know when it acts: what is public, and its own purse.
#[derive(Debug)]
pub struct OwnerTurn<'a> {
    /// The epoch that has just been paid.
    pub epoch: Epoch,
    /// The last block.
    pub block: u64,
    /// Blocks of an epoch.
    pub tempo: u64,
    /// Place of its subnet among [`OwnerTurn::quotes`].
    pub subnet: usize,
    /// The markets of all subnets; empty where there is no network.
    pub quotes: &'a [Quote],
    /// Smoothed prices and ages of all subnets, by which the next one to go is chosen.
    pub standings: &'a [Standing],
    /// Time in which a subnet is not pruned `[blocks]`.
    pub immunity: u64,
    /// Part of a trade that is its fee, in `[0, 1]`.
    pub fee: f64,
    /// TAO that it can spend `[rao]`.
    pub cash: Tao,
    /// Alpha that it holds of its subnet `[rao]`.
    pub alpha: Alpha,
    /// Of it, what it can sell `[rao]`.
    pub free: Alpha,
    /// Its cut of the last epoch `[rao]`.
    pub income: Alpha,
    /// Part of the last epoch's incentive that was withheld, in `[0, 1]`.
    pub burned: f64,
    /// What it asks validators to burn now, in `[0, 1]`.
    pub asked_burn: f64,
    /// Its slots.
    pub slots: Slots,
    /// Incentive of all uids in the last epoch `[uids]`, public.
    pub incentive: &'a [f64],
}

impl OwnerTurn<'_> {
    /// The market of its subnet, if it has one in which orders can be executed.
    pub(super) fn market(&self) -> Option<&Quote> {
        self.quotes.get(self.subnet).filter(|quote| quote.is_tradable())
    }
}

/// Buys for `amount`, if the chain would.
fn buy(amount: Tao, acts: &mut Vec<Act>) {
    if amount.tokens() >= LEAST {
        acts.push(Act::Buy { amount });
    }
}

/// Sells `amount`, if at this price the chain would.
fn sell(amount: Alpha, quote: &Quote, acts: &mut Vec<Act>) {
    if amount.tokens() * quote.price >= LEAST {
        acts.push(Act::Sell { amount });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    /// A turn that owns what it shows: a pool of 1000 TAO and 10 000 alpha, beside another.
    pub(super) struct Desk {
        pub(super) epoch: Epoch,
        pub(super) cash: f64,
        pub(super) free: f64,
        pub(super) quotes: Vec<Quote>,
        pub(super) standings: Vec<Standing>,
        pub(super) slots: Slots,
        pub(super) asked_burn: f64,
    }

    impl Desk {
        pub(super) fn new() -> Self {
            let quote = Quote {
                open: true,
                price: 0.1,
                ema: 0.1,
                tao: 1_000.0,
                alpha: 10_000.0,
                share: 0.1,
                epoch_yield: 0.0,
                flow: 0.0,
                outside: 10_000.0,
            };
            let standing = Standing { moving_price: 0.1, registered: 0 };
            Self {
                epoch: 0,
                cash: 0.0,
                free: 0.0,
                quotes: vec![quote; 2],
                standings: vec![standing; 2],
                slots: Slots::default(),
                asked_burn: 0.0,
            }
        }

        /// What an owner of the first subnet does.
        pub(super) fn ask(&self, owner: &mut dyn Owner) -> Vec<Act> {
            let mut acts = Vec::new();
            let turn = OwnerTurn {
                epoch: self.epoch,
                block: 1_000_000 + u64::from(self.epoch) * 360,
                tempo: 360,
                subnet: 0,
                quotes: &self.quotes,
                standings: &self.standings,
                immunity: 1_000,
                fee: 0.0005,
                cash: Tao::from_tokens(self.cash),
                alpha: Alpha::from_tokens(self.free),
                free: Alpha::from_tokens(self.free),
                income: Alpha::ZERO,
                burned: 0.0,
                asked_burn: self.asked_burn,
                slots: self.slots,
                incentive: &[],
            };
            owner.act(&turn, &mut acts);
            acts
        }
    }

    pub(super) fn behave(behaviour: Behaviour<dyn Owner>, text: &str) -> Box<dyn Owner> {
        let table = toml::from_str(text).expect("the test's text is TOML");
        let (owner, _, sheet) = fields::read(&table, behaviour.read);
        assert!(sheet.problems.is_empty(), "{text}: {:?}", sheet.problems);
        owner
    }

    /// Without a market nobody trades, and nothing panics.
    #[test]
    fn without_a_market_nobody_trades() {
        for behaviour in BEHAVIOURS {
            let mut owner = behave(*behaviour, "");
            let mut desk = Desk { cash: 10.0, free: 10.0, ..Desk::new() };
            for (epoch, ways) in [0, 1, 200, 4_000].into_iter().zip([0, 1, 2, 3]) {
                desk.epoch = epoch;
                match ways {
                    0 => desk.quotes[0].price = f64::NAN,
                    1 => desk.quotes[0].open = false,
                    _ => desk.quotes.clear(),
                }
                let acts = desk.ask(&mut *owner);
                let trades = |act: &Act| matches!(act, Act::Buy { .. } | Act::Sell { .. });
                assert!(!acts.iter().any(trades), "{}: {acts:?}", behaviour.name);
            }
        }
    }
}
