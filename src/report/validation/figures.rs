//! What was recorded, and what the rules give for it, beside each other.

use crate::plot::{
    Axis, Chart, Cloud, Colour, Dash, Emphasis, Figure, Lines, Mark, Panel, Range, Scale, Scatter,
    Series, Style, Ticks,
};
use crate::report::figures::Named;
use crate::study::validation::emission_2025::Read;
use crate::study::validation::issuance::Point;
use crate::study::validation::shares_2026::{AUGUST, Gated, JULY};
use crate::study::validation::{Pair, Validation, l1, median};
use crate::units::BLOCKS_PER_DAY;

/// Below this nobody would see a point, of shares and of TAO per block.
const LEAST: f64 = 1e-7;

/// Half of the last decimal of a recorded moving price: below this a move is noise
/// `[TAO per alpha]`.
const NOISE: f64 = 5e-10;

/// A line to compare points to, which does not stand out.
const FAINT: Style =
    Style { colour: Some(Colour::SOFT), emphasis: Emphasis::Faint, dash: Dash::Dashed };

/// Every figure that there is a record for.
#[must_use]
pub fn figures(validation: &Validation) -> Vec<Named> {
    let date = |date| validation.gate.iter().find(|gated| gated.date == date);
    let (july, august) = (date(JULY), date(AUGUST));
    let drawn = [
        ("emission-2025", (!validation.emission.is_empty()).then(|| emission(validation))),
        ("moving-price", (!validation.ema.is_empty()).then(|| moving_price(&validation.ema))),
        ("shares-2026", july.zip(august).map(|(july, august)| shares(validation, july, august))),
        ("injection-2026", august.map(injection)),
        ("lock-costs", (!validation.locks.is_empty()).then(|| locks(validation))),
        ("issuance", (!validation.issuance.is_empty()).then(|| issuance(validation))),
    ];
    let named = |(name, figure): (&str, Option<Figure>)| {
        figure.map(|figure| Named { name: format!("chain-{name}"), figure })
    };
    drawn.into_iter().filter_map(named).collect()
}

fn log(label: &str, unit: &str) -> Axis {
    Axis { scale: Scale::Log, ..Axis::new(label, unit) }
}

fn panel(title: &str, chart: Chart) -> Panel {
    Panel { title: title.into(), chart }
}

/// Recorded and computed, where both can be seen on logarithmic axes.
fn points(pairs: &[Pair]) -> Vec<(f64, f64)> {
    let seen = |pair: &&Pair| pair.recorded > LEAST && pair.computed > LEAST;
    pairs.iter().filter(seen).map(|pair| (pair.recorded, pair.computed)).collect()
}

/// Recomputed over recorded, on logarithmic axes of one span, with the line where they are equal
/// below the points.
fn against(unit: &str, dots: Vec<Series>) -> Chart {
    let all = || dots.iter().flat_map(|series| &series.points).flat_map(|(x, y)| [*x, *y]);
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
    let (low, high) = (low / 1.5, high * 1.5);
    let range = Range::Fixed { low, high };
    let equal = Series { style: FAINT, ..Series::new("equal", vec![(low, low), (high, high)]) };
    Chart::Lines(Lines {
        x: Axis { range, ..log("recorded", unit) },
        y: Axis { range, ..log("recomputed", unit) },
        series: [equal].into_iter().chain(dots).collect(),
        ..Lines::default()
    })
}

fn dots(name: &str, points: Vec<(f64, f64)>) -> Series {
    Series { dots: true, ..Series::new(name, points) }
}

/// Absolute errors over what was recorded, of two kinds.
fn errors(unit: &str, kinds: [(&str, &[Pair]); 2]) -> Chart {
    let cloud = |(name, pairs): (&str, &[Pair])| {
        let far = pairs.iter().map(|pair| (pair.recorded, pair.error()));
        let points = far.filter(|(recorded, error)| *recorded > LEAST && *error > 0.0).collect();
        Cloud { name: name.into(), points, ..Cloud::default() }
    };
    Chart::Scatter(Scatter {
        x: log("recorded", unit),
        y: log("error", unit),
        clouds: kinds.into_iter().map(cloud).collect(),
        guides: Vec::new(),
    })
}

