//! Exemplars: the observations behind a query.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use p95_core::remote::format_float;
use serde_json::{Value, json};

use super::Api;
use super::answer::Answer;
use super::error::ApiError;
use super::params::Params;

/// `query_exemplars`: those of every series that a selector of the query names.
pub(super) async fn exemplars(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let found = api
        .engine
        .source()
        .exemplars(params.query()?, params.range()?)
        .await
        .map_err(|failure| ApiError::failed("query", failure))?;
    let series = found.iter().map(|series| {
        let exemplars = series.exemplars.iter().map(|(labels, sample)| {
            let seconds = sample.timestamp_ms as f64 / 1000.0;
            json!({ "labels": labels, "value": format_float(sample.value), "timestamp": seconds })
        });
        json!({ "seriesLabels": series.series, "exemplars": exemplars.collect::<Vec<Value>>() })
    });
    Ok(Answer::new(series.collect::<Vec<Value>>()).into_response())
}
