//! The experiment's tables in Parquet.

use std::path::Path;
use std::sync::Arc;

use super::Variant;
use crate::record::RecordError;
use crate::record::parquet::Sink;
use crate::record::table::{Cell, ColumnDoc, TableDoc, Type};
use crate::study::retention::{HONEST_STAKES, Rule, Spread};

const fn number(name: &'static str, about: &'static str) -> ColumnDoc {
    ColumnDoc { name, kind: Type::Number, about }
}

const fn whole(name: &'static str, about: &'static str) -> ColumnDoc {
    ColumnDoc { name, kind: Type::Whole, about }
}

const SETTING: &[ColumnDoc] = &[
    ColumnDoc { name: "variant", kind: Type::Text, about: "What is special about the setting." },
    ColumnDoc { name: "reward_rule", kind: Type::Text, about: "chain-classic or chain-yuma3." },
    number("kappa", "The majority, in [0, 1]."),
    number("bonds_penalty", "Cut of weights above consensus in the bonds, in [0, 1]."),
    number("validator_share", "Part of the reward that follows dividends, in [0, 1]."),
    number("weight_noise", "Standard deviation of a weight over its mean."),
];

const SEED: ColumnDoc = whole("seed", "Which draw of the noise.");

const STAKE: ColumnDoc = number("honest_stake_share", "Honest share of stake, in (0.5, 1).");

const CABAL: ColumnDoc =
    number("cabal_weight", "Weight of the cabal's validators on its servers, in [0, 1].");

const SPREAD: &[ColumnDoc] = &[
    whole("draws", "Draws of the noise."),
    whole("draws_never", "Those where no honest weight keeps the stake."),
    whole("draws_whole", "Those where only the whole weight, 1, keeps it, just so."),
    number(
        "mean_honest_weight",
        "Mean over draws of the least honest weight that keeps the stake. NaN where a draw never \
         keeps it: such a draw is not averaged.",
    ),
    number("standard_error", "Standard error of the mean; NaN for one draw."),
    number("confidence_low", "Lower end of the 95 % confidence interval of the mean, Student's t."),
    number("confidence_high", "Its upper end."),
    number(
        "median_honest_weight",
        "Half of the draws need no more. Infinite where half never keep the stake.",
    ),
    number("draws_low", "2.5 % of the draws need less; definition 7 of Hyndman and Fan."),
    number("draws_high", "2.5 % of the draws need more; infinite among draws that never keep it."),
];

/// The tables of the experiment.
#[must_use]
pub fn docs() -> Vec<TableDoc> {
    let table = |name, about, more: &[&[ColumnDoc]]| TableDoc {
        name,
        about,
        columns: SETTING.iter().chain(more.iter().copied().flatten()).copied().collect(),
    };
    vec![
        table(
            "map",
            "A row for each cell of each map.",
            &[
                &[SEED, STAKE],
                &[
                    number(
                        "honest_weight",
                        "Weight of honest validators on honest servers, in [0, 1].",
                    ),
                    CABAL,
                    number("honest_reward_share", "Honest share of the reward, in [0, 1]."),
                ],
            ],
        ),
        table(
            "required",
            "A row for each map.",
            &[
                &[SEED, STAKE],
                &[
                    number(
                        "required_honest_weight",
                        "Least honest weight that keeps the stake against every cabal weight; NaN \
                         where none does.",
                    ),
                    number("worst_cabal_weight", "Cabal's weight on itself that demands it."),
                ],
            ],
        ),
        table(
            "summary",
            "A row for each variant and honest stake: need against every cabal.",
            &[&[STAKE], SPREAD],
        ),
        table(
            "lines",
            "A row for each variant, honest stake and cabal weight: need against it.",
            &[&[STAKE, CABAL], SPREAD],
        ),
    ]
}

/// The cells of [`SPREAD`].
fn spread_cells(spread: &Spread) -> [Cell<'static>; SPREAD.len()] {
    let count = |count: usize| Cell::Whole(u32::try_from(count).unwrap_or(u32::MAX));
    [
        count(spread.draws),
        count(spread.never),
        count(spread.whole),
        Cell::Number(spread.mean),
        Cell::Number(spread.standard_error),
        Cell::Number(spread.confidence.0),
        Cell::Number(spread.confidence.1),
        Cell::Number(spread.median),
        Cell::Number(spread.middle.0),
        Cell::Number(spread.middle.1),
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
        let setting = || {
            [
                Cell::Text(&name),
                Cell::Text(&rule),
                Cell::Number(variant.setting.kappa),
                Cell::Number(variant.setting.bonds_penalty),
                Cell::Number(variant.setting.validator_share),
                Cell::Number(variant.setting.weight_noise),
            ]
            .into_iter()
        };
        for (seed, maps) in &variant.maps {
            for map in maps {
                let draw = || {
                    let seed = Cell::Whole(u32::try_from(*seed).unwrap_or(u32::MAX));
                    setting().chain([seed, Cell::Number(map.honest_stake)])
                };
                let last = (map.steps - 1) as f64;
                for (at, reward) in map.honest_reward.iter().enumerate() {
                    let honest = (at % map.steps) as f64 / last;
                    let cabal = (at / map.steps) as f64 / last;
                    let cells = [honest, cabal, *reward].map(Cell::Number);
                    sinks[0].push(draw().chain(cells))?;
                }
                let required = map.required_utility();
                let cells = [required.utility.unwrap_or(f64::NAN), required.worst];
                sinks[1].push(draw().chain(cells.map(Cell::Number)))?;
            }
        }
        for (at, stake) in HONEST_STAKES.into_iter().enumerate() {
            let stake = || setting().chain([Cell::Number(stake)]);
            sinks[2].push(stake().chain(spread_cells(&variant.spread(at))))?;
            for (weight, spread) in variant.line(at) {
                let cells = spread_cells(&spread);
                sinks[3].push(stake().chain([Cell::Number(weight)]).chain(cells))?;
            }
        }
    }
    sinks.iter_mut().map(|sink| Ok((sink.doc().name, sink.finish()?))).collect()
}
