//! Orders of traders, executed one after the other.

use super::swap;
use crate::protocol::conviction;
use crate::protocol::proportion;
use crate::protocol::staking::{self, Limit, Purchase, Refusal, Sale, SaleCall, Sold, Spent};
use crate::protocol::token_rules::{PoolRule, TokenRules};
use crate::record::Event;
use crate::rng::{Domain, Streams};
use crate::strategy::TradeOrder;
use crate::strategy::trader::Waiting;
use crate::units::{Alpha, Epoch, Tao, Uid};
use crate::world::{Coldkey, Network, Stake, Subnet};

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
        let alike = |(other, _): &&mut ((usize, usize, Refusal), u32)| {
            (other.0, other.1) == (what.0, what.1) && same_reason(&other.2, &what.2)
        };
        match self.0.iter_mut().find(alike) {
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
                detail: format!("{times} times, first: {refusal}"),
            });
        }
    }
}

/// Whether two refusals have one reason, whatever the amounts.
fn same_reason(one: &Refusal, other: &Refusal) -> bool {
    match (one, other) {
        (Refusal::Pool(one), Refusal::Pool(other)) => one == other,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// Whether a limit can stop a trade: without a pool the price does not move.
fn has_limit(rules: &TokenRules, given: bool) -> bool {
    given && rules.pool != PoolRule::Stable
}

/// Executes an order, or counts its refusal.
pub(super) fn execute(
    network: &mut Network,
    subnets: &mut [Subnet],
    (trader, order): (usize, TradeOrder),
    (streams, epoch): (Streams, Epoch),
    refusals: &mut Refusals,
) {
    let mut desk = Desk { network, subnets, trader, streams, epoch };
    let (subnet, done) = match order {
        TradeOrder::Buy { subnet, amount, limit } => (subnet, desk.buy(subnet, amount, limit)),
        TradeOrder::Sell { subnet, amount, limit } => (subnet, desk.sell(subnet, amount, limit)),
        TradeOrder::Move { from, to, amount } => (from, desk.shift(from, to, amount)),
        TradeOrder::StakeRoot { amount } => (usize::MAX, desk.stake_root(amount)),
        TradeOrder::UnstakeRoot { amount } => (usize::MAX, desk.unstake_root(amount)),
        TradeOrder::Lock { subnet, amount } => (subnet, desk.lock(subnet, amount)),
        TradeOrder::Unlock { subnet } => (subnet, desk.unlock(subnet)),
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
        let uid = self.hotkey(subnet)?;
        let Network { markets, rules, author, traders, .. } = &mut *self.network;
        let market = &mut markets[subnet];
        let balance = traders.cash[self.trader];
        let reserves = swap::reserves(rules, market);
        let purchase = Purchase {
            amount: amount.min(balance),
            balance,
            started: market.first_emission.is_some(),
            hotkey: true,
            // As much as the limit leaves room for.
            limit: has_limit(rules, limit < f64::INFINITY)
                .then(|| staking::executable_buy(&reserves, limit))
                .transpose()?
                .map(|most| Limit { executable: most.0, partial: true }),
        };
        let Spent { spent, fee, traded } =
            staking::add_stake(&swap::bounds(rules), &reserves, &purchase)?;
        let place = (market, &mut self.subnets[subnet].ledger);
        let alpha = swap::buy(rules, place, author, (traded, fee))?;
        traders.cash[self.trader] -= spent;
        self.hold(subnet, uid, alpha);
        Ok(spent)
    }

    fn sell(&mut self, subnet: usize, amount: Alpha, limit: f64) -> Result<Tao, Refusal> {
        let (at, held) = self.holding(subnet).ok_or(Refusal::Nothing)?;
        let Network { markets, rules, author, traders, .. } = &mut *self.network;
        let market = &mut markets[subnet];
        let reserves = swap::reserves(rules, market);
        let free = conviction::free(held, market.locks.held(Coldkey::Trader(self.trader)));
        // Amounts beyond what may leave mean all of that.
        let amount = if free > Alpha::ZERO { amount.min(free) } else { amount.min(held) };
        let call = if has_limit(rules, limit > 0.0) {
            let most = staking::executable_sale(&reserves, limit)?;
            SaleCall::Limit(Limit { executable: most.0, partial: true })
        } else {
            SaleCall::Plain
        };
        let proceeds = swap::proceeds(rules, market, amount)?;
        let started = market.first_emission.is_some();
        let sale = Sale { amount, held, free, proceeds, started, hotkey: true, call };
        let Sold { sold, fee, traded } =
            staking::remove_stake(&swap::bounds(rules), &reserves, &sale)?;
        let ledger = &mut self.subnets[subnet].ledger;
        let tao = swap::sell(rules, (market, &mut *ledger), author, (traded, fee))?;
        let stake = &mut traders.holdings[self.trader][at];
        let (_, shares) = ledger.withdraw(stake.uid, stake.shares, sold);
        stake.shares -= shares;
        if sold == held || stake.shares <= 0.0 {
            traders.holdings[self.trader].remove(at);
        }
        traders.cash[self.trader] += tao;
        Ok(tao)
    }

    /// Both trades happen or none, but that proceeds too small for the second stay with the trader
    /// as TAO. The fee is charged once, on the subnet that is left.
    fn shift(&mut self, from: usize, to: usize, amount: Alpha) -> Result<Tao, Refusal> {
        if from == to {
            return Err(Refusal::SamePlace);
        }
        let uid = self.hotkey(to)?;
        let (_, held) = self.holding(from).ok_or(Refusal::Nothing)?;
        let Network { markets, rules, .. } = &*self.network;
        let locked = markets[from].locks.held(Coldkey::Trader(self.trader));
        let held = match conviction::free(held, locked) {
            Alpha::ZERO => held,
            free => free,
        };
        if markets[to].first_emission.is_none() {
            return Err(Refusal::NotStarted);
        }
        let bounds = swap::bounds(rules);
        let proceeds = swap::proceeds(rules, &markets[from], amount.min(held))?;
        if let (Some(tao), false) =
            (staking::second_leg(&bounds, proceeds), rules.pool == PoolRule::Stable)
        {
            markets[to].pool.quote_buy(tao)?;
        }
        let tao = self.sell(from, amount, 0.0)?;
        let Some(tao) = staking::second_leg(&bounds, tao) else { return Ok(tao) };
        let Network { markets, rules, traders, .. } = &mut *self.network;
        let place = (&mut markets[to], &mut self.subnets[to].ledger);
        let alpha = swap::buy(rules, place, &mut Tao::default(), (tao, Tao::ZERO))?;
        traders.cash[self.trader] -= tao;
        self.hold(to, uid, alpha);
        Ok(tao + tao)
    }

    fn stake_root(&mut self, amount: Tao) -> Result<Tao, Refusal> {
        let Network { root, traders, rules, .. } = &mut *self.network;
        let balance = traders.cash[self.trader];
        let hotkey = traders.root_hotkey[self.trader];
        let purchase = Purchase {
            amount: amount.min(balance),
            balance,
            started: true,
            hotkey: hotkey.is_some(),
            limit: None,
        };
        let amount = staking::add_root_stake(&swap::bounds(rules), &purchase)?;
        let hotkey = hotkey.ok_or(Refusal::NoHotkey)?;
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

    /// Locks alpha that is not locked yet. It turns no TAO over.
    fn lock(&mut self, subnet: usize, amount: Alpha) -> Result<Tao, Refusal> {
        let (_, held) = self.holding(subnet).ok_or(Refusal::Nothing)?;
        let Network { markets, rules, block, .. } = &mut *self.network;
        let (locks, by) = (&mut markets[subnet].locks, Coldkey::Trader(self.trader));
        let amount = amount.min(conviction::free(held, locks.held(by)));
        if amount == Alpha::ZERO {
            return Err(Refusal::Nothing);
        }
        locks.roll(*block, rules.conviction.rates);
        locks.add(by, amount, *block);
        Ok(Tao::ZERO)
    }

    fn unlock(&mut self, subnet: usize) -> Result<Tao, Refusal> {
        let by = Coldkey::Trader(self.trader);
        let market = self.network.markets.get_mut(subnet).ok_or(Refusal::NotStarted)?;
        if market.locks.let_go(by) { Ok(Tao::ZERO) } else { Err(Refusal::Nothing) }
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
        let place = self.subnets.get(subnet).ok_or(Refusal::NotStarted)?;
        let holdings = &traders.holdings[self.trader];
        if let Ok(at) = holdings.binary_search_by_key(&subnet, |stake| stake.subnet) {
            return Ok(holdings[at].uid);
        }
        let mut draws =
            self.streams.at(Domain::Delegate, traders.agent[self.trader], self.epoch + 1);
        drawn_hotkey(place, draws.uniform()).ok_or(Refusal::NoHotkey)
    }
}

/// What a trader would find who wants to buy before the order and sell after it; `None` where the
/// order buys nothing that one could lift the price of.
pub(super) fn waiting<'n>(
    network: &'n Network,
    placed: &Placed,
    watcher: usize,
) -> Option<Waiting<'n>> {
    let TradeOrder::Buy { subnet, amount, limit } = placed.order else { return None };
    let market = network.markets.get(subnet)?;
    let trades = network.rules.pool != PoolRule::Stable && market.first_emission.is_some();
    let amount = amount.min(network.traders.cash[placed.trader]);
    (trades && placed.trader != watcher).then(|| Waiting {
        subnet,
        amount,
        limit,
        pool: &market.pool,
        fee: proportion::share(network.rules.fee_rate),
        cash: network.traders.cash[watcher],
    })
}

/// What a trader's alpha of a subnet is worth `[rao]`.
pub(super) fn held(network: &Network, subnets: &[Subnet], trader: usize, subnet: usize) -> Alpha {
    let stakes = &network.traders.holdings[trader];
    let at = stakes.binary_search_by_key(&subnet, |stake| stake.subnet);
    at.map_or(Alpha::ZERO, |at| subnets[subnet].ledger.value(stakes[at].uid, stakes[at].shares))
}

/// Stakes alpha that was issued to a trader in a subnet; false where there is no hotkey for it.
pub(crate) fn endow(
    network: &mut Network,
    subnets: &mut [Subnet],
    (trader, subnet, alpha): (usize, usize, Alpha),
    (streams, epoch): (Streams, Epoch),
) -> bool {
    let mut desk = Desk { network, subnets, trader, streams, epoch };
    let Ok(uid) = desk.hotkey(subnet) else { return false };
    desk.hold(subnet, uid, alpha);
    true
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
