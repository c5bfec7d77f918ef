//! How a block's TAO is divided among subnets: each rule the network has had.
//!
//! ```text
//! root weights ─┐
//! moving price ─┼─► demand, sums to 1 ─► gate ─► sums to 1 ─► switch ─► shares of the TAO
//! moving flow  ─┘        │                ▲
//!                        └────► bar ──────┘   refreshed every 360 blocks
//! ```
//!
//! [`price`] and [`flow`] are the rules that read a pool, [`root_weights`] the vote that came
//! before them, and [`gate`] what thins out the weak since July 2026. Only eligible subnets take
//! part; a subnet whose emission is switched off takes part up to the last step.

pub mod flow;
pub mod gate;
pub mod price;
pub mod root_weights;

pub use gate::{Bar, Gate};

use crate::num;

/// Which quantity of a subnet earns it its share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShareModel {
    /// The vote of root's validators. Until February 2025.
    RootWeights,
    /// The moving price. February to November 2025, and again since August 2026.
    PriceEma,
    /// The moving flow of people's TAO. November 2025 to May 2026.
    FlowGross,
    /// The same, less what the protocol itself put in. May and June 2026.
    FlowNet,
    /// The moving price, times the root proportion and the part of miners' pay that reaches
    /// miners. For a week in June 2026.
    PriceRootBurn,
    /// The moving price, times the part of miners' pay that reaches miners. June to August 2026.
    #[default]
    PriceBurn,
}

/// Every model by its name.
pub const MODELS: &[(&str, ShareModel)] = &[
    ("root-weights", ShareModel::RootWeights),
    ("price-ema", ShareModel::PriceEma),
    ("flow-gross", ShareModel::FlowGross),
    ("flow-net", ShareModel::FlowNet),
    ("price-root-burn", ShareModel::PriceRootBurn),
    ("price-burn", ShareModel::PriceBurn),
];

/// What becomes of the share of a subnet whose emission is switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SwitchedOff {
    /// The others take it, in proportion. Since May 2026.
    #[default]
    Redistributed,
    /// Nobody: it is not issued. So it was for subnets closed to registration in 2025.
    Withheld,
}

/// The whole rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Which quantity counts.
    pub model: ShareModel,
    /// What thins out the weak, if anything.
    pub gate: Option<Gate>,
    /// Where the share of a switched-off subnet goes.
    pub switched_off: SwitchedOff,
    /// Flow at or below which a subnet gets nothing `[rao per block]`; read by the flow models.
    pub flow_cutoff: f64,
    /// Power that flows above the cutoff are raised to, 1 to 2 on the chain; read by the flow
    /// models.
    pub flow_exponent: f64,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            model: ShareModel::default(),
            gate: None,
            switched_off: SwitchedOff::default(),
            flow_cutoff: 0.0,
            flow_exponent: 1.0,
        }
    }
}

/// What the rules read, each of shape `[subnets]`; a slice that the model does not read may be
/// empty, and what is missing at its end counts as 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demand<'a> {
    /// Whether the subnet takes part: not root, started, open.
    pub eligible: &'a [bool],
    /// Whether its emission is switched on.
    pub enabled: &'a [bool],
    /// Moving price `[TAO per alpha]`.
    pub price: &'a [f64],
    /// Part of its miners' last pay that no miner got, in `[0, 1]`.
    pub miner_burned: &'a [f64],
    /// Root proportion, in `[0, 1]`.
    pub root_proportion: &'a [f64],
    /// Moving average of people's flow `[rao per block]`.
    pub user_flow: &'a [f64],
    /// Moving average of the protocol's flow `[rao per block]`.
    pub protocol_flow: &'a [f64],
    /// What [`root_weights::shares`] gave the subnet, in `[0, 1]`.
    pub voted: &'a [f64],
}

/// What the shares are worked out in; kept, so that nothing is allocated twice.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    values: Vec<f64>,
    others: Vec<f64>,
}

/// Writes each subnet's share of the block's TAO, of shape `[subnets]`.
///
/// `bar` is what [`bar`] gave when it was last refreshed; 0 leaves the gate open. Shares are in
/// `[0, 1]` and sum to 1, or are all 0 and then the block's TAO is not issued; with
/// [`SwitchedOff::Withheld`], and under [`ShareModel::RootWeights`], where root can vote for
/// itself, they may sum to less than 1. A subnet that is not eligible or switched off has 0.
///
/// Source: `coinbase/subnet_emissions.rs::get_shares`, `get_subnet_block_emissions`.
pub fn shares(rule: &Rule, demand: &Demand<'_>, bar: f64, scratch: &mut Scratch, out: &mut [f64]) {
    demanded(rule, demand, scratch, out);
    if let Some(gate) = &rule.gate {
        gate.apply(bar, &mut scratch.others, out);
    }
    switch(rule.switched_off, demand, out);
}

/// The bar of the rule's gate for the present demand; 0 without a gate.
///
/// The chain refreshes it every [`gate::REFRESH`] blocks and keeps it in between.
///
/// Source: `coinbase/subnet_emissions.rs::maybe_update_emission_gate_bar` (v440 and later).
#[must_use]
pub fn bar(rule: &Rule, demand: &Demand<'_>, scratch: &mut Scratch) -> f64 {
    let Some(gate) = &rule.gate else { return 0.0 };
    let mut shares = std::mem::take(&mut scratch.others);
    shares.clear();
    shares.resize(demand.eligible.len(), 0.0);
    demanded(rule, demand, scratch, &mut shares);
    let bar = gate.bar.find(&mut shares);
    scratch.others = shares;
    bar
}

/// The shares before the gate and the switch.
fn demanded(rule: &Rule, demand: &Demand<'_>, scratch: &mut Scratch, out: &mut [f64]) {
    let values = &mut scratch.values;
    match rule.model {
        ShareModel::RootWeights => {
            for (index, share) in out.iter_mut().enumerate() {
                *share = if demand.takes_part(index) { at(demand.voted, index) } else { 0.0 };
            }
        }
        ShareModel::PriceEma => price::shares(demand, |_| 1.0, out),
        ShareModel::PriceBurn => price::shares(demand, |index| demand.unburned(index), out),
        ShareModel::PriceRootBurn => {
            let weight = |index| {
                num::within(0.0, 1.0, at(demand.root_proportion, index)) * demand.unburned(index)
            };
            price::shares(demand, weight, out);
        }
        ShareModel::FlowGross | ShareModel::FlowNet => {
            let net = rule.model == ShareModel::FlowNet;
            flow::shares(demand, net, rule.flow_cutoff, rule.flow_exponent, values, out);
        }
    }
}

/// Takes the share of every subnet that is switched off.
fn switch(off: SwitchedOff, demand: &Demand<'_>, out: &mut [f64]) {
    let mut any = false;
    for (index, share) in out.iter_mut().enumerate() {
        if demand.takes_part(index) && !demand.enabled.get(index).copied().unwrap_or(false) {
            *share = 0.0;
            any = true;
        }
    }
    if any && off == SwitchedOff::Redistributed {
        num::normalise(out);
    }
}

impl Demand<'_> {
    /// Whether the subnet at `index` takes part.
    fn takes_part(&self, index: usize) -> bool {
        self.eligible.get(index).copied().unwrap_or(false)
    }

    /// The part of its miners' pay that reaches miners, in `[0, 1]`.
    fn unburned(&self, index: usize) -> f64 {
        1.0 - num::within(0.0, 1.0, at(self.miner_burned, index))
    }
}

/// An element, or 0 where the slice is shorter.
fn at(values: &[f64], index: usize) -> f64 {
    values.get(index).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
