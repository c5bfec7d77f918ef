//! taosim: a discrete-epoch, agent-based simulator of the Bittensor network's economics.
//!
//! Miners sell intelligence, validators score them, Yuma consensus turns scores into pay, and
//! people game all of it. A run is a function of one text:
//!
//! ```text
//! scenario.toml ─► Scenario ─► World ──┐                                ┌─► Parquet ─► figures
//!    (text)         (checked)   (state) └─► one epoch × N ─► Observer ──┤
//!                                           work · judge · agree · pay · │
//!                                           invest · renew               └─► digest
//! ```
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//! use taosim::record::{Digest, InMemory};
//! use taosim::scenario::Scenario;
//! use taosim::simulation::Simulation;
//!
//! let text = r#"
//!     schema = 1
//!     seed = 1
//!     epochs = 20
//!     [[subnet.text.validators]]
//!     name = "validators"
//!     count = 4
//!     stake = 1000.0
//!     [[subnet.text.miners]]
//!     name = "miners"
//!     count = 8
//!     quality = { kind = "uniform", min = 0.5, max = 1.5 }
//! "#;
//! let scenario = Scenario::load("example.toml", text, &[])?;
//! let (mut digest, mut memory) = (Digest::new(), InMemory::of(0));
//! Simulation::new(&scenario).run(&mut [&mut digest, &mut memory], &AtomicBool::new(false))?;
//!
//! let alignment = memory.subnet("quality_incentive_spearman");
//! assert!(alignment[19] > 0.9, "pay follows quality");
//! println!("{}", digest.text());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | room | what it is for |
//! |---|---|
//! | [`scenario`] | texts: reading, editing by key path, checking, telling what is wrong |
//! | [`simulation`] | the engine: genesis, and the order of an epoch |
//! | [`strategy`] | people: what an agent may know, and how it decides |
//! | [`protocol`] | what the chain does, as pure functions |
//! | [`world`] | the state, as columns; the ledger, to the rao |
//! | [`metrics`] | numbers about a subnet or a group |
//! | [`record`] | observers: tables, digest, folders of results |
//! | [`study`] | questions that take many evaluations; replays of recorded series |
//! | [`report`] | figures and summaries from tables |
//! | [`plot`] | charts from plain data |
//! | [`fields`] | tables of a text, each key declared once |
//! | [`rng`], [`num`], [`units`] | draws, elementary functions, money |
//!
//! The library never prints, never exits and keeps no global state. `ARCHITECTURE.md` says which
//! room may know which, and `ASSUMPTIONS.md` what the model takes for granted.

pub mod fields;
pub mod metrics;
pub mod num;
pub mod plot;
pub mod protocol;
pub mod record;
pub mod report;
pub mod rng;
pub mod scenario;
pub mod simulation;
pub mod strategy;
pub mod study;
pub mod units;
pub mod world;
