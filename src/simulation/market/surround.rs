//! Those who watch what waits to be executed trade around it.

use super::Floor;
use super::orders::{self, Placed, Refusals};
use crate::rng::Streams;
use crate::strategy::TradeOrder;
use crate::units::{Alpha, Epoch, Tao};
use crate::world::{Network, Subnet};

/// Executes an order, and before and after it what the first of those who watch puts around it.
///
/// Nobody is asked where the network's shield hides what waits. An order is surrounded once: who
/// comes first by place among the traders has it.
pub(super) fn execute(
    network: &mut Network,
    subnets: &mut [Subnet],
    (floor, placed): (&mut Floor, &Placed),
    when: (Streams, Epoch),
    refusals: &mut Refusals,
) {
    let own = (placed.trader, placed.order);
    let Some((watcher, subnet, front)) = surrounded(network, floor, placed) else {
        orders::execute(network, subnets, own, when, refusals);
        return;
    };
    let before = orders::held(network, subnets, watcher, subnet);
    let buy = TradeOrder::Buy { subnet, amount: front, limit: f64::INFINITY };
    orders::execute(network, subnets, (watcher, buy), when, refusals);
    let bought = orders::held(network, subnets, watcher, subnet).saturating_sub(before);
    orders::execute(network, subnets, own, when, refusals);
    if bought > Alpha::ZERO {
        // Without anything before, all of it is what was bought.
        let amount = if before == Alpha::ZERO { Alpha(u64::MAX) } else { bought };
        let sell = TradeOrder::Sell { subnet, amount, limit: 0.0 };
        orders::execute(network, subnets, (watcher, sell), when, refusals);
    }
}

/// Who surrounds an order, where, and for how much.
fn surrounded(
    network: &Network,
    floor: &mut Floor,
    placed: &Placed,
) -> Option<(usize, usize, Tao)> {
    if network.shield {
        return None;
    }
    let Floor { traders, watchers, .. } = floor;
    watchers.iter().find_map(|&watcher| {
        let waiting = orders::waiting(network, placed, watcher)?;
        let front = traders.get_mut(watcher)?.surround(&waiting);
        (front > Tao::ZERO).then_some((watcher, waiting.subnet, front))
    })
}
