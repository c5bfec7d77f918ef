//! Coalitions while the world runs: when they act, what they offer each other, and how they are
//! found out.

mod settle;

pub(super) use settle::settle;

use super::People;
use crate::record::Event;
use crate::rng::{Agent, Domain, Streams};
use crate::scenario::{Consequence, Detection, PaymentKind};
use crate::strategy::coalition::Spell;
use crate::units::{Alpha, Epoch, Uid};
use crate::world::{Market, Subnet};
use settle::Purse;

/// Members of one subnet who act together.
pub(super) struct Coalition {
    pub(super) name: String,
    /// When it attacks; `None` for never.
    pub(super) spell: Option<Spell>,
    /// Its validators, ascending.
    pub(super) validators: Vec<Uid>,
    /// Its miners, ascending.
    pub(super) miners: Vec<Uid>,
    /// Validators whose scores all of its validators see; empty where nothing is shared.
    pub(super) evaluators: Vec<Uid>,
    pub(super) deals: Vec<Deal>,
    pub(super) detection: Option<Detection>,
    pub(super) seen: Seen,
}

/// Members who pay others.
pub(super) struct Deal {
    /// Who pays, ascending.
    pub(super) from: Vec<Uid>,
    /// Who is paid, ascending.
    pub(super) to: Vec<Uid>,
    pub(super) kind: PaymentKind,
    /// The miners for whom a bribe is paid, ascending.
    pub(super) miners: Vec<Uid>,
    /// As the text says it, for events.
    pub(super) called: String,
    /// Whether the last payment failed: a failure is told when it begins.
    pub(super) failing: bool,
}

/// What others know of a coalition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// When it was detected, if it was and nothing has come of it yet.
    detected: Option<Epoch>,
    /// Whether the consequence is in force.
    punished: bool,
}

impl Coalition {
    /// Whether it attacks in this epoch.
    pub(super) fn acts(&self, epoch: Epoch) -> bool {
        self.spell.is_some_and(|spell| spell.holds(epoch)) && !self.exposed()
    }

    /// Whether it has been exposed.
    pub(super) fn exposed(&self) -> bool {
        self.suffers(Consequence::Expose)
    }

    fn suffers(&self, consequence: Consequence) -> bool {
        self.seen.punished && self.detection.is_some_and(|d| d.consequence == consequence)
    }

    /// What a validator is offered for its vote in an epoch of the attack `[alpha]`, and for which
    /// miners, ascending.
    pub(super) fn bribe(&self, uid: Uid) -> (f64, Vec<Uid>) {
        let (mut sum, mut miners) = (0.0, Vec::new());
        for deal in self.deals.iter().filter(|deal| deal.to.binary_search(&uid).is_ok()) {
            if let PaymentKind::Bribe(amount) = deal.kind {
                sum += amount;
                miners.extend(&deal.miners);
            }
        }
        miners.sort_unstable();
        miners.dedup();
        (sum, miners)
    }

    fn members(&self) -> impl Iterator<Item = Uid> + '_ {
        self.validators.iter().chain(&self.miners).copied()
    }
}

/// Miners whom honest validators give nothing, as their coalition was found out.
pub(super) fn blacklist(people: &People) -> Vec<Uid> {
    let listed = people.coalitions.iter().filter(|c| c.suffers(Consequence::Blacklist));
    listed.flat_map(|coalition| coalition.miners.iter().copied()).collect()
}

