//! Labels that must not lie on each other.

/// A stretch along one direction that a label would like to take: its middle and its length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) middle: f64,
    pub(super) length: f64,
}

/// Where a label goes: the middle that it got, and in which row, 0 being nearest to the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seat {
    pub(super) middle: f64,
    pub(super) row: usize,
}

/// Seats labels side by side between `low` and `high`, in at most `rows` rows. A label for which there
/// is no room gets no seat. The wishes are in any order, the seats in the same.
pub(super) fn seat(wishes: &[Wish], low: f64, high: f64, rows: usize) -> Vec<Option<Seat>> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by(|a, b| wishes[*a].middle.total_cmp(&wishes[*b].middle));
    let mut seats = vec![None; wishes.len()];
    let mut ends = vec![f64::NEG_INFINITY; rows];
    for index in order {
        let Wish { middle, length } = wishes[index];
        let half = length / 2.0;
        let middle = middle.min(high - half).max(low + half);
        let row = ends.iter().position(|end| middle - half >= end + 8.0);
        if let Some(row) = row {
            ends[row] = middle + half;
            seats[index] = Some(Seat { middle, row });
        }
    }
    seats
}

/// Moves labels of one `length` apart along a line from `low` to `high`, as little as needed. If there
/// are too many for the line, the last get no place.
pub(super) fn apart(middles: &[f64], length: f64, low: f64, high: f64) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..middles.len()).collect();
    order.sort_by(|a, b| middles[*a].total_cmp(&middles[*b]));
    let mut places = vec![None; middles.len()];
    let mut next = low;
    let mut seated: Vec<(usize, f64)> = Vec::new();
    for index in order {
        let at = middles[index].max(next);
        seated.push((index, at));
        next = at + length;
    }
    // Whoever was pushed beyond the end pushes back those before.
    let mut last = high;
    for (index, at) in seated.into_iter().rev() {
        let at = at.min(last);
        last = at - length;
        if at >= low - 0.5 {
            places[index] = Some(at);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_would_overlap_go_to_another_row_or_away() {
        let wish = |middle| Wish { middle, length: 40.0 };
        let seats = seat(&[wish(50.0), wish(60.0), wish(65.0)], 0.0, 100.0, 2);
        let rows: Vec<_> = seats.iter().map(|seat| seat.map(|seat| seat.row)).collect();
        assert_eq!(rows, [Some(0), Some(1), None]);
    }

    #[test]
    fn labels_are_pushed_apart_within_the_line() {
        let places = apart(&[95.0, 96.0, 10.0], 20.0, 0.0, 100.0);
        assert_eq!(places, [Some(80.0), Some(100.0), Some(10.0)]);
    }
}
