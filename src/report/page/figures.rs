//! The figures of a page: what the script draws, what stands there without it, and the table.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::html::text;
use super::thin::Thinning;
use super::{options, rows, still};
use crate::plot::{Chart, Dash, Figure, Kind, Look, Marker};
use crate::report::ReportError;
use crate::report::figures::Named;

/// Most of the data of all charts together `[bytes]`.
const DATA: usize = 1_200_000;
/// Most of all static pictures together, before they are made smaller and then left out `[bytes]`.
const STILLS: usize = 1_900_000;

/// The figures as HTML, their data for the script, and whether a series was thinned.
pub(super) fn html(figures: &[Named]) -> Result<(String, Value, bool), ReportError> {
    let (data, thinned) = data(figures);
    let stills = stills(figures)?;
    let mut out = contents(figures);
    let most = rows::rows(figures.iter().map(|named| named.figure.panels.len()).sum());
    for (at, (named, still)) in figures.iter().zip(stills).enumerate() {
        out += &one(at, named, &still, most);
    }
    Ok((out, data, thinned))
}

/// The data of all charts, thinned as far as the page needs it.
fn data(figures: &[Named]) -> (Value, bool) {
    let longest = figures.iter().map(|named| longest(&named.figure));
    let longest = longest.fold((0, 0), |most, one| (most.0.max(one.0), most.1.max(one.1)));
    let mut last = Value::Null;
    for thin in Thinning::STEPS {
        let all: Vec<Value> =
            figures.iter().map(|named| options::of(&named.figure, thin)).collect();
        last = json!({ "figures": all });
        if last.to_string().len() <= DATA {
            return (last, longest.0 > thin.points || longest.1 > thin.cells);
        }
    }
    (last, true)
}

/// The points of the longest series of a figure, and the cells of the longer side of its largest
/// matrix.
fn longest(figure: &Figure) -> (usize, usize) {
    let mut most = (0, 0);
    for panel in &figure.panels {
        let points = match &panel.chart {
            Chart::Lines(lines) => lines.series.iter().map(|one| one.points.len()).max(),
            Chart::Stack(stack) => Some(stack.places.len()),
            Chart::Scatter(scatter) => scatter.clouds.iter().map(|one| one.points.len()).max(),
            Chart::HeatMap(map) => {
                most.1 = most.1.max(map.columns).max(map.rows());
                None
            }
            Chart::Bars(_) => None,
        };
        most.0 = most.0.max(points.unwrap_or(0));
    }
    most
}

/// The static picture of each figure.
fn stills(figures: &[Named]) -> Result<Vec<String>, ReportError> {
    let draw = |small: bool| -> Result<Vec<String>, ReportError> {
        let each = figures.iter().map(|named| {
            still::html(&named.figure, small)
                .map_err(|source| ReportError::Plot { name: named.name.clone(), source })
        });
        each.collect()
    };
    let total = |stills: &[String]| stills.iter().map(String::len).sum::<usize>();
    let mut stills = draw(false)?;
    if total(&stills) > STILLS {
        stills = draw(true)?;
    }
    let mut sum = 0;
    for (still, named) in stills.iter_mut().zip(figures) {
        sum += still.len();
        if sum > STILLS {
            *still = format!(
                "<p class=\"note\">A page cannot hold more pictures; <code>plots/{}.svg</code> in the folder is this one.</p>",
                text(&named.name)
            );
        }
    }
    Ok(stills)
}

/// Links to the figures.
fn contents(figures: &[Named]) -> String {
    if figures.len() < 4 {
        return String::new();
    }
    let mut links = String::new();
    for Named { name, figure } in figures {
        // Writing to a string cannot fail.
        let _ = write!(
            links,
            "<li><a href=\"#figure-{}\">{}</a> <small>{}</small></li>",
            text(name),
            text(&figure.title),
            text(name)
        );
    }
    format!("<nav class=\"figures\" aria-label=\"Charts\"><ul>{links}</ul></nav>\n")
}

