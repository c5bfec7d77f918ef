//! All that a page says, read from a folder of results of any kind.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::html;
use super::run;
use super::settings::Settings;
use crate::record::RecordError;
use crate::record::manifest::Manifest;
use crate::report::study::{self, Shown};
use crate::report::{ReportError, figures};

/// Texts that a folder may have beside its tables.
const TEXTS: [&str; 2] = ["study.toml", "scenario.toml"];

/// What is in a folder.
pub(super) struct Contents {
    pub(super) manifest: Manifest,
    /// What kind of results these are.
    pub(super) kind: &'static str,
    /// The verdict, as HTML.
    pub(super) verdict: String,
    /// The command, the numbers and the figures.
    pub(super) shown: Shown,
    /// Where the command is to be given.
    pub(super) from_where: &'static str,
    /// The resolved texts, in the order of their names.
    pub(super) settings: Vec<Settings>,
    names: Vec<&'static str>,
}

impl Contents {
    /// Reads a folder: a study's, which left what it shows as data, or a run's, whose tables tell.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn read(folder: &Path) -> Result<Self, ReportError> {
        let manifest = Manifest::read(folder)?;
        let mut names = Vec::new();
        let mut settings = Vec::new();
        for name in TEXTS {
            if let Some(text) = optional(folder, name)? {
                settings.push(Settings::read(&text));
                names.push(name);
            }
        }
        let is_run = manifest.rows.contains_key("epochs") && manifest.rows.contains_key("groups");
        let (shown, words) = match study::read(folder)? {
            Some(shown) => (shown, None),
            None if is_run => {
                let outcome = run::read(folder)?;
                let shown = Shown {
                    command: "taosim run scenario.toml --out again".into(),
                    numbers: outcome.numbers,
                    ranges: run::RANGES.into(),
                    figures: figures::of_run(folder)?,
                };
                (shown, Some(outcome.words))
            }
            None => (Shown::default(), None),
        };
        let words = match optional(folder, "verdict.md")? {
            Some(verdict) => verdict,
            None => words.unwrap_or_else(|| unspoken(&shown)),
        };
        Ok(Self {
            kind: if is_run { "a run" } else { "a study" },
            from_where: if is_run {
                "In this folder, which holds the resolved text"
            } else {
                "Where the study's text is"
            },
            verdict: told(&words, &manifest.scenario),
            manifest,
            shown,
            settings,
            names,
        })
    }

    /// The resolved texts as HTML.
    pub(super) fn texts(&self) -> String {
        if self.settings.is_empty() {
            return "<p>This folder has no resolved text.</p>\n".into();
        }
        let mut out = String::new();
        for (name, settings) in self.names.iter().zip(&self.settings) {
            let (given, all) = settings.counts();
            // Writing to a string cannot fail.
            let _ = write!(
                out,
                "<h3>{name}</h3>\n<p>The resolved text. {given} of its {all} keys were given and are <b>bold</b>; \
                 the others have their defaults.</p>\n{}",
                settings.html(name)
            );
        }
        out
    }
}

/// What can be said of results without a verdict: their first number.
fn unspoken(shown: &Shown) -> String {
    match shown.numbers.first() {
        Some(number) => {
            let [value, range, unit] = super::told(number);
            let unit = if unit.is_empty() { unit } else { format!(" {unit}") };
            let range = number.range.map_or_else(String::new, |_| format!(" ({range})"));
            format!(
                "These results have no verdict in words. The first of their numbers, {}, is {value}{unit}{range}.\n",
                number.name
            )
        }
        None => "These results have no verdict in words.\n".into(),
    }
}

/// A verdict as HTML, without a title that says no more than the page's.
fn told(words: &str, title: &str) -> String {
    let rest = words.strip_prefix("# ").and_then(|rest| rest.strip_prefix(title));
    match rest.filter(|rest| rest.starts_with('\n')) {
        Some(rest) => html::markdown(rest, 1),
        None => html::markdown(words, 2),
    }
}

/// The text of a file that need not be there.
fn optional(folder: &Path, name: &str) -> Result<Option<String>, RecordError> {
    let path = folder.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    let read = |source| RecordError::Io { doing: "cannot read", path: path.clone(), source };
    fs::read_to_string(&path).map(Some).map_err(read)
}
