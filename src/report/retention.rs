//! Tables and figures of the consensus-guarantee experiment.

mod figures;
mod tables;

use comfy_table::{CellAlignment, Table, presets};

pub use figures::figures;
pub use tables::{docs, write};

use crate::report::study::Number;
use crate::study::retention::{HONEST_STAKES, Map, Published, Required, Setting, Spread};

/// The maps of one setting, over all honest stakes and some seeds.
#[derive(Clone, Debug)]
pub struct Variant {
    /// What is special about it, such as `kappa = 0.6`.
    pub name: String,
    /// What is held fixed; its seed is the first.
    pub setting: Setting,
    /// For each seed its maps, in the order of [`HONEST_STAKES`].
    pub maps: Vec<(u64, Vec<Map>)>,
    /// The honest stake whose line is drawn thicker, in `(0.5, 1)`.
    pub spoken_of: f64,
    /// Published retention lines of the setting; may be empty.
    pub published: Vec<Published>,
}

impl Variant {
    /// Whether there are several draws, so that there is a spread to speak of.
    fn is_spread(&self) -> bool {
        self.maps.len() > 1
    }

    /// The maps of the first seed.
    fn first(&self) -> &[Map] {
        self.maps.first().map_or(&[], |(_, maps)| maps)
    }

    /// What each honest stake needs, by seed.
    #[must_use]
    pub fn required(&self, at: usize) -> Vec<Required> {
        self.maps.iter().map(|(_, maps)| maps[at].required_utility()).collect()
    }

    /// The spread over seeds of what an honest stake needs against the worst cabal.
    #[must_use]
    pub fn spread(&self, at: usize) -> Spread {
        Spread::of(self.required(at).iter().map(|required| required.utility))
    }

    /// The spread over seeds of what an honest stake needs, for each of the grid's `W_C`: that
    /// weight, in `[0, 1]`, and the spread.
    #[must_use]
    pub fn line(&self, at: usize) -> Vec<(f64, Spread)> {
        let steps = self.first().get(at).map_or(0, |map| map.steps);
        let mut rows = vec![Vec::with_capacity(self.maps.len()); steps];
        for (_, maps) in &self.maps {
            for (row, needed) in rows.iter_mut().zip(maps[at].needed()) {
                row.push(needed);
            }
        }
        let weight = |row: usize| row as f64 / (steps - 1) as f64;
        rows.into_iter().enumerate().map(|(row, all)| (weight(row), Spread::of(all))).collect()
    }

    /// How many vertices were published of an honest stake's line, and how far the farthest lies
    /// from our line of the first seed, in units of either weight; none where nothing was.
    #[must_use]
    pub fn distance(&self, at: usize) -> Option<(usize, f64)> {
        let map = self.first().get(at)?;
        let lines = || self.published.iter().filter(|line| line.honest_stake == map.honest_stake);
        let vertices = lines().fold(0, |sum, line| sum + line.vertices.len());
        let farthest = lines().map(|line| line.distance(map)).fold(0.0, f64::max);
        (vertices > 0).then_some((vertices, farthest))
    }

    /// The same over all honest stakes.
    #[must_use]
    pub fn farthest(&self) -> Option<(usize, f64)> {
        (0..HONEST_STAKES.len())
            .filter_map(|at| self.distance(at))
            .reduce(|all, one| (all.0 + one.0, all.1.max(one.1)))
    }
}

/// What each honest stake needs: of one draw a column for each variant, of several a row for each
/// variant and stake.
#[must_use]
pub fn table(variants: &[Variant]) -> String {
    let title = "weight that honest validators must give honest servers to keep their stake";
    if variants.iter().any(Variant::is_spread) {
        let seeds = variants.first().map_or(0, |variant| variant.maps.len());
        format!(
            "{title}, over {seeds} seeds\n(confidence: of the mean, Student's t; at the end: draws that \
             keep it at 100 % only, or never)\n{}",
            spreads(variants)
        )
    } else {
        format!("{title}\n{}", single(variants))
    }
}

