//! Shares and injection in summer 2026: moving price, withheld miners' pay, gate, switch, cap.

use super::{Comparison, Pair, l1, of_sums};
use crate::protocol::injection::{Cap, Emission, Excess, root_proportion, terms};
use crate::protocol::issuance::block_emission;
use crate::protocol::shares::{self, Bar, Demand, Gate, Rule, Scratch, ShareModel};
use crate::record::chain::{Chain, Snapshot, SubnetState};
use crate::units::{Alpha, RAO, Tao};

/// The date of the snapshot with everything, pools and outcome.
pub const AUGUST: &str = "2026-08-07";
/// The date of the snapshot of outcomes without pools.
pub const JULY: &str = "2026-07-31";

/// What had been issued by then `[rao]`: between the first halving and the second.
const ISSUED: u64 = 11_200_000 * RAO;
/// How much root stake counts.
const TAO_WEIGHT: f64 = 0.18;

/// A date on which the gate was in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Gated {
    /// When.
    pub date: &'static str,
    /// The bar that was read then, a share in `[0, 1]`.
    pub bar: f64,
    /// The bar with which the recorded outcome agrees best.
    pub best_bar: f64,
    /// The bar that the rule of the time gives for the demand of that block.
    pub own_bar: f64,
    /// The pools' shares of the block's TAO under the recorded bar.
    pub shares: Vec<Pair>,
    /// The same under the best bar.
    pub best_shares: Vec<Pair>,
    /// The same under the bar of the rule.
    pub own_shares: Vec<Pair>,
    /// TAO injected, under the recorded bar `[TAO per block]`.
    pub injected: Vec<Pair>,
    /// TAO that bought alpha, under the recorded bar `[TAO per block]`.
    pub bought: Vec<Pair>,
}

/// The bars that were read on chain, beside how the bar was set at the time: the snapshots' files
/// do not have them.
const BARS: [(&str, f64, Bar); 2] =
    [(JULY, 0.009_272_842_54, Bar::Mass(0.75)), (AUGUST, 0.008_232_527_92, Bar::Rank(32))];

/// Shares by moving price, as recorded in a column of their own.
#[must_use]
pub fn plain(snapshot: &Snapshot) -> Vec<Pair> {
    let subnets: Vec<&SubnetState> =
        snapshot.subnets.iter().filter(|subnet| subnet.netuid > 0).collect();
    let rule = Rule { model: ShareModel::PriceEma, ..Rule::default() };
    let price: Vec<f64> = subnets.iter().map(|subnet| subnet.ema).collect();
    let on = vec![true; price.len()];
    let demand = Demand { eligible: &on, enabled: &on, price: &price, ..Demand::default() };
    let mut computed = vec![0.0; price.len()];
    shares::shares(&rule, &demand, 0.0, &mut Scratch::default(), &mut computed);
    let pair = |(subnet, computed): (&&SubnetState, &f64)| Pair {
        netuid: subnet.netuid,
        recorded: subnet.share,
        computed: *computed,
    };
    subnets.iter().zip(&computed).map(pair).filter(|pair| pair.recorded.is_finite()).collect()
}

/// Every date with a gate that there is a snapshot of.
#[must_use]
pub fn gated(chain: &Chain) -> Vec<Gated> {
    let at = |(date, bar, how): (&'static str, f64, Bar)| {
        let snapshot = chain.snapshot(date)?;
        let state = State::of(snapshot, how);
        let best_bar = state.best_bar(bar);
        let own_bar = shares::bar(&state.rule, &state.demand(), &mut Scratch::default());
        let own_shares = state.pairs(&state.shares(own_bar));
        let pools = Pools::of(chain, snapshot);
        let (injected, bought) = pools.terms(&state, &state.shares(bar));
        Some(Gated {
            date,
            bar,
            best_bar,
            own_bar,
            shares: state.pairs(&state.shares(bar)),
            best_shares: state.pairs(&state.shares(best_bar)),
            own_shares,
            injected,
            bought,
        })
    };
    BARS.into_iter().filter_map(at).collect()
}

/// The columns that the rules read.
struct State<'s> {
    subnets: Vec<&'s SubnetState>,
    rule: Rule,
    eligible: Vec<bool>,
    enabled: Vec<bool>,
    price: Vec<f64>,
    miner_burned: Vec<f64>,
}

