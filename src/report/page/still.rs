//! The static picture of a figure: what is printed, and what is seen without scripts.

use super::html::{base64, text};
use crate::plot::{Figure, Format, PlotError, Size, render};
use crate::report::figures::height;

/// Larger drawings than this become pixels `[bytes]`: matrices of thousands of cells.
const LARGE: usize = 160_000;

/// The picture as HTML: the drawing itself, or pixels where `small` or where it is large.
pub(super) fn html(figure: &Figure, small: bool) -> Result<String, PlotError> {
    let size = Size { height: height(figure), ..Size::default() };
    let drawing = render(figure, Format::Svg, size)?;
    let drawing = String::from_utf8_lossy(&drawing);
    let drawing = drawing[drawing.find("<svg").unwrap_or(0)..].trim_end();
    if drawing.len() <= if small { LARGE / 4 } else { LARGE } {
        return Ok(drawing.to_owned());
    }
    let pixels = render(figure, Format::Png, size)?;
    let Size { width, height, .. } = size;
    let image = format!(
        "<img width=\"{width}\" height=\"{height}\" alt=\"{}\" src=\"data:image/png;base64,{}\">",
        text(&figure.title),
        base64(&pixels)
    );
    Ok(if image.len() < drawing.len() { image } else { drawing.to_owned() })
}
