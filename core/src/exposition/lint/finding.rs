//! What was found, and where.

use std::fmt;

/// Something that is wrong with a page, or could be better.
///
/// ```
/// use p95_core::exposition::lint::{LintOptions, Severity, lint};
/// use p95_core::exposition::parse::Format;
///
/// let page = b"# HELP a x\na 1\na 2\n";
/// let findings = lint(page, Format::Text, LintOptions::default());
/// assert_eq!((findings[0].line, findings[0].rule, findings[0].severity), (3, "duplicate", Severity::Error));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Finding {
    /// The line, from 1; 0 where the page has no lines.
    pub line: usize,
    /// The character within the line, from 1; 0 where the page has no lines.
    pub column: usize,
    /// How bad it is.
    pub severity: Severity,
    /// The short name of the rule.
    pub rule: &'static str,
    /// The family that it is about, or empty.
    pub metric: String,
    /// What was found.
    pub message: String,
    /// How it is mended.
    pub remedy: &'static str,
}

/// How bad a finding is.
///
/// ```
/// use p95_core::exposition::lint::Severity;
/// assert!(Severity::Error < Severity::Advice);
/// assert_eq!(Severity::Advice.to_string(), "advice");
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Severity {
    /// The page breaks a rule: its numbers are wrong or may be refused.
    Error,
    /// The page is read as it is meant, and goes against advice.
    Advice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Advice => "advice",
        })
    }
}

/// `3:5: error: …: … [rule]`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}: ", self.line, self.column)?;
        }
        write!(f, "{}: ", self.severity)?;
        if !self.metric.is_empty() {
            write!(f, "{}: ", self.metric.escape_debug())?;
        }
        write!(f, "{}; {} [{}]", self.message, self.remedy, self.rule)
    }
}
