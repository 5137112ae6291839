//! Answers in the shape of Prometheus' HTTP API.

use std::fmt::Display;

use p95_core::promql::Position;
use p95_core::promql::annotations::Annotation;
use p95_core::promql::eval::Evaluated;
use p95_core::remote::QueryData;
use serde::Serialize;

#[derive(Serialize)]
struct Success<T> {
    status: &'static str,
    data: T,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    infos: Vec<String>,
}

#[derive(Serialize)]
struct Failure<'a> {
    status: &'static str,
    #[serde(rename = "errorType")]
    kind: &'a str,
    error: String,
}

/// `{"status":"success","data":…}`.
pub(crate) fn success<T: Serialize>(data: &T) -> String {
    json(&Success { status: "success", data, warnings: Vec::new(), infos: Vec::new() })
}

/// The same for the answer to `query`, with what is to be said of it.
pub(crate) fn evaluated(evaluated: &Evaluated, query: &str, at_ms: i64) -> String {
    let with_place =
        |annotation: &Annotation| format!("{annotation} ({})", Position::in_text(query, annotation.span.0));
    json(&Success {
        status: "success",
        data: QueryData { value: &evaluated.value, at_ms },
        warnings: evaluated.annotations.warnings().map(with_place).collect(),
        infos: evaluated.annotations.infos().map(with_place).collect(),
    })
}

/// `{"status":"error","errorType":…,"error":…}`.
pub(crate) fn failure(kind: &str, error: &dyn Display) -> String {
    json(&Failure { status: "error", kind, error: error.to_string() })
}

/// Maps with keys other than texts are all that JSON cannot hold, and there are none here.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
