//! What there is: series, labels, metadata.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use p95_core::model::Metadata;
use serde_json::{Value, json};

use super::Api;
use super::answer::{Answer, limited};
use super::error::ApiError;
use super::params::Params;
use crate::QuerySource as _;

/// `series`: the label sets that the selectors name.
pub(super) async fn series(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let selectors = params.all("match[]");
    if selectors.is_empty() {
        return Err(ApiError::bad_data("no match[] parameter provided"));
    }
    let found = api
        .engine
        .source()
        .series(&selectors, params.range()?)
        .await
        .map_err(|failure| ApiError::failed("match[]", failure))?;
    Ok(limited(found, params.limit("limit")?).into_response())
}

/// `labels`: the names.
pub(super) async fn label_names(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let (selectors, limit) = (params.all("match[]"), params.limit("limit")?);
    let names = api
        .engine
        .source()
        .label_names(&selectors)
        .await
        .map_err(|failure| ApiError::failed("match[]", failure))?;
    Ok(limited(names, limit).into_response())
}

/// `label/{name}/values`.
pub(super) async fn label_values(
    State(api): State<Arc<Api>>,
    Path(name): Path<String>,
    params: Params,
) -> Result<Response, ApiError> {
    let (selectors, limit) = (params.all("match[]"), params.limit("limit")?);
    let values = api
        .engine
        .source()
        .label_values(&name, &selectors)
        .await
        .map_err(|failure| ApiError::failed("match[]", failure))?;
    Ok(limited(values, limit).into_response())
}

/// `metadata`: what the families say of themselves, by name.
pub(super) async fn metadata(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let all = api.engine.source().metadata().await.map_err(|failure| ApiError::failed("match[]", failure))?;
    let (wanted, limit) = (params.get("metric"), params.limit("limit")?);
    let by_name: BTreeMap<&str, [Value; 1]> = all
        .iter()
        .filter(|family| wanted.is_none_or(|wanted| wanted == &*family.name))
        .take(limit.unwrap_or(usize::MAX))
        .map(|Metadata { name, metric_type, unit, help }| {
            (&**name, [json!({ "type": metric_type.as_str(), "unit": &**unit, "help": &**help })])
        })
        .collect();
    Ok(Answer::new(by_name).into_response())
}