/// Stakers leave validators whose coalition was found out, each for another that is drawn with a
/// chance in proportion to the stake on it. Others who lend them stake by child keys take it back.
pub(super) fn shun(subnet: &mut Subnet, people: &People, streams: Streams, epoch: Epoch) {
    let shunned: Vec<Uid> = people
        .coalitions
        .iter()
        .filter(|coalition| coalition.suffers(Consequence::Unstake))
        .flat_map(|coalition| coalition.validators.iter().copied())
        .collect();
    if shunned.is_empty() {
        return;
    }
    let kept = |uid: Uid| !shunned.contains(&uid);
    subnet.links.retain(|link| kept(link.child) || !kept(link.parent));
    let ledger = &mut subnet.ledger;
    let others: Vec<(Uid, f64)> = subnet
        .setters
        .iter()
        .filter(|uid| kept(**uid))
        .map(|uid| (*uid, ledger.stake[*uid].tokens()))
        .collect();
    let total = others.iter().fold(0.0, |sum, other| sum + other.1);
    for staker in 0..ledger.positions.len() {
        let held = ledger.positions[staker].iter().map(|position| position.uid);
        let left: Vec<Uid> = held.filter(|uid| !kept(*uid)).collect();
        for from in left {
            let agent = subnet.staker_agent[staker];
            let mut reach = total * streams.at(Domain::Detect, agent, epoch).uniform();
            let reached = |other: &&(Uid, f64)| {
                reach -= other.1;
                reach <= 0.0
            };
            if let Some(&(to, _)) = others.iter().find(reached).or(others.last()) {
                subnet.flows.moved += ledger.shift(staker, from, to, Alpha(u64::MAX));
            }
        }
    }
}

/// Tells when attacks begin and end, whether they are detected, and what comes of it.
pub(super) fn watch(
    subnet: &mut Subnet,
    mut market: Option<(&mut Market, f64)>,
    people: &mut People,
    streams: Streams,
    epoch: Epoch,
) {
    let name = subnet.name.clone();
    let People { coalitions, events, .. } = people;
    for coalition in coalitions {
        let Some(Spell { from, until }) = coalition.spell else { continue };
        let (who, turned) = (coalition.name.clone(), coalition.validators.len());
        let mut tell = |kind, detail: String| {
            let (subnet, who) = (name.clone(), who.clone());
            events.push(Event { epoch, subnet, kind, who, detail });
        };
        if from == epoch {
            tell("attack-start", format!("{turned} validators turn"));
        }
        if until == Some(epoch) && !coalition.exposed() {
            tell("attack-end", format!("{turned} validators turn back"));
        }
        let Some(Detection { chance, delay, consequence }) = coalition.detection else { continue };
        let undetected = coalition.seen == Seen::default();
        if undetected && coalition.acts(epoch) {
            let key = format!("subnet.{name}.coalitions.{who}");
            let mut draws = streams.at(Domain::Detect, Agent::new(&key, 0), epoch);
            if draws.uniform() < chance {
                coalition.seen.detected = Some(epoch);
                tell("attack-detected", format!("{} after {delay} epochs", consequence.name()));
            }
        }
        if coalition.seen.detected.is_some_and(|since| epoch >= since.saturating_add(delay)) {
            let detail = if let Consequence::Fine(each) = consequence {
                let members: Vec<Uid> = coalition.members().collect();
                let market = market.as_mut().map(|(market, price)| (&mut **market, *price));
                coalition.seen = Seen::default();
                format!("{} alpha go to the owner", fine(subnet, market, &members, each))
            } else {
                coalition.seen = Seen { detected: None, punished: true };
                consequence.name().to_owned()
            };
            tell("attack-punished", detail);
        }
    }
}

/// Takes up to so much `[alpha]` from each member, for the subnet's owner; gives the sum.
fn fine(
    subnet: &mut Subnet,
    market: Option<(&mut Market, f64)>,
    members: &[Uid],
    each: f64,
) -> Alpha {
    let mut sum = Alpha::ZERO;
    let (ledger, flows) = (&mut subnet.ledger, &mut subnet.flows);
    let mut purse = Purse::of(ledger, market);
    for &uid in members {
        let due = purse.priced(Alpha::from_tokens(each)).min(purse.available(uid));
        purse.take(uid, due);
        purse.give_owner(due);
        let worth = purse.worth(due);
        settle::add(&mut flows.paid[uid], worth);
        settle::add(&mut sum, worth);
        flows.profit[uid] -= i128::from(worth.0);
    }
    sum
}
