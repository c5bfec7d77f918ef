//! Colours that people with any kind of colour vision can tell apart.

use serde::{Deserialize, Serialize};

/// A colour: red, green and blue, 0 to 255 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Default for Colour {
    /// That of the first thing.
    fn default() -> Self {
        Self::nth(0)
    }
}

impl Colour {
    /// White, the paper.
    pub const WHITE: Self = Self(255, 255, 255);
    /// Nearly black: titles, labels and frames.
    pub const INK: Self = Self(34, 34, 34);
    /// Grey that is still easy to read: subtitles and tick labels.
    pub const SOFT: Self = Self(95, 95, 95);
    /// Grey for what stands in the background: faint lines and marks.
    pub const FAINT: Self = Self(150, 150, 150);
    /// The grid.
    pub const GRID: Self = Self(228, 228, 228);
    /// A cell of a heat map that is exactly zero.
    pub const ZERO: Self = Self(226, 226, 226);
    /// A cell of a heat map that has no value.
    pub const MISSING: Self = Self(255, 255, 255);

    /// The colour of the `index`-th of several things, the same in every picture: the palette,
    /// then the palette again lighter, then darker.
    #[must_use]
    pub fn nth(index: usize) -> Self {
        area_colour(index)
    }

    /// The scale of a heat map, dark to bright, in even steps.
    #[must_use]
    pub fn scale() -> &'static [Self] {
        &VIRIDIS
    }

    /// This colour mixed with `other`, of which it takes `share` (0 to 1).
    #[must_use]
    pub fn mix(self, other: Self, share: f64) -> Self {
        let part = |a: u8, b: u8| {
            let (a, b) = (f64::from(a), f64::from(b));
            to_byte(a + (b - a) * share)
        };
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }
}

/// The palette of Okabe and Ito (2008, "Color Universal Design"), its black and yellow last: black
/// stands for frames too, and yellow is pale on white.
const OKABE_ITO: [Colour; 8] = [
    Colour(0, 114, 178),
    Colour(213, 94, 0),
    Colour(0, 158, 115),
    Colour(204, 121, 167),
    Colour(230, 159, 0),
    Colour(86, 180, 233),
    Colour(0, 0, 0),
    Colour(240, 228, 66),
];

/// How many things a palette can tell apart by colour alone.
pub(super) const PALETTE: usize = OKABE_ITO.len();

/// The colour of the `index`-th line or cloud; it repeats, and then a dash or a marker tells.
pub(super) fn line_colour(index: usize) -> Colour {
    OKABE_ITO[index % PALETTE]
}

/// The colour of the `index`-th area; from the ninth on the palette comes again lighter, then darker.
pub(super) fn area_colour(index: usize) -> Colour {
    let colour = OKABE_ITO[index % PALETTE];
    match index / PALETTE % 3 {
        0 => colour,
        1 => colour.mix(Colour::WHITE, 0.5),
        _ => colour.mix(Colour::INK, 0.45),
    }
}

/// Every sixteenth colour of viridis (van der Walt and Smith, 2015, CC0), dark to bright.
const VIRIDIS: [Colour; 17] = [
    Colour(68, 1, 84),
    Colour(72, 23, 105),
    Colour(71, 42, 122),
    Colour(67, 61, 132),
    Colour(61, 78, 138),
    Colour(53, 94, 141),
    Colour(46, 109, 142),
    Colour(41, 123, 142),
    Colour(35, 138, 141),
    Colour(30, 152, 139),
    Colour(32, 166, 133),
    Colour(53, 183, 121),
    Colour(85, 198, 103),
    Colour(121, 209, 81),
    Colour(165, 219, 54),
    Colour(210, 226, 27),
    Colour(253, 231, 37),
];

/// How many colours a heat map uses: few enough that equal neighbours merge, too many to see a step.
pub(super) const SHADES: u8 = 128;

/// The shade for a place on the scale from 0 (dark) to 1 (bright), which is held to that range.
pub(super) fn shade(place: f64) -> u8 {
    let last = f64::from(SHADES - 1);
    to_byte((place * last).clamp(0.0, last))
}

/// The colour of a shade.
pub(super) fn shade_colour(shade: u8) -> Colour {
    let place = f64::from(shade.min(SHADES - 1)) / f64::from(SHADES - 1) * 16.0;
    let lower = usize::from(to_byte(place.floor())).min(15);
    let above = place - place.floor().min(15.0);
    VIRIDIS[lower].mix(VIRIDIS[lower + 1], above)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is held to 0..=255 first"
)]
fn to_byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
