//! Errors: which counters look like them, and the share of what fails.

use std::collections::BTreeMap;

use super::breakdown::by_labels;
use super::card::{Card, Chart, Panel};
use super::family::{Family, Metric};
use super::query::{Condition, named, rate, selector, sum};
use super::seen::SeenLabel;
use super::{BaseUnit, Unit, Window};
use crate::model::MetricType;

/// Words in a name that say that what is counted should not happen.
const ERROR_WORDS: [&str; 20] = [
    "error",
    "errors",
    "fail",
    "failed",
    "failure",
    "failures",
    "dropped",
    "drop",
    "drops",
    "rejected",
    "exception",
    "exceptions",
    "timeout",
    "timeouts",
    "panics",
    "corruptions",
    "aborted",
    "oom",
    "errs",
    "retries",
];

/// What a pair of counters is called: ends of the failing one's name before `_total`.
const FAILING_ENDS: [&str; 6] = ["_failed", "_failures", "_failure", "_errors", "_error", "_exceptions"];
/// Ends of the partner's name that counts successes only.
const SUCCEEDING_ENDS: [&str; 5] = ["_success", "_successes", "_succeeded", "_successful", "_ok"];

/// Labels that say how something ended.
const OUTCOME_LABELS: [&str; 15] = [
    "status",
    "code",
    "status_code",
    "http_status",
    "http_status_code",
    "http_response_status_code",
    "response_code",
    "http.response.status_code",
    "status_class",
    "grpc_code",
    "grpc_status",
    "outcome",
    "result",
    "success",
    "error",
];

/// Values of such labels that say that it failed, and that it did not.
const FAILED: [&str; 10] = [
    "error",
    "errors",
    "fail",
    "failed",
    "failure",
    "exception",
    "timeout",
    "panic",
    "client_error",
    "server_error",
];
const SUCCEEDED: [&str; 6] = ["success", "succeeded", "successful", "ok", "completed", "passed"];

/// What counts as failed where there are words: those of [`FAILED`], HTTP's numbers that are the server's fault, and what
/// was given up before its end. That last alone does not make a label one of outcomes: orders can be cancelled too.
const FAILED_VALUES: &str =
    "(?i:5..|errors?|fail|failed|failure|exception|timeout|panic|client_error|server_error|cancell?ed)";

/// Whether a counter's name says that what it counts should not happen.
pub(super) fn is_error_like(name: &str) -> bool {
    name.split(['_', '.', ':']).any(|word| ERROR_WORDS.contains(&word))
}

/// The error-rate card of a counter that tells outcomes apart by a label: `http_requests_total{status="500"}`.
pub(super) fn outcome_card(family: &Family<'_>, window: Window) -> Option<Card> {
    let metric = family.value.filter(|_| family.metric_type == MetricType::Counter)?;
    let (label, failed) = OUTCOME_LABELS.iter().find_map(|name| {
        let (name, seen) = metric.seen.labels.get_key_value(*name)?;
        Some((name.as_str(), failing_condition(name, seen)?))
    })?;
    let by = by_labels(metric, &OUTCOME_LABELS);
    let share = Share { failed: vec![(metric, vec![failed])], all: vec![(metric, Vec::new())] };
    let help = format!("The share of {} with {label}{}\"{}\".", family.name, failed.1, failed.2);
    Some(share.card(family, help, &by, window))
}

/// The error-rate card of a counter of failures that has a counter of attempts, or of successes, beside it.
pub(super) fn pair_card(
    family: &Family<'_>,
    families: &BTreeMap<&str, Family<'_>>,
    window: Window,
) -> Option<Card> {
    let failed = family.value.filter(|_| family.metric_type == MetricType::Counter)?;
    let base = family.name.strip_suffix("_total").unwrap_or(family.name);
    let stem = FAILING_ENDS.iter().find_map(|end| base.strip_suffix(end)).filter(|stem| !stem.is_empty())?;
    let counter = |name: String| {
        let with_total = families.get(format!("{name}_total").as_str());
        let family = with_total.or_else(|| families.get(name.as_str()));
        family.filter(|family| family.metric_type == MetricType::Counter).and_then(|family| family.value)
    };
    let attempts = counter(stem.to_owned()).or_else(|| counter(format!("{stem}s")));
    let successes = || SUCCEEDING_ENDS.iter().find_map(|end| counter(format!("{stem}{end}")));
    let (partner, all) = match attempts {
        Some(attempts) => (attempts, vec![(attempts, Vec::new())]),
        None => {
            successes().map(|successes| (successes, vec![(failed, Vec::new()), (successes, Vec::new())]))?
        }
    };
    let share = Share { failed: vec![(failed, Vec::new())], all };
    let help = format!("The share that {} has of {}.", failed.name, partner.name);
    Some(share.card(family, help, &[], window))
}

/// What a label's value must be so that something failed; `None` where its values say nothing of that.
fn failing_condition<'a>(name: &'a str, seen: &SeenLabel) -> Option<Condition<'a>> {
    let any =
        |words: &[&str]| seen.values.iter().any(|value| words.contains(&value.to_ascii_lowercase().as_str()));
    let http = seen.values.iter().filter(|value| is_http_status(value)).count();
    if http > 0 && http == seen.values.len() {
        Some((name, "=~", "5.."))
    } else if http > 0 {
        // Words beside the numbers say why there was no answer.
        Some((name, "=~", FAILED_VALUES))
    } else if name.contains("grpc") || seen.values.contains("OK") {
        // 0 is OK; the others may count as the client's fault, but the service cannot know.
        Some((name, "!~", "OK|0|"))
    } else if name == "success" {
        any(&["true", "false"]).then_some((name, "=", "false"))
    } else if name == "error" {
        any(&["true", "false"]).then_some((name, "=", "true"))
    } else if any(&FAILED) || any(&SUCCEEDED) {
        Some((name, "=~", FAILED_VALUES))
    } else {
        None
    }
}

