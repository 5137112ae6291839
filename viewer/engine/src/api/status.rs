//! The program and its store.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use p95_core::store::Counted;
use serde_json::{Value, json};

use super::Api;
use super::answer::Answer;
use super::error::ApiError;
use super::params::Params;

/// `status/buildinfo`.
pub(super) async fn build() -> Response {
    Answer::new(json!({
        "application": "p95",
        "version": env!("CARGO_PKG_VERSION"),
        "revision": "",
        "branch": "",
        "buildUser": "",
        "buildDate": "",
        "goVersion": "",
    }))
    .into_response()
}

/// `status/runtimeinfo`.
pub(super) async fn runtime(State(api): State<Arc<Api>>) -> Response {
    let started =
        Timestamp::from_millisecond(api.started_ms).map(|time| time.to_string()).unwrap_or_default();
    Answer::new(json!({
        "startTime": started,
        "reloadConfigSuccess": true,
        "timeSeriesCount": api.engine.snapshot().store.series,
        "corruptionCount": 0,
    }))
    .into_response()
}

/// `status/tsdb`: where the series come from.
pub(super) async fn cardinality(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let limit = params.limit("limit")?.unwrap_or(10);
    let found = api.engine.source().cardinality(limit).await.map_err(ApiError::internal)?;
    let list = |counted: &[Counted]| -> Vec<Value> {
        counted.iter().map(|entry| json!({ "name": entry.name, "value": entry.count })).collect()
    };
    Ok(Answer::new(json!({
        "headStats": { "numSeries": found.series, "numLabelPairs": found.label_pairs },
        "seriesCountByMetricName": list(&found.series_by_metric),
        "labelValueCountByLabelName": list(&found.values_by_label),
        "memoryInBytesByLabelName": list(&found.bytes_by_label),
        "seriesCountByLabelValuePair": list(&found.series_by_pair),
    }))
    .into_response())
}
