//! Label matchers: `name = "value"` and its three siblings.

use std::fmt;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::Labels;

/// How much memory one compiled regular expression may take. Patterns come from outside.
const REGEX_SIZE_LIMIT_BYTES: usize = 1 << 20;

/// The operator of a [`Matcher`].
///
/// ```
/// use p95_core::model::MatchOp;
/// assert_eq!(MatchOp::NotRegex.as_str(), "!~");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

impl MatchOp {
    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Regex => "=~",
            Self::NotRegex => "!~",
        }
    }
}

/// A condition on one label of a series. An absent label has the value `""`.
///
/// ```
/// use p95_core::model::{Labels, MatchOp, Matcher};
///
/// let matcher = Matcher::new("status", MatchOp::Regex, "5..")?;
/// assert!(matcher.matches(&Labels::from_pairs([("status", "503")])));
/// assert!(!matcher.matches_value("1503"));
/// # Ok::<(), p95_core::model::matcher::RegexError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Matcher {
    name: Arc<str>,
    op: MatchOp,
    value: Arc<str>,
    regex: Option<Regex>,
}

/// A regular expression that cannot be used.
///
/// ```
/// use p95_core::model::{MatchOp, Matcher};
/// let error = Matcher::new("status", MatchOp::Regex, "5(").unwrap_err();
/// assert!(error.to_string().starts_with("invalid regular expression \"5(\": "));
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("invalid regular expression {pattern:?}: {reason}")]
pub struct RegexError {
    pattern: String,
    reason: String,
}

impl Matcher {
    /// A matcher on `name`.
    ///
    /// # Errors
    /// Where `op` takes a regular expression and `value` is none, or compiles to more than 1 MiB.
    pub fn new(name: &str, op: MatchOp, value: &str) -> Result<Self, RegexError> {
        let regex = match op {
            MatchOp::Equal | MatchOp::NotEqual => None,
            MatchOp::Regex | MatchOp::NotRegex => Some(compile_anchored(value)?),
        };
        Ok(Self { name: name.into(), op, value: value.into(), regex })
    }

    /// The matcher `name="value"`, which cannot fail.
    pub fn equal(name: &str, value: &str) -> Self {
        Self { name: name.into(), op: MatchOp::Equal, value: value.into(), regex: None }
    }

    /// The label that is looked at.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The operator.
    pub fn op(&self) -> MatchOp {
        self.op
    }

    /// The value or pattern, as it was given.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether a label of this value satisfies the matcher.
    pub fn matches_value(&self, value: &str) -> bool {
        let regex_matches = || self.regex.as_ref().is_some_and(|regex| regex.is_match(value));
        match self.op {
            MatchOp::Equal => *self.value == *value,
            MatchOp::NotEqual => *self.value != *value,
            MatchOp::Regex => regex_matches(),
            MatchOp::NotRegex => !regex_matches(),
        }
    }

    /// Whether a series with these labels satisfies the matcher.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.matches_value(labels.get(&self.name).unwrap_or_default())
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.op == other.op && self.name == other.name && self.value == other.value
    }
}

impl Eq for Matcher {}

/// Compiles `pattern` as Prometheus does: anchored at both ends, and with `.` matching a newline.
///
/// Prometheus speaks RE2. What differs from this crate's syntax is translated: `\d`, `\s`, `\w` and `\b` mean ASCII,
/// `\Q…\E` quotes, and `\z` ends the text in both.
///
/// ```
/// use p95_core::model::matcher::compile_anchored;
/// assert!(!compile_anchored("a|b")?.is_match("ab"));
/// # Ok::<(), p95_core::model::matcher::RegexError>(())
/// ```
///
/// # Errors
/// Where `pattern` is no regular expression, or compiles to more than 1 MiB.
pub fn compile_anchored(pattern: &str) -> Result<Regex, RegexError> {
    build(pattern, &format!("^(?s:{})$", translate_re2(pattern)))
}

/// Compiles `pattern` as Go does: it may match anywhere, and `.` matches no newline.
#[cfg(feature = "rules")]
pub(crate) fn compile(pattern: &str) -> Result<Regex, RegexError> {
    build(pattern, &translate_re2(pattern))
}

fn build(pattern: &str, translated: &str) -> Result<Regex, RegexError> {
    RegexBuilder::new(translated)
        .size_limit(REGEX_SIZE_LIMIT_BYTES)
        .dfa_size_limit(REGEX_SIZE_LIMIT_BYTES)
        .build()
        .map_err(|error| RegexError { pattern: pattern.to_owned(), reason: error.to_string() })
}

/// Rewrites what RE2 and Rust's regex read differently.
fn translate_re2(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escaped.chars();
        match chars.next() {
            Some('Q') => {
                let (quoted, after) = chars.as_str().split_once("\\E").unwrap_or((chars.as_str(), ""));
                out.push_str(&regex::escape(quoted));
                rest = after;
                continue;
            }
            // Inside a class these stay sets, so a bracketed set serves in both places.
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('s') => out.push_str("[\\t\\n\\f\\r ]"),
            Some('S') => out.push_str("[^\\t\\n\\f\\r ]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            Some('b') => out.push_str("(?-u:\\b)"),
            Some('C') => out.push('.'),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::labels::write_label_name(f, &self.name)?;
        f.write_str(self.op.as_str())?;
        super::labels::write_quoted(f, &self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(op: MatchOp, pattern: &str, value: &str, expect: bool) {
        let matcher = Matcher::new("l", op, pattern).unwrap();
        assert_eq!(matcher.matches_value(value), expect, "{matcher} on {value:?}");
    }

    #[test]
    fn operators() {
        check(MatchOp::Equal, "a", "a", true);
        check(MatchOp::Equal, "a", "ab", false);
        check(MatchOp::NotEqual, "a", "", true);
        check(MatchOp::Regex, "a.*", "abc", true);
        check(MatchOp::NotRegex, "a.*", "abc", false);
    }

    #[test]
    fn regexes_are_anchored_and_dots_match_newlines() {
        check(MatchOp::Regex, "b", "abc", false);
        check(MatchOp::Regex, "a|b", "ab", false);
        check(MatchOp::Regex, "a.b", "a\nb", true);
    }

    #[test]
    fn re2_syntax() {
        check(MatchOp::Regex, r"\d+", "12", true);
        check(MatchOp::Regex, r"\d+", "\u{0663}", false);
        check(MatchOp::Regex, r"[\d.]+", "1.2", true);
        check(MatchOp::Regex, r"\w", "é", false);
        check(MatchOp::Regex, r"\Qa.b\E.", "a.bc", true);
        check(MatchOp::Regex, r"\Qa.b", "a.b", true);
        check(MatchOp::Regex, r"a\.b\\", r"a.b\", true);
    }

    #[test]
    fn a_bad_or_huge_regex_is_an_error() {
        assert!(Matcher::new("l", MatchOp::Regex, "(").is_err());
        assert!(Matcher::new("l", MatchOp::Regex, "(((a{1,100}){1,100}){1,100})").is_err());
    }
}
