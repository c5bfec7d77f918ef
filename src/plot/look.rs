//! How each named thing looks: the same name looks the same in every panel of a figure.

use serde::{Deserialize, Serialize};

use super::colour::{Colour, PALETTE, area_colour, line_colour};

/// What a caller may say about the look of a line, a layer or a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Style {
    /// The colour; none takes the next of the palette.
    pub colour: Option<Colour>,
    /// How much it stands out.
    pub emphasis: Emphasis,
    /// How a line is broken; layers and clouds do not need it.
    pub dash: Dash,
}

/// How much a thing stands out among its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Emphasis {
    /// As the others do.
    #[default]
    Normal,
    /// More: a thicker line, larger points.
    Strong,
    /// Less: a thin line without markers, smaller and paler points; grey unless a colour is given.
    Faint,
}

/// How a line is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Dash {
    /// Solid while the palette has a colour for each, then dashed, dotted and so on.
    #[default]
    Auto,
    /// Not at all.
    Solid,
    /// Long pieces.
    Dashed,
    /// Short pieces.
    Dotted,
    /// Long and short pieces in turn.
    DashDot,
}

/// The sign that a line carries and the points of a cloud have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A triangle on its base.
    Up,
    /// A square on a corner.
    Diamond,
    /// A triangle on a corner.
    Down,
    /// A cross.
    Plus,
}

const MARKERS: [Marker; 6] =
    [Marker::Circle, Marker::Square, Marker::Up, Marker::Diamond, Marker::Down, Marker::Plus];

/// What kind of thing a name stands for; the legend draws its sign accordingly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    Line,
    /// A line with its name written at it: it needs neither an entry in the legend nor markers.
    LabelledLine,
    /// A line above layers or points; it takes no colour of the palette.
    Overlay,
    /// An area on others.
    Layer,
    /// A cloud of points.
    Cloud,
}

/// A look, decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its colour.
    pub colour: Colour,
    /// How much it stands out.
    pub emphasis: Emphasis,
    /// How its line is broken; never [`Dash::Auto`].
    pub dash: Dash,
    /// The sign on a line, if it carries one, or the shape of a cloud's points.
    pub marker: Option<Marker>,
    /// The number of the name in the figure, by which markers are shifted.
    pub(super) index: usize,
}

impl Look {
    /// The width of a line [logical pixels].
    #[must_use]
    pub fn width(self) -> f64 {
        match self.emphasis {
            Emphasis::Normal => 1.8,
            Emphasis::Strong => 2.8,
            Emphasis::Faint => 1.0,
        }
    }

    /// The radius of a point of a cloud [logical pixels].
    #[must_use]
    pub fn radius(self) -> f64 {
        match self.emphasis {
            Emphasis::Normal => 3.0,
            Emphasis::Strong => 4.2,
            Emphasis::Faint => 2.2,
        }
    }
}

/// The looks of all names of a figure, in the order in which they first occur.
#[derive(Debug, Default)]
pub struct Looks {
    named: Vec<(String, Look)>,
}

impl Looks {
    /// Decides the look of each name; of several things of one name the first decides.
    pub(super) fn decide<'a>(things: impl Iterator<Item = (&'a str, Style, Kind)>) -> Self {
        let mut looks = Self::default();
        let mut used = 0;
        for (name, style, kind) in things {
            if !looks.named.iter().any(|(known, _)| known == name) {
                let look = look(style, kind, used);
                let free = style.colour.is_none() && style.emphasis != Emphasis::Faint;
                if free && kind != Kind::Overlay {
                    used += 1;
                }
                looks.named.push((name.to_owned(), look));
            }
        }
        looks.number();
        looks
    }

    /// Numbers the lines and clouds and gives them their markers, if there are two or more to tell
    /// apart; a line without a name is told from none.
    fn number(&mut self) {
        for kind in [Kind::Line, Kind::Cloud] {
            let marked = |(name, look): &(String, Look)| {
                let told = kind == Kind::Cloud || !name.trim().is_empty();
                look.kind == kind && look.emphasis != Emphasis::Faint && told
            };
            let count = self.named.iter().filter(|named| marked(named)).count();
            let all = self.named.iter_mut().filter(|named| marked(named));
            for (index, (_, look)) in all.enumerate() {
                look.index = index;
                if kind == Kind::Cloud || count > 1 {
                    look.marker = Some(MARKERS[index % MARKERS.len()]);
                }
            }
        }
    }

    /// The look of a name; names that were not announced look like the first line.
    #[must_use]
    pub fn of(&self, name: &str) -> Look {
        self.named
            .iter()
            .find(|(known, _)| known == name)
            .map_or_else(|| look(Style::default(), Kind::Line, 0), |(_, look)| *look)
    }

    /// The names that a legend shows, with their looks.
    #[must_use]
    pub fn legend(&self) -> impl DoubleEndedIterator<Item = (&str, Look)> {
        self.named
            .iter()
            .filter(|(name, look)| !name.trim().is_empty() && look.kind != Kind::LabelledLine)
            .map(|(name, look)| (name.as_str(), *look))
    }
}

fn look(style: Style, kind: Kind, used: usize) -> Look {
    let next = match (kind, style.emphasis) {
        (Kind::Overlay, _) => Colour::INK,
        (_, Emphasis::Faint) => Colour::FAINT,
        (Kind::Layer, _) => area_colour(used),
        (Kind::Line | Kind::LabelledLine | Kind::Cloud, _) => line_colour(used),
    };
    let auto = match used / PALETTE % 4 {
        _ if !matches!(kind, Kind::Line | Kind::LabelledLine) => Dash::Solid,
        0 => Dash::Solid,
        1 => Dash::Dashed,
        2 => Dash::Dotted,
        _ => Dash::DashDot,
    };
    Look {
        kind,
        colour: style.colour.unwrap_or(next),
        emphasis: style.emphasis,
        dash: if style.dash == Dash::Auto { auto } else { style.dash },
        marker: (kind == Kind::Cloud).then_some(Marker::Circle),
        index: used,
    }
}
