//! Text, as text.

use std::fmt::{self, Display, Formatter, Write as _};

use egui::epaint::TextShape;
use egui::epaint::text::{Glyph, LayoutSection, PlacedRow};
use egui::{Color32, FontFamily, Rect, vec2};

use super::document::Svg;
use super::paint::{Fill, Number, Outline, Point};

/// What stands in for egui's proportional font where that is not installed.
const PROPORTIONAL: &str =
    "font-family=\"'Ubuntu Light',Ubuntu,'Segoe UI','Helvetica Neue',Arial,sans-serif\"";
/// What stands in for its monospace font.
const MONOSPACE: &str = "font-family=\"Hack,'DejaVu Sans Mono',Menlo,Consolas,monospace\"";

/// Writes laid out text, row by row. Each run of one colour and font is as wide as egui made it, whatever font the reader
/// has.
pub(super) fn write_text(svg: &mut Svg<'_>, shape: &TextShape) -> fmt::Result {
    let is_turned = shape.angle != 0.0;
    if is_turned {
        let degrees = Number(shape.angle.to_degrees());
        writeln!(svg.body, "<g transform=\"rotate({degrees} {})\">", Point(shape.pos))?;
    }
    let galley = &shape.galley;
    let mut chars = galley.job.text.char_indices();
    for row in &galley.rows {
        let mut runs: Vec<Run<'_>> = Vec::new();
        for glyph in &row.glyphs {
            let byte = chars.next().map_or(galley.job.text.len(), |(byte, _)| byte);
            let Some(section) = section_at(&galley.job.sections, byte) else { continue };
            match runs.last_mut() {
                Some(run) if std::ptr::eq(run.section, section) => run.glyphs.push(glyph),
                _ => runs.push(Run { section, glyphs: vec![glyph] }),
            }
        }
        if row.ends_with_newline {
            chars.next();
        }
        for run in &runs {
            write_run(svg, shape, row, run)?;
        }
    }
    if is_turned {
        svg.body.push_str("</g>\n");
    }
    Ok(())
}

/// Text that XML can hold: what it gives a meaning to is escaped, what it forbids is replaced.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\t' | '\n' | '\r' => f.write_char(' '),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}'),
            _ => f.write_char(c),
        })
    }
}

/// Neighbours of one section.
struct Run<'a> {
    section: &'a LayoutSection,
    glyphs: Vec<&'a Glyph>,
}

/// The section of the character that begins at this byte; the last one for what egui put behind the end, such as `…`.
fn section_at(sections: &[LayoutSection], byte: usize) -> Option<&LayoutSection> {
    let found = sections.iter().find(|section| {
        let range = &section.byte_range;
        (range.start.0..range.end.0).contains(&byte)
    });
    found.or(sections.last())
}

fn write_run(svg: &mut Svg<'_>, shape: &TextShape, row: &PlacedRow, run: &Run<'_>) -> fmt::Result {
    let (Some(first), Some(last)) = (run.glyphs.first(), run.glyphs.last()) else { return Ok(()) };
    let format = &run.section.format;
    let tint = |color: Color32| {
        let color = if color == Color32::PLACEHOLDER { shape.fallback_color } else { color };
        color.gamma_multiply(shape.opacity_factor)
    };
    let origin = shape.pos + row.pos.to_vec2();
    let from = origin + first.pos.to_vec2();
    let width = last.max_x() - first.pos.x;
    if format.background.a() > 0 {
        let top = from - vec2(0.0, first.font_ascent);
        let back = Rect::from_min_size(top, vec2(width, first.line_height)).expand(format.expand_bg);
        let (x, y) = (Number(back.left()), Number(back.top()));
        let (width, height) = (Number(back.width()), Number(back.height()));
        let fill = Fill(tint(format.background));
        writeln!(svg.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{fill}/>")?;
    }
    for (stroke, up) in [(format.underline, 0.0), (shape.underline, 0.0), (format.strikethrough, 0.5)] {
        if !stroke.is_empty() {
            let y = from.y + 2.0 - up * first.font_ascent;
            let line = format!("M{} {}H{}", Number(from.x), Number(y), Number(from.x + width));
            writeln!(svg.body, "<path d=\"{line}\"{}/>", Outline(stroke))?;
        }
    }
    let text = String::from_iter(run.glyphs.iter().map(|glyph| glyph.chr));
    if text.trim().is_empty() {
        return Ok(());
    }
    let font = if format.font_id.family == FontFamily::Monospace { MONOSPACE } else { PROPORTIONAL };
    let (size, slant) =
        (Number(format.font_id.size), if format.italics { " font-style=\"italic\"" } else { "" });
    let fill = Fill(tint(shape.override_text_color.unwrap_or(format.color)));
    write!(
        svg.body,
        "<text x=\"{}\" y=\"{}\" {font} font-size=\"{size}\"{slant}",
        Number(from.x),
        Number(from.y)
    )?;
    // A single glyph is not stretched.
    if run.glyphs.len() > 1 {
        write!(svg.body, " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", Number(width))?;
    }
    writeln!(svg.body, "{fill} style=\"white-space:pre\">{}</text>", Escaped(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_out_of_its_element() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            assert_eq!(Escaped(text).to_string(), expect);
        }
        check("a<b & \"c\">", "a&lt;b &amp; &quot;c&quot;&gt;");
        check("</text><script>", "&lt;/text&gt;&lt;script&gt;");
        check("\u{1b}[31m\0\n", "\u{fffd}[31m\u{fffd} ");
        check("10 µs · é", "10 µs · é");
    }
}
