//! What a picture consists of before it has a format: shapes in logical pixels.
//!
//! Charts draw into a [`Scene`], which cannot fail, and tests can look at it. The origin is the upper
//! left corner; y grows downwards.

use super::colour::Colour;
use super::font::{self, Weight};

/// A place in the picture [logical pixels].
pub(super) type Point = (f64, f64);

/// A rectangle with `left <= right` and `top <= bottom` [logical pixels].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn width(self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn centre(self) -> Point {
        (f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom))
    }

    /// The four corners, clockwise from the upper left.
    pub(super) fn corners(self) -> [Point; 4] {
        [
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        ]
    }
}

/// Which part of a text lies at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Type {
    /// Em height [logical pixels].
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) colour: Colour,
}

impl Type {
    pub(super) const TITLE: Self = Self::new(17.0, Weight::Bold, Colour::INK);
    pub(super) const SUBTITLE: Self = Self::new(13.0, Weight::Regular, Colour::SOFT);
    pub(super) const PANEL: Self = Self::new(13.0, Weight::Bold, Colour::INK);
    pub(super) const LABEL: Self = Self::new(13.0, Weight::Regular, Colour::INK);
    pub(super) const TICK: Self = Self::new(12.0, Weight::Regular, Colour::SOFT);

    const fn new(size: f64, weight: Weight, colour: Colour) -> Self {
        Self { size, weight, colour }
    }

    /// The width of `text` [logical pixels].
    pub(super) fn width(self, text: &str) -> f64 {
        font::width(text, self.weight) * self.size
    }

    /// The distance from the middle of a line of text down to its baseline [logical pixels].
    pub(super) fn drop(self) -> f64 {
        self.size * 0.36
    }
}

/// One shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Line {
        points: Vec<Point>,
        width: f64,
        colour: Colour,
    },
    Fill {
        points: Vec<Point>,
        colour: Colour,
        alpha: f64,
    },
    Rect {
        area: Area,
        colour: Colour,
    },
    Disc {
        centre: Point,
        radius: f64,
        colour: Colour,
        alpha: f64,
    },
    Text {
        text: String,
        /// The anchor on the baseline.
        at: Point,
        anchor: Anchor,
        font: Type,
        /// Whether it reads upwards instead of to the right.
        upwards: bool,
    },
}

/// A picture in the making: its size and its shapes, the later above the earlier.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) shapes: Vec<Shape>,
}

impl Scene {
    pub(super) fn line(&mut self, points: Vec<Point>, width: f64, colour: Colour) {
        if points.len() >= 2 {
            self.shapes.push(Shape::Line { points, width, colour });
        }
    }

    pub(super) fn fill(&mut self, points: Vec<Point>, colour: Colour, alpha: f64) {
        if points.len() >= 3 {
            self.shapes.push(Shape::Fill { points, colour, alpha });
        }
    }

    pub(super) fn rect(&mut self, area: Area, colour: Colour) {
        self.shapes.push(Shape::Rect { area, colour });
    }

    pub(super) fn disc(&mut self, centre: Point, radius: f64, colour: Colour, alpha: f64) {
        self.shapes.push(Shape::Disc { centre, radius, colour, alpha });
    }

    /// A line of text that reads to the right; `at` is its anchor on the baseline.
    pub(super) fn text(&mut self, text: &str, at: Point, anchor: Anchor, font: Type) {
        self.put_text(text, at, anchor, font, false);
    }

    /// A line of text that reads upwards; `at` is its anchor on the baseline.
    pub(super) fn text_up(&mut self, text: &str, at: Point, anchor: Anchor, font: Type) {
        self.put_text(text, at, anchor, font, true);
    }

    fn put_text(&mut self, text: &str, at: Point, anchor: Anchor, font: Type, upwards: bool) {
        if !text.trim().is_empty() {
            self.shapes.push(Shape::Text {
                text: font::printable(text),
                at,
                anchor,
                font,
                upwards,
            });
        }
    }
}
