//! `/federate`: the last samples, as a page that another Prometheus scrapes.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use p95_core::exposition::encode::{Encoder, FamilyHead, Format, TEXT_CONTENT_TYPE, Visitor as _};
use p95_core::model::labels::METRIC_NAME;
use p95_core::model::select::TimeRange;
use p95_core::model::{FloatSample, Labels, MetricType};

use super::error::ApiError;
use super::params::Params;
use super::{Api, now_ms};

/// Every selected series with its newest sample of the last five minutes, at that sample's time. Native histograms are
/// left out, as text cannot carry them.
pub(super) async fn federate(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let selectors = params.all("match[]");
    if selectors.is_empty() {
        return Err(ApiError::bad_data("no match[] parameter provided"));
    }
    let now_ms = now_ms();
    let range = TimeRange { start_ms: now_ms - LOOKBACK_MS, end_ms: now_ms };
    let newest = api.engine.source().newest(&selectors, range).await;
    let newest = newest.map_err(|failure| ApiError::failed("match[]", failure))?;
    Ok(([(CONTENT_TYPE, TEXT_CONTENT_TYPE)], page(&newest)).into_response())
}

/// How old a sample may be that is still handed on.
const LOOKBACK_MS: i64 = 300_000;

/// Untyped series: what a family is made of is not known of single samples.
fn page(newest: &[(Labels, FloatSample)]) -> String {
    let mut by_name: BTreeMap<&str, Vec<(&Labels, &FloatSample)>> = BTreeMap::new();
    for (labels, sample) in newest {
        by_name.entry(labels.get(METRIC_NAME).unwrap_or_default()).or_default().push((labels, sample));
    }
    let mut encoder = Encoder::new(Format::Text);
    for (name, series) in by_name {
        encoder.family(&FamilyHead { name, metric_type: MetricType::Unknown, unit: "", help: "" });
        for (labels, sample) in series {
            let pairs: Vec<(&str, &str)> = labels.iter().filter(|(name, _)| *name != METRIC_NAME).collect();
            encoder.at(sample.timestamp_ms);
            encoder.unknown(&pairs, sample.value);
        }
    }
    encoder.finish()
}
