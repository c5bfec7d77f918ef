//! Behaviours written in a script that a scenario names.
//!
//! A script is run once in each of its agent's turns, from its first line to its last, and its last
//! value is the answer. It sees what the role's turn shows, under the same names, and a map `state`
//! that stays with the agent. It can reach nothing else: there are no files, no clock, no network, and
//! no randomness but the agent's own draws; its operations are counted, and its values are bounded.
//!
//! Source: Rhai, an embedded scripting language, <https://rhai.rs>.

mod convert;
mod functions;
mod program;

pub(super) use convert::{Ask, apply, called, list, number, place, whole};
pub(super) use functions::{Given, Hand, with_hand};
pub(super) use program::{Language, Program};

use super::Conduct;
use crate::fields::Fields;

/// Where all three behaviours come from.
pub(super) const SOURCE: &str = "The script's author; the language is Rhai.";

/// The names of conduct in a text.
const CONDUCTS: &[(&str, Conduct)] = &[("honest", Conduct::Honest), ("deviant", Conduct::Deviant)];

/// Whether the agents of a group count as honest, as its strategy's table has it.
pub(super) fn conduct(params: &toml::Table) -> Conduct {
    let stated = params.get("conduct").and_then(toml::Value::as_str);
    let found = stated.and_then(|name| CONDUCTS.iter().find(|conduct| conduct.0 == name));
    found.map_or(Conduct::Honest, |conduct| conduct.1)
}

/// Reads the key for that.
fn read_conduct(t: &mut Fields<'_>) {
    let about = "whether its agents count as honest in the metrics";
    t.choice("conduct", about, CONDUCTS, Conduct::Honest);
}

/// Why a script cannot have this name, if it cannot: results keep it under the same name, so it must
/// lie in or below the scenario's folder.
pub(super) fn unfit(name: &str) -> Option<String> {
    let plain = |part: &str| {
        let fit = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
        !part.is_empty() && part != "." && part != ".." && part.chars().all(fit)
    };
    if name.strip_suffix(".rhai").is_none() {
        Some("its name must end in .rhai".into())
    } else if name.len() > 200 || !name.split('/').all(plain) {
        Some(
            "its name must be a path below the scenario's folder, of A-Z, a-z, 0-9, -, _ and ."
                .into(),
        )
    } else {
        None
    }
}

/// What identifies a script's text `[32 hexadecimal digits]`.
fn fingerprint(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
}
