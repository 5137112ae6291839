//! A page held against all rules.

use hashbrown::HashMap;

use super::naming::Advice;
use super::{Finding, Severity, cardinality, naming};
use crate::exposition::families::{self, Family};
use crate::exposition::parse::{Checker, Event, Format, ParseError, Parser, Rule};

/// How hard a page is looked at.
///
/// ```
/// use p95_core::exposition::lint::{LintOptions, lint};
/// use p95_core::exposition::parse::Format;
///
/// let page = b"# HELP a x\na 1";
/// assert_eq!(lint(page, Format::Text, LintOptions { strict: false }), []);
/// assert_eq!(lint(page, Format::Text, LintOptions { strict: true })[0].rule, "final-line-break");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct LintOptions {
    /// Whether everything counts that the standard forbids, and not only what makes numbers wrong.
    pub strict: bool,
}

/// Rules whose breach makes numbers wrong in every format, however lenient its reader.
const ALWAYS: [Rule; 5] =
    [Rule::Duplicate, Rule::BucketOrder, Rule::BucketCumulative, Rule::BucketInfinity, Rule::CountDiffers];

/// What there is to be said about a page of text, in the order of its lines.
///
/// Behind the first line that cannot be read, the page is not looked at.
///
/// ```
/// use p95_core::exposition::lint::{LintOptions, lint};
/// use p95_core::exposition::parse::Format;
///
/// let findings = lint(b"# HELP wait_ms x\nwait_ms 5\n", Format::Text, LintOptions::default());
/// assert_eq!(findings[0].rule, "unit-abbreviated");
/// ```
pub fn lint(page: &[u8], format: Format, options: LintOptions) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut places = HashMap::new();
    if let Err(error) = walk(page, format, options, &mut places, &mut findings) {
        findings.push(broken(&error));
        findings.sort_by_key(|finding| (finding.line, finding.column));
        return findings;
    }
    let Ok(read) = families::read(page, format) else { return findings };
    for family in &read.families {
        let place = places.get(&*family.metadata.name).copied().unwrap_or((1, 1));
        findings.extend(advised(family, format == Format::OpenMetrics, place));
    }
    findings.sort_by_key(|finding| (finding.line, finding.column, finding.rule));
    findings
}

/// What there is to be said about a page in protobuf, family by family; its findings have no lines.
///
/// ```
/// use p95_core::exposition::lint::lint_protobuf;
/// use p95_core::exposition::{families, parse, protobuf};
///
/// let read = families::read(b"# HELP wait_ms x\nwait_ms 5\n", parse::Format::Text)?;
/// assert_eq!(lint_protobuf(&protobuf::encode(&read))?[0].rule, "unit-abbreviated");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the page cannot be read.
#[cfg(feature = "protobuf")]
pub fn lint_protobuf(page: &[u8]) -> Result<Vec<Finding>, crate::exposition::protobuf::DecodeError> {
    let read = crate::exposition::protobuf::decode(page)?;
    let error = |rule: Rule, metric: String, message: String| Finding {
        line: 0,
        column: 0,
        severity: Severity::Error,
        rule: rule.id(),
        metric,
        message,
        remedy: rule.remedy(),
    };
    let mut findings = Vec::new();
    for family in &read.families {
        findings.extend(advised(family, false, (0, 0)));
        for metric in &family.metrics {
            let wrong = super::buckets::wrong(&metric.value).into_iter();
            findings.extend(wrong.map(|(rule, found)| {
                let message = format!("{}: {found}, in {}", rule.text(), metric.labels);
                error(rule, family.metadata.name.to_string(), message)
            }));
        }
    }
    if read.duplicates > 0 {
        let message = format!("{} samples repeat a series", read.duplicates);
        findings.push(error(Rule::Duplicate, String::new(), message));
    }
    Ok(findings)
}

/// Goes through the page: adds what breaks a rule, and notes where each family is first named.
fn walk(
    page: &[u8],
    format: Format,
    options: LintOptions,
    places: &mut HashMap<String, (usize, usize)>,
    findings: &mut Vec<Finding>,
) -> Result<(), ParseError> {
    let mut parser = Parser::new(page, format)?;
    let text = parser.page();
    let mut checker = Checker::new(text, format);
    let mut lines = Lines { text, at: 0, line: 1 };
    loop {
        let from = parser.at();
        let event = parser.next_event()?;
        let Some(event) = event else {
            checker.finish(from);
            break;
        };
        checker.event(&event, from, parser.at());
        let name = match &event {
            Event::Type { name, .. } | Event::Help { name, .. } | Event::Unit { name, .. } => name.clone(),
            Event::Sample(sample) => sample.series.metric_name(),
        };
        if !places.contains_key(&*name) {
            // The event ends its line.
            let line = lines.line_before(parser.at());
            places.insert(name.into_owned(), (line, 1));
        }
    }
    for found in checker.violations.take() {
        if options.strict || ALWAYS.contains(&found.rule) {
            findings.push(broken(&ParseError::breaking(found.rule, text, found.at, found.message)));
        }
    }
    Ok(())
}

/// Counts lines, ever forward.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line that ends before the byte `end`, with its line break.
    fn line_before(&mut self, end: usize) -> usize {
        let passed = self.text.as_bytes().get(self.at..end.saturating_sub(1)).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count();
        self.at = end.saturating_sub(1).max(self.at);
        self.line
    }
}

fn broken(error: &ParseError) -> Finding {
    let message = match error.rule {
        Rule::Grammar => error.message.clone(),
        rule => format!("{}: {}", rule.text(), error.message),
    };
    Finding {
        line: error.line,
        column: error.column,
        severity: Severity::Error,
        rule: error.rule.id(),
        metric: String::new(),
        message,
        remedy: error.rule.remedy(),
    }
}

fn advised(family: &Family, is_open_metrics: bool, (line, column): (usize, usize)) -> Vec<Finding> {
    let advice = naming::advice(family, is_open_metrics).into_iter().chain(cardinality::advice(family));
    let metric = family.metadata.name.to_string();
    let finding = |Advice { rule, message, remedy }| Finding {
        line,
        column,
        severity: Severity::Advice,
        rule,
        metric: metric.clone(),
        message,
        remedy,
    };
    advice.map(finding).collect()
}
