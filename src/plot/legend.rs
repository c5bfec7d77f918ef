//! The legend: outside the data, beside it or below it.

use super::colour::Colour;
use super::figure::LegendPlace;
use super::font;
use super::lines::draw_marker;
use super::look::{Kind, Look, Looks};
use super::path;
use super::scene::{Anchor, Area, Point, Scene, Type};

/// The width of a sign with the space after it [logical pixels].
const SIGN: f64 = 34.0;
/// The distance between baselines [logical pixels].
const LINE: f64 = 16.0;
/// The space between two entries of a row [logical pixels].
const GAP: f64 = 20.0;

/// A legend, laid out.
#[derive(Debug, Default)]
pub(super) struct Legend {
    entries: Vec<Entry>,
    /// How much of the right side it takes [logical pixels].
    pub(super) right: f64,
    /// How much of the bottom it takes [logical pixels].
    pub(super) below: f64,
}

/// An entry: its lines of text, its look, and the middle of its first line, from the corner of the
/// legend. The entry that counts what was left out has no look.
#[derive(Debug)]
struct Entry {
    lines: Vec<String>,
    look: Option<Look>,
    at: Point,
}

impl Legend {
    /// Lays out the legend of a picture of which `area` is left.
    pub(super) fn plan(looks: &Looks, place: LegendPlace, area: Area, top_first: bool) -> Self {
        let names: Vec<(&str, Look)> = looks.legend().collect();
        if names.is_empty() || place == LegendPlace::Hidden {
            return Self::default();
        }
        let beside = || {
            let mut names = names.clone();
            if top_first {
                names.reverse();
            }
            Self::beside(&names, area)
        };
        match place {
            LegendPlace::Right => beside(),
            LegendPlace::Below => Self::under(&names, area),
            LegendPlace::Auto | LegendPlace::Hidden => {
                let longest =
                    names.iter().map(|(name, _)| Type::TICK.width(name)).fold(0.0, f64::max);
                let under = Self::under(&names, area);
                let short = under.below <= 2.0 * LINE + 20.0 && longest < 0.4 * area.width();
                if short || area.width() < 480.0 { under } else { beside() }
            }
        }
    }

    fn beside(names: &[(&str, Look)], area: Area) -> Self {
        let room = (0.27 * area.width()).max(120.0) - SIGN - 16.0;
        let mut legend = Self::default();
        // Long names take several lines as long as there is room for all.
        for most in [3, 2, 1] {
            legend = Self::default();
            let mut y = LINE / 2.0;
            let mut widest: f64 = 0.0;
            for (index, (name, look)) in names.iter().enumerate() {
                let lines = font::wrap(name, Type::TICK.weight, room / Type::TICK.size, most);
                for line in &lines {
                    widest = widest.max(Type::TICK.width(line));
                }
                let height = LINE * count(lines.len());
                let rest = names.len() - index;
                if rest > 1 && y + height + LINE > area.height() {
                    legend.leave_out(rest, (0.0, y));
                    break;
                }
                legend.entries.push(Entry { lines, look: Some(*look), at: (0.0, y) });
                y += height + 4.0;
            }
            legend.right = SIGN + widest.max(60.0) + 16.0;
            if legend.entries.len() == names.len()
                && legend.entries.iter().all(|e| e.look.is_some())
            {
                break;
            }
        }
        legend
    }

    fn under(names: &[(&str, Look)], area: Area) -> Self {
        let mut legend = Self::default();
        let (mut x, mut y) = (0.0, LINE / 2.0);
        let most = (0.4 * area.height()).max(LINE);
        for (index, (name, look)) in names.iter().enumerate() {
            let room = area.width() - SIGN;
            let name = font::shorten(name, Type::TICK.weight, room / Type::TICK.size);
            let width = SIGN + Type::TICK.width(&name);
            if x > 0.0 && x + width > area.width() {
                (x, y) = (0.0, y + LINE + 2.0);
                let rest = names.len() - index;
                if rest > 1 && y + LINE > most {
                    legend.leave_out(rest, (x, y));
                    break;
                }
            }
            legend.entries.push(Entry { lines: vec![name], look: Some(*look), at: (x, y) });
            x += width + GAP;
        }
        legend.below = y + LINE / 2.0 + 10.0;
        legend
    }

    fn leave_out(&mut self, rest: usize, at: Point) {
        self.entries.push(Entry { lines: vec![format!("and {rest} more")], look: None, at });
    }

    /// Draws the legend into the part of `area` that it asked for.
    pub(super) fn draw(&self, scene: &mut Scene, area: Area) {
        let corner = if self.right > 0.0 {
            (area.right - self.right + 16.0, area.top + 6.0)
        } else {
            (area.left, area.bottom - self.below + 10.0)
        };
        for entry in &self.entries {
            let (x, y) = (corner.0 + entry.at.0, corner.1 + entry.at.1);
            if let Some(look) = entry.look {
                draw_sign(scene, (x, y), look);
            }
            for (index, line) in entry.lines.iter().enumerate() {
                let at = (x + SIGN, y + Type::TICK.drop() + LINE * count(index));
                let font = Type { colour: Colour::INK, ..Type::TICK };
                scene.text(line, at, Anchor::Start, font);
            }
        }
    }
}

fn draw_sign(scene: &mut Scene, (x, y): Point, look: Look) {
    let right = x + SIGN - 7.0;
    let middle = f64::midpoint(x, right);
    match look.kind {
        Kind::Layer => {
            let area =
                Area { left: middle - 9.0, top: y - 6.0, right: middle + 9.0, bottom: y + 6.0 };
            scene.rect(area, look.colour);
        }
        Kind::Cloud => draw_marker(scene, (middle, y), look, look.radius() + 0.6, 1.0),
        Kind::Line | Kind::LabelledLine | Kind::Overlay => {
            for dash in path::dash(&[(x, y), (right, y)], look.dash) {
                scene.line(dash, look.width(), look.colour);
            }
            if look.marker.is_some() {
                draw_marker(scene, (middle, y), look, look.width() + 1.9, 1.0);
            }
        }
    }
}

fn count(index: usize) -> f64 {
    f64::from(u32::try_from(index).unwrap_or(0))
}
