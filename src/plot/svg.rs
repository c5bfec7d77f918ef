//! A scene as SVG.
//!
//! plotters' backend counts in whole units, so the drawing is made finer by [`FINE`] and the header
//! says so; without that, curves would visibly step from pixel to pixel.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontTransform, RGBColor, ShapeStyle, TextStyle,
};

use super::PlotError;
use super::colour::Colour;
use super::font;
use super::scene::{Anchor, Point, Scene, Shape, Type};

/// Units of the drawing for each logical pixel.
const FINE: f64 = 10.0;
const FINE_UNITS: u32 = 10;

/// plotters asks for a size of 1.24 em, and puts the baseline 0.76 em below the top that it is given.
const EM: f64 = 1.24;
const BASELINE: f64 = 0.76;

/// The text of the SVG file; `title` is what a screen reader says.
pub(super) fn write(scene: &Scene, title: &str) -> Result<String, PlotError> {
    font::ready();
    let mut body = String::new();
    let units = (scene.width * FINE_UNITS, scene.height * FINE_UNITS);
    {
        let mut backend = SVGBackend::with_string(&mut body, units);
        for shape in &scene.shapes {
            draw(&mut backend, shape)?;
        }
        backend.present().map_err(PlotError::refused)?;
    }
    // The first line is plotters' own header. Its defaults need no words, and quotes within a text are
    // escaped, so these attributes cannot be anything else.
    let shapes = body.split_once('\n').map_or("", |(_, shapes)| shapes);
    let shapes = shapes.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "");
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" \
         role=\"img\" stroke-linejoin=\"round\">\n<title>{}</title>\n{shapes}",
        scene.width,
        scene.height,
        units.0,
        units.1,
        escape(title),
    ))
}

fn draw(backend: &mut SVGBackend<'_>, shape: &Shape) -> Result<(), PlotError> {
    let drawn = match shape {
        Shape::Line { points, width, colour } => {
            backend.draw_path(points.iter().copied().map(place), &brush(*colour, 1.0, *width))
        }
        Shape::Fill { points, colour, alpha } => {
            backend.fill_polygon(points.iter().copied().map(place), &brush(*colour, *alpha, 0.0))
        }
        Shape::Rect { area, colour } => backend.draw_rect(
            place((area.left, area.top)),
            place((area.right, area.bottom)),
            &brush(*colour, 1.0, 0.0),
            true,
        ),
        Shape::Disc { centre, radius, colour, alpha } => backend.draw_circle(
            place(*centre),
            units(*radius).unsigned_abs(),
            &brush(*colour, *alpha, 0.0),
            true,
        ),
        Shape::Text { text, at, anchor, font, upwards } => {
            let (style, top) = lettering(*font, *anchor, *at, *upwards);
            backend.draw_text(text, &style, place(top))
        }
    };
    drawn.map_err(PlotError::refused)
}

/// The style of a text, and the place for its upper edge.
fn lettering(font: Type, anchor: Anchor, at: Point, upwards: bool) -> (TextStyle<'static>, Point) {
    let size = font.size * FINE * EM;
    let mut desc = FontDesc::new(FontFamily::Name(font::FAMILY), size, font.weight.style());
    let rise = font.size * BASELINE;
    let mut top = (at.0, at.1 - rise);
    if upwards {
        desc = desc.transform(FontTransform::Rotate270);
        top = (at.0 - rise, at.1);
    }
    let h_pos = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let style = TextStyle {
        font: desc,
        color: rgb(font.colour).to_backend_color(),
        pos: Pos::new(h_pos, VPos::Top),
    };
    (style, top)
}

fn brush(colour: Colour, alpha: f64, width: f64) -> ShapeStyle {
    ShapeStyle {
        color: rgb(colour).mix(alpha),
        filled: true,
        stroke_width: units(width).unsigned_abs(),
    }
}

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn place(point: Point) -> (i32, i32) {
    (units(point.0), units(point.1))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "charts are clipped to the picture, and the cast saturates"
)]
fn units(length: f64) -> i32 {
    (length * FINE).round() as i32
}

fn escape(text: &str) -> String {
    font::printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
