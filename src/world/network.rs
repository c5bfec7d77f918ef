//! The token economy around the subnets: TAO, root, markets, and those who trade.

use thiserror::Error;

use super::{Consumers, Market, Root, Subnet, Traders};
use crate::protocol::token_rules::{PoolRule, TokenRules};
use crate::units::Tao;

/// All that the subnets share.
#[derive(Clone, Debug)]
pub struct Network {
    /// The rules in force.
    pub rules: TokenRules,
    /// Name of the era that they belong to.
    pub era: String,
    /// The last block that has run.
    pub block: u64,
    /// The block at which flows were last taken into their averages.
    pub flow_block: u64,
    /// Steps in which the blocks of an epoch are run.
    pub substeps: u64,
    /// Whether nobody sees the orders that wait to be executed.
    pub shield: bool,
    /// TAO that counts as issued: all that was ever minted and not recycled `[rao]`.
    pub issued: Tao,
    /// The market of each subnet, in the subnets' order.
    pub markets: Vec<Market>,
    /// TAO staked on root.
    pub root: Root,
    /// Those who trade.
    pub traders: Traders,
    /// Those who pay for service.
    pub consumers: Consumers,
    /// Fees of block authors `[rao]`.
    pub author: Tao,
    /// TAO sent where nobody can spend it `[rao]`.
    pub burned: Tao,
    /// TAO of those who are not modelled `[rao]`.
    pub elsewhere: Tao,
    /// Price of a TAO `[USD]`.
    pub tao_usd: f64,
    /// What root's validators have voted for each subnet, in `[0, 1]`; acts under root weights
    /// only `[subnets]`.
    pub voted: Vec<f64>,
    /// Bar of the emission gate, in shares; 0 where there is none.
    pub gate_bar: f64,
    /// The block at which the bar was last found.
    pub gate_block: Option<u64>,
    /// Factor on the halving curve, where issuance answers to use.
    pub issuance_factor: f64,
    /// What moved in the last epoch.
    pub flows: NetworkFlows,
}

/// What moved in one epoch.
#[derive(Clone, Copy, Debug, Default)]
pub struct NetworkFlows {
    /// TAO that was minted `[rao]`.
    pub minted: Tao,
    /// TAO that went back to what is still to be issued `[rao]`.
    pub recycled: Tao,
    /// Of it, TAO that was minted and found no place in any subnet `[rao]`.
    pub unplaced: Tao,
    /// Sum of the smoothed prices of eligible subnets, as of the last block.
    pub ema_sum: f64,
    /// Part of the blocks in which root dividends were paid, in `[0, 1]`.
    pub root_paid: f64,
    /// TAO that claims added to root `[rao]`.
    pub root_earned: Tao,
    /// Alpha trades that the chain refused.
    pub refused: u32,
}

/// TAO that is missing or too much.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("network: {issued} TAO issued, but {held} held")]
pub struct TaoImbalance {
    /// All that counts as issued.
    pub issued: Tao,
    /// All that is held.
    pub held: Tao,
}

impl Network {
    /// Everything in TAO that has a place. It equals [`Network::issued`] at the end of every epoch.
    #[must_use]
    pub fn held(&self) -> Tao {
        let markets: Tao = self.markets.iter().map(Market::tao).sum();
        let people: Tao = self.traders.cash.iter().chain(&self.consumers.cash).copied().sum();
        let accounts = self.author + self.burned + self.elsewhere;
        markets + people + self.root.total() + accounts
    }

    /// Whether all TAO has a place.
    ///
    /// # Errors
    /// The two sums, where they differ.
    pub fn audit(&self) -> Result<(), TaoImbalance> {
        let (issued, held) = (self.issued, self.held());
        if issued == held { Ok(()) } else { Err(TaoImbalance { issued, held }) }
    }

    /// The price of a subnet's alpha `[TAO per alpha]`.
    #[must_use]
    pub fn price(&self, subnet: usize) -> f64 {
        if self.rules.pool == PoolRule::Stable { 1.0 } else { self.markets[subnet].pool.price() }
    }

    /// The price of every subnet's alpha `[TAO per alpha]`.
    #[must_use]
    pub fn prices(&self) -> Vec<f64> {
        (0..self.markets.len()).map(|subnet| self.price(subnet)).collect()
    }

    /// What a trader holds in cash, on root, and in alpha `[TAO]`, at the `prices` of all subnets.
    #[must_use]
    pub fn parts(&self, trader: usize, subnets: &[Subnet], prices: &[f64]) -> [f64; 3] {
        let traders = &self.traders;
        let alpha = traders.holdings[trader].iter().fold(0.0, |sum, stake| {
            let value = subnets[stake.subnet].ledger.value(stake.uid, stake.shares);
            sum + value.tokens() * prices[stake.subnet]
        });
        let root = traders.root_hotkey[trader]
            .map_or(Tao::ZERO, |at| self.root.value(at, traders.root_shares[trader]));
        [traders.cash[trader].tokens(), root.tokens(), alpha]
    }
}
