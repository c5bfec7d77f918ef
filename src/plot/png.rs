//! A scene as PNG.
//!
//! plotters fills rectangles and draws letters; lines and polygons are cut into rows here, because its
//! rasteriser leaves holes where a line crosses itself. The picture is drawn several times larger and
//! averaged down, which smooths every edge.

use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontTransform, RGBAColor, RGBColor, TextStyle};

use super::PlotError;
use super::colour::Colour;
use super::font;
use super::scene::{Anchor, Area, Point, Scene, Shape, Type};

type Drawn = Result<(), PlotError>;

/// The bytes of the PNG file, `scale` pixels for each logical pixel.
pub(super) fn write(scene: &Scene, scale: u32) -> Result<Vec<u8>, PlotError> {
    font::ready();
    let finer = if scale == 1 { 3 } else { 2 };
    let (width, height) = (scene.width * scale, scene.height * scale);
    let (wide, high) = (width * finer, height * finer);
    let mut pixels = vec![255; wide as usize * high as usize * 3];
    {
        let backend = BitMapBackend::with_buffer(&mut pixels, (wide, high));
        let mut canvas = Canvas { backend, fine: f64::from(scale * finer) };
        for shape in &scene.shapes {
            canvas.draw(shape)?;
        }
        canvas.backend.present().map_err(PlotError::refused)?;
    }
    let small = average(&pixels, wide as usize, finer as usize);
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&small)?;
    Ok(bytes)
}

/// Each pixel of the result is the mean of a square of `finer` × `finer` pixels.
fn average(pixels: &[u8], wide: usize, finer: usize) -> Vec<u8> {
    let width = wide / finer;
    let mut small = Vec::with_capacity(pixels.len() / (finer * finer));
    let mut sums = vec![0_usize; width * 3];
    for rows in pixels.chunks_exact(wide * 3 * finer) {
        sums.fill(0);
        for row in rows.chunks_exact(wide * 3) {
            for (sum, square) in sums.chunks_exact_mut(3).zip(row.chunks_exact(finer * 3)) {
                for pixel in square.chunks_exact(3) {
                    for (channel, value) in sum.iter_mut().zip(pixel) {
                        *channel += usize::from(*value);
                    }
                }
            }
        }
        let count = finer * finer;
        small.extend(
            sums.iter().map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX)),
        );
    }
    small
}

struct Canvas<'a> {
    backend: BitMapBackend<'a>,
    /// Drawn pixels for each logical pixel.
    fine: f64,
}

impl Canvas<'_> {
    fn draw(&mut self, shape: &Shape) -> Drawn {
        match shape {
            Shape::Line { points, width, colour } => self.line(points, *width, brush(*colour, 1.0)),
            Shape::Fill { points, colour, alpha } => self.fill(points, brush(*colour, *alpha)),
            Shape::Rect { area, colour } => self.rect(*area, brush(*colour, 1.0)),
            Shape::Disc { centre, radius, colour, alpha } => {
                self.disc(*centre, *radius, brush(*colour, *alpha))
            }
            Shape::Text { text, at, anchor, font, upwards } => {
                self.text(text, *at, *anchor, *font, *upwards)
            }
        }
    }

    fn rect(&mut self, area: Area, brush: RGBAColor) -> Drawn {
        let upper_left = (self.units(area.left), self.units(area.top));
        let lower_right = (self.units(area.right), self.units(area.bottom));
        self.backend.draw_rect(upper_left, lower_right, &brush, true).map_err(PlotError::refused)
    }

    /// Draws each piece as a rectangle along it, and a disc at each bend of a thick line.
    fn line(&mut self, points: &[Point], width: f64, brush: RGBAColor) -> Drawn {
        let half = (width / 2.0).max(0.5 / self.fine);
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let (dx, dy) = (x1 - x0, y1 - y0);
            let length = (dx * dx + dy * dy).sqrt();
            if length > 0.0 {
                let (nx, ny) = (-dy / length * half, dx / length * half);
                let corners = [
                    (x0 + nx, y0 + ny),
                    (x1 + nx, y1 + ny),
                    (x1 - nx, y1 - ny),
                    (x0 - nx, y0 - ny),
                ];
                self.fill(&corners, brush)?;
            }
        }
        if points.len() > 2 && width > 1.0 {
            for bend in &points[1..points.len() - 1] {
                self.disc(*bend, half, brush)?;
            }
        }
        Ok(())
    }

    fn disc(&mut self, (x, y): Point, radius: f64, brush: RGBAColor) -> Drawn {
        let (top, bottom) = (self.units(y - radius), self.units(y + radius));
        for row in top..bottom {
            let off = (f64::from(row) + 0.5) / self.fine - y;
            let reach = (radius * radius - off * off).max(0.0).sqrt();
            self.row(row, x - reach, x + reach, brush)?;
        }
        Ok(())
    }

    /// Fills the polygon row by row, by the even-odd rule.
    fn fill(&mut self, points: &[Point], brush: RGBAColor) -> Drawn {
        let (low, high) =
            points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| {
                (low.min(p.1), high.max(p.1))
            });
        let bottom = self.units(high).min(self.units_high());
        // Edges sorted by where they begin, so that a row looks only at those it may cross.
        let mut edges: Vec<(Point, Point)> = points
            .iter()
            .zip(points.iter().cycle().skip(1))
            .filter(|(a, b)| a.1.total_cmp(&b.1).is_ne())
            .map(|(a, b)| if a.1 < b.1 { (*a, *b) } else { (*b, *a) })
            .collect();
        edges.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
        let mut begun = 0;
        let mut open: Vec<(Point, Point)> = Vec::new();
        let mut crossings: Vec<f64> = Vec::new();
        for row in self.units(low).max(0)..=bottom {
            let y = (f64::from(row) + 0.5) / self.fine;
            while begun < edges.len() && edges[begun].0.1 <= y {
                open.push(edges[begun]);
                begun += 1;
            }
            open.retain(|edge| edge.1.1 > y);
            crossings.clear();
            crossings
                .extend(open.iter().map(|(a, b)| a.0 + (b.0 - a.0) * ((y - a.1) / (b.1 - a.1))));
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                self.row(row, pair[0], pair[1], brush)?;
            }
        }
        Ok(())
    }

    fn row(&mut self, row: i32, from: f64, to: f64, brush: RGBAColor) -> Drawn {
        let (from, to) = (self.units(from), self.units(to));
        if from < to {
            self.backend
                .draw_rect((from, row), (to, row + 1), &brush, true)
                .map_err(PlotError::refused)?;
        }
        Ok(())
    }

    fn text(&mut self, text: &str, at: Point, anchor: Anchor, font: Type, upwards: bool) -> Drawn {
        let size = font.size * self.fine * font::LINE;
        let mut desc = FontDesc::new(FontFamily::Name(font::FAMILY), size, font.weight.style());
        // plotters puts the baseline half a size below the top that it is given.
        let rise = size / 2.0 / self.fine;
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
            color: brush(font.colour, 1.0).to_backend_color(),
            pos: Pos::new(h_pos, VPos::Top),
        };
        let place = (self.units(top.0), self.units(top.1));
        self.backend.draw_text(text, &style, place).map_err(PlotError::refused)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "charts are clipped to the picture, and the cast saturates"
    )]
    fn units(&self, length: f64) -> i32 {
        (length * self.fine).round() as i32
    }

    fn units_high(&self) -> i32 {
        i32::try_from(self.backend.get_size().1).unwrap_or(i32::MAX)
    }
}

fn brush(colour: Colour, alpha: f64) -> RGBAColor {
    RGBColor(colour.0, colour.1, colour.2).mix(alpha)
}
