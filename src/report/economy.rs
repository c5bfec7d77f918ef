//! The tables of a run's token economy, cut by subnet, by group of traders, and by epoch.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::series::{largest, total};
use crate::plot::Mark;
use crate::record::manifest::Manifest;
use crate::record::table::Table;
use crate::record::{RecordError, parquet};

/// The columns of the longest table that a figure needs.
const HOLDER: &[&str] = &["epoch", "subnet", "entity", "stake_alpha"];

/// The tables of a run's token economy.
pub(super) struct Economy {
    pub(super) manifest: Manifest,
    /// Names of the subnets, in the order in which they appear.
    pub(super) subnets: Vec<Arc<str>>,
    /// Names of the groups of traders, in the order of the text.
    pub(super) traders: Vec<Arc<str>>,
    /// Where each epoch ends `[epochs]` `[days]`.
    pub(super) days: Vec<f64>,
    /// Who holds stake after the last epoch: the last rows of `neurons`.
    pub(super) holders: Table,
    network: Table,
    market_rows: Rows,
    trader_rows: Rows,
}

/// A table with a row for each thing and epoch, and where each row belongs.
struct Rows {
    table: Table,
    /// Thing and epoch of each row.
    places: Vec<(usize, usize)>,
}

impl Economy {
    /// The token economy of a folder of results; `None` where the run had no network or no epoch.
    ///
    /// # Errors
    /// A table cannot be read.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, RecordError> {
        let manifest = Manifest::read(folder)?;
        let rows = manifest.rows.get("markets").and_then(toml::Value::as_integer);
        if rows.unwrap_or(0) == 0 {
            return Ok(None);
        }
        let network = parquet::read(folder, "network")?;
        let (mut subnets, mut traders) = (Vec::new(), Vec::new());
        let market_rows = Rows::new(parquet::read(folder, "markets")?, "subnet", &mut subnets);
        let trader_rows = Rows::new(parquet::read(folder, "traders")?, "group", &mut traders);
        let days = network.numbers("day");
        let holders = last_neurons(folder, HOLDER, &network)?;
        Ok(Some(Self {
            manifest,
            subnets,
            traders,
            days,
            holders,
            network,
            market_rows,
            trader_rows,
        }))
    }

    /// A number of the network through time `[epochs]`.
    pub(super) fn network(&self, metric: &str) -> Vec<f64> {
        self.network.numbers(metric)
    }

    /// A number of the network after the last epoch.
    pub(super) fn network_last(&self, metric: &str) -> f64 {
        self.network(metric).last().copied().unwrap_or(f64::NAN)
    }

    /// A number of every subnet through time, NaN while there is no such subnet
    /// `[subnets][epochs]`.
    pub(super) fn market(&self, metric: &str) -> Vec<Vec<f64>> {
        self.market_rows.cut(metric, self.subnets.len(), self.days.len())
    }

    /// A number of every subnet in one epoch `[subnets]`.
    pub(super) fn market_at(&self, metric: &str, epoch: usize) -> Vec<f64> {
        self.market_rows.at(metric, self.subnets.len(), epoch)
    }

    /// A number of every subnet after the last epoch `[subnets]`.
    pub(super) fn market_last(&self, metric: &str) -> Vec<f64> {
        self.market_at(metric, self.days.len().saturating_sub(1))
    }

    /// Whether TAO is emitted to each subnet after the last epoch `[subnets]`.
    pub(super) fn enabled(&self) -> Vec<bool> {
        let mut enabled = vec![false; self.subnets.len()];
        let flags = self.market_rows.table.flags("emission_enabled");
        for (flag, (subnet, _)) in flags.into_iter().zip(&self.market_rows.places) {
            enabled[*subnet] = flag;
        }
        enabled
    }

    /// A number of every group of traders through time `[groups][epochs]`.
    pub(super) fn trading(&self, metric: &str) -> Vec<Vec<f64>> {
        self.trader_rows.cut(metric, self.traders.len(), self.days.len())
    }

    /// The subnets with the largest mean share of the emission, the largest first; where none was
    /// paid, the first ones. The same order in every figure.
    pub(super) fn largest(&self, most: usize) -> Vec<usize> {
        let sums: Vec<f64> = self.market("emission_share").into_iter().map(total).collect();
        largest(&sums, most)
    }

    /// Where an era begins other than the first.
    pub(super) fn eras(&self) -> Vec<Mark> {
        let eras = self.network.texts("era");
        let change = |(at, pair): (usize, &[Arc<str>])| {
            let [before, after] = pair else { return None };
            let begins = Mark { at: *self.days.get(at)?, label: after.to_string() };
            (before != after).then_some(begins)
        };
        eras.windows(2).enumerate().filter_map(change).collect()
    }

    /// What run it is, for the subtitle of a figure.
    pub(super) fn about(&self) -> String {
        let Manifest { scenario, seed, .. } = &self.manifest;
        let eras = self.network.texts("era");
        let era = match (eras.first(), eras.last()) {
            (Some(first), Some(last)) if first == last => first.to_string(),
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => String::new(),
        };
        let count = self.subnets.len();
        let subnets = if count == 1 { "subnet" } else { "subnets" };
        format!("{scenario}, {count} {subnets}, {era}, seed {seed}")
    }
}

impl Rows {
    /// Finds where each row of `table` belongs; names that are new are added to `names`.
    fn new(table: Table, column: &str, names: &mut Vec<Arc<str>>) -> Self {
        let mut index: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        let things = table.texts(column);
        let epochs = table.numbers("epoch");
        let mut places = Vec::with_capacity(things.len());
        for (name, epoch) in things.into_iter().zip(epochs) {
            let at = *index.entry(Arc::clone(&name)).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
            places.push((at, whole(epoch)));
        }
        Self { table, places }
    }

    fn cut(&self, metric: &str, things: usize, epochs: usize) -> Vec<Vec<f64>> {
        let mut cut = vec![vec![f64::NAN; epochs]; things];
        for (value, (thing, epoch)) in self.table.numbers(metric).into_iter().zip(&self.places) {
            if let Some(place) = cut[*thing].get_mut(*epoch) {
                *place = value;
            }
        }
        cut
    }

    fn at(&self, metric: &str, things: usize, wanted: usize) -> Vec<f64> {
        let mut cut = vec![f64::NAN; things];
        for (value, (thing, epoch)) in self.table.numbers(metric).into_iter().zip(&self.places) {
            if *epoch == wanted {
                cut[*thing] = value;
            }
        }
        cut
    }
}

/// The rows of `neurons` after the last epoch: of a network of a hundred subnets all rows of a run
/// would fill the memory.
pub(super) fn last_neurons(
    folder: &Path,
    columns: &[&str],
    network: &Table,
) -> Result<Table, RecordError> {
    let count = network.numbers("neurons").last().copied().unwrap_or(0.0);
    parquet::read_last(folder, "neurons", columns, whole(count))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the column is read from whole numbers"
)]
fn whole(number: f64) -> usize {
    number as usize
}
