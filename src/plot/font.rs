//! The built-in font, and how much room a text takes in it.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// The name under which plotters knows the built-in font, and what an SVG asks its viewer for: the
/// original of the built-in font first, then one of the same widths.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Ascent plus descent of the built-in font [em]: what plotters takes for the size of a bitmap font.
pub(super) const LINE: f64 = (1901.0 + 483.0) / 2048.0;

/// Text is measured at this size, because plotters counts in whole pixels.
const LARGE: f64 = 200.0;

/// How heavy a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

impl Weight {
    pub(super) fn style(self) -> FontStyle {
        match self {
            Self::Regular => FontStyle::Normal,
            Self::Bold => FontStyle::Bold,
        }
    }
}

/// Makes the font known to plotters, once in the life of the program.
///
/// plotters keeps its fonts in a table of its own that can only be added to, so a second call would
/// be harmless; the lock spares the work and the writing to that table while others read it.
pub(super) fn ready() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        let regular: &'static [u8] = include_bytes!("font/plot-regular.ttf");
        let bold: &'static [u8] = include_bytes!("font/plot-bold.ttf");
        for (weight, bytes) in [(Weight::Regular, regular), (Weight::Bold, bold)] {
            assert!(
                register_font(FAMILY, weight.style(), bytes).is_ok(),
                "the built-in font is a sound TrueType file, which a test draws with"
            );
        }
    });
}

/// The width of `text` at a size of one [em].
pub(super) fn width(text: &str, weight: Weight) -> f64 {
    ready();
    let text = printable(text);
    let font = FontDesc::new(FontFamily::Name(FAMILY), LARGE * LINE, weight.style());
    // Ideographs and emoji are not in the font; a viewer's own are up to this much wider than the box
    // that stands for them here.
    let wide = count(text.chars().filter(|c| *c >= '\u{2e80}'));
    match font.layout_box(&text) {
        Ok(((left, _), (right, _))) => f64::from(right - left) / LARGE + 0.45 * wide,
        // Only an unregistered font gets here; the guess keeps a layout going.
        Err(_) => 0.6 * count(text.chars()) + 0.45 * wide,
    }
}

fn count(chars: impl Iterator<Item = char>) -> f64 {
    f64::from(u32::try_from(chars.count()).unwrap_or(u32::MAX))
}

/// `text` without the characters that XML forbids or that would break the line.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_control() => ' ',
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// `text`, or as much of its beginning as fits into `room` [em] with an ellipsis after it.
pub(super) fn shorten(text: &str, weight: Weight, room: f64) -> String {
    if width(text, weight) <= room {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    // A line never holds more than this, and measuring is what costs here.
    kept.truncate(400);
    while kept.pop().is_some() {
        let shorter: String = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if width(&shorter, weight) <= room {
            return shorter;
        }
    }
    String::new()
}

/// `text` in at most `lines` lines of `room` [em] each, broken between words where that is possible;
/// what does not fit is cut off behind an ellipsis.
pub(super) fn wrap(text: &str, weight: Weight, room: f64, lines: usize) -> Vec<String> {
    let text = printable(text);
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&longer, weight) <= room {
            line = longer;
        } else if done.len() + 1 >= lines {
            // The last line takes all that is left, and is cut.
            let rest = words.fold(longer, |all, word| all + " " + word);
            line = shorten(&rest, weight, room);
            break;
        } else {
            if !line.is_empty() {
                done.push(std::mem::take(&mut line));
            }
            line = split_word(word, weight, room, lines, &mut done);
        }
    }
    if !line.is_empty() {
        done.push(line);
    }
    done
}

/// Breaks a word that is longer than a line into lines, and returns the last part of it.
fn split_word(
    word: &str,
    weight: Weight,
    room: f64,
    lines: usize,
    done: &mut Vec<String>,
) -> String {
    let mut part = String::new();
    for c in word.chars().take(400) {
        part.push(c);
        if width(&part, weight) > room && part.chars().count() > 1 {
            if done.len() + 1 >= lines {
                return shorten(word_rest(word, &part), weight, room);
            }
            part.pop();
            done.push(std::mem::take(&mut part));
            part.push(c);
        }
    }
    part
}

/// The end of `word` from the place where `part` begins in it.
fn word_rest<'a>(word: &'a str, part: &str) -> &'a str {
    word.rfind(part).map_or(word, |at| &word[at..])
}
