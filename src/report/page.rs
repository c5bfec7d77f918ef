//! A folder of results as one page of HTML that needs nothing else: no network, no clock.
//!
//! ```text
//! folder ─► contents ─┬─► verdict, numbers, text, assumptions, how to repeat it ─┐
//!                     └─► figures ─┬─► options (data for the chart library) ─────┼─► page
//!                                  ├─► still (a drawing, for print)              │
//!                                  └─► rows (a table) ───────────────────────────┘
//! ```
//!
//! The same folder gives the same bytes. The charts are drawn in the browser by a library that is
//! part of the page; without it, and in print, the static drawings take their place.

mod assumptions;
mod contents;
mod figures;
mod html;
mod options;
mod rows;
mod run;
mod settings;
mod still;
mod thin;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::ReportError;
use super::study::Number;
use contents::Contents;
use html::text;

/// The name of the file in a folder of results.
pub const FILE: &str = "report.html";

const STYLE: &str = include_str!("page/page.css");
/// The page's own script, within one function.
const SCRIPT: &str = concat!(
    "(() => {\n'use strict';\n",
    include_str!("page/script/colours.js"),
    include_str!("page/script/numbers.js"),
    include_str!("page/script/pieces.js"),
    include_str!("page/script/matrices.js"),
    include_str!("page/script/tips.js"),
    include_str!("page/script/chart.js"),
    include_str!("page/script/figure.js"),
    include_str!("page/script/start.js"),
    "})();\n"
);
/// Apache `ECharts`, in parts: `vendor/README.md` says how it was made.
const LIBRARY: &str = include_str!("page/vendor/echarts.min.js");

/// Nothing may be fetched, whatever a page says.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// Writes the page of a folder of results to `out`, whole or not at all; gives where it is.
///
/// # Errors
/// A file of the folder cannot be read, or the page not be written.
pub fn write(folder: &Path, out: &Path) -> Result<PathBuf, ReportError> {
    let page = of(folder)?;
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let beside = out.with_file_name(format!(".{name}.partial"));
    let failed = |source| ReportError::Write { path: out.to_owned(), source };
    let written = fs::write(&beside, page).and_then(|()| fs::rename(&beside, out));
    if written.is_err() {
        // What was left half written helps nobody.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(failed)?;
    Ok(out.to_owned())
}

/// The page of a folder of results.
///
/// # Errors
/// A file of the folder cannot be read.
pub fn of(folder: &Path) -> Result<String, ReportError> {
    let contents = Contents::read(folder)?;
    let (figures, data, thinned) = figures::html(&contents.shown.figures)?;
    let name = text(&contents.manifest.scenario);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"generator\" content=\"{}\">\n<title>{name}: {}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>\n",
        text(&contents.manifest.program),
        text(contents.kind),
    );
    out += &header(&contents);
    out += "<main>\n";
    let mut section = |id: &str, title: &str, body: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>\n{body}</section>"
        );
    };
    section("verdict", "Verdict", &contents.verdict);
    section("numbers", "Key numbers", &numbers(&contents));
    section("charts", "Charts", &format!("{}{figures}", about_charts(&contents, thinned)));
    section("scenario", "Scenario", &contents.texts());
    section("assumptions", "Assumptions that matter here", &assumptions(&contents));
    section("repeat", "How to repeat it", &repeat(&contents));
    out += "</main>\n";
    let _ = write!(
        out,
        "<script type=\"application/json\" id=\"data\">{}</script>\n<script>{LIBRARY}</script>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        html::json(&data)
    );
    Ok(out)
}

fn header(contents: &Contents) -> String {
    let manifest = &contents.manifest;
    let mut links = String::new();
    for (id, title) in [
        ("verdict", "Verdict"),
        ("numbers", "Key numbers"),
        ("charts", "Charts"),
        ("scenario", "Scenario"),
        ("assumptions", "Assumptions"),
        ("repeat", "How to repeat it"),
    ] {
        let _ = write!(links, "<li><a href=\"#{id}\">{title}</a></li>");
    }
    let epochs = match manifest.epochs_run {
        0 | 1 => String::new(),
        epochs => format!("{epochs} epochs, "),
    };
    let mut warning = String::new();
    if manifest.epochs_run < manifest.epochs {
        let _ = writeln!(
            warning,
            "<p class=\"warning\"><strong>Interrupted</strong> after {} of {} epochs: all below is of those.</p>",
            manifest.epochs_run, manifest.epochs
        );
    }
    format!(
        "<header>\n<h1>{}</h1>\n<p class=\"note\">{}, seed {}, {epochs}{}</p>\n{warning}\
         <nav aria-label=\"Contents\"><ul>{links}</ul></nav>\n</header>\n",
        text(&manifest.scenario),
        text(contents.kind),
        manifest.seed,
        text(&manifest.program),
    )
}

