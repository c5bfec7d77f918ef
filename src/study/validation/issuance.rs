//! The course of issuance in November 2025: a block's emission each block.

use super::Comparison;
use crate::protocol::issuance::block_emission;
use crate::record::chain::Issued;
use crate::units::{RAO, Tao};

/// Seconds from one block to the next.
const BLOCK_SECONDS: u64 = 12;

/// Reads later than so many blocks after the first are left out: three years.
const MOST_BLOCKS: u64 = 8_000_000;

/// One moment of the course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Since the first moment `[blocks]`.
    pub blocks: u64,
    /// What was recorded `[TAO]`.
    pub recorded: f64,
    /// What it would be if nothing were recycled `[TAO]`.
    pub computed: f64,
}

/// Issues block after block from the first read on; the reads must be in the order of time.
#[must_use]
pub fn course(reads: &[Issued]) -> Vec<Point> {
    let Some(first) = reads.first() else { return Vec::new() };
    let mut issued = Tao::from_tokens(first.tao).0;
    let mut blocks = 0;
    let mut points = Vec::with_capacity(reads.len());
    for read in reads {
        let until = (read.time - first.time) / BLOCK_SECONDS;
        if until > MOST_BLOCKS {
            break;
        }
        while blocks < until {
            issued = issued.saturating_add(block_emission(issued));
            blocks += 1;
        }
        points.push(Point { blocks, recorded: read.tao, computed: issued as f64 / RAO as f64 });
    }
    points
}

/// The line of the result.
pub(super) fn comparison(points: &[Point]) -> Option<Comparison> {
    let (first, last) = (points.first()?, points.last()?);
    let (recorded, computed) = (last.recorded - first.recorded, last.computed - first.computed);
    (computed > 0.0).then(|| Comparison {
        name: "issuance over a week, Nov. 2025",
        rule: "1 TAO a block, nothing recycled",
        cases: points.len(),
        measure: "growth, relative",
        error: (recorded / computed - 1.0).abs(),
        bound: Some(1e-4),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_issues_half_after_the_halving() {
        let read = |time, tao| Issued { time, tao };
        let points = course(&[read(0, 10_499_999.0), read(36, 10_500_001.0)]);
        assert_eq!(points[1], Point { blocks: 3, recorded: 10_500_001.0, computed: 10_500_001.0 });
    }
}
