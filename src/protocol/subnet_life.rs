//! A subnet's life: what a place costs, who makes room, what a new one starts with, and what is
//! left of one that goes.
//!
//! ```text
//! register ── too early, too dear, no room ──► refused
//!    │
//!    ├─ all places taken: to_prune ──► dissolve: the pool's TAO to all who hold alpha
//!    └─ lock_cost ──► Seed: the new pool ──► NewSubnet ── start call ──► emission
//! ```

mod birth;
mod dissolution;
mod lock_cost;
mod prune;
mod register;
mod seed;

pub use birth::{NewSubnet, StartRefusal, start_call};
pub use dissolution::{Dissolved, Estate, dissolve, owner_refund};
pub use lock_cost::{LastLock, LockPricing, lock_cost};
pub use prune::{Standing, to_prune};
pub use register::{Applicant, Refusal, Registry, Terms, next_netuid, register};
pub use seed::{Seed, SeedRule, seed_price};
