//! Labels that stand at the lines themselves, as on a map.
//!
//! A label lies on its line and covers a gap of it. It does not touch the axes or another label, and takes the place where it covers the fewest other lines.

use super::colour::Colour;
use super::path;
use super::scene::{Anchor, Area, Point, Scene, Type};

/// How a label is written.
const FONT: Type = Type { size: 10.5, colour: Colour::INK, ..Type::TICK };
/// Paper around the text of a label [logical pixels].
const PAPER: f64 = 1.5;
/// Room between a label and another one or the frame [logical pixels].
const ROOM: f64 = 3.0;
/// How far a label may reach beyond the right of the frame, where no line is drawn and the margin is
/// wider than this [logical pixels].
const BEYOND: f64 = 8.0;
/// The distance between two places that are tried [logical pixels].
const STEP: f64 = 4.0;
/// No more places than this are tried on a line.
const MOST_PLACES: f64 = 200.0;

/// A line that is drawn, in the pieces that lie inside the frame, and its label, which may be empty.
#[derive(Debug)]
pub(super) struct Labelled<'l> {
    pub(super) label: &'l str,
    pub(super) pieces: Vec<Vec<Point>>,
}

/// A label with its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    middle: Point,
    upwards: bool,
    /// What it covers.
    pub(super) area: Area,
}

impl Placed {
    fn of(width: f64, middle: Point, upwards: bool) -> Self {
        let (along, across) = (width / 2.0 + PAPER, FONT.size * 0.45 + PAPER);
        let (x, y) = if upwards { (across, along) } else { (along, across) };
        let area = Area {
            left: middle.0 - x,
            top: middle.1 - y,
            right: middle.0 + x,
            bottom: middle.1 + y,
        };
        Self { middle, upwards, area }
    }

    fn fits(&self, frame: Area, placed: &[Option<Self>]) -> bool {
        let Area { left, top, right, bottom } = grown(self.area, ROOM);
        let inside = left >= frame.left
            && top >= frame.top
            && right <= frame.right + BEYOND
            && bottom <= frame.bottom;
        let apart = |other: &Self| {
            let other = other.area;
            left >= other.right || right <= other.left || top >= other.bottom || bottom <= other.top
        };
        inside && placed.iter().flatten().all(apart)
    }

    /// Draws paper and text.
    pub(super) fn draw(&self, scene: &mut Scene, label: &str) {
        scene.fill(self.area.corners().to_vec(), Colour::WHITE, 0.9);
        let (x, y) = self.middle;
        if self.upwards {
            scene.text_up(label, (x + FONT.drop(), y), Anchor::Middle, FONT);
        } else {
            scene.text(label, (x, y + FONT.drop()), Anchor::Middle, FONT);
        }
    }
}

/// A place for the label of each line; none where it has none, or where no place is free.
pub(super) fn place(lines: &[Labelled<'_>], frame: Area) -> Vec<Option<Placed>> {
    let mut placed: Vec<Option<Placed>> = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let label = if line.label.trim().is_empty() { None } else { Some(line.label) };
        let best = label.and_then(|label| {
            let width = FONT.width(label);
            let others = || lines.iter().enumerate().filter(|(other, _)| *other != index);
            let mut best: Option<(f64, Placed)> = None;
            for (middle, off) in places(&line.pieces) {
                for upwards in [false, true] {
                    let here = Placed::of(width, middle, upwards);
                    if !here.fits(frame, &placed) {
                        continue;
                    }
                    let covered = others().filter(|(_, other)| crosses(other, here.area)).count();
                    let covered = f64::from(u32::try_from(covered).unwrap_or(u32::MAX));
                    let cost = covered + off + if upwards { 0.2 } else { 0.0 };
                    if best.is_none_or(|(least, _)| cost < least) {
                        best = Some((cost, here));
                    }
                }
            }
            best.map(|(_, place)| place)
        });
        placed.push(best);
    }
    placed
}

