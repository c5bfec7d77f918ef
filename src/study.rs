//! Studies: questions that take many evaluations to answer.

pub mod replay;
pub mod retention;
pub mod validation;
