//! A query in colours, with a line below what is wrong.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Stroke};
use p95_core::promql::ast::{AggregateOp, Function, Span};
use p95_core::promql::lex::{Lexer, Token, TokenKind};

use crate::window::theme::{self, BODY, Palette};

/// Words with a meaning of their own.
const KEYWORDS: [&str; 13] = [
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "offset",
    "and",
    "or",
    "unless",
    "start",
    "end",
];

/// The query in colours, with a line below `wrong`.
pub(super) fn highlighted(query: &str, wrong: Option<Span>, palette: &Palette) -> LayoutJob {
    let mut job = LayoutJob::default();
    let mut at = 0;
    for (span, color) in colored(query, palette) {
        append(&mut job, query, at..span.start, palette.text, wrong, palette);
        append(&mut job, query, span.range(), color, wrong, palette);
        at = span.end;
    }
    append(&mut job, query, at..query.len(), palette.text, wrong, palette);
    if wrong.is_some_and(|wrong| wrong.start >= query.len()) {
        // Something is missing at the end.
        job.append(" ", 0.0, format(palette.text, true, palette));
    }
    job
}

/// The parts of a query that have a colour, in order.
fn colored(query: &str, palette: &Palette) -> Vec<(Span, Color32)> {
    let mut lexer = Lexer::new(query);
    let mut parts = Vec::new();
    while let Ok(Token { kind, span }) = lexer.next_token() {
        let color = match kind {
            TokenKind::End => break,
            TokenKind::String(_) => Some(palette.good),
            TokenKind::Number(_) | TokenKind::Duration(_) => Some(palette.warn),
            TokenKind::Identifier(name) => is_word(&name).then_some(palette.accent),
            _ => None,
        };
        parts.extend(color.map(|color| (span, color)));
    }
    parts
}

fn is_word(name: &str) -> bool {
    KEYWORDS.contains(&name)
        || AggregateOp::by_name(name).is_some()
        || Function::ALL.iter().any(|function| function.name() == name)
}

/// Appends a part, cut where what is wrong begins and ends.
fn append(
    job: &mut LayoutJob,
    query: &str,
    part: std::ops::Range<usize>,
    color: Color32,
    wrong: Option<Span>,
    palette: &Palette,
) {
    let clamp = |at: usize| at.clamp(part.start, part.end);
    let (from, to) = wrong.map_or((part.end, part.end), |wrong| (clamp(wrong.start), clamp(wrong.end)));
    for (range, is_wrong) in [(part.start..from, false), (from..to, true), (to..part.end, false)] {
        let text = query.get(range).filter(|text| !text.is_empty());
        if let Some(text) = text {
            job.append(text, 0.0, format(color, is_wrong, palette));
        }
    }
}

fn format(color: Color32, is_wrong: bool, palette: &Palette) -> TextFormat {
    let mut format = TextFormat::simple(theme::mono(BODY), color);
    if is_wrong {
        format.underline = Stroke::new(2.0, palette.bad);
        format.background = palette.bad_well;
    }
    format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_shown_once_and_what_is_wrong_is_marked() {
        #[track_caller]
        fn check(query: &str, wrong: Option<(usize, usize)>, expect_marked: &str) {
            let palette = Palette::of(&egui::Style::default());
            let wrong = wrong.map(|(start, end)| Span { start, end });
            let job = highlighted(query, wrong, &palette);
            assert_eq!(job.text.trim_end(), query.trim_end());
            let marked = job.sections.iter().filter(|section| section.format.underline != Stroke::NONE);
            let marked: String = marked
                .filter_map(|section| job.text.get(section.byte_range.start.0..section.byte_range.end.0))
                .collect();
            assert_eq!(marked, expect_marked, "{query}");
        }
        check("sum by (a) (rate(x{l=\"ä\"}[5m]))", None, "");
        check("rate(x)", Some((5, 6)), "x");
        check("sum(rate(x)) + 1", Some((4, 11)), "rate(x)");
        check("sum(", Some((4, 4)), " ");
        check("x ? y", Some((2, 3)), "?");
        check("", None, "");
    }
}