/// Whether a value is an HTTP status, `404`, or a class of them, `4xx`.
fn is_http_status(value: &str) -> bool {
    let [class @ b'1'..=b'5', rest @ ..] = value.as_bytes() else { return false };
    let _ = class;
    rest.len() == 2 && (rest.iter().all(u8::is_ascii_digit) || rest.eq_ignore_ascii_case(b"xx"))
}

/// What is said of a counter that does not move: `no requests` of `http_requests_total`.
fn none_of(counter: &str) -> String {
    let name = counter.strip_suffix("_total").unwrap_or(counter);
    let last = name.rsplit(['_', '.', ':']).next().filter(|last| last.len() > 2);
    match last.filter(|last| last.ends_with('s') && last.bytes().all(|byte| byte.is_ascii_lowercase())) {
        Some(plural) => format!("no {plural}"),
        None => "nothing counted".to_owned(),
    }
}

/// The share of what failed, of everything.
struct Share<'a> {
    /// What failed; the sum counts.
    failed: Vec<(Metric<'a>, Vec<Condition<'a>>)>,
    /// Everything; the sum counts.
    all: Vec<(Metric<'a>, Vec<Condition<'a>>)>,
}

impl Share<'_> {
    fn card(&self, family: &Family<'_>, help: String, by: &[String], window: Window) -> Card {
        let range = window.range();
        // The axis has no fixed ends: from 0 to 100 the one percent that matters would lie on the ground.
        let panel = |title: &str, by: &[String]| {
            let legend = if by.is_empty() { "errors" } else { "" };
            let queries = range.iter().map(|range| named(legend, by, self.percent(by, range))).collect();
            let nan = self.all.last().map(|(metric, _)| none_of(metric.name));
            Panel { nan, ..Panel::new(title, Chart::Lines, Unit::of(BaseUnit::Percent), queries) }
        };
        let by_label = (!by.is_empty()).then(|| panel(&format!("error rate by {}", by.join(", ")), by));
        Card {
            id: format!("{}/error-rate", family.name),
            title: format!("{} error rate", family.name),
            family: family.name.to_owned(),
            metric_type: family.metric_type,
            help,
            face: panel("error rate", &[]),
            details: by_label.into_iter().collect(),
            note: range.is_none().then(|| window.waiting_note()),
            error_like: true,
            by: by.to_vec(),
            series: family.series(),
        }
    }

    /// Failures in percent. Where nothing has failed yet there is no series that says so, hence the zero.
    fn percent(&self, by: &[String], range: &str) -> String {
        let total = |parts: &[(Metric<'_>, Vec<Condition<'_>>)]| {
            let sums: Vec<String> = parts
                .iter()
                .map(|(metric, conditions)| {
                    let rate = rate(&selector(metric.name, conditions), range);
                    sum(by.iter().map(String::as_str), &rate)
                })
                .collect();
            if sums.len() > 1 { format!("({})", sums.join(" + ")) } else { sums.concat() }
        };
        let (failed, all) = (total(&self.failed), total(&self.all));
        format!("100 * ({failed} or 0 * {all}) / {all}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_errors() {
        #[track_caller]
        fn check(name: &str, expect: bool) {
            assert_eq!(is_error_like(name), expect, "{name}");
        }
        check("prometheus_sd_file_read_errors_total", true);
        check("net_conntrack_dialer_conn_failed_total", true);
        check("prometheus_notifications_dropped_total", true);
        check("http.server.errors", true);
        check("http_requests_total", false);
        check("terrors_total", false);
        check("failover_total", false);
    }

    #[test]
    fn what_does_not_move_is_named() {
        #[track_caller]
        fn check(counter: &str, expect: &str) {
            assert_eq!(none_of(counter), expect, "{counter}");
        }
        check("prometheus_sd_dns_lookups_total", "no lookups");
        check("http.server.requests", "no requests");
        check("grpc_server_handled_total", "nothing counted");
        check("s_total", "nothing counted");
        check("", "nothing counted");
    }

    #[test]
    fn values_that_mean_failure() {
        #[track_caller]
        fn check(name: &str, values: &[&str], expect: Option<(&str, &str)>) {
            let seen = SeenLabel {
                series: values.len(),
                values: values.iter().map(|&value| value.to_owned()).collect(),
                has_more: false,
            };
            assert_eq!(
                failing_condition(name, &seen),
                expect.map(|(op, value)| (name, op, value)),
                "{values:?}"
            );
        }
        let words = FAILED_VALUES;
        check("status", &["200", "404"], Some(("=~", "5..")));
        check("code", &["2xx", "5XX"], Some(("=~", "5..")));
        check("code", &["OK", "NotFound"], Some(("!~", "OK|0|")));
        check("grpc_code", &["0", "5"], Some(("!~", "OK|0|")));
        check("status", &["success"], Some(("=~", words)));
        check("result", &["Failed", "x"], Some(("=~", words)));
        check("success", &["true"], Some(("=", "false")));
        check("error", &["true"], Some(("=", "true")));
        check("error", &["disk full"], None);
        check("status", &["open", "closed"], None);
        check("code", &["600"], None);
        // p95-tower's, and those of calls that are counted by how they ended.
        check("status", &["200", "404", "cancelled"], Some(("=~", words)));
        check("status", &["200", "error", "panic"], Some(("=~", words)));
        check("outcome", &["success", "error", "panic", "cancelled"], Some(("=~", words)));
        check("status", &["paid", "cancelled"], None);
        check("code", &["200", "unknown"], Some(("=~", words)));
        check("code", &[], None);
    }
}
