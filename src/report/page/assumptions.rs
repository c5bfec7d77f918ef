//! The assumptions that matter for what is shown, from the project's own list.

use std::fmt::Write as _;

use super::html::markdown;
use super::settings::Settings;

/// All that the model takes for granted.
const ALL: &str = include_str!("../../../ASSUMPTIONS.md");

/// Sections that concern every result.
const ALWAYS: [&str; 3] = ["Time and money", "Consensus", "Metrics"];

/// Keys that every text gives, so that they tell nothing.
const COMMON: [&str; 3] = ["strategy", "quality", "name"];

/// A section of the list.
struct Section<'a> {
    name: &'a str,
    /// The table without which none of it acts; empty where there is none.
    needs: &'a str,
    rows: Vec<Row<'a>>,
}

/// An assumption: the line of the table, and its cells.
struct Row<'a> {
    line: &'a str,
    key: &'a str,
}

impl Row<'_> {
    /// Whether one of these texts gives one of its keys.
    fn is_set(&self, texts: &[Settings]) -> bool {
        let quoted = self.key.split('`').skip(1).step_by(2);
        let mut keys = quoted.map(|key| {
            let key = key.split('=').next().unwrap_or_default();
            key.trim().trim_matches(['[', ']'])
        });
        keys.any(|key| {
            !key.is_empty() && !COMMON.contains(&key) && texts.iter().any(|text| text.has(key))
        })
    }
}

/// The assumptions whose key one of these texts gives, and then whole sections that concern what
/// the texts use.
pub(super) fn html(texts: &[Settings]) -> String {
    let mut sections = sections(ALL);
    sections.retain(|section| {
        section.needs.is_empty() || texts.iter().any(|text| text.has(section.needs))
    });
    let mut given = String::new();
    let mut count = 0;
    for row in sections.iter().flat_map(|section| &section.rows) {
        if row.is_set(texts) {
            // Writing to a string cannot fail.
            let _ = writeln!(given, "{}", row.line);
            count += 1;
        }
    }
    let mut out = String::new();
    if count > 0 {
        let _ = writeln!(
            out,
            "<p>{count} assumptions whose key the text gives:</p>\n{}",
            markdown(&format!("{HEAD}{given}"), 0)
        );
    }
    for section in &sections {
        let concerns =
            ALWAYS.contains(&section.name) || section.rows.iter().any(|row| row.is_set(texts));
        if concerns {
            let rows: Vec<&str> = section.rows.iter().map(|row| row.line).collect();
            let table = markdown(&format!("{HEAD}{}\n", rows.join("\n")), 0);
            let name = super::html::text(section.name);
            let _ = writeln!(
                out,
                "<details><summary>{name}: all {} assumptions</summary>{table}</details>",
                rows.len()
            );
        }
    }
    out
}

const HEAD: &str = "| assumption | why, or source | key |\n|---|---|---|\n";

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    // Tables of anything else are no assumptions.
    let mut reading = false;
    for line in text.lines() {
        if line.starts_with("| assumption |") {
            reading = true;
        } else if let Some(name) = line.strip_prefix("## ") {
            reading = false;
            // A section that goes on further down is one section.
            let name = name.trim();
            match sections.iter().position(|section| section.name == name) {
                Some(at) => {
                    let known = sections.remove(at);
                    sections.push(known);
                }
                None => sections.push(Section { name, needs: "", rows: Vec::new() }),
            }
        } else if let Some(section) = sections.last_mut()
            && let Some((_, rest)) = line.split_once("These act where a scenario has a `[")
        {
            section.needs = rest.split(']').next().unwrap_or_default();
        } else if let Some(section) = sections.last_mut()
            && reading
            && line.starts_with("| ")
        {
            // A bar within a cell is written `\|`.
            let bare = line.trim().trim_end_matches('|');
            let key = bare.rsplit(" | ").next().unwrap_or_default();
            section.rows.push(Row { line, key });
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_chosen_by_their_keys() {
        let text =
            Settings::read("[protocol]\nkappa = 0.6\nreveal_period = 1\ntempo = 360 # default\n");
        let html = html(&[text]);
        let (given, whole) = html.split_once("<details>").unwrap();
        assert!(given.contains("protocol.reveal_period"), "{given}");
        assert!(!given.contains("protocol.tempo"), "{given}");
        assert!(whole.contains("Time and money") && whole.contains("protocol.tempo"));
        assert!(!whole.contains("The token economy"));
        let network = Settings::read("[network]\nera = \"root-2024\"\n");
        assert!(super::html(&[network]).contains("The token economy"));
    }

    /// Each table of the list is read whole.
    #[test]
    fn the_list_is_read_whole() {
        let sections = sections(ALL);
        assert!(sections.len() > 8);
        let rows: usize = sections.iter().map(|section| section.rows.len()).sum();
        let (of_them, _) = ALL.split_once("## Agreement with others").unwrap();
        let lines = of_them.lines().filter(|line| line.starts_with('|')).count();
        let heads = of_them.lines().filter(|line| line.starts_with("|---")).count();
        assert_eq!(rows, lines - 2 * heads);
    }
}
