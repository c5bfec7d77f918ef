//! The blocks of a sweep: how they are cut, run and kept.

use std::ops::Range;
use std::sync::Arc;

use super::{Plan, Sweep};
use crate::record::journal::{Finished, Journal, key};
use crate::record::table::{Column, Table};
use crate::record::{Blocks, RecordError};
use crate::scenario::Scenario;
use crate::study::batch::{self, Desk, Job, Watcher};
use crate::study::design::{Kind, Level, Levels, Point};
use crate::study::reading::Numbers;
use crate::study::statistics::Mean;

/// Runs of a block: enough that threads wait little at its end, few enough to be held in memory at
/// once.
const LEAST: usize = 256;
const MOST: usize = 4_096;
/// About how many blocks a sweep has.
const MANY: usize = 64;

/// Points that are run and kept together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its number, from 0.
    pub number: usize,
    /// Its points.
    pub points: Range<usize>,
    /// Name of its table in the folder of results, without ending: a Hive partition.
    pub name: String,
}

/// Which blocks of a sweep are meant: every `of`-th, from `first` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first, from 0.
    pub first: usize,
    /// Into how many parts the sweep is divided.
    pub of: usize,
}

impl Part {
    /// All of it.
    pub const WHOLE: Self = Self { first: 0, of: 1 };

    /// The blocks of this part.
    pub fn blocks<'b>(&self, all: &'b [Block]) -> impl Iterator<Item = &'b Block> {
        all.iter().skip(self.first).step_by(self.of.max(1))
    }
}

/// One run of a block.
pub(super) struct Row {
    pub(super) point: usize,
    pub(super) seed: u64,
    pub(super) finished: Finished<Numbers>,
}

/// Cuts the points into blocks. The first axis of a grid is a partition of its own where it has few
/// values; otherwise the blocks are.
pub(super) fn cut(plan: &Plan, points: &[Point]) -> Vec<Block> {
    let replicates = usize::try_from(plan.header.replicates).unwrap_or(usize::MAX).max(1);
    let runs = points.len().saturating_mul(replicates);
    let size = ((runs / MANY).clamp(LEAST, MOST) / replicates).max(1);
    let axis = plan.axes.first().filter(|_| plan.design.kind == Kind::Grid);
    let by = axis.filter(|axis| axis.values.len() * LEAST / 16 <= runs);
    let mut blocks: Vec<Block> = Vec::new();
    let mut first = 0;
    while first < points.len() {
        let number = blocks.len();
        let mut end = (first + size).min(points.len());
        let name = if let Some(axis) = by {
            let same = |point: &Point| point[0] == points[first][0];
            end = first + points[first..end].iter().take_while(|point| same(point)).count();
            let value = in_path(&points[first][0]);
            format!("runs/{}={value}/block-{number:05}", axis.name)
        } else {
            format!("runs/block={number}/runs")
        };
        blocks.push(Block { number, points: first..end, name });
        first = end;
    }
    blocks
}

/// A value as a part of a path, as readers of Hive partitions expect it.
fn in_path(level: &Level) -> String {
    // Numbers in full: the files have no column of them.
    let text = match level {
        Level::Number(value) => value.to_string(),
        Level::Name(name) => name.clone(),
    };
    let text = text.trim_matches(['"', '\'']);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
    let each = text.bytes().map(|byte| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    });
    each.collect()
}

/// A watcher that is told once how many runs there are, however they come.
struct Told<'w>(&'w dyn Watcher);

impl Watcher for Told<'_> {
    fn wanted(&self, _: usize) {}

    fn finished(&self) {
        self.0.finished();
    }
}

pub(super) fn run(
    sweep: &Sweep,
    kept: &Blocks,
    part: Part,
    desk: Desk<'_>,
) -> Result<bool, RecordError> {
    let missing: Vec<&Block> =
        part.blocks(&sweep.blocks).filter(|block| !kept.has(&block.name)).collect();
    let replicates = sweep.seeds().len();
    desk.watcher.wanted(missing.iter().map(|block| block.points.len() * replicates).sum());
    let told = Told(desk.watcher);
    let desk = Desk { stop: desk.stop, watcher: &told };
    for block in missing {
        let mut journal = Journal::open(&kept.journal(block.number))?;
        for _ in 0..journal.len() {
            desk.watcher.finished();
        }
        let Some(rows) = run_block(sweep, block, &mut journal, desk)? else { return Ok(false) };
        kept.put(block.number, &block.name, &table(sweep, block, &rows))?;
    }
    Ok(true)
}

