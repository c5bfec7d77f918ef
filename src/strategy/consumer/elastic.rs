//! A consumer that buys more where it gets more for its money.

use super::{Consumer, ConsumerTurn, Demand, Payment};
use crate::num;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Consumer> = Behaviour {
    name: "elastic",
    about: "Knows the quality that each subnet delivered, as it found it, and its price. Its choice \
            is a logit on the logarithm of quality for price, and of each subnet it buys units in \
            proportion to that quality for price, raised to an elasticity.",
    source: "Logit demand: McFadden (1974), Conditional logit analysis of qualitative choice \
             behavior; demand of constant elasticity.",
    conduct: Conduct::Honest,
    read: |t| {
        let scale = t
            .number("scale", "units that it buys where a dollar buys a quality of 1")
            .unit("units per day")
            .at_least(0.0)
            .at_most(1e12)
            .default(100.0);
        let elasticity = t
            .number("elasticity", "power of quality for price that the number of units follows")
            .at_least(0.0)
            .at_most(20.0)
            .default(1.5);
        let choosiness = t
            .number(
                "choosiness",
                "weight of the logarithm of quality for price in its choice; 0 spreads it evenly",
            )
            .at_least(0.0)
            .at_most(1000.0)
            .default(2.0);
        let demand = Demand { elasticity, choke: Demand::choke(t) };
        Box::new(Elastic { scale, demand, choosiness })
    },
};

/// Knows what each subnet gives for its price; decides how many units of each it buys.
#[derive(Clone, Debug)]
struct Elastic {
    scale: f64,
    demand: Demand,
    choosiness: f64,
}

/// Far beyond any budget, but finite `[TAO]`.
const MOST: f64 = 1e15;

impl Consumer for Elastic {
    fn spend(&mut self, turn: &mut ConsumerTurn<'_>, payments: &mut Vec<Payment>) {
        let Some((_, best)) = turn.best() else { return };
        // Against the best, so that no power overflows.
        let weight = |value: f64| num::exp(self.choosiness * num::ln(value / best));
        let values = turn.offers.iter().map(super::Offer::value).enumerate();
        let values: Vec<(usize, f64)> = values.filter(|(_, value)| *value > 0.0).collect();
        let total = values.iter().fold(0.0, |sum, (_, value)| sum + weight(*value));
        let wanted: Vec<(usize, f64)> = values
            .into_iter()
            .map(|(subnet, value)| {
                let units = self.scale * turn.days * num::pow(value, self.demand.elasticity);
                let tao = units * turn.offers[subnet].price_usd / turn.tao_usd;
                (subnet, num::within(0.0, MOST, tao) * (weight(value) / total))
            })
            .collect();
        turn.pay(&wanted, Some(self.demand), payments);
    }
}
