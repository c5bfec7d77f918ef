//! Orders of traders, executed one after the other.

use super::swap::{self, Refusal};
use crate::record::Event;
use crate::rng::{Domain, Streams};
use crate::strategy::TradeOrder;
use crate::units::{Alpha, Epoch, Tao, Uid};
use crate::world::{Network, Stake, Subnet};

/// An order with its place in the epoch.
pub(super) struct Placed {
    /// The step in which it is executed.
    pub(super) substep: u64,
    /// What decides the order within a step.
    pub(super) turn: u64,
    /// Whose.
    pub(super) trader: usize,
    pub(super) order: TradeOrder,
}

/// How often each group's orders were refused, and why.
#[derive(Default)]
pub(super) struct Refusals(Vec<((usize, usize, Refusal), u32)>);

impl Refusals {
    fn count(&mut self, what: (usize, usize, Refusal)) {
        match self.0.iter_mut().find(|(other, _)| *other == what) {
            Some((_, times)) => *times += 1,
            None => self.0.push((what, 1)),
        }
    }

    /// One event for each group, subnet and reason.
    pub(super) fn tell(
        self,
        network: &mut Network,
        subnets: &[Subnet],
        epoch: Epoch,
        events: &mut Vec<Event>,
    ) {
        for ((group, subnet, refusal), times) in self.0 {
            let group = &mut network.traders.groups[group];
            group.refused += times;
            network.flows.refused += times;
            events.push(Event {
                epoch,
                subnet: subnets.get(subnet).map_or("", |subnet| &subnet.name).into(),
                kind: "trade-refused",
                who: group.name.clone(),
                detail: format!("{times} times: {refusal}"),
            });
        }
    }
}

/// Executes an order, or counts its refusal.
pub(super) fn execute(
    network: &mut Network,
    subnets: &mut [Subnet],
    placed: &Placed,
    (streams, epoch): (Streams, Epoch),
    refusals: &mut Refusals,
) {
    let trader = placed.trader;
    let mut desk = Desk { network, subnets, trader, streams, epoch };
    let (subnet, done) = match placed.order {
        TradeOrder::Buy { subnet, amount, limit } => (subnet, desk.buy(subnet, amount, limit)),
        TradeOrder::Sell { subnet, amount, limit } => (subnet, desk.sell(subnet, amount, limit)),
        TradeOrder::Move { from, to, amount } => (from, desk.shift(from, to, amount)),
        TradeOrder::StakeRoot { amount } => (usize::MAX, desk.stake_root(amount)),
        TradeOrder::UnstakeRoot { amount } => (usize::MAX, desk.unstake_root(amount)),
    };
    let group = network.traders.group[trader];
    match done {
        Ok(tao) => {
            let group = &mut network.traders.groups[group];
            group.executed += 1;
            group.turnover += tao;
        }
        Err(refusal) => refusals.count((group, subnet, refusal)),
    }
}

/// One trader at the chain's desk. Each order gives the TAO that it turned over.
struct Desk<'a> {
    network: &'a mut Network,
    subnets: &'a mut [Subnet],
    trader: usize,
    streams: Streams,
    epoch: Epoch,
}

