//! Tables and figures of the consensus-guarantee experiment.

use std::path::Path;
use std::sync::Arc;

use comfy_table::{CellAlignment, Table, presets};

use super::figures::Named;
use crate::plot::{
    Axis, Band, Chart, Colour, Dash, Emphasis, Figure, Lines, Panel, Range, Series as Line, Style,
    Ticks,
};
use crate::record::RecordError;
use crate::record::parquet::Sink;
use crate::record::table::{Cell, ColumnDoc, TableDoc, Type};
use crate::study::retention::{HONEST_STAKES, Map, Rule, Setting};

/// The maps of one setting, over all honest stakes and some seeds.
#[derive(Clone, Debug)]
pub struct Variant {
    /// What is special about it, such as `kappa = 0.6`.
    pub name: String,
    /// What is held fixed; its seed is the first.
    pub setting: Setting,
    /// For each seed its maps, in the order of [`HONEST_STAKES`].
    pub maps: Vec<(u64, Vec<Map>)>,
}

/// The honest stake whose line is drawn thicker: the one that the published text speaks of.
const SPOKEN_OF: f64 = 0.6;

impl Variant {
    /// What each honest stake needs, by seed: utility and the cabal's worst weight.
    #[must_use]
    pub fn required(&self, at: usize) -> Vec<(f64, f64)> {
        self.maps.iter().map(|(_, maps)| maps[at].required_utility()).collect()
    }

    /// Mean, and the least and greatest over seeds, of the utility that an honest stake needs.
    fn spread(&self, at: usize) -> (f64, f64, f64) {
        let needed = self.required(at);
        let sum = needed.iter().fold(0.0, |sum, n| sum + n.0);
        let low = needed.iter().fold(f64::INFINITY, |low, n| low.min(n.0));
        let high = needed.iter().fold(0.0_f64, |high, n| high.max(n.0));
        (sum / needed.len().max(1) as f64, low, high)
    }
}

/// The utility that each honest stake needs, a column for each variant.
#[must_use]
pub fn table(variants: &[Variant]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut header = vec!["honest stake".to_owned()];
    header.extend(variants.iter().map(|variant| variant.name.clone()));
    table.set_header(header);
    for (at, stake) in HONEST_STAKES.iter().enumerate() {
        let mut row = vec![format!("{:.0} %", stake * 100.0)];
        for variant in variants {
            let (mean, low, high) = variant.spread(at);
            let worst = variant.required(at).first().map_or(0.0, |needed| needed.1);
            row.push(if variant.maps.len() > 1 {
                format!("{:.1} % ({:.1} to {:.1})", mean * 100.0, low * 100.0, high * 100.0)
            } else {
                format!("{:.1} % (cabal at {:.0} %)", mean * 100.0, worst * 100.0)
            });
        }
        table.add_row(row);
    }
    for column in 0..=variants.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let seeds = variants.first().map_or(0, |variant| variant.maps.len());
    let over = if seeds > 1 { format!(", mean over {seeds} seeds (range)") } else { String::new() };
    format!(
        "weight that honest validators must give honest servers to keep their stake{over}\n{}",
        lines.join("\n")
    )
}

/// The retention lines of each variant, and what each honest stake needs.
#[must_use]
pub fn figures(variants: &[Variant]) -> Vec<Named> {
    let lines = Figure {
        title: "Where an honest majority keeps its stake".into(),
        subtitle: "right of a line the honest share of stake grows; one line for each".into(),
        panels: variants.iter().map(map_panel).collect(),
        ..Figure::default()
    };
    let required = Chart::Lines(Lines {
        x: share("honest share of stake", Range::Fixed { low: 0.5, high: 1.0 }),
        y: share("required honest utility", Range::Data),
        series: variants.iter().map(required_line).collect(),
        ..Lines::default()
    });
    let subtitle = "weight on honest servers that keeps the stake against the worst cabal";
    let required = Figure::of("How useful an honest majority must be", subtitle, required);
    vec![
        Named { name: "retention".into(), figure: lines },
        Named { name: "required".into(), figure: required },
    ]
}

fn share(label: &str, range: Range) -> Axis {
    Axis { ticks: Ticks::Percent, range, ..Axis::new(label, "") }
}

fn map_panel(variant: &Variant) -> Panel {
    let whole = Range::Fixed { low: 0.0, high: 1.0 };
    let maps = variant.maps.first().map_or(&[][..], |(_, maps)| maps);
    let line = |map: &Map| {
        let mut points = Vec::new();
        for piece in map.rounded().retention_line() {
            points.extend(piece);
            // A gap between the pieces of one line.
            points.push((f64::NAN, f64::NAN));
        }
        let spoken_of = map.honest_stake == SPOKEN_OF;
        let emphasis = if spoken_of { Emphasis::Strong } else { Emphasis::Normal };
        let style = Style { emphasis, colour: Some(colour(map.honest_stake)), dash: Dash::Solid };
        Line { style, ..Line::new(&format!("{:.0} %", map.honest_stake * 100.0), points) }
    };
    let chart = Chart::Lines(Lines {
        x: share("honest weight on honest", whole),
        y: share("cabal's weight on itself", whole),
        series: maps.iter().map(line).collect(),
        ..Lines::default()
    });
    Panel { title: variant.name.clone(), chart }
}

