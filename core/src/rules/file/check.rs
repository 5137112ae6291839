//! What a rule must be, as Prometheus 3 has it.

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use super::finding::{RuleFinding, Severity};
use super::group::{Rule, RuleKind};
use super::pairs::Pairs;
use super::place::{place_of, place_within};
use super::raw::RawRule;
use crate::model::duration::parse_duration_ms;
use crate::model::labels::{METRIC_NAME, is_legacy_metric_name};
use crate::promql::ast::ValueType;
use crate::promql::{ParseOptions, Position, parse};
use crate::rules::template::Template;

/// Looks at one group, and notes what it finds.
pub(super) struct Checker<'a> {
    pub(super) source: &'a str,
    pub(super) options: &'a ParseOptions,
    pub(super) group: String,
    pub(super) rule: String,
    pub(super) findings: &'a mut Vec<RuleFinding>,
}

impl Checker<'_> {
    pub(super) fn note(&mut self, position: Position, severity: Severity, message: impl Into<String>) {
        let (group, rule) = (self.group.clone(), self.rule.clone());
        self.findings.push(RuleFinding { position, severity, group, rule, message: message.into() });
    }

    pub(super) fn error(&mut self, position: Position, message: impl Into<String>) {
        self.note(position, Severity::Error, message);
    }

    /// A duration in milliseconds.
    pub(super) fn duration_ms(&mut self, field: &str, text: Option<&Spanned<String>>) -> Option<i64> {
        let text = text?;
        let found = parse_duration_ms(text.value.trim());
        if found.is_none() {
            self.error(
                place_of(text),
                format!("{field} is no duration, such as 30s or 1h30m: {:?}", text.value),
            );
        }
        found
    }

    /// A rule, where enough of it is there.
    pub(super) fn rule(
        &mut self,
        raw: &Spanned<RawRule>,
        group_labels: &BTreeMap<String, String>,
    ) -> Option<Rule> {
        let (place, raw) = (place_of(raw), &raw.value);
        let name = self.name(place, raw)?;
        self.rule.clone_from(&name.value);
        let is_alert = raw.alert.is_some();
        self.expression(place, raw.expr.as_ref());
        if is_alert {
            self.templates(raw.labels.as_ref());
            self.templates(raw.annotations.as_ref());
        } else {
            self.recording_rule(name, raw);
        }
        self.names("label", raw.labels.as_ref());
        self.names("annotation", raw.annotations.as_ref());
        let for_ms = self.duration_ms("for", raw.hold.as_ref()).unwrap_or_default();
        let keep_firing_for_ms =
            self.duration_ms("keep_firing_for", raw.keep_firing_for.as_ref()).unwrap_or_default();
        let mut labels = group_labels.clone();
        labels.extend(texts(raw.labels.as_ref()));
        let annotations = texts(raw.annotations.as_ref()).collect();
        Some(Rule {
            name: name.value.clone(),
            expr: raw.expr.as_ref()?.value.clone(),
            labels,
            kind: if is_alert {
                RuleKind::Alerting { for_ms, keep_firing_for_ms, annotations }
            } else {
                RuleKind::Recording
            },
        })
    }

    /// What is recorded, or what the alert is called.
    fn name<'r>(&mut self, place: Position, raw: &'r RawRule) -> Option<&'r Spanned<String>> {
        match (&raw.record, &raw.alert) {
            (Some(record), Some(_)) => {
                self.error(place_of(record), "a rule has record or alert, and this one has both");
                None
            }
            (None, None) => {
                self.error(place, "a rule needs record: NAME or alert: NAME");
                None
            }
            (Some(name), None) | (None, Some(name)) if name.value.is_empty() => {
                self.error(place_of(name), "a rule needs a name, and this one is empty");
                None
            }
            (name, None) | (None, name) => name.as_ref(),
        }
    }

    fn expression(&mut self, place: Position, expr: Option<&Spanned<String>>) {
        let Some(text) = expr.filter(|text| !text.value.trim().is_empty()) else {
            self.error(expr.map_or(place, place_of), "a rule needs expr, a PromQL expression");
            return;
        };
        match parse(&text.value, self.options).map(|expr| expr.value_type()) {
            Ok(ValueType::Scalar | ValueType::Vector) => {}
            Ok(other) => {
                let found = other.as_str();
                let message = format!(
                    "the rule will fail: it needs an instant vector or a scalar, and this is a {found}"
                );
                self.note(place_of(text), Severity::Advice, message);
            }
            Err(error) => {
                let place = place_within(self.source, text, error.span().start);
                let remedy = error.suggestion().map(|remedy| format!(": {remedy}")).unwrap_or_default();
                self.error(place, format!("{}{remedy}", error.message()));
            }
        }
    }

    fn recording_rule(&mut self, name: &Spanned<String>, raw: &RawRule) {
        if name.value.contains(['{', '}']) {
            let message = "the name of a recording rule has no braces: a selector belongs into expr";
            self.error(place_of(name), message);
        } else if !is_legacy_metric_name(&name.value) {
            let message =
                "a name of other characters than [a-zA-Z0-9_:] needs quotes in each query, and Prometheus 3";
            self.note(place_of(name), Severity::Advice, message);
        }
        let message = |field| format!("a recording rule has no {field}: only alerts have");
        for (field, found) in [("for", &raw.hold), ("keep_firing_for", &raw.keep_firing_for)] {
            // Zero says nothing, and Prometheus does not see it.
            if let Some(found) = found.as_ref().filter(|found| parse_duration_ms(&found.value) != Some(0)) {
                self.error(place_of(found), message(field));
            }
        }
        if let Some((first, _)) = raw.annotations.as_ref().and_then(|annotations| annotations.0.first()) {
            self.error(place_of(first), message("annotations"));
        }
    }

    /// The names of labels or annotations.
    pub(super) fn names(&mut self, what: &str, pairs: Option<&Pairs>) {
        for (name, _) in pairs.into_iter().flat_map(|pairs| &pairs.0) {
            if name.value.is_empty() {
                self.error(place_of(name), format!("the name of this {what} is empty"));
            } else if name.value == METRIC_NAME && what == "label" {
                let message = "a rule cannot set the label __name__: record or alert is the name";
                self.error(place_of(name), message);
            }
        }
    }

    fn templates(&mut self, pairs: Option<&Pairs>) {
        for (name, text) in pairs.into_iter().flat_map(|pairs| &pairs.0) {
            if let Err(error) = Template::parse(&text.value) {
                let place = place_within(self.source, text, error.span().start);
                self.error(place, format!("the template of {:?}: {}", name.value, error.message()));
            }
        }
    }
}

/// Names and texts without their places.
pub(super) fn texts(pairs: Option<&Pairs>) -> impl Iterator<Item = (String, String)> {
    pairs.into_iter().flat_map(|pairs| &pairs.0).map(|(name, text)| (name.value.clone(), text.value.clone()))
}