/// What each honest stake needs, over the draws.
#[must_use]
pub fn numbers(variants: &[Variant]) -> Vec<Number> {
    let of = |variant: &Variant, at: usize, stake: f64| {
        let Spread { mean, confidence, .. } = variant.spread(at);
        let name = format!("{}: weight that {} of the stake needs", variant.name, whole(stake));
        Number::new(&name, mean, confidence, "%")
    };
    let each =
        |variant| HONEST_STAKES.iter().enumerate().map(move |(at, stake)| of(variant, at, *stake));
    variants.iter().flat_map(each).collect()
}

fn single(variants: &[Variant]) -> String {
    let mut table = Table::new();
    let mut header = vec!["honest stake".to_owned()];
    header.extend(variants.iter().map(|variant| variant.name.clone()));
    table.set_header(header);
    for (at, stake) in HONEST_STAKES.iter().enumerate() {
        let mut row = vec![whole(*stake)];
        for variant in variants {
            row.push(variant.required(at).first().map_or_else(String::new, |required| {
                let needed = required.utility.map_or("never".into(), |needed| percent(needed, 1));
                format!("{needed} (cabal at {})", whole(required.worst))
            }));
        }
        table.add_row(row);
    }
    told(table)
}

fn spreads(variants: &[Variant]) -> String {
    let mut table = Table::new();
    let header = [
        "",
        "honest stake",
        "mean",
        "standard error",
        "95 % confidence",
        "95 % of draws",
        "at the end",
    ];
    table.set_header(header);
    for variant in variants {
        for (at, stake) in HONEST_STAKES.iter().enumerate() {
            let spread = variant.spread(at);
            let between = |(low, high)| format!("{} to {}", percent(low, 2), percent(high, 2));
            let (mean, error, confidence) = if spread.mean.is_nan() {
                ("–".into(), "–".into(), "–".into())
            } else {
                let Spread { mean, standard_error, confidence, .. } = spread;
                (percent(mean, 2), percent(standard_error, 3), between(confidence))
            };
            let end = match (spread.whole, spread.never) {
                (0, 0) => "–".into(),
                (whole, 0) => format!("{whole} at 100 %"),
                (0, never) => format!("{never} never"),
                (whole, never) => format!("{whole} at 100 %, {never} never"),
            };
            let draws = between(spread.middle);
            let name = variant.name.clone();
            table.add_row([name, whole(*stake), mean, error, confidence, draws, end]);
        }
    }
    told(table)
}

/// How far published vertices lie from our lines, by honest stake, a column for each variant;
/// empty where nothing was published.
#[must_use]
pub fn distances(variants: &[Variant]) -> String {
    let shown: Vec<&Variant> = variants.iter().filter(|v| v.farthest().is_some()).collect();
    let Some(first) = shown.first().and_then(|variant| variant.maps.first()) else {
        return String::new();
    };
    let mut table = Table::new();
    let mut header = vec!["honest stake".to_owned()];
    header.extend(shown.iter().map(|variant| variant.name.clone()));
    table.set_header(header);
    let cell = |found: Option<(usize, f64)>| {
        found.map_or("–".into(), |(vertices, far)| format!("{far:.1e} of {vertices}"))
    };
    for (at, stake) in HONEST_STAKES.iter().enumerate() {
        let mut row = vec![whole(*stake)];
        row.extend(shown.iter().map(|variant| cell(variant.distance(at))));
        table.add_row(row);
    }
    let mut row = vec!["all".to_owned()];
    row.extend(shown.iter().map(|variant| cell(variant.farthest())));
    table.add_row(row);
    format!(
        "largest distance of a published vertex from our line (seed {}), in units of either weight\n{}",
        first.0,
        told(table)
    )
}

/// The text of a table without frames, its columns to the right.
fn told(mut table: Table) -> String {
    table.load_style(presets::NOTHING);
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

fn whole(share: f64) -> String {
    percent(share, 0)
}

/// A share in percent; what no weight reaches is `never`.
fn percent(share: f64, decimals: usize) -> String {
    if share.is_infinite() { "never".into() } else { format!("{:.decimals$} %", share * 100.0) }
}
