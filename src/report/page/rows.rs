//! The numbers of a chart as a table, for who cannot see it or wants them.

use std::fmt::Write as _;

use super::html::text;
use super::thin::evenly;
use crate::plot::{Axis, Bars, Chart, HeatMap, Lines, Scatter, Series, Side, Stack};

/// Most columns of a table; the whole is in the Parquet tables.
const COLUMNS: usize = 16;
/// Most rows of a table on a page of few charts, and on a page of very many.
const ROWS: (usize, usize) = (21, 5);

/// How many rows a table has on a page with so many charts, all of which must fit into it.
pub(super) fn rows(charts: usize) -> usize {
    (1200 / charts.max(1)).clamp(ROWS.1, ROWS.0)
}

/// A table, and what was left out of it.
struct Cut {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    left_out: Vec<String>,
}

/// A chart's numbers as an HTML table, with a line about what is not in it;
/// of places, points and rows of a matrix at most `most`.
pub(super) fn of(title: &str, chart: &Chart, most: usize) -> String {
    let cut = match chart {
        Chart::Lines(lines) => of_lines(lines, most),
        Chart::Stack(stack) => of_stack(stack, most),
        Chart::Scatter(scatter) => of_scatter(scatter, most),
        Chart::HeatMap(map) => of_map(map, most),
        Chart::Bars(bars) => of_bars(bars),
    };
    let (mut head, mut rows) = (String::new(), String::new());
    // Writing to a string cannot fail.
    for name in &cut.head {
        let _ = write!(head, "<th scope=\"col\">{}</th>", text(name));
    }
    for row in &cut.rows {
        let mut cells = row.iter();
        let first = cells.next().map_or("", String::as_str);
        let _ = write!(rows, "<tr><th scope=\"row\">{}</th>", text(first));
        for cell in cells {
            let _ = write!(rows, "<td>{}</td>", text(cell));
        }
        rows += "</tr>";
    }
    let note = if cut.left_out.is_empty() {
        String::new()
    } else {
        format!(
            "<p class=\"note\">{}; the tables in the folder have all.</p>",
            text(&cut.left_out.join(", "))
        )
    };
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table: {0}\"><table><caption>{0}</caption>\
         <thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}",
        text(title)
    )
}

fn of_lines(lines: &Lines, most: usize) -> Cut {
    let several = |series: &&Series| !series.points.is_empty();
    let series: Vec<&Series> = lines.series.iter().filter(several).collect();
    // Of lines over the same places one place a row, otherwise one point a row.
    let first = series.first().map_or(&[][..], |series| &series.points);
    let same = |series: &&Series| {
        let with = |(one, other): (&(f64, f64), &(f64, f64))| one.0 == other.0;
        series.points.len() == first.len() && series.points.iter().zip(first).all(with)
    };
    if !series.iter().all(same) {
        let points = |at: usize| {
            let name = named(&series[at].name, at);
            series[at].points.iter().map(move |point| (name.clone(), *point))
        };
        let all: Vec<(String, (f64, f64))> = (0..series.len()).flat_map(points).collect();
        return listed("line", &all, &lines.x, &lines.y, most);
    }
    let columns: Vec<(String, Vec<f64>)> = series
        .iter()
        .enumerate()
        .flat_map(|(at, one)| {
            let name = named(&one.name, at);
            let ys = one.points.iter().map(|point| point.1).collect();
            let mut columns = vec![(with_unit(&name, &lines.y), ys)];
            if one.band.len() == one.points.len() {
                let low = one.band.iter().map(|band| band.low).collect();
                let high = one.band.iter().map(|band| band.high).collect();
                columns.push((format!("{name}: from"), low));
                columns.push((format!("{name}: to"), high));
            }
            columns
        })
        .collect();
    let places: Vec<f64> = first.iter().map(|point| point.0).collect();
    by_place(&lines.x, &places, columns, most)
}

fn of_stack(stack: &Stack, most: usize) -> Cut {
    let layers = stack.layers.iter().map(|l| (with_unit(&l.name, &stack.y), l.amounts.clone()));
    by_place(&stack.x, &stack.places, layers.collect(), most)
}

/// A row for each place, a column for each thing.
fn by_place(x: &Axis, places: &[f64], mut columns: Vec<(String, Vec<f64>)>, most: usize) -> Cut {
    let mut left_out = Vec::new();
    if columns.len() > COLUMNS {
        left_out.push(format!("{} of {} columns", COLUMNS, columns.len()));
        columns.truncate(COLUMNS);
    }
    let kept = evenly(places.len(), most);
    if kept.len() < places.len() {
        left_out.push(format!("{} of {} places", kept.len(), places.len()));
    }
    let row = |at: &usize| {
        let values = columns.iter().map(|(_, values)| values.get(*at).copied().unwrap_or(f64::NAN));
        std::iter::once(places[*at]).chain(values).map(digits).collect()
    };
    let rows = kept.iter().map(row).collect();
    let mut head = vec![title(x, "place")];
    head.extend(columns.into_iter().map(|(name, _)| name));
    Cut { head, rows, left_out }
}

