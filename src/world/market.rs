//! The market of one subnet: its pool, its prices, and what the chain gathers for the next epoch.

use crate::protocol::flow::Flows;
use crate::protocol::pool::{self, Pool};
use crate::protocol::split::Pots;
use crate::units::{Alpha, Tao, Uid};
use crate::world::{Locks, Service};

/// The token side of one subnet. Its [`Ledger`](crate::world::Ledger) says who holds the alpha
/// outside the pool.
#[derive(Clone, Debug)]
pub struct Market {
    /// TAO and alpha that are traded against each other.
    pub pool: Pool,
    /// Smoothed price, in `[0, 1]` `[TAO per alpha]`.
    pub ema: f64,
    /// The first block that emits; `None` before the start call.
    pub first_emission: Option<u64>,
    /// Whether neurons may register; without that nothing is emitted.
    pub registration_allowed: bool,
    /// Whether TAO is emitted to it.
    pub emission_enabled: bool,
    /// Whether the owner's cut is taken.
    pub owner_cut: bool,
    /// Part of the last epoch's incentive that was withheld from miners, in `[0, 1]`.
    pub miner_burned: f64,
    /// Alpha that the chain bought with TAO beyond the injection cap `[rao]`.
    pub protocol: Alpha,
    /// Alpha held by those who are not modelled, and alpha burned before the start `[rao]`.
    pub elsewhere: Alpha,
    /// Alpha gathered since the last epoch `[rao]`.
    pub pots: Pots,
    /// Alpha that root stakers may claim, by the uid on which their TAO is staked `[uids]`
    /// `[rao]`.
    pub claimable: Vec<Alpha>,
    /// TAO in the subnet's account outside the pool: fees of registrations, buys that failed
    /// `[rao]`.
    pub stranded: Tao,
    /// What owners of keys got for the alpha that they sold `[uids]` `[rao]`.
    pub cash: Vec<Tao>,
    /// What the subnet owner got for alpha that it sold without a hotkey of its own `[rao]`.
    pub owner_cash: Tao,
    /// Part of its cut that the subnet owner sells, in `[0, 1]`.
    pub owner_sells: f64,
    /// Alpha in the owner's account that is to be sold over the epoch `[rao]`.
    pub on_sale: Alpha,
    /// Moving average of what users pay in less what they take out `[rao per block]`.
    pub user_flow: f64,
    /// Moving average of what the chain pays in `[rao per block]`.
    pub protocol_flow: f64,
    /// Flows that are not in the averages yet.
    pub inflow: Flows,
    /// Price of a slot `[rao]`.
    pub burn_price: Tao,
    /// What is locked, and who owns the subnet.
    pub locks: Locks,
    /// Part of the owner's cut that is locked when it is paid, in `[0, 1]`; the chain has 0 and 1.
    pub owner_locks: f64,
    /// The hotkey of who founded the subnet and no longer owns it, if it is a uid.
    pub founder: Option<Uid>,
    /// What it asks for its service, if it serves anyone who pays.
    pub service: Option<Service>,
    /// What happened since the last epoch.
    pub flows: MarketFlows,
}

