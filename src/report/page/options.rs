//! A figure as options for the chart library of the page.
//!
//! What is plain data is said here, in the library's own words: axes, series, marks. What must be a
//! function there (how a number is written, how a band is drawn) is only named here, and `script/`
//! supplies it: `draw` says which shape a series has, and `x`, `y` and `value` how the numbers of an
//! axis are written.

use serde_json::{Value, json};

use super::thin::Thinning;
use crate::plot::{
    Axis, Bars, Chart, Colour, Dash, Emphasis, Figure, HeatMap, Kind, Lines, Look, Looks, Mark,
    Marker, Scale, Scatter, Series, Side, Stack, Ticks, ZeroCells,
};

/// A figure as the page's script reads it: the names in its legend, and its panels.
pub(super) fn of(figure: &Figure, thin: Thinning) -> Value {
    let looks = figure.looks();
    let names: Vec<&str> = looks.legend().map(|(name, _)| name).collect();
    let panels: Vec<Value> = figure
        .panels
        .iter()
        .map(|panel| {
            let mut value = chart(&panel.chart, &looks, thin);
            value["option"]["legend"] = json!({ "show": false, "data": names });
            value
        })
        .collect();
    json!({ "names": names, "panels": panels })
}

fn chart(chart: &Chart, looks: &Looks, thin: Thinning) -> Value {
    match chart {
        Chart::Lines(lines) => of_lines(lines, chart, looks, thin),
        Chart::Stack(stack) => of_stack(stack, chart, looks, thin),
        Chart::Scatter(scatter) => of_scatter(scatter, chart, looks, thin),
        Chart::HeatMap(map) => of_map(map, thin),
        Chart::Bars(bars) => of_bars(bars),
    }
}

fn of_lines(lines: &Lines, chart: &Chart, looks: &Looks, thin: Thinning) -> Value {
    let scales = [lines.x.scale, lines.y.scale];
    let mut series = Vec::new();
    for line in &lines.series {
        series.extend(bands(line, looks.of(&line.name), scales, thin));
    }
    series.extend(lines.series.iter().map(|one| line(one, looks.of(&one.name), scales, thin)));
    series.push(marks(&lines.x_marks, &lines.y_marks, scales));
    // Of lines that turn back, such as contours, no place on the axis across tells one value each.
    let onward =
        |one: &Series| one.dots || one.points.is_sorted_by(|a, b| a.0.total_cmp(&b.0).is_le());
    let pointer = if lines.series.iter().all(onward) { "axis" } else { "item" };
    framed(&lines.x, &lines.y, chart, &series, pointer)
}

fn of_stack(stack: &Stack, chart: &Chart, looks: &Looks, thin: Thinning) -> Value {
    let scales = [stack.x.scale, stack.y.scale];
    let kept = thin.places(stack.places.len());
    let at = |amounts: &[f64], place: usize| amounts.get(place).copied().unwrap_or(f64::NAN);
    let gap = |place: usize| stack.layers.iter().all(|l| !at(&l.amounts, place).is_finite());
    let layer = |layer: &crate::plot::Layer| {
        let look = looks.of(&layer.name);
        let amount = |place: usize| match at(&layer.amounts, place) {
            _ if gap(place) => f64::NAN,
            amount if amount > 0.0 => amount,
            _ => 0.0,
        };
        let data: Vec<Value> =
            kept.iter().map(|place| pair((stack.places[*place], amount(*place)), scales)).collect();
        json!({
            "type": "custom", "draw": "layer", "name": layer.name, "data": data,
            "color": hex(look.colour), "silent": true,
        })
    };
    let mut series: Vec<Value> = stack.layers.iter().map(layer).collect();
    series.extend(stack.lines.iter().map(|one| line(one, looks.of(&one.name), scales, thin)));
    series.push(marks(&stack.x_marks, &[], scales));
    framed(&stack.x, &stack.y, chart, &series, "axis")
}

fn of_scatter(scatter: &Scatter, chart: &Chart, looks: &Looks, thin: Thinning) -> Value {
    let scales = [scatter.x.scale, scatter.y.scale];
    let cloud = |cloud: &crate::plot::Cloud| {
        let look = looks.of(&cloud.name);
        let known = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
        let points: Vec<&(f64, f64)> = cloud.points.iter().filter(known).collect();
        let kept = thin.places(points.len());
        let data: Vec<Value> = kept.iter().map(|at| pair(*points[*at], scales)).collect();
        let opacity = if look.emphasis == Emphasis::Faint { 0.4 } else { 0.8 };
        json!({
            "type": "scatter", "name": cloud.name, "data": data, "color": hex(look.colour),
            "symbol": symbol(look.marker), "symbolSize": number(2.0 * look.radius() + 1.0),
            "itemStyle": { "opacity": opacity },
        })
    };
    let mut series: Vec<Value> = scatter.clouds.iter().map(cloud).collect();
    let guides = scatter.lines();
    series.extend(guides.iter().map(|guide| {
        let mut look = looks.of(&guide.name);
        (look.kind, look.marker) = (Kind::Overlay, None);
        line(guide, look, scales, Thinning { points: 60, ..thin })
    }));
    framed(&scatter.x, &scatter.y, chart, &series, "item")
}

