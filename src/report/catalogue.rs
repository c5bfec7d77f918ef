//! The catalogue of behaviours: what `taosim list strategies` and `docs/strategies.md` tell, from
//! the behaviours' own declarations.

use std::fmt::Write as _;

use crate::fields::{KeyDoc, describe};
use crate::scenario::Scenario;
use crate::scenario::shipped::{SCRIPTS, SHIPPED};
use crate::strategy::{Behaviour, Catalogue, Conduct};

/// One behaviour as the catalogue tells it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The table of a text whose members play it.
    pub role: &'static str,
    /// The `kind` of a strategy table.
    pub name: &'static str,
    /// Whether its agents count as honest.
    pub conduct: Conduct,
    /// What it knows and what it decides.
    pub about: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Its parameters.
    pub parameters: Vec<KeyDoc>,
    /// The scenarios that come with the program in which it is played.
    pub shown_in: Vec<&'static str>,
}

/// Every behaviour, role by role.
#[must_use]
pub fn entries(catalogue: &Catalogue) -> Vec<Entry> {
    let read = |_: &str, name: &str| {
        let found = SCRIPTS.iter().find(|script| script.0 == name);
        found.map(|script| script.1.to_owned()).ok_or_else(|| format!("no script is named {name}"))
    };
    let shipped = catalogue.clone().with_scripts(read);
    let played: Vec<(&str, Vec<(&str, &str)>)> = SHIPPED
        .iter()
        .filter_map(|(name, text)| {
            Some((*name, Scenario::load_with(name, text, &[], &shipped).ok()?.played()))
        })
        .collect();
    let mut all = Vec::new();
    role("validators", catalogue.validators(), &played, &mut all);
    role("miners", catalogue.miners(), &played, &mut all);
    role("data_providers", catalogue.data_providers(), &played, &mut all);
    role("stakers", catalogue.stakers(), &played, &mut all);
    role("traders", catalogue.traders(), &played, &mut all);
    role("owners", catalogue.owners(), &played, &mut all);
    role("consumers", catalogue.consumers(), &played, &mut all);
    role("voters", catalogue.voters(), &played, &mut all);
    all
}

fn role<R: ?Sized + 'static>(
    role: &'static str,
    behaviours: &[Behaviour<R>],
    played: &[(&'static str, Vec<(&str, &str)>)],
    all: &mut Vec<Entry>,
) {
    all.extend(behaviours.iter().map(|behaviour| {
        let shows =
            |(_, played): &&(&str, Vec<(&str, &str)>)| played.contains(&(role, behaviour.name));
        Entry {
            role,
            name: behaviour.name,
            conduct: behaviour.conduct,
            about: behaviour.about,
            source: behaviour.source,
            parameters: describe(|t| (behaviour.read)(t)),
            shown_in: played.iter().filter(shows).map(|(name, _)| *name).collect(),
        }
    }));
}

/// How a conduct is told.
#[must_use]
pub fn conduct(conduct: Conduct) -> &'static str {
    match conduct {
        Conduct::Honest => "honest",
        Conduct::Deviant => "deviant",
        Conduct::Stated => "as stated",
    }
}

/// The catalogue as a page of Markdown.
#[must_use]
pub fn page(catalogue: &Catalogue) -> String {
    let mut page = String::from(
        "# Strategies\n\nEvery behaviour that a scenario can name, as `taosim list strategies` tells it. A strategy \
         is given as its name, or as a table with its name under `kind` and its parameters:\n`strategy = { kind = \
         \"honest\", noise = 0.2 }`. Behaviours that gain by not doing the work that the network pays for are \
         marked as deviant;\nmetrics of honest shares leave them out.\n",
    );
    let mut last = "";
    for entry in entries(catalogue) {
        if entry.role != last {
            last = entry.role;
            let _ = writeln!(page, "\n## {}\n", last.replace('_', " "));
        }
        let conduct = match entry.conduct {
            Conduct::Honest => "",
            Conduct::Deviant => " (deviant)",
            Conduct::Stated => " (as stated)",
        };
        let _ = writeln!(page, "### `{}`{conduct}\n\n{}\n", entry.name, entry.about);
        let _ = writeln!(page, "Source: {}\n", entry.source);
        if let Some(first) = entry.shown_in.first() {
            let _ = writeln!(page, "Shown by `scenarios/{first}`.\n");
        }
        if !entry.parameters.is_empty() {
            page.push_str(
                "| parameter | meaning | domain | unit | default |\n|---|---|---|---|---|\n",
            );
            for key in &entry.parameters {
                let default = match (&key.default, key.required) {
                    (Some(default), _) => format!("`{default}`"),
                    (None, true) => "must be given".into(),
                    (None, false) => "none".into(),
                };
                let _ = writeln!(
                    page,
                    "| `{}` | {} | {} | {} | {default} |",
                    key.path,
                    key.about.replace('|', "\\|"),
                    key.shape.to_string().replace('|', "\\|"),
                    key.unit
                );
            }
            page.push('\n');
        }
    }
    page
}
