//! Where in a text a problem is, and how it is drawn.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::edit::Edit;
use crate::fields::{KeyPath, Part, Problem, Step};

/// All that is wrong with a text.
#[derive(Clone, Debug)]
pub struct ScenarioError {
    source: String,
    problems: Vec<Placed>,
}

/// One problem with the text that it is in.
#[derive(Clone, Debug)]
struct Placed {
    message: String,
    help: Option<String>,
    note: Option<String>,
    /// The text and the bytes to point at; `None` for a problem that is in no text.
    at: Option<(std::sync::Arc<str>, Range<usize>)>,
    origin: String,
}

impl ScenarioError {
    /// Places the `problems` of the `edited` text: what an edit changed points at the edit, all
    /// else at the text as it is on disk.
    pub(crate) fn new(
        source: &str,
        text: &str,
        edited: &str,
        edits: &[Edit],
        problems: Vec<Problem>,
    ) -> Self {
        let disk: std::sync::Arc<str> = text.into();
        let after: std::sync::Arc<str> = edited.into();
        let on_disk = DeTable::parse(text).ok();
        let in_edited = DeTable::parse(edited).ok();
        let place = |problem: Problem| {
            let made = |edit: &Edit| {
                // A table that is in the text only because an edit named a key inside it.
                let inside = edit.path.starts_with(&format!("{}.", problem.path));
                inside && !on_disk.as_ref().is_some_and(|doc| exists(doc, &problem.path))
            };
            let mut latest = edits.iter().rev();
            let edit = latest.find(|edit| touches(edit, &problem.path) || made(edit));
            let on_disk = on_disk.as_ref().filter(|_| edit.is_none());
            let found = on_disk
                .and_then(|doc| locate(doc, &problem.path, problem.part))
                .map(|span| (disk.clone(), span));
            let at = found.or_else(|| {
                let span = locate(in_edited.as_ref()?, &problem.path, problem.part)?;
                Some((after.clone(), span))
            });
            let note = edit.map(|edit| format!("set by --set {}", edit.shown()));
            let (message, help) = (problem.message, problem.help);
            Placed { message, help, note, at, origin: source.into() }
        };
        let mut problems: Vec<Placed> = problems.into_iter().map(place).collect();
        problems.sort_by_key(|problem| problem.at.as_ref().map_or(0, |(_, span)| span.start));
        Self { source: source.into(), problems }
    }

    /// What keeps `edited` from being TOML at all.
    pub(crate) fn syntax(source: &str, text: &str, edited: &str) -> Self {
        let shown: std::sync::Arc<str> = edited.into();
        let (_, errors) = DeTable::parse_recoverable(edited);
        let note = (text != edited).then(|| "after the --set edits".to_owned());
        let mut problems: Vec<Placed> = errors
            .iter()
            .map(|error| Placed {
                message: format!("not valid TOML: {}", error.message()),
                help: None,
                note: note.clone(),
                at: error.span().map(|span| (shown.clone(), span)),
                origin: source.into(),
            })
            .collect();
        if problems.is_empty() {
            let message = "not valid TOML".into();
            let at = Some((shown, 0..0));
            problems.push(Placed { message, help: None, note, at, origin: source.into() });
        }
        Self { source: source.into(), problems }
    }

    /// Edits that lead nowhere, each with the reason.
    pub(crate) fn edits(source: &str, refused: Vec<(String, String)>) -> Self {
        let place = |(edit, reason)| Placed {
            message: format!("--set {edit}: {reason}"),
            help: Some("`taosim list parameters` shows every key path".into()),
            note: None,
            at: None,
            origin: source.into(),
        };
        Self { source: source.into(), problems: refused.into_iter().map(place).collect() }
    }

    /// A text that cannot be read as text.
    #[must_use]
    pub fn not_text(source: &str) -> Self {
        let message = format!("{source} is not UTF-8 text");
        let place = Placed { message, help: None, note: None, at: None, origin: source.into() };
        Self { source: source.into(), problems: vec![place] }
    }

    /// How many problems there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.problems.len()
    }

    /// The messages, without places.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(|problem| problem.message.as_str())
    }

    /// Every problem drawn in its text, in colour if `styled`.
    #[must_use]
    pub fn render(&self, styled: bool) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        let drawings: Vec<String> =
            self.problems.iter().map(|problem| problem.draw(&renderer)).collect();
        let count = match self.problems.len() {
            1 => "1 problem".into(),
            many => format!("{many} problems"),
        };
        format!("{}\n\n{count} in {}; nothing was run", drawings.join("\n\n"), self.source)
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for ScenarioError {}

impl Placed {
    fn draw(&self, renderer: &Renderer) -> String {
        let mut group = Group::with_title(Level::ERROR.primary_title(self.message.as_str()));
        if let Some((text, span)) = &self.at {
            let span = clipped(text, span);
            group = group.element(
                Snippet::source(&**text)
                    .path(self.origin.as_str())
                    .annotation(AnnotationKind::Primary.span(span)),
            );
        }
        if let Some(note) = &self.note {
            group = group.element(Level::NOTE.message(note.as_str()));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

/// The span within its first line and within the text: a problem with a long list or table needs
/// no more than its beginning shown.
fn clipped(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = span.start.min(text.len());
    let line = text[start..].find('\n').map_or(text.len(), |end| start + end);
    start..span.end.clamp(start, line)
}

/// Whether the edit changed what is at `path` or something on the way to it.
fn touches(edit: &Edit, path: &KeyPath) -> bool {
    let shown = path.to_string();
    shown == edit.path || shown.starts_with(&format!("{}.", edit.path)) || {
        // A list element that was named in the edit has an index in the path.
        let (steps, named): (Vec<&str>, Vec<&str>) =
            (shown.split('.').collect(), edit.path.split('.').collect());
        let same = |(step, name): (&&str, &&str)| step == name || step.parse::<usize>().is_ok();
        steps.len() >= named.len()
            && steps.iter().zip(&named).all(same)
            && steps.get(named.len() - 1) == named.last()
    }
}

/// Whether there is an entry at `path`.
fn exists(document: &Spanned<DeTable<'_>>, path: &KeyPath) -> bool {
    let mut table = Some(document.get_ref());
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for step in path.steps() {
        value = match step {
            Step::Key(key) => table.and_then(|table| table.get(key.as_str())),
            Step::Index(index) => {
                value.and_then(|value| value.get_ref().as_array()).and_then(|list| list.get(*index))
            }
        };
        if value.is_none() {
            return false;
        }
        table = value.and_then(|value| value.get_ref().as_table());
    }
    true
}

/// The bytes of the entry at `path`, or of the innermost entry on the way to it that exists.
fn locate(document: &Spanned<DeTable<'_>>, path: &KeyPath, part: Part) -> Option<Range<usize>> {
    let mut best = None;
    let mut table = Some(document.get_ref());
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for step in path.steps() {
        match step {
            Step::Key(key) => {
                let Some((name, inside)) =
                    table.and_then(|table| table.get_key_value(key.as_str()))
                else {
                    return best.or(Some(0..0));
                };
                best = Some(name.span());
                value = Some(inside);
            }
            Step::Index(index) => {
                let list = value.and_then(|value| value.get_ref().as_array());
                let Some(inside) = list.and_then(|list| list.get(*index)) else { return best };
                best = Some(inside.span());
                value = Some(inside);
            }
        }
        table = value.and_then(|value| value.get_ref().as_table());
    }
    match (part, value) {
        (Part::Value, Some(value)) => Some(value.span()),
        (_, None) => Some(0..0),
        _ => best,
    }
}
