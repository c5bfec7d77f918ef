//! The experiment's figures.

use super::Variant;
use crate::plot::{
    Axis, Band, Chart, Colour, Dash, Emphasis, Figure, Lines, Panel, Range, Series as Line,
    SideBand, Style, Ticks,
};
use crate::report::figures::Named;
use crate::study::retention::{HONEST_STAKES, Map, Spread};

/// Published vertices nearer than this to the one drawn before are not drawn, in units of either
/// weight.
const APART: f64 = 0.04;

/// How the spread of the draws looks, apart from the confidence that has the colour of its line: of
/// few draws either can be the wider one.
const GREY: Style =
    Style { colour: Some(Colour::SOFT), emphasis: Emphasis::Faint, dash: Dash::Solid };

/// The retention lines of each variant, and what each honest stake needs.
#[must_use]
pub fn figures(variants: &[Variant]) -> Vec<Named> {
    let panels = variants.iter().map(map_panel).collect();
    let lines = Figure {
        title: "Where an honest majority keeps its stake".into(),
        subtitle: map_subtitle(variants),
        panels,
        ..Figure::default()
    };
    let required = Chart::Lines(Lines {
        x: share("honest share of stake", Range::Fixed { low: 0.5, high: 1.0 }),
        y: share("required honest utility", Range::Data),
        series: variants.iter().flat_map(required_lines).collect(),
        ..Lines::default()
    });
    let required =
        Figure::of("How useful an honest majority must be", &required_subtitle(variants), required);
    vec![
        Named { name: "retention".into(), figure: lines },
        Named { name: "required".into(), figure: required },
    ]
}

fn share(label: &str, range: Range) -> Axis {
    Axis { ticks: Ticks::Percent, range, ..Axis::new(label, "") }
}

fn map_subtitle(variants: &[Variant]) -> String {
    let mut told = vec![
        "right of a line the honest team gains stake; its label is the honest share of stake"
            .into(),
    ];
    told.extend(bands(variants));
    let far = variants.iter().filter_map(|variant| Some(variant.farthest()?.1)).reduce(f64::max);
    told.extend(far.map(|far| format!("dots: published vertices, at most {far:.1e} off the line")));
    told.join("; ")
}

fn required_subtitle(variants: &[Variant]) -> String {
    let mut told =
        vec!["weight on honest servers that keeps the stake against the worst cabal".into()];
    told.extend(bands(variants));
    told.join("; ")
}

/// What lines and bands mean where there are several draws, and gaps in lines.
fn bands(variants: &[Variant]) -> Option<String> {
    let several = variants.iter().find(|variant| variant.is_spread()).map(|v| v.maps.len());
    let never = variants
        .iter()
        .any(|variant| (0..HONEST_STAKES.len()).any(|at| variant.spread(at).never > 0));
    match (several, never) {
        (None, false) => None,
        (None, true) => Some("no line where no weight keeps the stake".into()),
        (Some(draws), _) => Some(format!(
            "line: mean of {draws} draws{}; coloured: 95 % confidence interval of the mean; grey: \
             the middle 95 % of the draws",
            if never { ", missing where a draw never keeps the stake" } else { "" }
        )),
    }
}

fn map_panel(variant: &Variant) -> Panel {
    let whole = Range::Fixed { low: 0.0, high: 1.0 };
    let mut series = Vec::new();
    for (at, map) in variant.first().iter().enumerate() {
        let emphasis =
            if map.honest_stake == variant.spoken_of { Emphasis::Strong } else { Emphasis::Normal };
        let name = format!("{:.0}\u{202f}%", map.honest_stake * 100.0);
        let style = Style { emphasis, colour: Some(colour(map.honest_stake)), dash: Dash::Solid };
        if variant.is_spread() {
            let line = variant.line(at);
            let side_band = |of: fn(&Spread) -> (f64, f64)| side_band(&line, of);
            let draws = side_band(|spread| spread.middle);
            series.push(Line { side_band: draws, style: GREY, ..Line::default() });
            series.push(Line {
                style,
                label: name.clone(),
                side_band: side_band(|spread| spread.confidence),
                ..Line::new(&name, line.iter().map(|(cabal, s)| (s.mean, *cabal)).collect())
            });
        } else {
            series.push(Line { style, label: name.clone(), ..Line::new(&name, single_line(map)) });
        }
    }
    let dots = dots(variant);
    let style = Style { emphasis: Emphasis::Faint, colour: Some(Colour::INK), ..Style::default() };
    if !dots.is_empty() {
        series.push(Line { style, dots: true, ..Line::new("published vertices", dots) });
    }
    let chart = Chart::Lines(Lines {
        x: share("honest weight on honest", whole),
        y: share("cabal's weight on itself", whole),
        series,
        ..Lines::default()
    });
    Panel { title: variant.name.clone(), chart }
}

/// The retention line of one draw, drawn as the published ones.
fn single_line(map: &Map) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for piece in map.rounded().retention_line() {
        points.extend(piece);
        // A gap between the pieces of one line.
        points.push((f64::NAN, f64::NAN));
    }
    points
}

fn side_band(line: &[(f64, Spread)], of: fn(&Spread) -> (f64, f64)) -> Vec<SideBand> {
    let place = |(y, spread): &(f64, Spread)| {
        let (low, high) = kept(of(spread));
        SideBand { y: *y, low, high }
    };
    line.iter().map(place).collect()
}

/// An interval as far as there are weights: what is never reached lies beyond the edge.
fn kept((low, high): (f64, f64)) -> (f64, f64) {
    (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0))
}

/// The published vertices that are drawn.
fn dots(variant: &Variant) -> Vec<(f64, f64)> {
    let mut shown = Vec::new();
    for line in &variant.published {
        let mut last: Option<(f64, f64)> = None;
        for &(x, y) in &line.vertices {
            let far = |(a, b): (f64, f64)| (x - a).abs().max((y - b).abs()) >= APART;
            if last.is_none_or(far) {
                shown.push((x, y));
                last = Some((x, y));
            }
        }
    }
    shown
}

/// Dark for a bare majority, light for nearly all of the stake, by way of green.
fn colour(honest_stake: f64) -> Colour {
    let (dark, middle, light) = (Colour(68, 1, 84), Colour(33, 145, 140), Colour(220, 200, 30));
    let place = ((honest_stake - 0.5) * 2.0).clamp(0.0, 1.0);
    if place < 0.5 { dark.mix(middle, place * 2.0) } else { middle.mix(light, place * 2.0 - 1.0) }
}

/// The line of a variant with its bands.
fn required_lines(variant: &Variant) -> Vec<Line> {
    let spreads: Vec<(f64, Spread)> =
        HONEST_STAKES.iter().enumerate().map(|(at, &stake)| (stake, variant.spread(at))).collect();
    let band = |of: fn(&Spread) -> (f64, f64)| {
        let place = |(x, spread): &(f64, Spread)| {
            let (low, high) = kept(of(spread));
            Band { x: *x, low, high }
        };
        if variant.is_spread() { spreads.iter().map(place).collect() } else { Vec::new() }
    };
    let means = spreads.iter().map(|(stake, spread)| (*stake, spread.mean)).collect();
    vec![
        Line { band: band(|spread| spread.middle), style: GREY, ..Line::default() },
        Line { band: band(|spread| spread.confidence), ..Line::new(&variant.name, means) },
    ]
}
