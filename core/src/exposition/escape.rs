//! Escapes in label values and help texts.

use std::borrow::Cow;

/// Which escapes a text knows. Any other backslash stands for itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Escapes {
    /// `\\`, `\n` and `\"`: label values and quoted names, and help in OpenMetrics.
    Quoted,
    /// `\\` and `\n`: help in the text format.
    Help,
}

/// Resolves the escapes of `raw`; borrows where there is none.
#[cfg(feature = "parse")]
pub(crate) fn unescape(raw: &str, escapes: Escapes) -> Cow<'_, str> {
    let Some((plain, mut rest)) = raw.split_once('\\') else {
        return Cow::Borrowed(raw);
    };
    let mut out = String::with_capacity(raw.len());
    out.push_str(plain);
    loop {
        let mut after = rest.chars();
        match after.next() {
            Some('n') => out.push('\n'),
            Some('\\') => out.push('\\'),
            Some('"') if escapes == Escapes::Quoted => out.push('"'),
            other => {
                out.push('\\');
                out.extend(other);
            }
        }
        let Some((plain, next)) = after.as_str().split_once('\\') else {
            out.push_str(after.as_str());
            return Cow::Owned(out);
        };
        out.push_str(plain);
        rest = next;
    }
}

#[cfg(all(test, feature = "parse"))]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_and_others_stay() {
        #[track_caller]
        fn check(raw: &str, escapes: Escapes, expect: &str) {
            assert_eq!(unescape(raw, escapes), expect, "{raw}");
        }
        check("plain", Escapes::Quoted, "plain");
        check(r#"a\"b\\c\nd"#, Escapes::Quoted, "a\"b\\c\nd");
        check(r"\\n\x\é", Escapes::Quoted, "\\n\\x\\é");
        check(r#"\"\n"#, Escapes::Help, "\\\"\n");
        check("\\", Escapes::Help, "\\");
    }
}
