//! A rule file to groups.

use std::collections::{BTreeMap, HashMap};

use serde_saphyr::{Error, Spanned, UserMessageFormatter};

use super::check::{Checker, texts};
use super::finding::{RuleFinding, Severity};
use super::group::{Rule, RuleGroup};
use super::place::{place, place_of};
use super::raw::{RawFile, RawGroup};
use crate::promql::{ParseOptions, Position};

/// How unlike a name may be to still be suggested: Jaro-Winkler similarity, from 0 to 1.
const MIN_SIMILARITY: f64 = 0.7;

/// What a rule file has.
///
/// [`read_rules`] has an example.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RulesRead {
    /// The groups, in their order; those with mistakes as far as they can be read.
    pub groups: Vec<RuleGroup>,
    /// What was found, by place.
    pub findings: Vec<RuleFinding>,
}

impl RulesRead {
    /// What keeps the file from being used.
    pub fn errors(&self) -> impl Iterator<Item = &RuleFinding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// The number of rules.
    pub fn rule_count(&self) -> usize {
        self.groups.iter().map(|group| group.rules.len()).sum()
    }
}

/// Reads a rule file, which is YAML as Prometheus 3 knows it, and looks for what is wrong with it. `options` say which PromQL
/// is allowed.
///
/// ```
/// use p95_core::promql::ParseOptions;
/// use p95_core::rules::{RuleKind, read_rules};
///
/// let file = "
/// groups:
/// - name: shop
///   interval: 15s
///   rules:
///   - record: job:requests:rate5m
///     expr: sum by (job) (rate(requests_total[5m]))
///   - alert: NoRequests
///     expr: job:requests:rate5m == 0
///     for: 10m
/// ";
/// let read = read_rules(file, &ParseOptions::default());
/// assert!(read.findings.is_empty());
/// let group = &read.groups[0];
/// assert_eq!((group.name.as_str(), group.interval_ms, group.rules.len()), ("shop", Some(15_000), 2));
/// assert!(matches!(group.rules[1].kind, RuleKind::Alerting { for_ms: 600_000, .. }));
/// ```
pub fn read_rules(source: &str, options: &ParseOptions) -> RulesRead {
    let raw = match serde_saphyr::from_str::<Option<RawFile>>(source) {
        Ok(raw) => raw.unwrap_or_default(),
        Err(error) => return RulesRead { findings: vec![unreadable(&error)], ..RulesRead::default() },
    };
    let mut read = RulesRead::default();
    let mut names = HashMap::new();
    let mut rules = HashMap::new();
    for raw in raw.groups.iter().flatten() {
        let mut checker = Checker {
            source,
            options,
            group: String::new(),
            rule: String::new(),
            findings: &mut read.findings,
        };
        read.groups.extend(group(raw, &mut checker, &mut names, &mut rules));
    }
    read.findings.sort_by_key(|finding| (finding.position.line, finding.position.column));
    read
}

/// A group, and what is wrong with it.
fn group(
    raw: &Spanned<RawGroup>,
    checker: &mut Checker<'_>,
    names: &mut HashMap<String, Position>,
    rules: &mut HashMap<(String, BTreeMap<String, String>), Position>,
) -> Option<RuleGroup> {
    let place = place_of(raw);
    let raw = &raw.value;
    let name = raw.name.as_ref().filter(|name| !name.value.is_empty());
    match name {
        None => checker.error(raw.name.as_ref().map_or(place, place_of), "a group needs a name"),
        Some(name) => {
            checker.group.clone_from(&name.value);
            if let Some(first) = names.insert(name.value.clone(), place_of(name)) {
                let message =
                    format!("the name of a group stands once in a file, and this one stands at {first} too");
                checker.error(place_of(name), message);
            }
        }
    }
    let interval_ms = checker.duration_ms("interval", raw.interval.as_ref());
    let query_offset_ms = checker.duration_ms("query_offset", raw.query_offset.as_ref());
    checker.names("label", raw.labels.as_ref());
    let labels = texts(raw.labels.as_ref()).collect();
    let mut found: Vec<Rule> = Vec::new();
    for raw in raw.rules.iter().flatten() {
        if let Some(rule) = checker.rule(raw, &labels) {
            let identity = (rule.name.clone(), rule.labels.clone());
            if let Some(first) = rules.insert(identity, place_of(raw)) {
                let message =
                    format!("the rule at {first} has the same name and labels: both write the same series");
                checker.note(place_of(raw), Severity::Advice, message);
            }
            found.push(rule);
        }
        checker.rule.clear();
    }
    Some(RuleGroup {
        name: name?.value.clone(),
        interval_ms: interval_ms.filter(|interval_ms| *interval_ms > 0),
        query_offset_ms: query_offset_ms.unwrap_or_default(),
        limit: raw.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or_default(),
        rules: found,
    })
}

/// Why a file is no rule file at all.
fn unreadable(error: &Error) -> RuleFinding {
    let error = error.without_snippet();
    let message = match error {
        Error::SerdeUnknownField { field, expected, .. } => unknown_field(field, expected),
        other => {
            let message = other.render_with_formatter(&UserMessageFormatter);
            // The place stands before the message.
            message.rsplit_once(" at line ").map_or(message.clone(), |(message, _)| message.to_owned())
        }
    };
    RuleFinding {
        position: error.location().map(place).unwrap_or_default(),
        severity: Severity::Error,
        group: String::new(),
        rule: String::new(),
        message,
    }
}

fn unknown_field(field: &str, expected: &[&'static str]) -> String {
    let likeness = |known: &&str| strsim::jaro_winkler(known, field);
    let nearest = expected.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest.filter(|known| likeness(known) >= MIN_SIMILARITY) {
        Some(nearest) => format!("unknown field {field:?}: did you mean {nearest}?"),
        None => format!("unknown field {field:?}: there are {}", expected.join(", ")),
    }
}