/// All reads, the error of each, and what sparse samples of the price cost.
fn emission(of: &Validation) -> Figure {
    let first = of.emission.first().map_or(0, |read| read.block);
    let day = |read: &Read| (read.block - first) as f64 / BLOCKS_PER_DAY as f64;
    let all = of.emission.iter().flat_map(|read| points(&read.pairs)).collect();
    let by_day = of.emission.iter().map(|read| (day(read), l1(&read.pairs))).collect();
    let date = of.emission.first().map_or("", |read| &read.date);
    let error = || Axis {
        range: Range::FromZero,
        ..Axis::new("sum of errors of all pools", "TAO per block")
    };
    let strong = Style { emphasis: Emphasis::Strong, ..Style::default() };
    let autumn =
        |points| Series { style: strong, ..Series::new("autumn, against the record", points) };
    let aim = || vec![Mark { at: 5e-4, label: "aim".into() }];
    let by_day = Chart::Lines(Lines {
        x: Axis { ticks: Ticks::Whole, ..Axis::new(&format!("days after {date}"), "") },
        y: error(),
        series: vec![autumn(by_day)],
        y_marks: aim(),
        ..Lines::default()
    });
    let hours = |blocks: u64| blocks as f64 / (BLOCKS_PER_DAY as f64 / 24.0);
    let spring: Vec<(f64, f64)> =
        of.sampling.iter().map(|one| (hours(one.blocks), one.l1)).collect();
    let each: Vec<f64> = of.emission.iter().map(|read| l1(&read.pairs)).collect();
    let gap = of.emission.last().map_or(0, |read| read.gap);
    let sparse = Chart::Lines(Lines {
        x: Axis {
            range: Range::Fixed { low: 0.0, high: 26.0 },
            ..Axis::new("between two prices", "h")
        },
        y: Axis { label: "median sum of errors".into(), ..error() },
        series: vec![
            Series::new("spring, against all hourly prices", spring),
            autumn(vec![(hours(gap), median(&each))]),
        ],
        y_marks: aim(),
        ..Lines::default()
    });
    let scatter = against("TAO per block", vec![dots("pools, 22 reads", all)]);
    Figure {
        title: "Emission of autumn 2025, recomputed from one price a day".into(),
        subtitle:
            "moving price from daily samples; TAO at most the price of one alpha; right: what it \
                   costs to leave out prices between"
                .into(),
        panels: vec![
            panel("TAO of each pool", scatter),
            panel("Error by day", by_day),
            panel("What sparse prices cost", sparse),
        ],
        ..Figure::default()
    }
}

/// By how much each moving price moved, up or down.
fn moving_price(pairs: &[Pair]) -> Figure {
    let moved = |sign: f64| {
        let signed = pairs.iter().map(|pair| (sign * pair.recorded, sign * pair.computed));
        signed.filter(|(recorded, computed)| *recorded > NOISE && *computed > NOISE).collect()
    };
    let chart = against("TAO per alpha", vec![dots("rose", moved(1.0)), dots("fell", moved(-1.0))]);
    let subtitle = "by how much the moving price of each subnet moved in six blocks of 7 August 2026; \
                    one of the two prices was recorded to 1e-9";
    Figure::of("The moving price moves by the rate of its age", subtitle, chart)
}