impl<'s> State<'s> {
    fn of(snapshot: &'s Snapshot, bar: Bar) -> Self {
        let subnets: Vec<&SubnetState> =
            snapshot.subnets.iter().filter(|subnet| subnet.netuid > 0).collect();
        let eligible = |subnet: &&SubnetState| {
            subnet.first_emission.is_some() && subnet.subtoken && subnet.open
        };
        // The read that goes with the outcome, where there are two.
        let price = |subnet: &&SubnetState| {
            if subnet.later_ema.is_finite() { subnet.later_ema } else { subnet.ema }
        };
        let gate = Gate { bar, ..Gate::default() };
        Self {
            rule: Rule { model: ShareModel::PriceBurn, gate: Some(gate), ..Rule::default() },
            eligible: subnets.iter().map(eligible).collect(),
            enabled: subnets.iter().map(|subnet| subnet.enabled).collect(),
            price: subnets.iter().map(price).collect(),
            miner_burned: subnets.iter().map(|subnet| subnet.miner_burned).collect(),
            subnets,
        }
    }

    fn demand(&self) -> Demand<'_> {
        Demand {
            eligible: &self.eligible,
            enabled: &self.enabled,
            price: &self.price,
            miner_burned: &self.miner_burned,
            ..Demand::default()
        }
    }

    fn shares(&self, bar: f64) -> Vec<f64> {
        let mut out = vec![0.0; self.subnets.len()];
        shares::shares(&self.rule, &self.demand(), bar, &mut Scratch::default(), &mut out);
        out
    }

    /// Shares beside what injection and chain buys together were of the block's TAO.
    fn pairs(&self, computed: &[f64]) -> Vec<Pair> {
        let block_tao = block_emission(ISSUED) as f64 / RAO as f64;
        let pair = |(subnet, computed): (&&SubnetState, &f64)| Pair {
            netuid: subnet.netuid,
            recorded: (subnet.tao_in + subnet.excess) / block_tao,
            computed: *computed,
        };
        self.subnets.iter().zip(computed).map(pair).collect()
    }

    /// The bar within a fifth of `bar` with which the record agrees best, to ten digits.
    fn best_bar(&self, bar: f64) -> f64 {
        let error = |bar: f64| l1(&self.pairs(&self.shares(bar)));
        let (mut low, mut high) = (0.8 * bar, 1.2 * bar);
        // The error falls to one side of the best bar and rises to the other.
        while high - low > 1e-10 * bar {
            let (left, right) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if error(left) < error(right) {
                high = right;
            } else {
                low = left;
            }
        }
        f64::midpoint(low, high)
    }
}

/// What the injection reads of each pool, of shape `[subnets]`.
struct Pools {
    price: Vec<f64>,
    root_proportion: Vec<f64>,
    alpha: Vec<f64>,
}

impl Pools {
    /// The pools of a snapshot. Where it has none, the moving price stands for the price, and the
    /// alpha issued lies on the straight line between the snapshots around.
    fn of(chain: &Chain, snapshot: &Snapshot) -> Self {
        let around = Around::of(chain, snapshot);
        let root = Tao::from_tokens(around.value(0, |subnet| subnet.tao_pool));
        let mut pools = Self { price: Vec::new(), root_proportion: Vec::new(), alpha: Vec::new() };
        for subnet in snapshot.subnets.iter().filter(|subnet| subnet.netuid > 0) {
            let price = subnet.tao_pool / subnet.alpha_pool;
            pools.price.push(if price.is_finite() { price } else { subnet.ema });
            let issued = around.value(subnet.netuid, |subnet| subnet.alpha_pool + subnet.alpha_out);
            let issued = Alpha::from_tokens(issued);
            pools.root_proportion.push(root_proportion(root, TAO_WEIGHT, issued));
            pools.alpha.push(block_emission(issued.0) as f64);
        }
        pools
    }

