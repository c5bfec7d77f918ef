//! Text on its way into a page.

use serde_json::Value;

/// A text with everything escaped that has a meaning in HTML, also within an attribute.
pub(super) fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    for sign in plain.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // HTML knows no other control signs.
            sign if sign.is_control() && !matches!(sign, '\n' | '\t') => out.push('\u{fffd}'),
            sign => out.push(sign),
        }
    }
    out
}

/// JSON that can stand in a `<script>`: nothing in it can end that, or begin a comment.
pub(super) fn json(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Bytes as `data:` addresses have them.
///
/// Source: RFC 4648, section 4.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = (word >> (18 - 6 * at) & 63) as usize;
            out.push(if at <= three.len() { char::from(DIGITS[digit]) } else { '=' });
        }
    }
    out
}

/// The Markdown of verdicts as HTML, its headings `deeper` levels down; HTML in it stays text.
pub(super) fn markdown(source: &str, deeper: u8) -> String {
    use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
    let level = |level: HeadingLevel| {
        HeadingLevel::try_from(level as usize + usize::from(deeper)).unwrap_or(HeadingLevel::H6)
    };
    // A percent sign stays with its number.
    let joined = |text: &str| text.replace(" %", "\u{a0}%");
    let events = Parser::new_ext(source, Options::ENABLE_TABLES).map(|event| match event {
        Event::Text(text) => Event::Text(joined(&text).into()),
        Event::Html(code) | Event::InlineHtml(code) => Event::Text(code),
        Event::Start(Tag::Heading { level: at, classes, attrs, id }) => {
            Event::Start(Tag::Heading { level: level(at), classes, attrs, id })
        }
        Event::End(TagEnd::Heading(at)) => Event::End(TagEnd::Heading(level(at))),
        // A picture would be fetched from elsewhere; its text is told instead.
        Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
        event => event,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    // Wide tables scroll by themselves, so that the page does not.
    out.replace(
        "<table>",
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>",
    )
    .replace("</table>", "</table></div>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_place() {
        let wrong = "</script><!-- \u{2028} \"'&\u{1}";
        assert_eq!(text(wrong), "&lt;/script&gt;&lt;!-- \u{2028} &quot;&#39;&amp;\u{fffd}");
        let json = json(&Value::String(wrong.into()));
        assert!(!json.contains('<') && !json.contains('\u{2028}'), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), wrong);
    }

    /// The cases of RFC 4648, section 10.
    #[test]
    fn base64_pads_its_end() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn html_in_a_verdict_stays_text() {
        let html =
            markdown("# A\n\n<script>x</script>\n\n*b* ![c](http://d/e.png)\n\n|f|\n|-|\n|1|\n", 2);
        assert!(html.contains("<h3>A</h3>"), "{html}");
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
        assert!(!html.contains("<img") && !html.contains("d/e.png"), "{html}");
        assert!(html.contains("<div class=\"wide\""), "{html}");
    }
}
