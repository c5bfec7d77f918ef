//! The TAO that flows in and out of a subnet, and its moving averages.
//!
//! People's flow is what they stake less what they take out; the protocol's is what emission and
//! chain buys put in less what root claims take out. A block's flow is gathered first, and counted
//! when the next shares are computed.

use crate::num;
use crate::units::Tao;

/// What has flowed into a pool since the flow was last counted `[rao]`; negative is out of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    /// By people: stakes after the fee and registrations, less what unstaking paid.
    pub user: i64,
    /// By the protocol: injections and chain buys, less what root claims fetched.
    pub protocol: i64,
}

impl Flows {
    /// People put TAO in: a stake after its fee, or the whole price of a registration.
    pub fn staked(&mut self, tao: Tao) {
        self.user = self.user.saturating_add_unsigned(tao.0);
    }

    /// People took TAO out, and the block's author sold the fee in alpha.
    pub fn unstaked(&mut self, tao: Tao) {
        self.user = self.user.saturating_sub_unsigned(tao.0);
    }

    /// Emission was injected, or bought alpha.
    pub fn emitted(&mut self, tao: Tao) {
        self.protocol = self.protocol.saturating_add_unsigned(tao.0);
    }

    /// A root claim was sold.
    pub fn claimed(&mut self, tao: Tao) {
        self.protocol = self.protocol.saturating_sub_unsigned(tao.0);
    }

    /// What has gathered, which starts again from nothing.
    #[must_use]
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

/// The moving average of a flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowEma {
    /// Weight of the newest block, in `[0, 1]`.
    pub smoothing: f64,
}

impl Default for FlowEma {
    /// A half-life of 216000 blocks, which is 30 days, in the chain's own fraction.
    ///
    /// Source: `lib.rs` (`FlowEmaSmoothingFactor`).
    fn default() -> Self {
        Self { smoothing: 29_597_889_189_277.0 / 9_223_372_036_854_775_807.0 }
    }
}

impl FlowEma {
    /// The average that halves in `blocks` blocks without flow.
    #[must_use]
    pub fn with_half_life(blocks: f64) -> Self {
        Self { smoothing: -num::expm1(-std::f64::consts::LN_2 / blocks) }
    }

    /// The average after one block of `flow` `[rao per block]`.
    ///
    /// Source: `coinbase/subnet_emissions.rs::get_ema_flow`.
    #[must_use]
    pub fn step(&self, ema: f64, flow: f64) -> f64 {
        (1.0 - self.smoothing) * ema + self.smoothing * flow
    }

    /// The average after `blocks` blocks with the same `flow` in each `[rao per block]`.
    #[must_use]
    pub fn steps(&self, ema: f64, flow: f64, blocks: u64) -> f64 {
        if blocks == 0 {
            return ema;
        }
        ema + (ema - flow) * num::expm1(blocks as f64 * num::log1p(-self.smoothing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_halves_in_thirty_days() {
        let [by_code, by_half_life] = [FlowEma::default(), FlowEma::with_half_life(216_000.0)];
        assert!((by_code.smoothing / by_half_life.smoothing - 1.0).abs() < 1e-10);
        let left = by_code.steps(8.0, 0.0, 216_000);
        assert!((left - 4.0).abs() < 1e-9, "{left}");
    }

    /// Half of the way to 8, three times: 4, 6, 7.
    #[test]
    fn many_blocks_at_once_are_as_one_after_another() {
        let half = FlowEma { smoothing: 0.5 };
        assert_eq!(half.step(0.0, 8.0), 4.0);
        assert!((half.steps(0.0, 8.0, 3) - 7.0).abs() < 1e-15);
        assert_eq!(half.steps(0.25, 8.0, 0), 0.25);
        assert_eq!(FlowEma { smoothing: 1.0 }.steps(3.0, 8.0, 1), 8.0);
        let slow = FlowEma::default();
        let single = (0..5_000).fold(-1e9, |ema, _| slow.step(ema, 3e8));
        assert!((slow.steps(-1e9, 3e8, 5_000) / single - 1.0).abs() < 1e-11);
    }

    #[test]
    fn flows_gather_and_start_again() {
        let mut flows = Flows::default();
        flows.staked(Tao(10));
        flows.unstaked(Tao(25));
        flows.emitted(Tao(7));
        flows.claimed(Tao(u64::MAX));
        assert_eq!(flows.take(), Flows { user: -15, protocol: i64::MIN });
        assert_eq!(flows, Flows::default());
    }
}
