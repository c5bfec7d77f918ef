//! Eras: the rules of the token economy that the network has had, each a text compiled in.

use crate::fields::{self, Fields};
use crate::protocol::token_rules::TokenRules;

use super::schema::tokens::token_rules;

/// An era as its text tells of it.
#[derive(Clone, Debug)]
pub struct Era {
    /// Its name.
    pub name: &'static str,
    /// The first day of the rules, as year-month-day.
    pub since: String,
    /// What is new in it.
    pub about: String,
    /// Where the rules come from.
    pub source: String,
    /// Its rules.
    pub rules: TokenRules,
}

macro_rules! texts {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../scenarios/eras/", $name, ".toml")))),*]
    };
}

/// The texts, in the order in which the rules were in force.
const TEXTS: &[(&str, &str)] = texts!(
    "root-2024" "dtao-2025-02" "dtao-subsidised-2025-07" "taoflow-2025-11" "netflow-2026-05"
    "price-root-burn-2026-06" "price-burn-2026-06" "gate-2026-07" "gate-rank-2026-08"
    "gate-2026-08"
);

/// The era whose rules are the default.
pub const LAST: &str = "gate-2026-08";

/// The names of all eras, as a choice among them.
#[must_use]
pub fn names() -> Vec<(&'static str, &'static str)> {
    TEXTS.iter().map(|(name, _)| (*name, *name)).collect()
}

/// All eras, oldest first.
#[must_use]
pub fn all() -> Vec<Era> {
    TEXTS.iter().map(|(name, text)| read(name, text).0).collect()
}

/// The rules of the era of this name; those of the chain's code where there is none.
#[must_use]
pub fn rules(name: &str) -> TokenRules {
    let found = TEXTS.iter().find(|(other, _)| *other == name);
    found.map_or_else(TokenRules::default, |(name, text)| read(name, text).0.rules)
}

/// Reads an era's text; gives also what is wrong with it, which a test holds to be nothing.
fn read(name: &'static str, text: &str) -> (Era, Vec<fields::Problem>) {
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    let (era, _, sheet) = fields::read(&table, |t| era(name, t));
    (era, sheet.problems)
}

fn era(name: &'static str, t: &mut Fields<'_>) -> Era {
    Era {
        name,
        since: t.text("since", "first day of the rules").required(),
        about: t.text("about", "what is new in them").required(),
        source: t.text("source", "where they come from").required(),
        rules: t.table("rules", "the rules", |t| token_rules(t, &TokenRules::default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_sound_and_in_order() {
        let mut before = String::new();
        for (name, text) in TEXTS {
            let (era, problems) = read(name, text);
            assert!(problems.is_empty(), "{name}: {problems:?}");
            assert!(before <= era.since, "{name} comes after {before}");
            before = era.since;
        }
        assert!(TEXTS.iter().any(|(name, _)| *name == LAST));
    }

    #[test]
    fn no_two_eras_are_the_same() {
        let eras = all();
        for (at, era) in eras.iter().enumerate() {
            for other in &eras[..at] {
                assert_ne!(era.rules, other.rules, "{} and {}", era.name, other.name);
            }
        }
    }
}
