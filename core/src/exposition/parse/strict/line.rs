//! One line and its spelling: what the grammar forbids and the lenient parser steps over.

use super::{Rule, Violations};
use crate::exposition::parse::{Event, Format, Sample};

/// A line without its line break.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// Where it begins, in bytes of the page.
    pub(super) at: usize,
}

/// The parts of a sample's line, with their places in the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct SampleLine<'a> {
    pub(super) series_at: usize,
    pub(super) value_at: usize,
    /// The timestamp as it is spelled, or empty.
    pub(super) timestamp: &'a str,
    pub(super) timestamp_at: usize,
    /// The `#` before the exemplar.
    pub(super) exemplar_at: usize,
}

impl<'a> Line<'a> {
    /// The parts of the line of `sample`, which has been read from it.
    pub(super) fn sample(self, sample: &Sample<'_>) -> SampleLine<'a> {
        let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let series = blanks(self.text);
        let mut at = series + sample.series.raw().len();
        let mut token = || {
            at += blanks(self.text.get(at..).unwrap_or_default());
            let rest = self.text.get(at..).unwrap_or_default();
            let word = rest.split([' ', '\t']).next().unwrap_or_default();
            let found = (word, self.at + at);
            at += word.len();
            found
        };
        let (_, value_at) = token();
        let (mut timestamp, mut timestamp_at) = token();
        let mut exemplar_at = timestamp_at;
        if timestamp == "#" {
            (timestamp, timestamp_at) = ("", value_at);
        } else if sample.exemplar.is_some() {
            (_, exemplar_at) = token();
        }
        SampleLine { series_at: self.at + series, value_at, timestamp, timestamp_at, exemplar_at }
    }

    /// Checks the spelling of the line of an event.
    pub(super) fn check(self, event: &Event<'_>, format: Format, violations: &mut Violations) {
        if let Some(at) = self.text.find('\n') {
            violations.add(Rule::Grammar, self.at + at, "expected '\\n' for a line break in quotes");
        }
        match format {
            Format::OpenMetrics => self.check_open_metrics(event, violations),
            Format::Text => self.check_text(event, violations),
        }
    }

    /// Checks a line of the text format that says nothing: blank, or a comment.
    pub(super) fn check_silent(self, violations: &mut Violations) {
        let mut words = self.text.split([' ', '\t']).filter(|word| !word.is_empty());
        if let (Some("#"), Some(keyword @ ("TYPE" | "HELP")), None) =
            (words.next(), words.next(), words.next())
        {
            let message = format!("expected a metric's name behind {keyword}");
            violations.add(Rule::Grammar, self.at + self.text.len(), message);
        }
    }

    fn check_open_metrics(self, event: &Event<'_>, violations: &mut Violations) {
        if let Some(at) = self.text.strip_suffix('\r').map(str::len) {
            violations.add(Rule::Grammar, self.at + at, "expected a line break without a carriage return");
        }
        match event {
            Event::Sample(sample) => {
                let parts = self.sample(sample);
                check_braces(sample.series.raw(), parts.series_at, violations);
                if let Some(exemplar) = &sample.exemplar {
                    check_braces(exemplar.labels.raw(), parts.exemplar_at + "# ".len(), violations);
                }
            }
            Event::Type { name, .. } | Event::Help { name, .. } | Event::Unit { name, .. } => {
                let name_at = "# TYPE ".len();
                let rest = self.text.get(name_at..).unwrap_or_default();
                if rest.starts_with('"') {
                    violations.add(Rule::QuotedName, self.at + name_at, "expected a name without quotes");
                } else if !rest.strip_prefix(&**name).is_some_and(|rest| rest.starts_with(' ')) {
                    violations.add(
                        Rule::Grammar,
                        self.at + self.text.len(),
                        "expected a blank behind the name",
                    );
                }
                if let Event::Unit { unit, .. } = event {
                    let at = unit.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
                    if let Some(at) = at {
                        let unit_at = self.text.len() - unit.len();
                        violations.add(
                            Rule::Grammar,
                            self.at + unit_at + at,
                            "expected letters, digits, _ or :",
                        );
                    }
                }
                let is_open = self.text.len() - self.text.trim_end_matches('\\').len();
                if matches!(event, Event::Help { .. }) && is_open % 2 == 1 {
                    let at = self.at + self.text.len() - 1;
                    violations.add(Rule::Grammar, at, "expected '\\\\' for a backslash");
                }
            }
        }
    }

    fn check_text(self, event: &Event<'_>, violations: &mut Violations) {
        match event {
            Event::Type { .. } => {
                if self.text.trim_end().ends_with("unknown") {
                    violations.add(
                        Rule::Grammar,
                        self.at,
                        "expected untyped: the text format knows no unknown",
                    );
                }
            }
            Event::Help { .. } => self.check_escapes(self.text, self.at, "\\n", violations),
            Event::Sample(sample) => {
                let raw = sample.series.raw();
                self.check_escapes(raw, self.sample(sample).series_at, "\\n\"", violations);
            }
            Event::Unit { .. } => {}
        }
    }

    /// Checks that each backslash is followed by one of `known`.
    fn check_escapes(self, text: &str, text_at: usize, known: &str, violations: &mut Violations) {
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            if c == '\\' && !chars.next().is_some_and(|(_, escaped)| known.contains(escaped)) {
                violations.add(Rule::Grammar, text_at + at, "expected '\\\\' for a backslash");
                return;
            }
        }
    }
}

/// Checks the braces of a series or an exemplar: no quoted names, no comma at the end, no reserved names.
fn check_braces(raw: &str, raw_at: usize, violations: &mut Violations) {
    let Some(open) = raw.find('{') else { return };
    let mut at = open + 1;
    loop {
        let rest = raw.get(at..).unwrap_or_default();
        if rest.starts_with('"') {
            violations.add(Rule::QuotedName, raw_at + at, "expected a name without quotes");
            return;
        }
        if rest.starts_with('}') {
            if at > open + 1 {
                violations.add(Rule::Grammar, raw_at + at, "expected a label's name behind ','");
            }
            return;
        }
        if rest.starts_with('_') {
            violations.add(Rule::ReservedName, raw_at + at, "this label's name begins with an underscore");
        }
        let Some((name, value)) = rest.split_once("=\"") else { return };
        let Some(value_bytes) = quoted_bytes(value) else { return };
        at += name.len() + "=\"".len() + value_bytes + "\"".len();
        if !raw.get(at..).is_some_and(|rest| rest.starts_with(',')) {
            return;
        }
        at += 1;
    }
}

/// How long a text is up to the quote that closes it.
fn quoted_bytes(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some(at),
            '\\' => drop(chars.next()),
            _ => {}
        }
    }
    None
}