/// Shares of July, and of the two dates with a gate.
fn shares(of: &Validation, july: &Gated, august: &Gated) -> Figure {
    let chart = |pairs: &[Pair]| against("share", vec![dots("subnets", points(pairs))]);
    let raised =
        errors("share", [("bar as read", &july.shares), ("bar 0.37 % higher", &july.best_shares)]);
    Figure {
        title: "Shares of TAO in summer 2026".into(),
        subtitle:
            "gate: moving price less withheld miners' pay, the Hill gate at the bar that was read, \
                   then switched-off subnets out"
                .into(),
        panels: vec![
            panel("9 July: moving price alone", chart(&of.shares)),
            panel("7 August: gate", chart(&august.shares)),
            panel("31 July: gate", chart(&july.shares)),
            panel("31 July: error, by the bar", raised),
        ],
        ..Figure::default()
    }
}

/// Injection and chain buys of August.
fn injection(date: &Gated) -> Figure {
    let unit = "TAO per block";
    let chart = |pairs: &[Pair]| against(unit, vec![dots("subnets", points(pairs))]);
    let both = [("injected", &date.injected[..]), ("chain buys", &date.bought[..])];
    Figure {
        title: "How the TAO reached the pools on 7 August 2026".into(),
        subtitle:
            "alpha beside the injected TAO is at most the root proportion of what a block issues; \
                   the rest of the TAO buys alpha"
                .into(),
        panels: vec![
            panel("Injected", chart(&date.injected)),
            panel("Chain buys", chart(&date.bought)),
            panel("Errors", errors(unit, both)),
        ],
        ..Figure::default()
    }
}

/// Costs of places through time.
fn locks(of: &Validation) -> Figure {
    let first = of.locks.first().map_or(0, |step| step.block);
    let day = |block: u64| (block - first) as f64 / BLOCKS_PER_DAY as f64;
    let recorded = of.locks.iter().map(|step| (day(step.block), step.recorded)).collect();
    let computed = of.locks.iter().map(|step| (day(step.block), step.computed)).collect();
    let ink = Style { colour: Some(Colour::INK), ..Style::default() };
    let chart = Chart::Lines(Lines {
        x: Axis { ticks: Ticks::Whole, ..Axis::new(&format!("days after block {first}"), "") },
        y: Axis { range: Range::FromZero, ..Axis::new("cost of a place", "TAO") },
        series: vec![
            Series::new("by the rule, from what the one before paid", computed),
            Series { style: ink, ..dots("paid", recorded) },
        ],
        ..Lines::default()
    });
    let subtitle = "registrations of subnets 66 to 128, February to June 2025";
    Figure::of("What a place for a subnet cost", subtitle, chart)
}

/// Issuance through a week, and how far it is from a line of one TAO a block.
fn issuance(of: &Validation) -> Figure {
    let first = of.issuance.first().map_or(0.0, |point| point.recorded);
    let line = |value: fn(f64, f64) -> f64, from: f64| {
        let point = |point: &Point| {
            let day = point.blocks as f64 / BLOCKS_PER_DAY as f64;
            (day, value(point.recorded - from, point.computed - from))
        };
        of.issuance.iter().map(point).collect()
    };
    let range = Range::Fixed { low: 0.0, high: 7.0 };
    let days = || Axis { ticks: Ticks::Whole, range, ..Axis::new("days", "") };
    let course = Chart::Lines(Lines {
        x: days(),
        y: Axis::new("issued since the first read", "TAO"),
        series: vec![
            Series {
                style: FAINT,
                ..Series::new("1 TAO a block", line(|_, computed| computed, first))
            },
            dots("recorded", line(|recorded, _| recorded, first)),
        ],
        ..Lines::default()
    });
    let difference = Chart::Lines(Lines {
        x: days(),
        y: Axis::new("recorded less 1 TAO a block", "TAO"),
        series: vec![dots("recorded", line(|recorded, computed| recorded - computed, first))],
        ..Lines::default()
    });
    Figure {
        title: "Issuance over a week of November 2025".into(),
        subtitle:
            "a read every 15 minutes; the differences come again exactly every 75 minutes, as reads of \
                   a chain would not: the record is itself computed"
                .into(),
        panels: vec![panel("Course", course), panel("Difference", difference)],
        ..Figure::default()
    }
}
