//! taosim
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
pub mod units;
pub mod world;
