//! Recording and alerting rules, and the alerts that are pending or firing.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use p95_core::rules::{Alert, GroupStatus, RuleStatus, RuleStatusKind};
use serde_json::{Map, Value, json};

use super::Api;
use super::answer::Answer;
use super::error::ApiError;
use super::params::Params;

/// `rules`: the groups with their rules, by file and name.
pub(super) async fn rules(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let filter = Filter::new(&params)?;
    let snapshot = api.engine.snapshot();
    let mut groups = Vec::from_iter(snapshot.rules.iter().filter(|group| filter.wants_group(group)));
    groups.sort_by(|a, b| (&a.file, &a.name).cmp(&(&b.file, &b.name)));
    let shown = groups.into_iter().filter_map(|group| {
        let rules = group.rules.iter().filter(|rule| filter.wants_rule(rule));
        let rules = Vec::from_iter(rules.map(|rule| shown_rule(rule, filter.excludes_alerts)));
        // A group of which nothing is wanted is left out, not one that has nothing.
        let is_empty = rules.is_empty() && filter.is_narrow();
        (!is_empty).then(|| shown_group(group, rules))
    });
    Ok(Answer::new(json!({ "groups": shown.collect::<Vec<Value>>() })).into_response())
}

/// `alerts`: those of all rules.
pub(super) async fn alerts(State(api): State<Arc<Api>>) -> Response {
    let snapshot = api.engine.snapshot();
    let rules = snapshot.rules.iter().flat_map(|group| &group.rules);
    let alerts = Vec::from_iter(rules.flat_map(RuleStatus::alerts).map(shown_alert));
    Answer::new(json!({ "alerts": alerts })).into_response()
}

/// Which rules are wanted.
struct Filter {
    /// Only those that alert, or only those that do not.
    alerting: Option<bool>,
    names: Vec<String>,
    groups: Vec<String>,
    files: Vec<String>,
    excludes_alerts: bool,
}

impl Filter {
    fn new(params: &Params) -> Result<Self, ApiError> {
        let alerting = match params.get("type").map(str::to_lowercase).as_deref() {
            None => None,
            Some("alert") => Some(true),
            Some("record") => Some(false),
            Some(_) => return Err(ApiError::parameter("type", "not supported value: give alert or record")),
        };
        let excludes_alerts = match params.get("exclude_alerts").map(str::to_lowercase).as_deref() {
            None | Some("0" | "f" | "false") => false,
            Some("1" | "t" | "true") => true,
            Some(_) => {
                return Err(ApiError::parameter(
                    "exclude_alerts",
                    "it is no truth value: give true or false",
                ));
            }
        };
        let all = |name: &str| params.all(&format!("{name}[]"));
        Ok(Self {
            alerting,
            names: all("rule_name"),
            groups: all("rule_group"),
            files: all("file"),
            excludes_alerts,
        })
    }

    fn wants_group(&self, group: &GroupStatus) -> bool {
        wants(&self.groups, &group.name) && wants(&self.files, &group.file)
    }

    fn wants_rule(&self, rule: &RuleStatus) -> bool {
        let is_alerting = matches!(rule.kind, RuleStatusKind::Alerting { .. });
        wants(&self.names, &rule.name) && self.alerting.is_none_or(|alerting| alerting == is_alerting)
    }

    /// Whether not all rules are wanted.
    fn is_narrow(&self) -> bool {
        self.alerting.is_some() || !self.names.is_empty()
    }
}

/// Whether a name is on a list; an empty list names all.
fn wants(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|wanted| wanted == name)
}

fn shown_group(group: &GroupStatus, rules: Vec<Value>) -> Value {
    json!({
        "name": group.name,
        "file": group.file,
        "rules": rules,
        "interval": seconds(group.interval_ms),
        "limit": group.limit,
        "evaluationTime": group.evaluation_secs,
        "lastEvaluation": time(group.last_evaluation_ms),
    })
}

fn shown_rule(rule: &RuleStatus, excludes_alerts: bool) -> Value {
    let mut shown = Map::new();
    let mut set = |name: &str, value: Value| _ = shown.insert(name.to_owned(), value);
    if let RuleStatusKind::Alerting { for_ms, keep_firing_for_ms, annotations, alerts } = &rule.kind {
        set("state", rule.state().unwrap_or_default().as_str().into());
        set("duration", seconds(*for_ms));
        set("keepFiringFor", seconds(*keep_firing_for_ms));
        set("annotations", json!(annotations));
        set("labels", json!(rule.labels));
        if !excludes_alerts {
            set("alerts", alerts.iter().map(shown_alert).collect());
        }
        set("type", "alerting".into());
    } else {
        if !rule.labels.is_empty() {
            set("labels", json!(rule.labels));
        }
        set("type", "recording".into());
    }
    set("name", rule.name.as_str().into());
    set("query", rule.query.as_str().into());
    set("health", rule.health.as_str().into());
    if let Some(error) = &rule.last_error {
        set("lastError", error.as_str().into());
    }
    set("evaluationTime", rule.evaluation_secs.into());
    set("lastEvaluation", time(rule.last_evaluation_ms).into());
    Value::Object(shown)
}

fn shown_alert(alert: &Alert) -> Value {
    let mut shown = json!({
        "labels": alert.labels,
        "annotations": alert.annotations,
        "state": alert.state.as_str(),
        "activeAt": time(Some(alert.active_at_ms)),
        "value": scientific(alert.value),
    });
    if let (Some(since_ms), Some(shown)) = (alert.keep_firing_since_ms, shown.as_object_mut()) {
        shown.insert("keepFiringSince".to_owned(), time(Some(since_ms)).into());
    }
    shown
}

/// Seconds, whole ones without a fraction.
fn seconds(duration_ms: i64) -> Value {
    if duration_ms % 1_000 == 0 {
        (duration_ms / 1_000).into()
    } else {
        (duration_ms as f64 / 1_000.0).into()
    }
}

/// A time in RFC 3339. Prometheus shows the first time that it knows where there is none.
fn time(at_ms: Option<i64>) -> String {
    let time = at_ms.and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok());
    time.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |time| time.to_string())
}

/// A number as Prometheus shows that of an alert: `1.5e+01`.
fn scientific(value: f64) -> String {
    if !value.is_finite() {
        return p95_core::remote::format_float(value);
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_those_of_prometheus() {
        for (value, expect) in [
            (0.0, "0e+00"),
            (1.0, "1e+00"),
            (-15.5, "-1.55e+01"),
            (1e-7, "1e-07"),
            (1e100, "1e+100"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(scientific(value), expect);
        }
        assert_eq!(time(Some(1_435_781_451_781)), "2015-07-01T20:10:51.781Z");
        assert_eq!(time(None), "0001-01-01T00:00:00Z");
    }
}