/// What moved in one epoch.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarketFlows {
    /// Mean over blocks of the subnet's share of the TAO emission, in `[0, 1]`.
    pub share: f64,
    /// Alpha issued to the participants, what was recycled of it at once included `[rao]`.
    pub alpha_minted: Alpha,
    /// TAO put into the pool `[rao]`.
    pub tao_injected: Tao,
    /// Alpha put into the pool `[rao]`.
    pub alpha_injected: Alpha,
    /// TAO with which the chain bought alpha `[rao]`.
    pub chain_buys: Tao,
    /// Alpha that it bought `[rao]`.
    pub chain_bought: Alpha,
    /// TAO of the chain's for which the pool gave nothing `[rao]`.
    pub failed_buys: Tao,
    /// TAO that was not put in because the pool's weight would have left its range `[rao]`.
    pub rejected: Tao,
    /// TAO that users put in, fees aside `[rao]`.
    pub bought: Tao,
    /// TAO that users took out `[rao]`.
    pub sold: Tao,
    /// Of it, what owners of keys took out for their income `[rao]`.
    pub income_sold: Tao,
    /// TAO that root stakers' claims took out `[rao]`.
    pub claimed: Tao,
    /// TAO paid for slots `[rao]`.
    pub registered: Tao,
    /// How many slots were sold.
    pub registrations: u32,
    /// TAO that consumers paid for service, fees included `[rao]`.
    pub service: Tao,
    /// Of it, what was paid by those who want no service `[rao]`.
    pub service_wash: Tao,
    /// Of it, what was paid to the subnet's owner or its miners and bought no alpha `[rao]`.
    pub service_cash: Tao,
    /// Units of service that were sold.
    pub service_units: f64,
    /// Of those that were wanted, units times the quality that the subnet delivers.
    pub service_value: f64,
    /// Alpha that service put into the account of an owner without a hotkey `[rao]`.
    pub service_alpha: Alpha,
    /// Alpha of service that was burned `[rao]`.
    pub service_burned: Alpha,
    /// Alpha gathered for root stakers `[rao]`.
    pub root_alpha: Alpha,
    /// Alpha taken back into what is still to be issued `[rao]`.
    pub recycled: Alpha,
    /// Part of the validators' alpha that root stake takes, in `[0, 1]`, as of the last block.
    pub root_proportion: f64,
    /// Return of a staker on the validator of most stake, after take, in alpha for each alpha.
    pub staker_yield: f64,
}

impl Market {
    /// A market around a pool, for a subnet of so many uids: started long ago, with a smoothed
    /// price equal to the spot price, and nothing gathered.
    #[must_use]
    pub fn new(pool: Pool, uids: usize) -> Self {
        Self {
            ema: pool.price().min(1.0),
            pool,
            first_emission: Some(1),
            registration_allowed: true,
            emission_enabled: true,
            owner_cut: true,
            miner_burned: 0.0,
            protocol: Alpha::ZERO,
            elsewhere: Alpha::ZERO,
            pots: Pots::default(),
            claimable: vec![Alpha::ZERO; uids],
            stranded: Tao::ZERO,
            cash: vec![Tao::ZERO; uids],
            owner_cash: Tao::ZERO,
            owner_sells: 0.0,
            on_sale: Alpha::ZERO,
            user_flow: 0.0,
            protocol_flow: 0.0,
            inflow: Flows::default(),
            burn_price: Tao::ZERO,
            locks: Locks::default(),
            owner_locks: 0.0,
            founder: None,
            service: None,
            flows: MarketFlows::default(),
        }
    }

    /// Alpha that is neither staked nor in an account: it is part of what the subnet's ledger has
    /// issued `[rao]`.
    #[must_use]
    pub fn held(&self) -> Alpha {
        let claimable: Alpha = self.claimable.iter().copied().sum();
        self.pool.alpha + self.protocol + self.elsewhere + self.pots.total() + claimable
    }

    /// TAO in the subnet's account and of its people `[rao]`.
    #[must_use]
    pub fn tao(&self) -> Tao {
        let cash: Tao = self.cash.iter().copied().sum();
        self.pool.tao + self.stranded + self.owner_cash + cash
    }

    /// What buying for a hundredth of the pool's TAO and selling again costs, as a part of what was
    /// spent, in `[0, 1]`.
    #[must_use]
    pub fn round_trip(&self, fee_rate: u16) -> f64 {
        let spent = self.pool.tao.part(0.01);
        let net = |amount: u64| amount - pool::fee(amount, fee_rate);
        let mut pool = self.pool;
        let back = pool
            .buy(Tao(net(spent.0)))
            .and_then(|alpha| pool.sell(Alpha(net(alpha.0))))
            .unwrap_or(Tao::ZERO);
        1.0 - back.0 as f64 / spent.0.max(1) as f64
    }

    /// Whether it takes part in the emission: started, and open to registrations.
    #[must_use]
    pub fn is_eligible(&self) -> bool {
        self.first_emission.is_some() && self.registration_allowed
    }
}
