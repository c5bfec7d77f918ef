//! One integration binary: what taosim promises, a file for each promise.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its input has failed")]

mod chain_laws;
mod chain_rules;
mod chain_vectors;
mod command_line;
mod determinism;
mod documents;
mod epoch_order;
mod errors;
mod findings;
mod halving;
mod kernel;
mod layers;
mod money;
mod network_2026;
mod own_strategy;
mod protocol_laws;
mod real_subnet;
mod replay;
mod research_vectors;
mod results;
mod retention;
mod rules;
mod texts;
mod tools;