    /// TAO injected, and TAO that bought alpha `[TAO per block]`.
    fn terms(&self, state: &State<'_>, shares: &[f64]) -> (Vec<Pair>, Vec<Pair>) {
        let block_tao = block_emission(ISSUED) as f64;
        let (mut injected, mut bought) = (Vec::new(), Vec::new());
        for (at, subnet) in state.subnets.iter().enumerate() {
            let found = terms(
                Cap::RootProportion,
                Excess::BuyProtocol,
                &Emission {
                    tao: shares[at] * block_tao,
                    block_tao,
                    alpha: self.alpha[at],
                    price: self.price[at],
                    share: shares[at],
                    root_proportion: self.root_proportion[at],
                },
            );
            let pair = |recorded, rao: f64| Pair {
                netuid: subnet.netuid,
                recorded,
                computed: rao / RAO as f64,
            };
            injected.push(pair(subnet.tao_in, found.tao_in));
            bought.push(pair(subnet.excess, found.excess));
        }
        (injected, bought)
    }
}

/// The snapshots with pools before and after a block, and how far between them it is.
struct Around<'c> {
    before: &'c Snapshot,
    after: &'c Snapshot,
    place: f64,
}

impl<'c> Around<'c> {
    fn of(chain: &'c Chain, snapshot: &'c Snapshot) -> Self {
        let pooled =
            |other: &&Snapshot| other.subnets.iter().any(|subnet| subnet.tao_pool.is_finite());
        let with_pools = || chain.snapshots.iter().filter(pooled);
        let before = with_pools().rfind(|other| other.block <= snapshot.block);
        let after = with_pools().find(|other| other.block >= snapshot.block);
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) => (before, after),
            (Some(only), None) | (None, Some(only)) => (only, only),
            (None, None) => (snapshot, snapshot),
        };
        let span = (after.block - before.block).max(1) as f64;
        let place = snapshot.block.saturating_sub(before.block) as f64 / span;
        Self { before, after, place }
    }

    /// A value of one subnet, on the straight line between the two; NaN where either has none.
    fn value(&self, netuid: u16, of: fn(&SubnetState) -> f64) -> f64 {
        let found = |snapshot: &Snapshot| {
            let subnet = snapshot.subnets.iter().find(|subnet| subnet.netuid == netuid);
            subnet.map_or(f64::NAN, of)
        };
        let (before, after) = (found(self.before), found(self.after));
        before + (after - before) * self.place
    }
}

/// The lines of the result.
pub(super) fn comparisons(plain: &[Pair], gated: &[Gated]) -> Vec<Comparison> {
    let mut lines = Vec::new();
    if !plain.is_empty() {
        lines.push(Comparison {
            name: "shares, 9 July 2026",
            rule: "moving price over the sum of all",
            cases: plain.len(),
            measure: "L1 of shares",
            error: l1(plain),
            bound: Some(1e-4),
        });
    }
    for date in gated {
        let august = date.date == AUGUST;
        let line = |name, rule, measure, error, bound| Comparison {
            name,
            rule,
            cases: date.shares.len(),
            measure,
            error,
            bound,
        };
        let total = "sum, relative";
        if august {
            let gate = "the same, bar as read";
            let name = "shares of TAO, 7 Aug. 2026";
            lines.push(line(name, gate, "L1 of shares", l1(&date.shares), Some(1e-5)));
            let rule = "the same, pools as read";
            let name = "TAO injected, 7 Aug. 2026";
            lines.push(line(name, rule, total, of_sums(&date.injected), Some(1e-4)));
            let name = "TAO of chain buys, 7 Aug. 2026";
            lines.push(line(name, rule, total, of_sums(&date.bought), Some(1e-4)));
        } else {
            let gate = "price x (1 - burned), gate, switch";
            let name = "shares of TAO, 31 July 2026";
            lines.push(line(name, gate, "L1 of shares", l1(&date.shares), None));
            let gate = "the same, bar 0.37 % higher";
            lines.push(line(name, gate, "L1 of shares", l1(&date.best_shares), Some(1e-5)));
            let rule = "alpha at most root proportion, price = EMA";
            let name = "TAO injected, 31 July 2026";
            lines.push(line(name, rule, total, of_sums(&date.injected), Some(1e-3)));
            let name = "TAO of chain buys, 31 July 2026";
            lines.push(line(name, rule, total, of_sums(&date.bought), Some(1e-3)));
        }
    }
    lines
}
