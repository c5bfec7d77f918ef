//! What the chain does, block by block and epoch by epoch: pure functions over slices and
//! parameters.
//!
//! In an epoch, stake, weights and bonds go in; consensus, incentive, dividends, the bonds to
//! store and the pay of every uid come out. In a block, prices and reserves go in; the TAO of each
//! subnet, what it does to its pool, and the pots of its alpha come out. Nothing here knows the
//! world, an agent, a random number or a file, and nothing allocates once its buffers have grown.
//!
//! ```text
//! stake ──► shares ──► permits          weights ──► masks ──► rows that sum to 1
//!             │                                                   │
//!             └── active stake ─────────► stake-weighted median ◄─┘
//!                                              │
//!                       clipped weights ──► incentive     bonds ──► dividends
//!                                              └───────┬──────────────┘
//! issuance of alpha ──► split ──► pots ──────────► payout
//!
//! people ◄── buy, sell ──► pool ──► spot price ──► moving price ──► shares of the TAO
//!                            ▲                                          │
//! issuance of TAO ───────────┴──────────── injection, chain buy ◄───────┘
//! ```
//!
//! [`consensus::epoch`] is the chain's own rule between weights and pay; [`reward::epoch`] is the
//! door to it and to all others: the research versions of Yuma, and rivals without a consensus.
//!
//! Around the epoch: when it runs ([`schedule`]), whose stake votes ([`child_keys`]), which
//! weights are taken ([`set_weights`]) and when they are opened ([`commits`]), how several
//! [`mechanisms`] share one subnet, and who gets a slot ([`registration`], [`pruning`]).
//!
//! The token side: how much is issued ([`issuance`]), which subnet gets it ([`shares`], by
//! [`price_ema`] or [`flow`]), how it reaches the [`pool`] ([`injection`]), and how a subnet's
//! alpha is divided ([`split`], [`withheld`]). Every rule that the network has had is there beside
//! the present one, chosen by an enum.
//!
//! Around the money: what an epoch's pots come to for each side ([`dividends`]) and what root stake
//! may claim of it ([`root_claims`]), what may be staked and sold ([`staking`]) and what is locked
//! ([`conviction`]), and how subnets come and go ([`subnet_life`]).
//!
//! The rules are those of `opentensor/subtensor` at commit `14bc6f9f`, in its production (sparse)
//! form. Where the chain counts in fixed point with 32 fractional bits, this room uses `f64` and
//! keeps the chain's storage points: weights and bonds are `u16` between epochs.

pub mod bonds;
pub mod bonds_reset;
pub mod child_keys;
pub mod commits;
pub mod consensus;
pub mod conviction;
pub mod dividends;
pub mod emission;
pub mod flow;
pub mod injection;
pub mod input;
pub mod issuance;
pub mod kernel;
pub mod liquid_alpha;
pub mod mechanisms;
pub mod median;
pub mod params;
pub mod payout;
pub mod permits;
pub mod pool;
pub mod price_ema;
pub mod proportion;
pub mod pruning;
pub mod registration;
pub mod research;
pub mod reward;
pub mod rivals;
pub mod root_claims;
pub mod schedule;
pub mod set_weights;
pub mod shares;
pub mod split;
pub mod stake;
pub mod staking;
pub mod subnet_life;
pub mod token_rules;
pub mod weights;
pub mod winner;
pub mod withheld;

pub use consensus::{Input, Outcome};
pub use kernel::{Scratch, epoch};
pub use params::{Params, RewardRule, Split};