fn of_bars(bars: &Bars) -> Value {
    let scale = bars.value.scale;
    let value = |value: f64| scaled(value, scale);
    let names: Vec<&str> = bars.bars.iter().map(|bar| bar.name.as_str()).collect();
    let data: Vec<Value> = bars
        .bars
        .iter()
        .map(|bar| json!({ "value": value(bar.value), "itemStyle": { "color": hex(bar.colour) } }))
        .collect();
    let errors: Vec<Value> = bars
        .bars
        .iter()
        .enumerate()
        .map(|(at, bar)| json!([at, value(bar.low), value(bar.high)]))
        .collect();
    let series = json!([
        { "type": "bar", "data": data, "barMaxWidth": 22 },
        { "type": "custom", "draw": "error", "data": errors, "encode": { "x": [1, 2], "y": 0 },
          "silent": true },
    ]);
    let names = json!({ "type": "category", "data": names, "inverse": true });
    json!({
        "option": { "xAxis": axis(&bars.value, bars.span()), "yAxis": names, "series": series },
        "x": writing(&bars.value), "pointer": "item", "names": "y", "zoom": "",
        "rows": bars.bars.len(),
    })
}

fn of_map(map: &HeatMap, thin: Thinning) -> Value {
    let rows = map.rows();
    let (columns, values) = thin.matrix(map.columns, &map.values);
    let (low, high) = map.span().unwrap_or((0.0, 1.0));
    let scale = map.value.scale;
    let values: Vec<Value> = values.into_iter().map(number).collect();
    let outlines: Vec<Value> = map
        .outlines
        .iter()
        .map(|line| line.iter().map(|point| json!([number(point.0), number(point.1)])).collect())
        .collect();
    let side = |side: &Side, count: usize, downwards: bool| {
        json!({
            "title": side.title(), "names": side.names, "extent": side.extent, "count": count,
            "ticks": ticks(side.ticks), "downwards": downwards,
            "groups": side.groups.iter().map(|g| json!([g.name, g.count])).collect::<Vec<_>>(),
        })
    };
    let colours: Vec<String> = Colour::scale().iter().map(|colour| hex(*colour)).collect();
    json!({
        "option": { "series": [] },
        "map": {
            "columns": columns, "values": values, "outlines": outlines, "colours": colours,
            "low": number(low), "high": number(high), "scale": name_of(scale),
            "zero": if map.zero == ZeroCells::Apart || scale == Scale::Log {
                Some(hex(Colour::ZERO))
            } else {
                None
            },
            "across": side(&map.x, map.columns, false),
            "upwards": side(&map.y, rows, !map.y.is_numeric()),
        },
        "value": writing(&map.value), "pointer": "item", "zoom": "xy",
    })
}

/// A chart with two axes.
fn framed(x: &Axis, y: &Axis, chart: &Chart, series: &[Value], pointer: &str) -> Value {
    let [across, upwards] = chart.spans().unwrap_or([(0.0, 1.0); 2]);
    let zoom = if pointer == "axis" { "x" } else { "xy" };
    json!({
        "option": { "xAxis": axis(x, across), "yAxis": axis(y, upwards), "series": series },
        "x": writing(x), "y": writing(y), "pointer": pointer, "zoom": zoom,
    })
}

fn axis(axis: &Axis, span: (f64, f64)) -> Value {
    let kind = if axis.scale == Scale::Log { "log" } else { "value" };
    let mut value = json!({
        "type": kind, "name": axis.title(),
        "min": scaled(span.0, axis.scale), "max": scaled(span.1, axis.scale),
    });
    if axis.ticks == Ticks::Whole && axis.scale == Scale::Linear {
        value["minInterval"] = json!(1);
    }
    value
}

/// How the numbers of an axis are written.
fn writing(axis: &Axis) -> Value {
    json!({
        "label": axis.label, "unit": axis.unit, "ticks": ticks(axis.ticks),
        "scale": name_of(axis.scale),
    })
}