impl Desk<'_> {
    fn buy(&mut self, subnet: usize, amount: Tao, limit: f64) -> Result<Tao, Refusal> {
        let amount = amount.min(self.network.traders.cash[self.trader]);
        let uid = self.hotkey(subnet)?;
        let Network { markets, rules, author, traders, .. } = &mut *self.network;
        let market = &mut markets[subnet];
        if swap::price(rules, market) > limit {
            return Err(Refusal::Limit);
        }
        let ledger = &mut self.subnets[subnet].ledger;
        let alpha = swap::buy(rules, (market, ledger), author, amount)?;
        traders.cash[self.trader] -= amount;
        self.hold(subnet, uid, alpha);
        Ok(amount)
    }

    fn sell(&mut self, subnet: usize, amount: Alpha, limit: f64) -> Result<Tao, Refusal> {
        let (at, value) = self.holding(subnet).ok_or(Refusal::Nothing)?;
        let amount = amount.min(value);
        let Network { markets, rules, author, traders, .. } = &mut *self.network;
        let market = &mut markets[subnet];
        let price = swap::price(rules, market);
        if price < limit {
            return Err(Refusal::Limit);
        }
        // All that one holds may be sold, however little it is.
        if amount < value && amount.tokens() * price < rules.min_trade.tokens() {
            return Err(Refusal::TooSmall);
        }
        let ledger = &mut self.subnets[subnet].ledger;
        let tao = swap::sell(rules, (market, &mut *ledger), author, amount)?;
        let stake = &mut traders.holdings[self.trader][at];
        let (_, shares) = ledger.withdraw(stake.uid, stake.shares, amount);
        stake.shares -= shares;
        if amount == value || stake.shares <= 0.0 {
            traders.holdings[self.trader].remove(at);
        }
        traders.cash[self.trader] += tao;
        Ok(tao)
    }

    /// The fee is charged once, on the subnet that is left, as on chain.
    fn shift(&mut self, from: usize, to: usize, amount: Alpha) -> Result<Tao, Refusal> {
        let uid = self.hotkey(to)?;
        if self.network.markets[to].first_emission.is_none() {
            return Err(Refusal::Closed);
        }
        let tao = self.sell(from, amount, 0.0)?;
        let Network { markets, rules, traders, .. } = &mut *self.network;
        let free = crate::protocol::token_rules::TokenRules { fee_rate: 0, ..rules.clone() };
        // What is too little to buy with stays with the trader, as TAO.
        let place = (&mut markets[to], &mut self.subnets[to].ledger);
        let alpha = swap::buy(&free, place, &mut Tao::default(), tao)?;
        traders.cash[self.trader] -= tao;
        self.hold(to, uid, alpha);
        Ok(tao + tao)
    }

    fn stake_root(&mut self, amount: Tao) -> Result<Tao, Refusal> {
        let Network { root, traders, rules, .. } = &mut *self.network;
        let amount = amount.min(traders.cash[self.trader]);
        if amount < rules.min_trade || amount == Tao::ZERO {
            return Err(Refusal::TooSmall);
        }
        let hotkey = traders.root_hotkey[self.trader].ok_or(Refusal::NoHotkey)?;
        traders.cash[self.trader] -= amount;
        traders.root_shares[self.trader] += root.deposit(hotkey, amount);
        Ok(amount)
    }

    fn unstake_root(&mut self, amount: Tao) -> Result<Tao, Refusal> {
        let Network { root, traders, .. } = &mut *self.network;
        let hotkey = traders.root_hotkey[self.trader].ok_or(Refusal::NoHotkey)?;
        let held = traders.root_shares[self.trader];
        let (taken, shares) = root.withdraw(hotkey, held, amount);
        if taken == Tao::ZERO {
            return Err(Refusal::Nothing);
        }
        traders.root_shares[self.trader] -= shares;
        traders.cash[self.trader] += taken;
        Ok(taken)
    }

    /// Where the trader's alpha of a subnet is among its holdings, and what it is worth.
    fn holding(&self, subnet: usize) -> Option<(usize, Alpha)> {
        let holdings = &self.network.traders.holdings[self.trader];
        let at = holdings.binary_search_by_key(&subnet, |stake| stake.subnet).ok()?;
        let stake = holdings[at];
        Some((at, self.subnets[subnet].ledger.value(stake.uid, stake.shares)))
    }

    fn hold(&mut self, subnet: usize, uid: Uid, alpha: Alpha) {
        let shares = self.subnets[subnet].ledger.deposit(uid, alpha);
        let holdings = &mut self.network.traders.holdings[self.trader];
        match holdings.binary_search_by_key(&subnet, |stake| stake.subnet) {
            Ok(at) => holdings[at].shares += shares,
            Err(at) => holdings.insert(at, Stake { subnet, uid, shares }),
        }
    }

    /// The hotkey on which the trader stakes in a subnet: where its alpha is, or one that is
    /// drawn with a chance in proportion to its stake.
    fn hotkey(&self, subnet: usize) -> Result<Uid, Refusal> {
        let traders = &self.network.traders;
        let place = self.subnets.get(subnet).ok_or(Refusal::Closed)?;
        let holdings = &traders.holdings[self.trader];
        if let Ok(at) = holdings.binary_search_by_key(&subnet, |stake| stake.subnet) {
            return Ok(holdings[at].uid);
        }
        let mut draws =
            self.streams.at(Domain::Delegate, traders.agent[self.trader], self.epoch + 1);
        drawn_hotkey(place, draws.uniform()).ok_or(Refusal::NoHotkey)
    }
}

/// The validator that a draw in (0, 1) falls on, by stake.
pub(crate) fn drawn_hotkey(subnet: &Subnet, draw: f64) -> Option<Uid> {
    let stake = |uid: &Uid| subnet.ledger.stake[*uid].tokens();
    let total = subnet.setters.iter().fold(0.0, |sum, uid| sum + stake(uid));
    let mut left = total * draw;
    let reached = |uid: &&Uid| {
        left -= stake(uid);
        left <= 0.0
    };
    subnet.setters.iter().find(reached).or(subnet.setters.last()).copied()
}
