//! Text in columns of a terminal, where a character is none, one or two cells wide.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The cells that a text takes.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text in at most `max_width` cells: a longer one ends in `…`.
pub(super) fn shortened(text: &str, max_width: usize) -> String {
    if width(text) <= max_width {
        return text.to_owned();
    }
    let Some(room) = max_width.checked_sub(1) else { return String::new() };
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// The text in exactly `exact_width` cells, shortened or with spaces after it.
pub(super) fn fitted(text: &str, exact_width: usize) -> String {
    let mut out = shortened(text, exact_width);
    let missing = exact_width.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_look() {
        #[track_caller]
        fn check(text: &str, exact_width: usize, expect: &str) {
            assert_eq!(fitted(text, exact_width), expect);
        }
        check("abc", 5, "abc  ");
        check("abc", 3, "abc");
        check("abcd", 3, "ab…");
        check("漢字", 4, "漢字");
        check("漢字", 5, "漢字 ");
        check("漢字", 3, "漢…");
        check("漢字", 2, "… ");
        check("e\u{301}te\u{301}", 3, "e\u{301}te\u{301}");
        check("abc", 0, "");
    }
}