fn line(series: &Series, look: Look, scales: [Scale; 2], thin: Thinning) -> Value {
    let points = thin.line(&series.points);
    let data: Vec<Value> = points.iter().map(|point| pair(*point, scales)).collect();
    if series.dots {
        return json!({
            "type": "scatter", "name": series.name, "data": data, "color": hex(look.colour),
            "symbolSize": 4, "z": 4,
        });
    }
    let few = points.len() <= 40 && look.emphasis != Emphasis::Faint;
    let alone = points.len() == 1;
    let dash = match look.dash {
        Dash::Auto | Dash::Solid => json!("solid"),
        Dash::Dashed => json!([9, 5]),
        Dash::Dotted => json!([2, 4]),
        Dash::DashDot => json!([9, 4, 2, 4]),
    };
    json!({
        "type": "line", "name": series.name, "data": data, "color": hex(look.colour),
        "symbol": if few || alone { symbol(look.marker) } else { "none" }, "symbolSize": 6,
        "showAllSymbol": true,
        "lineStyle": { "width": number(look.width()), "type": dash },
        "endLabel": { "show": !series.label.is_empty(), "formatter": series.label },
        "emphasis": { "disabled": true },
        "z": if look.emphasis == Emphasis::Strong || look.kind == Kind::Overlay { 4 } else { 3 },
    })
}

/// The bands around a line, which go with it when it is switched off.
fn bands(series: &Series, look: Look, scales: [Scale; 2], thin: Thinning) -> Vec<Value> {
    let three = |along: (f64, Scale), ends: (f64, f64), across: Scale| {
        json!([scaled(along.0, along.1), scaled(ends.0, across), scaled(ends.1, across)])
    };
    let band = |draw: &str, data: Vec<Value>| {
        json!({
            "type": "custom", "draw": draw, "name": series.name, "data": data,
            "color": hex(look.colour), "silent": true, "z": 2,
        })
    };
    let mut drawn = Vec::new();
    if !series.band.is_empty() {
        let kept = thin.places(series.band.len());
        let place = |at: &usize| {
            let band = series.band[*at];
            three((band.x, scales[0]), (band.low, band.high), scales[1])
        };
        drawn.push(band("band", kept.iter().map(place).collect()));
    }
    if !series.side_band.is_empty() {
        let kept = thin.places(series.side_band.len());
        let place = |at: &usize| {
            let band = series.side_band[*at];
            three((band.y, scales[1]), (band.low, band.high), scales[0])
        };
        drawn.push(band("side-band", kept.iter().map(place).collect()));
    }
    drawn
}

/// The lines across the chart, as a series without points.
fn marks(upright: &[Mark], level: &[Mark], scales: [Scale; 2]) -> Value {
    let mark = |key: &str, mark: &Mark, scale: Scale| json!({ key: scaled(mark.at, scale), "name": mark.label });
    let upright = upright.iter().map(|one| mark("xAxis", one, scales[0]));
    let lines: Vec<Value> =
        upright.chain(level.iter().map(|one| mark("yAxis", one, scales[1]))).collect();
    json!({ "type": "line", "name": "", "data": [], "silent": true, "markLine": { "data": lines } })
}

fn pair((x, y): (f64, f64), scales: [Scale; 2]) -> Value {
    json!([scaled(x, scales[0]), scaled(y, scales[1])])
}

/// A value as its axis has it: on an axis of square roots its root, with its sign, because the
/// library knows no such axis; nothing where it cannot be shown.
fn scaled(value: f64, scale: Scale) -> Value {
    match scale {
        Scale::Linear => number(value),
        Scale::Sqrt => number(value.abs().sqrt().copysign(value)),
        Scale::Log if value > 0.0 => number(value),
        Scale::Log => Value::Null,
    }
}

/// A number to seven digits, which no screen can tell from more; nothing for a gap.
pub(super) fn number(value: f64) -> Value {
    let rounded: f64 = format!("{value:.6e}").parse().unwrap_or(f64::NAN);
    if !rounded.is_finite() {
        return Value::Null;
    }
    // Whole numbers without a point: of thousands of epochs that is a fifth of the page.
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
    if rounded.fract() == 0.0 && rounded.abs() < 9e15 {
        return json!(rounded as i64);
    }
    json!(rounded)
}

fn symbol(marker: Option<Marker>) -> &'static str {
    match marker {
        Some(Marker::Square) => "rect",
        Some(Marker::Up) => "triangle",
        Some(Marker::Diamond) => "diamond",
        Some(Marker::Down) => "path://M0 0 L10 0 L5 9 Z",
        Some(Marker::Plus) => "path://M4 0H6V4H10V6H6V10H4V6H0V4H4Z",
        Some(Marker::Circle) | None => "circle",
    }
}

fn ticks(ticks: Ticks) -> &'static str {
    match ticks {
        Ticks::Number => "number",
        Ticks::Percent => "percent",
        Ticks::Whole => "whole",
        Ticks::Hidden => "hidden",
    }
}

fn name_of(scale: Scale) -> &'static str {
    match scale {
        Scale::Linear => "linear",
        Scale::Sqrt => "sqrt",
        Scale::Log => "log",
    }
}

/// A colour as pages write it.
pub(super) fn hex(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
