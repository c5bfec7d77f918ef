//! What the chain itself recorded, read from a folder of files: prices, emissions, pools, quotes,
//! lock costs, issuance.
//!
//! Nothing is required: a file that is not there leaves its part empty, and what is compared with
//! it is then left out. A file that is there must be good to its end.

mod prices;
mod sheet;
mod snapshots;

use std::fs;
use std::path::Path;

use super::RecordError;
use crate::protocol::pool::Pool;
use crate::units::{Alpha, Tao};
use sheet::{Sheet, wrong};

/// All that is at hand of the chain's past.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Spot prices once a day, in the order of blocks.
    pub daily: Vec<Prices>,
    /// Spot prices once an hour, in the order of blocks.
    pub hourly: Vec<Prices>,
    /// TAO that pools got, read once a day, in the order of blocks.
    pub emissions: Vec<Emissions>,
    /// States of all subnets, by date.
    pub snapshots: Vec<Snapshot>,
    /// What the chain offered for trades.
    pub quotes: Vec<Quote>,
    /// A pool whose reserves were read in the block of a quote.
    pub quoted_pool: Option<QuotedPool>,
    /// What subnets paid for their places.
    pub locks: Vec<Lock>,
    /// How much TAO there was, in the order of time.
    pub issuance: Vec<Issued>,
}

/// Spot prices at one block.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// When `[block]`.
    pub block: u64,
    /// Price of every subnet from netuid 1 on `[TAO per alpha]`; NaN where there was none. At 1
    /// and above the subnet had not started.
    pub price: Vec<f64>,
}

/// TAO that each pool got in a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Emissions {
    /// When, by the clock, such as `2025-09-14`.
    pub date: String,
    /// When, estimated from the clock `[block]`.
    pub block: u64,
    /// Netuid, and what its pool got `[TAO per block]`.
    pub tao: Vec<(u16, f64)>,
}

/// The state of all subnets at one block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// When, such as `2026-08-07`.
    pub date: String,
    /// When `[block]`.
    pub block: u64,
    /// The subnets in the order of their netuids, root among them.
    pub subnets: Vec<SubnetState>,
}

/// One subnet of a [`Snapshot`]; NaN is not recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SubnetState {
    /// Its number; 0 is root.
    pub netuid: u16,
    /// Moving price `[TAO per alpha]`, with nine decimals.
    pub ema: f64,
    /// Moving price a few blocks later, with all its digits `[TAO per alpha]`.
    pub later_ema: f64,
    /// TAO in the pool; of root, what is staked there.
    pub tao_pool: f64,
    /// Alpha in the pool.
    pub alpha_pool: f64,
    /// Alpha outside the pool.
    pub alpha_out: f64,
    /// Part of the miners' last pay that no miner got, in `[0, 1]`.
    pub miner_burned: f64,
    /// Whether emission was switched on.
    pub enabled: bool,
    /// Whether its alpha could be traded.
    pub subtoken: bool,
    /// Whether it was open to registration.
    pub open: bool,
    /// When it was registered, where that is recorded `[block]`.
    pub registered_at: Option<u64>,
    /// First block with emission, if it was started.
    pub first_emission: Option<u64>,
    /// TAO injected `[TAO per block]`.
    pub tao_in: f64,
    /// TAO that bought alpha `[TAO per block]`.
    pub excess: f64,
    /// Alpha issued to participants `[alpha per block]`.
    pub alpha_emission: f64,
    /// Recorded share of emission, in `[0, 1]`.
    pub share: f64,
}

/// What the chain offered for a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// When `[block]`.
    pub block: u64,
    /// Whose pool.
    pub netuid: u16,
    /// Whether TAO was to buy alpha, or alpha was to be sold.
    pub buys: bool,
    /// What was to be put in, before the fee `[rao]`.
    pub input: u64,
    /// What would have come out `[rao]`.
    pub output: u64,
}

/// A pool, and where and when its reserves were read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuotedPool {
    /// When `[block]`.
    pub block: u64,
    /// Whose pool.
    pub netuid: u16,
    /// The reserves and the weight.
    pub pool: Pool,
}

/// What one subnet paid for its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Lock {
    /// Its number.
    pub netuid: u16,
    /// When `[block]`.
    pub block: u64,
    /// What it paid `[TAO]`.
    pub cost: f64,
    /// Under which rules, as the file names them.
    pub regime: String,
}

/// How much TAO there was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Issued {
    /// When `[s]`, since 1970.
    pub time: u64,
    /// All TAO ever issued, less what was recycled `[TAO]`.
    pub tao: f64,
}