/// The runs of a block, point by point; `None` where they were stopped.
fn run_block(
    sweep: &Sweep,
    block: &Block,
    journal: &mut Journal<Numbers>,
    desk: Desk<'_>,
) -> Result<Option<Vec<Row>>, RecordError> {
    let looked_at = sweep.reading.key();
    let one = |scenario: &Scenario, seed: u64| sweep.reading.run(scenario, seed);
    // Every point was a scenario when the sweep was loaded.
    let scenarios: Vec<(usize, Scenario)> = block
        .points
        .clone()
        .filter_map(|at| Some((at, sweep.scenario(&sweep.points[at]).ok()?)))
        .collect();
    let digests: Vec<String> = scenarios.iter().map(|(_, scenario)| scenario.digest()).collect();
    let seeds = sweep.seeds();
    let mut rows: Vec<Vec<Row>> = scenarios.iter().map(|_| Vec::new()).collect();
    let mut open: Vec<usize> = (0..scenarios.len()).collect();
    let mut done = 0;
    while !open.is_empty() && done < seeds.len() {
        let batch = match &sweep.plan.until {
            None => seeds.len(),
            Some(until) => usize::try_from(until.at_least).unwrap_or(seeds.len()),
        };
        let next = &seeds[done..(done + batch).min(seeds.len())];
        let mut jobs = Vec::with_capacity(open.len() * next.len());
        for &at in &open {
            for &seed in next {
                let key = key(&digests[at], seed, &looked_at);
                jobs.push(Job { scenario: &scenarios[at].1, seed, key });
            }
        }
        if !batch::run(&jobs, journal, desk, one)? {
            return Ok(None);
        }
        for &at in &open {
            for &seed in next {
                let found = journal.get(&key(&digests[at], seed, &looked_at));
                if let Some(finished) = found.cloned() {
                    rows[at].push(Row { point: scenarios[at].0, seed, finished });
                }
            }
        }
        done += next.len();
        open.retain(|at| !sweep.is_enough(&rows[*at]));
    }
    Ok(Some(rows.into_iter().flatten().collect()))
}

impl Sweep {
    /// Whether a point has had enough runs.
    fn is_enough(&self, rows: &[Row]) -> bool {
        let Some(until) = &self.plan.until else { return false };
        let place = self.reading.names.iter().position(|name| *name == until.metric);
        let value = |row: &Row| {
            let numbers = row.finished.as_ref().ok()?;
            place.and_then(|at| numbers.0.get(at).copied())
        };
        let values: Vec<f64> = rows.iter().filter_map(value).collect();
        let mean = Mean::of(&values);
        (mean.high - mean.low) / 2.0 <= until.half_width
    }
}

/// The rows of a block as a table. A column by which the folder is divided is not in its files.
fn table(sweep: &Sweep, block: &Block, rows: &[Row]) -> Table {
    let mut table = Table::default();
    let whole = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let seed = |row: &Row| u32::try_from(row.seed).unwrap_or(u32::MAX);
    table.push("point", Column::Whole(rows.iter().map(|row| whole(row.point)).collect()));
    for (at, axis) in sweep.plan.axes.iter().enumerate() {
        let is_partition = block.name.starts_with(&format!("runs/{}=", axis.name));
        if is_partition && at == 0 {
            continue;
        }
        let level = |row: &Row| sweep.points[row.point][at].clone();
        let are_numbers = rows.iter().all(|row| matches!(level(row), Level::Number(_)));
        table.push(
            &axis.name,
            match axis.values {
                Levels::Numbers(_) if are_numbers => {
                    Column::Number(rows.iter().map(|row| level(row).number()).collect())
                }
                _ => Column::Text(rows.iter().map(|row| Arc::from(level(row).shown())).collect()),
            },
        );
    }
    table.push("seed", Column::Whole(rows.iter().map(seed).collect()));
    let error = |row: &Row| Arc::from(row.finished.as_ref().err().map_or("", String::as_str));
    table.push("error", Column::Text(rows.iter().map(error).collect()));
    for (at, name) in sweep.reading.names.iter().enumerate() {
        let value = |row: &Row| {
            row.finished
                .as_ref()
                .map_or(f64::NAN, |numbers| numbers.0.get(at).copied().unwrap_or(f64::NAN))
        };
        table.push(name, Column::Number(rows.iter().map(value).collect()));
    }
    table
}
