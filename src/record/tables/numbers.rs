//! The numbers of a table's row by themselves: what studies read is what the tables hold.

use std::sync::Arc;

use super::markets;
use crate::record::table::{Cell, ColumnDoc, Type};
use crate::world::World;

/// The columns of the table `markets` that are numbers.
pub fn market_columns() -> impl Iterator<Item = &'static ColumnDoc> {
    markets::MARKET.iter().skip(2).filter(|column| is_number(column))
}

/// Their values for the subnet with this index, in the same order; none without a network.
#[must_use]
pub fn market(world: &World, at: usize) -> Vec<f64> {
    let (Some(network), Some(subnet)) = (&world.network, world.subnets.get(at)) else {
        return Vec::new();
    };
    let name: Arc<str> = Arc::from("");
    let row = markets::market(0, &name, network, at, subnet);
    row.iter().skip(2).filter_map(number).collect()
}

/// The columns of the table `network` that are numbers of the token economy.
pub fn network_columns() -> impl Iterator<Item = &'static ColumnDoc> {
    markets::NETWORK.iter().filter(|column| is_number(column))
}

/// Their values, in the same order.
#[must_use]
pub fn network(world: &World) -> Vec<f64> {
    let era: Arc<str> = Arc::from("");
    markets::network(world, &era).iter().filter_map(number).collect()
}

fn is_number(column: &ColumnDoc) -> bool {
    matches!(column.kind, Type::Number | Type::Whole)
}

fn number(cell: &Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Number(value) => Some(*value),
        Cell::Whole(value) => Some(f64::from(*value)),
        Cell::Flag(_) | Cell::Text(_) => None,
    }
}
