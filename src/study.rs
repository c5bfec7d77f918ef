//! Studies: questions that take many evaluations to answer.
//!
//! A study's text names a scenario and what is changed in it. Each setting is a text plus a seed,
//! so that it can be computed anywhere and in any order; what is finished is in a [`Journal`](crate::record::Journal), from
//! which a study that was stopped goes on.

pub mod account;
pub mod attack;
pub mod batch;
pub mod cube;
pub mod design;
pub mod optimise;
pub mod reading;
pub mod replay;
pub mod retention;
pub mod sensitivity;
pub mod statistics;
pub mod sweep;
pub mod text;
pub mod tune;
pub mod validation;