fn of_scatter(scatter: &Scatter, most: usize) -> Cut {
    let all: Vec<(String, (f64, f64))> = scatter
        .clouds
        .iter()
        .flat_map(|cloud| cloud.points.iter().map(|point| (cloud.name.clone(), *point)))
        .collect();
    listed("group", &all, &scatter.x, &scatter.y, most)
}

/// A row for each point.
fn listed(what: &str, all: &[(String, (f64, f64))], x: &Axis, y: &Axis, most: usize) -> Cut {
    let kept = evenly(all.len(), 2 * most);
    let row = |at: &usize| {
        let (name, point) = &all[*at];
        vec![name.clone(), digits(point.0), digits(point.1)]
    };
    let left_out = if kept.len() < all.len() {
        vec![format!("{} of {} points", kept.len(), all.len())]
    } else {
        Vec::new()
    };
    Cut {
        head: vec![what.into(), title(x, "across"), title(y, "upwards")],
        rows: kept.iter().map(row).collect(),
        left_out,
    }
}

fn of_bars(bars: &Bars) -> Cut {
    let row = |bar: &crate::plot::Bar| {
        vec![bar.name.clone(), digits(bar.value), digits(bar.low), digits(bar.high)]
    };
    Cut {
        head: vec!["name".into(), title(&bars.value, "value"), "from".into(), "to".into()],
        rows: bars.bars.iter().map(row).collect(),
        left_out: Vec::new(),
    }
}

fn of_map(map: &HeatMap, most: usize) -> Cut {
    let kept = (evenly(map.rows(), most), evenly(map.columns, COLUMNS));
    let mut head = vec![format!("{} \\ {}", side_title(&map.y), side_title(&map.x))];
    head.extend(kept.1.iter().map(|column| place(&map.x, *column, map.columns)));
    let row = |row: &usize| {
        let cell = |column: &usize| digits(map.values[row * map.columns + column]);
        let mut cells = vec![place(&map.y, *row, map.rows())];
        cells.extend(kept.1.iter().map(cell));
        cells
    };
    let mut left_out = Vec::new();
    if kept.0.len() < map.rows() || kept.1.len() < map.columns {
        let (rows, columns) = (map.rows(), map.columns);
        left_out.push(format!(
            "{} of {rows} rows, {} of {columns} columns",
            kept.0.len(),
            kept.1.len()
        ));
    }
    Cut { head, rows: kept.0.iter().map(row).collect(), left_out }
}

/// What a row or a column of a matrix is called.
fn place(side: &Side, at: usize, count: usize) -> String {
    match (side.names.get(at), side.extent) {
        (_, Some((low, high))) => {
            digits(low + (high - low) * (at as f64 + 0.5) / count.max(1) as f64)
        }
        (Some(name), None) => name.clone(),
        (None, None) => at.to_string(),
    }
}

fn side_title(side: &Side) -> String {
    let title = side.title();
    if title.is_empty() { "number".into() } else { title }
}

fn title(axis: &Axis, otherwise: &str) -> String {
    let title = axis.title();
    if title.is_empty() { otherwise.into() } else { title }
}

fn named(name: &str, at: usize) -> String {
    if name.trim().is_empty() { format!("line {}", at + 1) } else { name.to_owned() }
}

fn with_unit(name: &str, axis: &Axis) -> String {
    if axis.unit.is_empty() { name.to_owned() } else { format!("{name} [{}]", axis.unit) }
}

/// A number to five digits; a dash for a gap.
pub(super) fn digits(value: f64) -> String {
    rounded(value, 5)
}

/// A number to so many digits; a dash for a gap.
pub(super) fn rounded(value: f64, count: usize) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let least = crate::num::pow(10.0, (count as f64 - 1.0).max(3.0));
    if (least..1e15).contains(&value.abs()) {
        return grouped(&format!("{value:.0}"));
    }
    let rounded: f64 = format!("{value:.*e}", count.saturating_sub(1)).parse().unwrap_or(value);
    let size = rounded.abs();
    let plain = rounded == 0.0 || (1e-4..1e15).contains(&size);
    let told = if plain { rounded.to_string() } else { format!("{rounded:e}") };
    told.replace('-', "−")
}

/// A whole number with a thin space between its thousands.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("−", digits));
    let mut text = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_amounts_are_whole() {
        let cases = [
            (0.123_456_7, "0.1235"),
            (-12.345_6, "−12.35"),
            (11_260_998.2, "11\u{202f}260\u{202f}998"),
            (-1234.4, "−1\u{202f}234"),
            (2e-9, "2e−9"),
            (0.0, "0"),
            (f64::NAN, "–"),
        ];
        for (value, told) in cases {
            assert_eq!(rounded(value, 4), told);
        }
    }
}
