//! A resolved text on the page: which of its lines say something else than the defaults.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::html;

/// A text that was resolved: each key has a value, and those that nobody gave are marked.
pub(super) struct Settings {
    lines: Vec<(Kind, String)>,
    /// Paths of the tables and keys that somebody gave, and the keys of values within braces.
    given: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A table's name, or nothing.
    Plain,
    /// A key that has its default.
    Default,
    /// A key that was given.
    Given,
}

/// What the end of a line says of a key that nobody gave.
const MARK: &str = " # default";

/// Texts longer than this are told without their defaults `[bytes]`.
const LONG: usize = 150_000;

impl Settings {
    /// Reads a resolved text.
    pub(super) fn read(text: &str) -> Self {
        let mut table = String::new();
        let (mut lines, mut given) = (Vec::new(), BTreeSet::new());
        for line in text.lines() {
            let bare = line.trim();
            if bare.starts_with('[') && bare.ends_with(']') {
                bare.trim_matches(['[', ']']).clone_into(&mut table);
                given.insert(table.clone());
                lines.push((Kind::Plain, line.to_owned()));
            } else if let Some(key) = key_of(bare) {
                let kind = if line.ends_with(MARK) { Kind::Default } else { Kind::Given };
                if kind == Kind::Given {
                    let path = if table.is_empty() { key.into() } else { format!("{table}.{key}") };
                    given.extend(within(bare).map(|inner| format!("{path}.{inner}")));
                    given.insert(path);
                }
                lines.push((kind, line.to_owned()));
            } else {
                lines.push((Kind::Plain, line.to_owned()));
            }
        }
        Self { lines, given }
    }

    /// Whether somebody gave this key, or a key or table whose path ends so.
    pub(super) fn has(&self, key: &str) -> bool {
        let end = format!(".{key}");
        self.given.iter().any(|path| path == key || path.ends_with(&end))
    }

    /// How many keys were given, and how many there are.
    pub(super) fn counts(&self) -> (usize, usize) {
        let count = |kind: Kind| self.lines.iter().filter(|line| line.0 == kind).count();
        (count(Kind::Given), count(Kind::Given) + count(Kind::Default))
    }

    /// The text with what was given marked, under a name that is unique on the page; a very long
    /// one without what was not.
    pub(super) fn html(&self, name: &str) -> String {
        let size: usize = self.lines.iter().map(|line| line.1.len()).sum();
        let cut = size > LONG;
        let id = html::text(&name.replace('.', "-"));
        let mut out = String::new();
        // Writing to a string cannot fail.
        if cut {
            let _ = writeln!(
                out,
                "<p class=\"note\">The text is long: keys that have their defaults are left out here. \
                 <code>{}</code> in the folder has all.</p>",
                html::text(name)
            );
        } else {
            let _ = writeln!(
                out,
                "<p><input type=\"checkbox\" id=\"only-{id}\" class=\"only\"><label for=\"only-{id}\"> \
                 show only what differs from the defaults</label></p>"
            );
        }
        let _ = write!(
            out,
            "<pre class=\"text\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><code>",
            html::text(name)
        );
        for (kind, line) in self.lines.iter().filter(|line| !cut || line.0 != Kind::Default) {
            let line = html::text(line);
            // The end of the line belongs to it, so that a line that is hidden leaves no empty one.
            let _ = match kind {
                Kind::Plain => write!(out, "<i>{line}\n</i>"),
                Kind::Default => write!(out, "<s>{line}\n</s>"),
                Kind::Given => write!(out, "<b>{line}\n</b>"),
            };
        }
        out + "</code></pre>\n"
    }
}

/// The key of a line that gives one a value.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(" = ")?;
    let bare = |sign: char| sign.is_ascii_alphanumeric() || "_-.\"".contains(sign);
    (!key.is_empty() && key.chars().all(bare)).then_some(key)
}

/// The keys within the braces of a value.
fn within(line: &str) -> impl Iterator<Item = &str> {
    let value = line.split_once(" = ").map_or("", |(_, value)| value);
    let inner = if value.contains('{') { value } else { "" };
    inner.split(['{', ',']).filter_map(|part| part.split_once('=')).map(|(key, _)| key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_told_from_defaults() {
        let text = "seed = 7\nepochs = 5 # default\n\n[[subnet.text.validators]]\ncount = 3\n\
                    strategy = { kind = \"honest\", noise = 0.2 }\ntake = 0.18 # default\n";
        let settings = Settings::read(text);
        assert_eq!(settings.counts(), (3, 5));
        for key in ["seed", "count", "strategy", "noise", "subnet.text.validators"] {
            assert!(settings.has(key), "{key}");
        }
        for key in ["epochs", "take", "ise", "honest"] {
            assert!(!settings.has(key), "{key}");
        }
        let html = settings.html("scenario.toml");
        assert!(html.contains("<b>seed = 7\n</b>"), "{html}");
        assert!(html.contains("<s>take = 0.18 # default\n</s>"), "{html}");
    }
}