fn numbers(contents: &Contents) -> String {
    let shown = &contents.shown;
    if shown.numbers.is_empty() {
        return "<p>The verdict has the numbers.</p>\n".into();
    }
    let mut rows = String::new();
    for number in &shown.numbers {
        let [value, range, unit] = told(number);
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            text(&number.name),
            text(&value),
            text(&range),
            text(&unit)
        );
    }
    format!(
        "<p class=\"note\">{}</p>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Key numbers\">\
         <table class=\"numbers\"><thead><tr><th scope=\"col\">what</th><th scope=\"col\">value</th>\
         <th scope=\"col\">range</th><th scope=\"col\">unit</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n",
        text(&shown.ranges)
    )
}

/// A number as it is told: its value, its range, and its unit.
fn told(number: &Number) -> [String; 3] {
    let is_share = number.unit == "%";
    let share = if is_share { 100.0 } else { 1.0 };
    // As many digits as tell the ends of the range apart.
    let apart = |digits: &usize| {
        let ends =
            number.range.map(|(low, high)| [low, high].map(|end| rows::rounded(end, *digits)));
        ends.is_none_or(|[low, high]| low != high)
    };
    let digits = (4..=7).find(apart).unwrap_or(4);
    let told = |value: f64| {
        // What is left of a difference of equal shares is no share.
        let value = if is_share && value.abs() < 1e-12 { 0.0 } else { value };
        let value = rows::rounded(value * share, digits);
        if is_share { format!("{value} %") } else { value }
    };
    let range = number.range.map(|(low, high)| format!("{} to {}", told(low), told(high)));
    [
        number.value.map_or_else(|| "–".into(), told),
        range.unwrap_or_else(|| "–".into()),
        if is_share { String::new() } else { number.unit.clone() },
    ]
}

fn about_charts(contents: &Contents, thinned: bool) -> String {
    if contents.shown.figures.is_empty() {
        return "<p>This folder has no figures.</p>\n".into();
    }
    let thin = if thinned {
        " Long series are thinned to what a screen can show: of lines the least and the greatest of each stretch are \
         kept, of matrices the greatest of neighbouring cells. The Parquet tables have all."
    } else {
        ""
    };
    format!(
        "<p class=\"note\">Names in a legend switch what they stand for off and on. <span class=\"scripted\">Drag across a \
         chart to zoom, double-click to see all again. With the keyboard: arrows read values, <kbd>+</kbd> and \
         <kbd>−</kbd> zoom, <kbd>0</kbd> shows all.</span>{thin}</p>\n\
         <noscript><p class=\"warning\">Without scripts the charts are static drawings.</p></noscript>\n"
    )
}

fn assumptions(contents: &Contents) -> String {
    let version = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    format!(
        "<p class=\"note\">From the list of {version} of what the model takes for granted.</p>\n{}",
        assumptions::html(&contents.settings)
    )
}

fn repeat(contents: &Contents) -> String {
    let manifest = &contents.manifest;
    let mut out = String::new();
    if !contents.shown.command.is_empty() {
        let _ = writeln!(
            out,
            "<p>{}:</p>\n<pre class=\"command\" tabindex=\"0\" role=\"region\" aria-label=\"Command\"><code>{}</code></pre>",
            text(contents.from_where),
            text(&contents.shown.command)
        );
    }
    let tables: Vec<String> =
        manifest.rows.iter().map(|(name, rows)| format!("{name}.parquet ({rows} rows)")).collect();
    let _ = writeln!(
        out,
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Digests\"><table><tbody>"
    );
    for (what, value) in [
        ("program", format!("<code>{}</code>", text(&manifest.program))),
        ("seed", manifest.seed.to_string()),
        ("digest of the text", format!("<code>{}</code>", text(&manifest.scenario_digest))),
        ("digest of the results", format!("<code>{}</code>", text(&manifest.result_digest))),
        ("tables", text(&tables.join(", "))),
    ] {
        let _ = writeln!(out, "<tr><th scope=\"row\">{what}</th><td>{value}</td></tr>");
    }
    out + "</tbody></table></div>\n<p>The same program gives the same digest of the results on any number of threads; it \
           is the last line that it prints. The same folder gives this page again, to the byte.</p>\n"
}
