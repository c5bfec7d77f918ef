//! One integration binary: what taosim promises, a file for each promise.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its input has failed")]

mod attack;
mod audit;
mod capital;
mod chain_laws;
mod chain_record;
mod chain_rules;
mod chain_vectors;
mod command_line;
mod consumers;
mod convergence;
mod determinism;
mod documents;
mod emission_vectors;
mod epoch_order;
mod errors;
mod findings;
mod governance;
mod halving;
mod kernel;
mod layers;
mod life_laws;
mod life_vectors;
mod miners;
mod money;
mod network_2026;
mod network_figures;
mod network_laws;
mod orders;
mod own_strategy;
mod pool_laws;
mod protocol_laws;
mod real_subnet;
mod replay;
mod research_vectors;
mod results;
mod retention;
mod rules;
mod scripts;
mod sharing_laws;
mod sweep;
mod texts;
mod tools;
mod validators;