impl Chain {
    /// Reads what is there of a folder.
    ///
    /// # Errors
    /// A file cannot be read, or says something that it cannot mean; its line is told.
    pub fn read(folder: &Path) -> Result<Self, RecordError> {
        Ok(Self {
            daily: prices::daily(folder)?,
            hourly: prices::hourly(folder)?,
            emissions: emissions(folder)?,
            snapshots: snapshots::read(folder)?,
            quotes: quotes(folder)?,
            quoted_pool: quoted_pool(folder)?,
            locks: locks(folder)?,
            issuance: issuance(folder)?,
        })
    }

    /// The snapshot of a date.
    #[must_use]
    pub fn snapshot(&self, date: &str) -> Option<&Snapshot> {
        self.snapshots.iter().find(|snapshot| snapshot.date == date)
    }

    /// Whether nothing at all was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.emissions.is_empty()
            && self.snapshots.is_empty()
            && self.quotes.is_empty()
            && self.locks.is_empty()
            && self.issuance.is_empty()
    }
}

fn emissions(folder: &Path) -> Result<Vec<Emissions>, RecordError> {
    let mut reads: Vec<Emissions> = Vec::new();
    let Some(sheet) = Sheet::open(folder, "subnet_tao_emission_2025_sep.csv")? else {
        return Ok(reads);
    };
    for row in sheet.rows() {
        let (block, tao) = (row.whole("block_est")?, row.number("tao_in_emission_per_block")?);
        let entry = (row.netuid("netuid")?, tao);
        match reads.last_mut() {
            Some(read) if read.block == block => read.tao.push(entry),
            _ => reads.push(Emissions { date: row.date("utc")?, block, tao: vec![entry] }),
        }
    }
    reads.sort_by_key(|read| read.block);
    Ok(reads)
}

fn quotes(folder: &Path) -> Result<Vec<Quote>, RecordError> {
    let Some(sheet) = Sheet::open(folder, "amm_sim_swap_vectors.csv")? else {
        return Ok(Vec::new());
    };
    let mut quotes = Vec::new();
    for row in sheet.rows() {
        let buys = row.text("direction")? == "buy";
        let output = if buys { "out_alpha_amount_rao" } else { "out_tao_amount_rao" };
        quotes.push(Quote {
            block: row.whole("block")?,
            netuid: row.netuid("netuid")?,
            buys,
            input: row.whole("input_rao")?,
            output: row.whole(output)?,
        });
    }
    Ok(quotes)
}

fn locks(folder: &Path) -> Result<Vec<Lock>, RecordError> {
    let Some(sheet) = Sheet::open(folder, "subnet_registration_costs.csv")? else {
        return Ok(Vec::new());
    };
    let mut locks = Vec::new();
    for row in sheet.rows() {
        locks.push(Lock {
            netuid: row.netuid("netuid")?,
            block: row.whole("block")?,
            cost: row.number("lock_cost_tao")?,
            regime: row.text("regime")?.to_owned(),
        });
    }
    Ok(locks)
}

fn issuance(folder: &Path) -> Result<Vec<Issued>, RecordError> {
    let Some(sheet) = Sheet::open(folder, "issuance_2025-11.csv")? else {
        return Ok(Vec::new());
    };
    let mut reads = Vec::new();
    for row in sheet.rows() {
        reads.push(Issued { time: row.whole("ts")?, tao: row.number("total_issuance_tao")? });
    }
    reads.sort_by_key(|read| read.time);
    Ok(reads)
}

/// Subnet 1's pool, whose reserves and weight were read beside a quote.
fn quoted_pool(folder: &Path) -> Result<Option<QuotedPool>, RecordError> {
    let path = folder.join("macro_snapshots.json");
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).map_err(|source| RecordError::Io {
        doing: "cannot read",
        path: path.clone(),
        source,
    })?;
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| wrong(&path, &error.to_string()))?;
    let block = 9_240_388;
    let Some(subnet) = json.pointer(&format!("/raw_storage_block_{block}_spec475/sn1")) else {
        return Ok(None);
    };
    let number = |key: &str| {
        let found = subnet.get(key).and_then(serde_json::Value::as_f64);
        found.ok_or_else(|| wrong(&path, &format!("subnet 1 has no number `{key}`")))
    };
    let pool = Pool {
        tao: Tao::from_tokens(number("tao_in_pool")?),
        alpha: Alpha::from_tokens(number("alpha_in_pool")?),
        weight: number("w_quote")?,
    };
    Ok(Some(QuotedPool { block, netuid: 1, pool }))
}