/// Dark for a bare majority, light for nearly all of the stake, by way of green.
fn colour(honest_stake: f64) -> Colour {
    let (dark, middle, light) = (Colour(68, 1, 84), Colour(33, 145, 140), Colour(220, 200, 30));
    let place = ((honest_stake - 0.5) * 2.0).clamp(0.0, 1.0);
    if place < 0.5 { dark.mix(middle, place * 2.0) } else { middle.mix(light, place * 2.0 - 1.0) }
}

fn required_line(variant: &Variant) -> Line {
    let at = |at: usize| {
        let (mean, low, high) = variant.spread(at);
        (HONEST_STAKES[at], mean, low, high)
    };
    let spreads: Vec<(f64, f64, f64, f64)> = (0..HONEST_STAKES.len()).map(at).collect();
    let band = |&(x, _, low, high): &(f64, f64, f64, f64)| Band { x, low, high };
    Line {
        band: if variant.maps.len() > 1 { spreads.iter().map(band).collect() } else { Vec::new() },
        ..Line::new(&variant.name, spreads.iter().map(|s| (s.0, s.1)).collect())
    }
}

const fn number(name: &'static str, about: &'static str) -> ColumnDoc {
    ColumnDoc { name, kind: Type::Number, about }
}

const SETTING: &[ColumnDoc] = &[
    ColumnDoc { name: "variant", kind: Type::Text, about: "What is special about the setting." },
    ColumnDoc { name: "reward_rule", kind: Type::Text, about: "chain-classic or chain-yuma3." },
    number("kappa", "The majority, in [0, 1]."),
    number("bonds_penalty", "Cut of weights above consensus in the bonds, in [0, 1]."),
    number("validator_share", "Part of the reward that follows dividends, in [0, 1]."),
    number("weight_noise", "Standard deviation of a weight over its mean."),
    ColumnDoc { name: "seed", kind: Type::Whole, about: "Which draw of the noise." },
    number("honest_stake_share", "Honest share of stake, in (0.5, 1)."),
];

/// The tables of the experiment.
#[must_use]
pub fn docs() -> Vec<TableDoc> {
    let table = |name, about, more: &[ColumnDoc]| TableDoc {
        name,
        about,
        columns: SETTING.iter().chain(more).copied().collect(),
    };
    vec![
        table(
            "map",
            "A row for each cell of each map.",
            &[
                number(
                    "honest_weight",
                    "Weight of honest validators on honest servers, in [0, 1].",
                ),
                number(
                    "cabal_weight",
                    "Weight of the cabal's validators on its servers, in [0, 1].",
                ),
                number("honest_reward_share", "Honest share of the reward, in [0, 1]."),
            ],
        ),
        table(
            "required",
            "A row for each map.",
            &[
                number("required_honest_weight", "Least honest weight that keeps the stake."),
                number("worst_cabal_weight", "Cabal's weight on itself that demands it."),
            ],
        ),
    ]
}

/// Writes the tables into a folder; gives the rows of each.
///
/// # Errors
/// A table cannot be written.
pub fn write(folder: &Path, variants: &[Variant]) -> Result<Vec<(&'static str, u64)>, RecordError> {
    let mut sinks = Vec::new();
    for doc in docs() {
        sinks.push(Sink::create(folder, doc)?);
    }
    for variant in variants {
        let name: Arc<str> = variant.name.as_str().into();
        let rule: Arc<str> = match variant.setting.rule {
            Rule::Classic => "chain-classic".into(),
            Rule::Yuma3 => "chain-yuma3".into(),
        };
        for (seed, maps) in &variant.maps {
            for map in maps {
                let setting = || {
                    [
                        Cell::Text(&name),
                        Cell::Text(&rule),
                        Cell::Number(variant.setting.kappa),
                        Cell::Number(variant.setting.bonds_penalty),
                        Cell::Number(variant.setting.validator_share),
                        Cell::Number(variant.setting.weight_noise),
                        Cell::Whole(u32::try_from(*seed).unwrap_or(u32::MAX)),
                        Cell::Number(map.honest_stake),
                    ]
                    .into_iter()
                };
                let last = (map.steps - 1) as f64;
                for (at, reward) in map.honest_reward.iter().enumerate() {
                    let honest = (at % map.steps) as f64 / last;
                    let cabal = (at / map.steps) as f64 / last;
                    let cells = [honest, cabal, *reward].map(Cell::Number);
                    sinks[0].push(setting().chain(cells))?;
                }
                let (needed, worst) = map.required_utility();
                sinks[1].push(setting().chain([needed, worst].map(Cell::Number)))?;
            }
        }
    }
    sinks.iter_mut().map(|sink| Ok((sink.doc().name, sink.finish()?))).collect()
}
