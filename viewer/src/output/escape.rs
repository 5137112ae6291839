//! Text from outside, made safe to show: a label's value may hold anything.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with every character spelt out that could steer a terminal, hide, or reorder what stands around it:
/// control characters, marks of writing direction, invisible ones and line separators.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    escape_with(text, |out, c| match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    })
}

/// The same for the text of a JSON document, as `\uXXXX`, which leaves its meaning as it is.
#[cfg(not(target_family = "wasm"))]
pub(super) fn escape_json(text: &str) -> Cow<'_, str> {
    escape_with(text, |out, c| {
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

fn escape_with(text: &str, write: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !text.chars().any(is_hazardous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hazardous(c) { write(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Whether a character does something instead of showing something.
fn is_hazardous(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_is_spelt_out() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            assert_eq!(escape(text), expect);
        }
        check("plain é 漢 🙂", "plain é 漢 🙂");
        check("a\nb\tc\r", "a\\nb\\tc\\r");
        check("\x1b[31mred", "\\u{1b}[31mred");
        check("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}");
        check("user\u{202e}gpj.exe", "user\\u{202e}gpj.exe");
        check("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = "a\u{202e}b\u{9b}\u{e0041}";
        let document = escape_json(&serde_json::to_string(text).unwrap()).into_owned();
        assert!(document.is_ascii(), "{document}");
        assert_eq!(serde_json::from_str::<String>(&document).unwrap(), text);
    }
}
