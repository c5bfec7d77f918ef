//! Charts: plain data in, the bytes of an SVG or PNG picture out.
//!
//! The room knows nothing of simulations, tables or files. A [`Figure`] holds one or more [`Panel`]s,
//! each a [`Chart`]; [`render`] lays it out, draws it into a list of shapes, and hands that list to
//! plotters' backends. plotters' own chart builder is not used: it panics on empty ranges and cannot
//! place a legend outside the data.
//!
//! ```text
//! Figure ─► layout ─► Scene (shapes in logical pixels) ─┬─► svg ─► text
//!                                                       └─► png ─► pixels
//! ```
//!
//! Whatever the numbers are, a picture comes out: a value that is not finite, or beyond ±1e300, is a gap,
//! and a panel without any value says "no data". The same figure gives the same bytes each time, on every
//! machine, because the font is built in.

mod axis;
mod bars;
mod colour;
mod figure;
mod font;
mod frame;
mod gaps;
mod heat_layout;
mod heat_map;
mod heat_sides;
mod labels;
mod legend;
mod line_labels;
mod lines;
mod look;
mod number;
mod path;
mod png;
mod scatter;
mod scene;
mod stack;
mod svg;
#[cfg(test)]
mod tests;
mod ticks;

pub use axis::{Axis, Range, Scale};
pub use bars::{Bar, Bars};
pub use colour::Colour;
pub use figure::{Chart, Figure, LegendPlace, Panel};
pub use heat_map::{HeatMap, ZeroCells};
pub use heat_sides::{Group, Side};
pub use lines::{Band, Lines, Mark, Series, SideBand};
pub use look::{Dash, Emphasis, Kind, Look, Looks, Marker, Style};
pub use number::Ticks;
pub use scatter::{Cloud, Guide, Scatter};
pub use stack::{Layer, Stack};

/// The kind of picture to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Scalable drawing; text stays text.
    Svg,
    /// Pixels, drawn with the built-in font.
    Png,
}

/// How large the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width [logical pixels], 240 to 4000.
    pub width: u32,
    /// Height [logical pixels], 160 to 4000.
    pub height: u32,
    /// PNG pixels for each logical pixel, 1 to 4; an SVG does not need it.
    pub scale: u32,
}

impl Default for Size {
    /// 960 × 540 at scale 1.
    fn default() -> Self {
        Self { width: 960, height: 540, scale: 1 }
    }
}

impl Size {
    fn check(self) -> Result<(), PlotError> {
        let fits = (240..=4000).contains(&self.width)
            && (160..=4000).contains(&self.height)
            && (1..=4).contains(&self.scale);
        if fits { Ok(()) } else { Err(PlotError::Size(self)) }
    }
}

/// Why no picture could be made. Data never is a reason.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    /// The picture asked for is too small to hold a chart, or too large to hold in memory.
    #[error(
        "a picture must be 240 to 4000 wide, 160 to 4000 high and of scale 1 to 4, got {} x {} at {}",
        .0.width, .0.height, .0.scale
    )]
    Size(Size),
    /// A drawing backend refused a shape.
    #[error("cannot draw the picture: {0}")]
    Draw(String),
    /// The pixels could not be encoded.
    #[error("cannot encode the picture as PNG")]
    Encode(#[from] ::png::EncodingError),
}

impl PlotError {
    fn refused(reason: impl std::fmt::Display) -> Self {
        Self::Draw(reason.to_string())
    }
}

/// Draws `figure` and returns the bytes of the picture.
///
/// # Errors
///
/// [`PlotError::Size`] for a size out of bounds. The other variants stand for faults of the drawing
/// libraries and depend on no data.
pub fn render(figure: &Figure, format: Format, size: Size) -> Result<Vec<u8>, PlotError> {
    size.check()?;
    let scene = figure.draw(size);
    match format {
        Format::Svg => svg::write(&scene, &figure.title).map(String::into_bytes),
        Format::Png => png::write(&scene, size.scale),
    }
}
