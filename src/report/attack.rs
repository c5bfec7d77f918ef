//! Attack studies: tables, figures, the verdict.

mod figures;
mod numbers;
mod search;
mod tables;
mod verdict;

pub use figures::figures;
pub use numbers::{numbers, ranges, search_numbers};
pub use search::{search_figures, search_tables, search_verdict};
pub use tables::{digest, tables};
pub use verdict::{short, verdict};

use crate::report::told::{digits, percent, with_interval};
use crate::study::attack::{Study, Tried};
use crate::study::design::{Level, Point};
use crate::study::statistics::Mean;

/// The settings of the grid, those that a break-even added aside.
fn grid(tried: &[Tried]) -> impl Iterator<Item = &Tried> {
    tried.iter().filter(|tried| !tried.refined)
}

/// The settings of one combination of all axes but the first, in the order of the first.
fn along<'t>(tried: &'t [Tried], cell: &[Level]) -> Vec<&'t Tried> {
    let mut found: Vec<&Tried> = tried.iter().filter(|tried| &tried.point[1..] == cell).collect();
    found.sort_by(|one, other| one.point[0].number().total_cmp(&other.point[0].number()));
    found
}

/// The combinations of all axes but the first.
fn cells(tried: &[Tried]) -> Vec<Point> {
    let mut cells: Vec<Point> = Vec::new();
    for tried in grid(tried) {
        let cell = tried.point.get(1..).unwrap_or_default().to_vec();
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    cells
}

/// The setting that pictures of a single setting show: that of the headline, else the one in which
/// the attack earns most.
fn shown<'t>(study: &Study, tried: &'t [Tried]) -> Option<&'t Tried> {
    let profit = |tried: &Tried| Mean::of(&study.profits(tried)).mean;
    let named = study.headline_point().filter(|_| !study.plan.headline.at.is_empty());
    if let Some(found) = named.and_then(|point| tried.iter().find(|tried| tried.point == point)) {
        return Some(found);
    }
    let defined = grid(tried).filter(|tried| profit(tried).is_finite());
    defined.max_by(|one, other| profit(one).total_cmp(&profit(other)))
}
