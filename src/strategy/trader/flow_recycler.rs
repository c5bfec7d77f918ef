//! A trader whose money never stops moving.

use super::desk::{Desk, impact};
use super::{TradeOrder, Trader, TraderTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Epoch, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "flow-recycler",
    about: "Knows the depth of the pools. Moves all its money round a list of subnets, and stays a \
            while in each, so that where it is, there is fresh inflow: under rules that pay for \
            flow, what it has left loses no more than all, and what it has entered gains.",
    source: "Recycled flow: subtensor#2327 and #2704; an average of flows below zero costs \
             nothing, as shares are cut off there.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(FlowRecycler::read(t)),
};

/// Knows pools; decides nothing but where it is time to be.
#[derive(Clone, Debug)]
struct FlowRecycler {
    round: Vec<u64>,
    dwell: Epoch,
    impact: f64,
}

impl FlowRecycler {
    fn read(t: &mut Fields<'_>) -> Self {
        let about = "places of the subnets that it goes round, from 0; empty for all that are open";
        let round = t.wholes("round", about).at_most(65_535.0).default(Vec::new());
        let dwell = t
            .whole("dwell", "time that it stays in each")
            .unit("epochs")
            .at_least(1.0)
            .at_most(10_000_000.0)
            .default(140_u64);
        let dwell = Epoch::try_from(dwell).unwrap_or(Epoch::MAX);
        Self { round, dwell, impact: impact(t) }
    }

    /// Where it is time to be.
    fn place(&self, turn: &TraderTurn<'_>) -> Option<usize> {
        let lap = (turn.epoch / self.dwell) as usize;
        if self.round.is_empty() {
            let open = turn.markets().count();
            return turn.markets().nth(lap % open.max(1)).map(|(subnet, _)| subnet);
        }
        usize::try_from(self.round[lap % self.round.len()]).ok()
    }
}

impl Trader for FlowRecycler {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        let Some(place) = self.place(turn) else { return };
        let Some(goal) = turn.market(place) else { return };
        let mut desk = Desk::new(turn, orders);
        let slice = Tao::from_tokens(goal.tao_for_rise(self.impact));
        desk.buy(place, slice.min(turn.cash), f64::INFINITY);
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            if holding.subnet != place {
                let most = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
                desk.shift(holding, quote, place, most);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    #[test]
    fn the_money_goes_round() {
        let mut market = Market::new(&[(1_000.0, 10_000.0); 3]);
        market.cash = Tao::from_tokens(5.0);
        let mut recycler = behave(BEHAVIOUR, "round = [2, 0]\ndwell = 40\nimpact = 0.5");
        let buy =
            TradeOrder::Buy { subnet: 2, amount: Tao::from_tokens(5.0), limit: f64::INFINITY };
        assert_eq!(orders(&mut *recycler, &market), [buy]);
        market.cash = Tao::ZERO;
        market.hold(2, 45.0);
        market.epoch = 39;
        assert_eq!(orders(&mut *recycler, &market), []);
        for (epoch, from, to) in [(40, 2, 0), (80, 0, 2)] {
            market.holdings.clear();
            market.hold(from, 45.0);
            market.epoch = epoch;
            let shift = TradeOrder::Move { from, to, amount: Alpha::from_tokens(45.0) };
            assert_eq!(orders(&mut *recycler, &market), [shift]);
        }
    }
}
