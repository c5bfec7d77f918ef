//! Consumers: who pays for what subnets do.

mod elastic;
mod loyal;
mod wash;

use super::Behaviour;
use crate::fields::Fields;
use crate::num;
use crate::rng::Draws;
use crate::units::{Epoch, Tao};

/// Every consumer behaviour of this crate.
pub const BEHAVIOURS: &[Behaviour<dyn Consumer>] =
    &[elastic::BEHAVIOUR, loyal::BEHAVIOUR, wash::BEHAVIOUR];

/// How a consumer spends its budget.
pub trait Consumer: Send {
    /// Adds what it pays in each epoch until its next review to `payments`, which is empty on
    /// entry. What is beyond its budget is not paid, and what a subnet has no room for neither.
    fn spend(&mut self, turn: &mut ConsumerTurn<'_>, payments: &mut Vec<Payment>);
}

/// What a consumer pays to a subnet in an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payment {
    /// Place of the subnet among [`ConsumerTurn::offers`].
    pub subnet: usize,
    /// How much, a fee included `[rao]`.
    pub amount: Tao,
    /// What a unit of quality 1 is worth to it, in the mean over the units that this buys `[USD]`; 0
    /// where it wants none of them. Nobody acts on it: it is what the consumer's gain is counted by.
    pub worth: f64,
}

/// What everyone can see of a subnet's service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// Whether it can be bought.
    pub open: bool,
    /// Quality of what the subnet delivered in the last epoch, as this consumer found it: the mean
    /// over its miners' outputs by incentive, at least 0.
    pub quality: f64,
    /// Price of a unit `[USD]`.
    pub price_usd: f64,
    /// Units that the subnet can serve in an epoch; infinite for any number.
    pub capacity: f64,
    /// Units that it sold in the last epoch.
    pub sold: f64,
}

impl Offer {
    /// Quality for each dollar; 0 for what cannot be bought or is worth nothing.
    #[must_use]
    pub fn value(&self) -> f64 {
        let value = self.quality / self.price_usd;
        if self.open && value > 0.0 && value.is_finite() { value } else { 0.0 }
    }
}

/// All that a consumer may know when it decides.
#[derive(Debug)]
pub struct ConsumerTurn<'a> {
    /// The epoch that begins.
    pub epoch: Epoch,
    /// What each subnet offers.
    pub offers: &'a [Offer],
    /// What it can spend in an epoch `[rao]`.
    pub budget: Tao,
    /// How long an epoch is `[days]`.
    pub days: f64,
    /// Price of a TAO `[USD]`.
    pub tao_usd: f64,
    /// Place of the subnet that it belongs to, if it belongs to one.
    pub own: Option<usize>,
    /// Epochs between two of its decisions.
    pub review: Epoch,
    /// Draws for its own choices in this epoch.
    pub draws: Draws,
}

impl ConsumerTurn<'_> {
    /// The offer of most quality for its price, and that quality; the first of equals.
    fn best(&self) -> Option<(usize, f64)> {
        let offers = self.offers.iter().map(Offer::value).enumerate();
        offers.filter(|(_, value)| *value > 0.0).reduce(|a, b| if b.1 > a.1 { b } else { a })
    }

    /// Pays what is `wanted` `[TAO]` of each subnet, cut down in proportion to what there is; without a
    /// demand it is for nothing that the consumer wants.
    fn pay(&self, wanted: &[(usize, f64)], demand: Option<Demand>, payments: &mut Vec<Payment>) {
        let total = wanted.iter().fold(0.0, |sum, want| sum + want.1);
        let budget = self.budget.tokens();
        let part = if total > budget { budget / total } else { 1.0 };
        for &(subnet, tao) in wanted {
            let amount = Tao(num::floor(tao * part * crate::units::RAO as f64)).min(self.budget);
            if amount > Tao::ZERO {
                let value = self.offers[subnet].value();
                let worth = demand.map_or(0.0, |demand| demand.worth(part) / value);
                let worth = if worth.is_finite() { worth } else { 0.0 };
                payments.push(Payment { subnet, amount, worth });
            }
        }
    }
}

/// The demand by which a consumer buys, as far as it says what service is worth to it: of constant
/// elasticity, up to a price beyond which it would buy nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Demand {
    /// Power of the price by which the number of units falls, at least 0.
    elasticity: f64,
    /// The price at which it would buy nothing, as a multiple of the price, at least 1.
    choke: f64,
}

impl Demand {
    /// Reads the key that says where demand ends.
    fn choke(t: &mut Fields<'_>) -> f64 {
        let about = "price at which it would buy nothing, as a multiple of what it pays; says only what \
                     the service is worth to it";
        t.number("choke", about).at_least(1.0).at_most(1e6).default(2.0)
    }

    /// What the units that are bought are worth in the mean, as a multiple of their price, where `part`
    /// in (0, 1] of those that are wanted can be paid: the area below the demand curve, cut off at
    /// the choke price, over the number of units.
    ///
    /// Source: Marshall's consumer surplus of a demand of constant elasticity.
    fn worth(self, part: f64) -> f64 {
        let Self { elasticity, choke } = self;
        // What the last unit that is bought is worth; the first are worth more, up to the choke.
        let last = if part < 1.0 { num::pow(1.0 / part, 1.0 / elasticity) } else { 1.0 };
        if last >= choke {
            return choke;
        }
        let ratio = last / choke;
        let dear = num::pow(ratio, elasticity);
        let power = elasticity - 1.0;
        let log = if power.abs() < 1e-9 {
            -num::ln(ratio)
        } else {
            elasticity * (1.0 - num::pow(ratio, power)) / power
        };
        choke * dear + last * log
    }
}

#[cfg(test)]
mod tests;
