//! Escapes in what is written.

/// Writes a label's value, or a help text in OpenMetrics: backslash, newline and quote are escaped.
#[inline]
pub(super) fn push_quoted(out: &mut String, text: &str) {
    if has_special(text) {
        push_escaped(out, text, &['\\', '\n', '"']);
    } else {
        out.push_str(text);
    }
}

/// Writes a help text in the text format, where a quote stands for itself.
pub(super) fn push_help(out: &mut String, text: &str) {
    push_escaped(out, text, &['\\', '\n']);
}

/// Whether a text has a backslash, newline or quote. Without an early end, so that many bytes are tested at once.
#[inline]
fn has_special(text: &str) -> bool {
    let bytes = text.as_bytes();
    let any = |bytes: &[u8]| {
        bytes.iter().fold(false, |found, byte| found | (*byte == b'\\') | (*byte == b'\n') | (*byte == b'"'))
    };
    match bytes.last_chunk::<16>() {
        // The last one may overlap the one before.
        Some(last) => bytes.as_chunks::<16>().0.iter().chain([last]).any(|chunk| any(chunk)),
        None => any(bytes),
    }
}

#[cold]
fn push_escaped(out: &mut String, text: &str, special: &[char]) {
    let mut rest = text;
    while let Some((plain, found)) = rest.find(special).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        let mut chars = found.chars();
        match chars.next() {
            Some('\n') => out.push_str("\\n"),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_would_misread_is_escaped() {
        #[track_caller]
        fn check(text: &str, expect_quoted: &str, expect_help: &str) {
            let (mut quoted, mut help) = (String::new(), String::new());
            push_quoted(&mut quoted, text);
            push_help(&mut help, text);
            assert_eq!((quoted.as_str(), help.as_str()), (expect_quoted, expect_help));
        }
        check("plain é", "plain é", "plain é");
        check("a\"b\\c\nd", r#"a\"b\\c\nd"#, r#"a"b\\c\nd"#);
        check("\\n", r"\\n", r"\\n");
        check("\"\"", r#"\"\""#, "\"\"");
    }
}
