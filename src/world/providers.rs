//! Those who sell data to the miners of a subnet.

use crate::units::Alpha;

/// Columns over the data providers of a subnet; each has one entry for each provider. They are paid
/// outside the network: what they earn is what miners book as a cost, and what they make their data
/// for is a cost as any work's.
#[derive(Clone, Debug, Default)]
pub struct Providers {
    /// Index into [`Subnet::groups`](crate::world::Subnet::groups).
    pub group: Vec<usize>,
    /// What its data are worth: log-quality that a miner gains from an epoch's worth of them.
    pub quality: Vec<f64>,
    /// The part of its price that is a sum of alpha `[rao]`.
    pub fixed_price: Vec<Alpha>,
    /// The part of its price that is a sum of money `[USD]`.
    pub price_usd: Vec<f64>,
    /// What an epoch's worth of data costs in this epoch `[rao]`.
    pub price: Vec<Alpha>,
    /// The part of the cost of making an epoch's worth that is a sum of alpha `[rao]`.
    pub fixed_cost: Vec<Alpha>,
    /// The part of it that is a sum of money `[USD]`.
    pub cost_usd: Vec<f64>,
    /// What making it costs in this epoch, however many buy it `[rao]`.
    pub cost: Vec<Alpha>,
    /// What a miner gains in log-quality from what is delivered in this epoch.
    pub delivered: Vec<f64>,
    /// How many miners bought in this epoch.
    pub buyers: Vec<u32>,
    /// What they paid for it `[rao]`.
    pub earned: Vec<Alpha>,
    /// What they paid since the start, less what making the data has cost `[rao]`.
    pub profit: Vec<i128>,
}

impl Providers {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.group.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.group.is_empty()
    }

    /// Adds one of this group that has sold nothing yet; price and cost have a part in alpha and a
    /// part in money.
    pub fn add(&mut self, group: usize, quality: f64, price: (Alpha, f64), cost: (Alpha, f64)) {
        self.group.push(group);
        self.quality.push(quality);
        self.fixed_price.push(price.0);
        self.price_usd.push(price.1);
        self.price.push(price.0);
        self.fixed_cost.push(cost.0);
        self.cost_usd.push(cost.1);
        self.cost.push(cost.0);
        self.delivered.push(0.0);
        self.buyers.push(0);
        self.earned.push(Alpha::ZERO);
        self.profit.push(0);
    }

    /// Books that a miner has bought.
    pub fn sell(&mut self, provider: usize) {
        let price = self.price[provider];
        self.buyers[provider] += 1;
        // No text has this much, but none may end the program.
        self.earned[provider].0 = self.earned[provider].0.saturating_add(price.0);
        self.profit[provider] += i128::from(price.0);
    }
}
