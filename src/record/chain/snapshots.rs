//! States of all subnets.

use std::path::Path;

use super::sheet::{Row, Sheet};
use super::{Snapshot, SubnetState};
use crate::record::RecordError;
use crate::units::RAO;

/// The block of the snapshot without pools.
const PIPELINE_BLOCK: u64 = 8_740_402;

/// Every snapshot, by date.
pub(super) fn read(folder: &Path) -> Result<Vec<Snapshot>, RecordError> {
    let mut snapshots: Vec<Snapshot> = Vec::new();
    for name in ["subnet_economics_2026_jun_jul.csv", "subnet_economics_2026_aug.csv"] {
        let Some(sheet) = Sheet::open(folder, name)? else { continue };
        for row in sheet.rows() {
            let (date, block) = (row.date("snapshot")?, row.whole("block")?);
            let subnet = economics(row)?;
            match snapshots.iter_mut().find(|snapshot| snapshot.date == date) {
                Some(snapshot) => snapshot.subnets.push(subnet),
                None => snapshots.push(Snapshot { date, block, subnets: vec![subnet] }),
            }
        }
    }
    if let Some(sheet) = Sheet::open(folder, "emission_pipeline_block8740402.csv")? {
        let subnets = sheet.rows().map(pipeline).collect::<Result<_, _>>()?;
        snapshots.push(Snapshot { date: "2026-07-31".into(), block: PIPELINE_BLOCK, subnets });
    }
    snapshots.sort_by_key(|snapshot| snapshot.block);
    for snapshot in &mut snapshots {
        snapshot.subnets.sort_by_key(|subnet| subnet.netuid);
    }
    Ok(snapshots)
}

/// A row of the files that have pools; what only some of their dates have may be empty.
fn economics(row: Row<'_>) -> Result<SubnetState, RecordError> {
    Ok(SubnetState {
        netuid: row.netuid("netuid")?,
        ema: row.number("alpha_price_tao")?,
        later_ema: row.optional("moving_price_pinned")?,
        tao_pool: row.number("tao_in_pool_tao")?,
        alpha_pool: row.number("alpha_in_pool")?,
        alpha_out: row.number("alpha_out_pool")?,
        miner_burned: row.optional("miner_burned_fraction")?,
        enabled: known(row, "emission_enabled")?,
        subtoken: known(row, "subtoken_enabled")?,
        open: known(row, "registration_allowed_pinned")?,
        registered_at: block(row, "registered_at_block")?,
        first_emission: block(row, "first_emission_block")?,
        tao_in: row.optional("tao_in_emission_tao")?,
        excess: row.optional("excess_tao")?,
        alpha_emission: row.optional("alpha_out_emission")?,
        share: row.optional("emission_share")?,
    })
}

/// A row of the file without pools.
fn pipeline(row: Row<'_>) -> Result<SubnetState, RecordError> {
    Ok(SubnetState {
        netuid: row.netuid("netuid")?,
        ema: row.number("moving_price")?,
        later_ema: f64::NAN,
        tao_pool: f64::NAN,
        alpha_pool: f64::NAN,
        alpha_out: f64::NAN,
        miner_burned: row.number("miner_burned")?,
        enabled: row.flag("emission_enabled")?,
        subtoken: row.flag("subtoken_enabled")?,
        open: row.flag("registration_allowed")?,
        registered_at: None,
        first_emission: block(row, "first_emission_block")?,
        tao_in: row.number("tao_in_emission_rao")? / RAO as f64,
        excess: row.number("excess_tao_rao")? / RAO as f64,
        alpha_emission: f64::NAN,
        share: f64::NAN,
    })
}

/// A flag; where it is not recorded, on.
fn known(row: Row<'_>, column: &str) -> Result<bool, RecordError> {
    if row.text(column)?.is_empty() { Ok(true) } else { row.flag(column) }
}

/// A block; none where it is not recorded.
fn block(row: Row<'_>, column: &str) -> Result<Option<u64>, RecordError> {
    if row.text(column)?.is_empty() { Ok(None) } else { row.whole(column).map(Some) }
}
