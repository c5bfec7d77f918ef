//! Loops compiled for the widest vectors that the machine has.

pub use pulp::{Simd, WithSimd};

/// Runs `work` compiled for the vector instructions of this machine, chosen when it is called.
///
/// Only what is inlined into its `with_simd` is compiled so: that and all that it calls in its
/// loops are `#[inline(always)]`. The results are the same bits on every machine, since the
/// compiler neither contracts a product and a sum nor reorders a sum of floating-point numbers.
#[inline]
pub fn widest<W: WithSimd>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(work)
}
