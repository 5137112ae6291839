//! Text from outside, made short enough to show.

use std::borrow::Cow;

/// The text; where it has more than `max_chars` characters, its beginning and its end, with what was left out between them:
/// `abc…[9,994 characters]…xyz`.
pub(crate) fn shorten(text: &str, max_chars: usize) -> Cow<'_, str> {
    // Only a text of more bytes can have more characters.
    if text.len() <= max_chars {
        return Cow::Borrowed(text);
    }
    let half = max_chars / 2;
    let Some((start, rest)) = text.char_indices().nth(half).and_then(|(at, _)| text.split_at_checked(at))
    else {
        return Cow::Borrowed(text);
    };
    let end_at = rest.char_indices().rev().nth(half.saturating_sub(1)).map(|(at, _)| at);
    let Some((middle, end)) = end_at.and_then(|at| rest.split_at_checked(at)) else {
        return Cow::Borrowed(text);
    };
    match middle.chars().count() {
        0 | 1 => Cow::Borrowed(text),
        left_out => Cow::Owned(format!("{start}…[{left_out} characters]…{end}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_counted() {
        #[track_caller]
        fn check(text: &str, max_chars: usize, expect: &str) {
            assert_eq!(shorten(text, max_chars), expect);
        }
        check("", 4, "");
        check("abcd", 4, "abcd");
        check("abcde", 4, "abcde");
        check("abcdefgh", 4, "ab…[4 characters]…gh");
        check("ääääää", 4, "ää…[2 characters]…ää");
        check("äää", 4, "äää");
        check("x", 0, "x");
    }
}