fn one(at: usize, Named { name, figure }: &Named, still: &str, most: usize) -> String {
    let (id, title) = (text(name), text(&figure.title));
    let mut out = format!(
        "<article class=\"figure\" id=\"figure-{id}\" data-figure=\"{at}\" aria-labelledby=\"figure-{id}-title\">\n\
         <h3 id=\"figure-{id}-title\">{title}</h3>\n"
    );
    if !figure.subtitle.is_empty() {
        let _ = writeln!(out, "<p class=\"note\">{}</p>", text(&figure.subtitle));
    }
    out += &legend(figure);
    let across = figure.across();
    let _ = write!(out, "<div class=\"panels scripted\" style=\"--across:{across}\">");
    for (at, panel) in figure.panels.iter().enumerate() {
        let heading = if panel.title.is_empty() {
            String::new()
        } else {
            format!("<h4>{}</h4>", text(&panel.title))
        };
        let called = if panel.title.is_empty() { &figure.title } else { &panel.title };
        let rows = match &panel.chart {
            Chart::Bars(bars) => bars.bars.len(),
            _ => 0,
        };
        let _ = write!(
            out,
            "<div class=\"panel\">{heading}<div class=\"chart\" data-panel=\"{at}\" style=\"--rows:{rows}\" tabindex=\"0\" \
             role=\"group\" aria-roledescription=\"interactive chart\" aria-label=\"{}, {}. Arrow keys read values, plus and \
             minus zoom, 0 shows all.\"></div><p class=\"read\" aria-live=\"polite\"></p></div>",
            text(called),
            kind(&panel.chart)
        );
    }
    let _ = write!(
        out,
        "</div>\n<div class=\"still\" role=\"img\" aria-label=\"{title}\">{still}</div>\n"
    );
    out += "<details><summary>Data table</summary>";
    for panel in &figure.panels {
        let called = if panel.title.is_empty() { &figure.title } else { &panel.title };
        out += &rows::of(called, &panel.chart, most);
    }
    out + "</details>\n</article>\n"
}

fn kind(chart: &Chart) -> &'static str {
    match chart {
        Chart::Lines(_) => "a line chart",
        Chart::Stack(_) => "a stacked area chart",
        Chart::Scatter(_) => "a scatter chart",
        Chart::HeatMap(_) => "a heat map",
        Chart::Bars(_) => "a bar chart",
    }
}

/// The legend: a switch for each name.
fn legend(figure: &Figure) -> String {
    let looks = figure.looks();
    let mut entries = String::new();
    let mut count = 0;
    for (name, look) in looks.legend() {
        count += 1;
        let _ = write!(
            entries,
            "<button type=\"button\" aria-pressed=\"true\" data-name=\"{0}\">{1}<span>{0}</span></button>",
            text(name),
            sign(look)
        );
    }
    match count {
        0 => String::new(),
        1..=3 => format!(
            "<div class=\"legend scripted\" role=\"group\" aria-label=\"Shown\">{entries}</div>\n"
        ),
        _ => format!(
            "<div class=\"legend scripted\" role=\"group\" aria-label=\"Shown\">{entries}\
             <button type=\"button\" class=\"all\" data-all=\"1\">all</button>\
             <button type=\"button\" class=\"all\" data-all=\"0\">none</button></div>\n"
        ),
    }
}

/// The sign of a name in the legend: a piece of its line, its area or its point.
fn sign(look: Look) -> String {
    let dash = match look.dash {
        Dash::Auto | Dash::Solid => "",
        Dash::Dashed => " stroke-dasharray=\"7 4\"",
        Dash::Dotted => " stroke-dasharray=\"2 3\"",
        Dash::DashDot => " stroke-dasharray=\"7 3 2 3\"",
    };
    let marker = match look.marker {
        None => "",
        Some(Marker::Circle) => "<circle cx=\"12\" cy=\"6\" r=\"3.5\"/>",
        Some(Marker::Square) => "<path d=\"M9 3h6v6h-6z\"/>",
        Some(Marker::Up) => "<path d=\"M8 9.5h8l-4-7z\"/>",
        Some(Marker::Diamond) => "<path d=\"M12 2l4 4-4 4-4-4z\"/>",
        Some(Marker::Down) => "<path d=\"M8 2.5h8l-4 7z\"/>",
        Some(Marker::Plus) => "<path d=\"M11 2h2v3h3v2h-3v3h-2v-3h-3v-2h3z\"/>",
    };
    let body = match look.kind {
        Kind::Layer => "<path d=\"M3 1h18v10h-18z\"/>".to_owned(),
        Kind::Cloud => marker.to_owned(),
        Kind::Line | Kind::LabelledLine | Kind::Overlay => {
            format!("<path d=\"M0 6h24\" fill=\"none\" stroke-width=\"2\"{dash}/>{marker}")
        }
    };
    let colour = options::hex(look.colour);
    format!(
        "<svg class=\"sign\" data-colour=\"{colour}\" width=\"24\" height=\"12\" viewBox=\"0 0 24 12\" \
         fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"0\" aria-hidden=\"true\">{body}</svg>"
    )
}
