//! Stakers move their stake.

use super::{People, RunError};
use crate::rng::{Domain, Streams};
use crate::strategy::staker::Offer;
use crate::strategy::{Order, StakerTurn};
use crate::units::{Alpha, Epoch, Uid};
use crate::world::Subnet;

pub(super) fn invest(
    subnet: &mut Subnet,
    people: &mut People,
    streams: Streams,
    epoch: Epoch,
) -> Result<(), RunError> {
    subnet.flows.moved = Alpha::ZERO;
    if people.stakers.is_empty() {
        return Ok(());
    }
    let offer = |&uid: &Uid| Offer {
        uid,
        epoch_yield: people.memory.yields[uid],
        stake: subnet.ledger.stake[uid].tokens(),
    };
    let offers: Vec<Offer> = subnet.setters.iter().map(offer).collect();
    let mut orders = Vec::new();
    for (staker, agent) in people.stakers.iter_mut().enumerate() {
        let ledger = &mut subnet.ledger;
        let value = |position: &crate::world::ledger::Position| {
            (position.uid, ledger.value(position.uid, position.shares))
        };
        let positions: Vec<(Uid, Alpha)> = ledger.positions[staker].iter().map(value).collect();
        orders.clear();
        let draws = streams.at(Domain::Invest, subnet.staker_agent[staker], epoch);
        let (positions, offers) = (&positions, &offers);
        let mut turn = StakerTurn { epoch, positions, offers, draws, fault: None };
        agent.invest(&mut turn, &mut orders);
        if let Some(did) = turn.fault {
            let group = &subnet.groups[subnet.staker_group[staker]];
            return Err(RunError::Strategy {
                epoch,
                who: format!("subnet.{} staker {staker} ({})", subnet.name, group.name),
                strategy: group.strategy.clone(),
                did,
            });
        }
        for order in &orders {
            match *order {
                // Only a validator's hotkey can be staked on here.
                Order::Move { from, to, amount } if subnet.setters.binary_search(&to).is_ok() => {
                    subnet.flows.moved += ledger.shift(staker, from, to, amount);
                }
                Order::Move { .. } => {}
            }
        }
    }
    Ok(())
}
