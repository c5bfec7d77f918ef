//! Members pay each other: money moves among them, and none is made or lost.

use super::Deal;
use crate::num;
use crate::record::Event;
use crate::scenario::PaymentKind;
use crate::simulation::People;
use crate::units::{Alpha, Epoch, SUPPLY_CAP, Tao, Uid};
use crate::world::{Flows, Ledger, Market, Subnet};

/// The money that members pay with: TAO from the sale of alpha where there is a market, otherwise
/// alpha, for which they also take from their own stake. Amounts are whole rao of either.
pub(super) enum Purse<'a> {
    Alpha(&'a mut Ledger),
    /// With the price of alpha `[TAO per alpha]`.
    Tao(&'a mut Market, f64),
}

impl<'a> Purse<'a> {
    pub(super) fn of(ledger: &'a mut Ledger, market: Option<(&'a mut Market, f64)>) -> Self {
        match market {
            Some((market, price)) => Self::Tao(market, price),
            None => Self::Alpha(ledger),
        }
    }

    /// What this much alpha is in the purse's money, truncated.
    pub(super) fn priced(&self, amount: Alpha) -> u64 {
        match self {
            Self::Alpha(_) => amount.0,
            Self::Tao(_, price) => num::floor(amount.0 as f64 * price),
        }
    }

    /// What this much of the purse's money is in alpha, truncated.
    pub(super) fn worth(&self, amount: u64) -> Alpha {
        match self {
            // Alpha that is worth next to nothing would be more than there can be.
            Self::Tao(_, price) if *price > 0.0 => {
                Alpha(num::floor(amount as f64 / price).min(SUPPLY_CAP))
            }
            Self::Tao(..) => Alpha::ZERO,
            Self::Alpha(_) => Alpha(amount),
        }
    }

    /// What a member could pay.
    pub(super) fn available(&self, uid: Uid) -> u64 {
        match self {
            Self::Alpha(ledger) => (ledger.balance[uid] + ledger.own_stake(uid)).0,
            Self::Tao(market, _) => market.cash[uid].0,
        }
    }

    /// Takes what is available from a member.
    pub(super) fn take(&mut self, uid: Uid, amount: u64) {
        match self {
            Self::Alpha(ledger) => {
                let missing = Alpha(amount).saturating_sub(ledger.balance[uid]);
                if missing > Alpha::ZERO {
                    ledger.withdraw_own(uid, missing);
                }
                ledger.balance[uid] -= Alpha(amount);
            }
            Self::Tao(market, _) => market.cash[uid] -= Tao(amount),
        }
    }

    fn give(&mut self, uid: Uid, amount: u64) {
        match self {
            Self::Alpha(ledger) => ledger.balance[uid] += Alpha(amount),
            Self::Tao(market, _) => market.cash[uid] += Tao(amount),
        }
    }

    /// Gives the subnet's owner what was taken.
    pub(super) fn give_owner(&mut self, amount: u64) {
        match self {
            Self::Alpha(ledger) => ledger.owner += Alpha(amount),
            Self::Tao(market, _) => market.owner_cash += Tao(amount),
        }
    }

    /// Moves what is available from one member to another, and books it.
    fn pay(&mut self, flows: &mut Flows, from: Uid, to: Uid, amount: u64) {
        self.take(from, amount);
        self.give(to, amount);
        let worth = self.worth(amount);
        add(&mut flows.paid[from], worth);
        add(&mut flows.received[to], worth);
        flows.profit[from] -= i128::from(worth.0);
        flows.profit[to] += i128::from(worth.0);
    }
}

/// Adds to a sum of what money was worth, which may be more alpha than there can be.
pub(super) fn add(sum: &mut Alpha, worth: Alpha) {
    sum.0 = sum.0.saturating_add(worth.0);
}

