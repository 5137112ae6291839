//! The page as a whole: which family a line belongs to, and that no two families share a name.

use hashbrown::HashSet;

use super::family::OpenFamily;
use super::line::Line;
use super::{Rule, Violations};
use crate::exposition::parse::{Event, Format};
use crate::model::MetricType;

/// Holds the rules against the events of a page, in its order.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    page: &'a str,
    format: Format,
    /// The family whose lines are being read.
    open: Option<OpenFamily>,
    /// All names that families before it have for themselves or their samples.
    claimed: HashSet<String>,
    pub(crate) violations: Violations,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(page: &'a str, format: Format) -> Self {
        Self { page, format, open: None, claimed: HashSet::new(), violations: Violations::default() }
    }

    /// Takes the next event, which was read from the bytes `from..to` of the page.
    pub(crate) fn event(&mut self, event: &Event<'_>, from: usize, to: usize) {
        let line = self.lines(from, to);
        line.check(event, self.format, &mut self.violations);
        match event {
            Event::Type { name, .. } | Event::Help { name, .. } | Event::Unit { name, .. } => {
                if self.open.as_ref().is_none_or(|open| open.name != **name) {
                    self.close();
                    self.open = Some(OpenFamily::new(name, line.at));
                }
                if let Some(open) = &mut self.open {
                    open.metadata(event, line, &mut self.violations);
                }
            }
            Event::Sample(sample) => {
                let name = sample.series.metric_name();
                if !self.open.as_ref().is_some_and(|open| open.owns(&name, self.format)) {
                    self.close();
                    self.open = Some(OpenFamily::new(&name, line.at));
                }
                if let Some(open) = &mut self.open {
                    open.sample(sample, line, self.format, &mut self.violations);
                }
            }
        }
    }

    /// The page has ended; no event was read from the bytes from `from` on.
    pub(crate) fn finish(&mut self, from: usize) {
        self.close();
        if self.format == Format::Text {
            let rest = self.page.get(from..).unwrap_or_default();
            let mut at = from;
            for text in rest.split('\n') {
                Line { text, at }.check_silent(&mut self.violations);
                at += text.len() + 1;
            }
            if !self.page.is_empty() && !self.page.ends_with('\n') {
                self.violations.add(Rule::FinalLineBreak, self.page.len(), "expected a line break");
            }
        }
    }

    /// The line of the event; those before it, which say nothing, are checked here.
    fn lines(&mut self, from: usize, to: usize) -> Line<'a> {
        let read = self.page.get(from..to).unwrap_or_default();
        let mut line = Line { text: read.strip_suffix('\n').unwrap_or(read), at: from };
        while self.format == Format::Text
            && let Some((first, rest)) = line.text.split_once('\n')
        {
            // A sample goes on behind a line break that stands in quotes.
            if !matches!(first.trim_start_matches([' ', '\t']).chars().next(), None | Some('#')) {
                break;
            }
            Line { text: first, at: line.at }.check_silent(&mut self.violations);
            line = Line { text: rest, at: line.at + first.len() + 1 };
        }
        line
    }

    fn close(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        open.close(self.format, &mut self.violations);
        if self.format == Format::OpenMetrics && open.name.starts_with('_') {
            let message =
                format!("the name of the family {} begins with an underscore", open.name.escape_debug());
            self.violations.add(Rule::ReservedName, open.at, message);
        }
        for suffix in claimed_suffixes(open.metric_type(), self.format) {
            let name = format!("{}{suffix}", open.name);
            if self.claimed.contains(&name) {
                let message = format!("the name {} belongs to a family that has ended", name.escape_debug());
                self.violations.add(Rule::ClashingName, open.at, message);
                return;
            }
            self.claimed.insert(name);
        }
    }
}

/// What a family of this type adds to its name for the names that no other family may use.
fn claimed_suffixes(metric_type: MetricType, format: Format) -> &'static [&'static str] {
    match (format, metric_type) {
        (Format::Text, MetricType::Histogram) => &["", "_bucket", "_count", "_sum"],
        (Format::Text, MetricType::Summary) => &["", "_count", "_sum"],
        (Format::Text, _) => &[""],
        (Format::OpenMetrics, MetricType::Counter) => &["", "_total", "_created"],
        (Format::OpenMetrics, MetricType::Histogram) => &["", "_bucket", "_count", "_sum", "_created"],
        (Format::OpenMetrics, MetricType::GaugeHistogram) => &["", "_bucket", "_gcount", "_gsum"],
        (Format::OpenMetrics, MetricType::Summary) => &["", "_count", "_sum", "_created"],
        (Format::OpenMetrics, MetricType::Info) => &["", "_info"],
        (Format::OpenMetrics, _) => &[""],
    }
}