/// Places along a line, and how far each lies from the middle of the longest piece, from 0 to 1.
fn places(pieces: &[Vec<Point>]) -> Vec<(Point, f64)> {
    let length = |piece: &[Point]| {
        piece.windows(2).map(|pair| distance(pair[0], pair[1])).fold(0.0, |sum, step| sum + step)
    };
    let longest = pieces.iter().map(|piece| length(piece)).fold(0.0, f64::max);
    let step = STEP.max(longest / MOST_PLACES);
    let mut found = Vec::new();
    for piece in pieces {
        let whole = length(piece);
        let (mut gone, mut next) = (0.0, step);
        for pair in piece.windows(2) {
            let here = distance(pair[0], pair[1]);
            while next <= gone + here {
                let share = (next - gone) / here;
                let at = |a: f64, b: f64| a + (b - a) * share;
                let off = (next - whole / 2.0).abs() + (longest - whole) / 2.0;
                found.push(((at(pair[0].0, pair[1].0), at(pair[0].1, pair[1].1)), off / longest));
                next += step;
            }
            gone += here;
        }
    }
    found
}

fn distance(a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    (dx * dx + dy * dy).sqrt()
}

fn crosses(line: &Labelled<'_>, area: Area) -> bool {
    let mut steps = line.pieces.iter().flat_map(|piece| piece.windows(2));
    steps.any(|pair| path::clip_segment(pair[0], pair[1], area).is_some())
}

fn grown(area: Area, by: f64) -> Area {
    Area {
        left: area.left - by,
        top: area.top - by,
        right: area.right + by,
        bottom: area.bottom + by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Area = Area { left: 0.0, top: 0.0, right: 300.0, bottom: 300.0 };

    fn line(label: &str, from: Point, to: Point) -> Labelled<'_> {
        Labelled { label, pieces: vec![vec![from, to]] }
    }

    /// Ten lines from one corner, close together: each label lies on its own line, inside the
    /// frame, apart from the others.
    #[test]
    fn labels_lie_on_their_lines_and_apart() {
        let lines: Vec<Labelled<'_>> =
            (0..10_u32).map(|k| line("60 %", (0.0, 300.0), (300.0, 30.0 * f64::from(k)))).collect();
        let placed: Vec<Placed> = place(&lines, FRAME).into_iter().flatten().collect();
        assert_eq!(placed.len(), 10);
        for (index, one) in placed.iter().enumerate() {
            assert!(crosses(&lines[index], one.area));
            let Area { left, top, right, bottom } = one.area;
            assert!(left >= ROOM && top >= ROOM && right <= 305.0 && bottom <= 297.0, "{one:?}");
            for other in &placed[..index] {
                let other = other.area;
                let beside = left >= other.right || right <= other.left;
                assert!(beside || top >= other.bottom || bottom <= other.top, "{one:?} {other:?}");
            }
        }
    }

    /// Beside a line that runs along it at 6 pixels, a label reads upwards so as to leave it free.
    #[test]
    fn a_label_turns_rather_than_cover_another_line() {
        let lines =
            [line("60 %", (100.0, 0.0), (100.0, 300.0)), line("", (109.0, 0.0), (109.0, 300.0))];
        let placed = place(&lines, FRAME);
        assert!(placed[0].is_some_and(|label| label.upwards));
        assert_eq!(placed[1], None);
        let alone = place(&lines[..1], FRAME);
        assert!(alone[0].is_some_and(|label| !label.upwards));
    }

    #[test]
    fn where_no_place_is_free_there_is_no_label() {
        assert_eq!(place(&[line("60 %", (0.0, 0.0), (20.0, 0.0))], FRAME), [None]);
        assert_eq!(place(&[line("60 %", (5.0, 5.0), (5.0, 5.0))], FRAME), [None]);
        assert_eq!(place(&[Labelled { label: "60 %", pieces: Vec::new() }], FRAME), [None]);
    }
}