/// Has members of coalitions that act in this epoch pay each other.
pub(crate) fn settle(
    subnet: &mut Subnet,
    market: Option<(&mut Market, f64)>,
    people: &mut People,
    epoch: Epoch,
) {
    subnet.flows.paid.fill(Alpha::ZERO);
    subnet.flows.received.fill(Alpha::ZERO);
    if people.coalitions.iter().all(|coalition| coalition.deals.is_empty()) {
        return;
    }
    let (setters, name) = (&subnet.setters, &subnet.name);
    let (ledger, flows) = (&mut subnet.ledger, &mut subnet.flows);
    let mut purse = Purse::of(ledger, market);
    let People { coalitions, validators, events, .. } = people;
    for coalition in coalitions.iter_mut().filter(|coalition| coalition.acts(epoch)) {
        let offers: Vec<(Uid, f64)> =
            coalition.validators.iter().map(|uid| (*uid, coalition.bribe(*uid).0)).collect();
        let accepts = |uid: Uid| {
            let row = setters.binary_search(&uid).ok();
            let offer = offers.iter().find(|offer| offer.0 == uid);
            row.zip(offer).is_none_or(|(row, offer)| validators[row].accepts(offer.1))
        };
        for deal in &mut coalition.deals {
            let unpaid = match deal.kind {
                PaymentKind::Bribe(each) => {
                    bribe(&mut purse, flows, deal, Alpha::from_tokens(each), accepts)
                }
                PaymentKind::ProfitShare(share) => share_profit(&mut purse, flows, deal, share),
            };
            if unpaid.is_some() && !deal.failing {
                let detail = unpaid.clone().unwrap_or_default();
                let detail = format!("{}: {detail}", deal.called);
                let (subnet, who) = (name.clone(), coalition.name.clone());
                events.push(Event { epoch, subnet, kind: "payment-failed", who, detail });
            }
            deal.failing = unpaid.is_some();
        }
    }
}

/// Pays each payee who accepts its bribe in full or not at all; the payers give in proportion to
/// what they have. Says what could not be paid.
fn bribe(
    purse: &mut Purse<'_>,
    flows: &mut Flows,
    deal: &Deal,
    each: Alpha,
    accepts: impl Fn(Uid) -> bool,
) -> Option<String> {
    let payees: Vec<Uid> = deal.to.iter().copied().filter(|uid| accepts(*uid)).collect();
    if deal.from.is_empty() || deal.to.is_empty() {
        return Some("no member is meant".into());
    }
    let due = purse.priced(each);
    let mut missed = 0;
    for &to in &payees {
        let funds: Vec<u64> = deal.from.iter().map(|uid| purse.available(*uid)).collect();
        let Some(parts) = parts(&funds, due) else {
            missed += 1;
            continue;
        };
        for (&from, part) in deal.from.iter().zip(parts) {
            purse.pay(flows, from, to, part);
        }
    }
    (missed > 0).then(|| format!("no funds for {missed} of {} bribes", payees.len()))
}

/// What each payer gives of `due`, in proportion to its funds; `None` where they do not suffice.
fn parts(funds: &[u64], due: u64) -> Option<Vec<u64>> {
    let all: u128 = funds.iter().copied().map(u128::from).sum();
    if u128::from(due) > all {
        return None;
    }
    let part = |funds: &u64| {
        let exact = u128::from(due) * u128::from(*funds) / all.max(1);
        u64::try_from(exact).unwrap_or(*funds)
    };
    let mut parts: Vec<u64> = funds.iter().map(part).collect();
    // What the floors leave is less than a rao for each payer; the first who can gives it.
    let mut rest = due - parts.iter().sum::<u64>();
    for (part, funds) in parts.iter_mut().zip(funds) {
        let more = rest.min(funds - *part);
        *part += more;
        rest -= more;
    }
    Some(parts)
}

/// Each payer gives its part of what it has earned, as far as it can, to the payees in equal parts;
/// what cannot be divided stays with it. Says what could not be paid.
fn share_profit(
    purse: &mut Purse<'_>,
    flows: &mut Flows,
    deal: &Deal,
    share: f64,
) -> Option<String> {
    if deal.from.is_empty() || deal.to.is_empty() {
        return Some("no member is meant".into());
    }
    let mut short = 0;
    for &from in &deal.from {
        let due = purse.priced(flows.earned[from].part(share));
        let funds = purse.available(from);
        short += usize::from(funds < due);
        let each = due.min(funds) / deal.to.len() as u64;
        for &to in &deal.to {
            purse.pay(flows, from, to, each);
        }
    }
    (short > 0).then(|| format!("no funds for the share of {short} of {}", deal.from.len()))
}

#[cfg(test)]
mod tests {
    use super::parts;

    /// Of 10, funds of 3 and 6 give 3 and 6 at most: 10 is too much. Of 5 they give 5/3 and 10/3,
    /// floored to 1 and 3, and the first one rao more.
    #[test]
    fn payers_give_in_proportion_to_what_they_have() {
        assert_eq!(parts(&[3, 6], 10), None);
        assert_eq!(parts(&[3, 6], 9), Some(vec![3, 6]));
        assert_eq!(parts(&[3, 6], 5), Some(vec![2, 3]));
        assert_eq!(parts(&[0, 0], 0), Some(vec![0, 0]));
    }
}
