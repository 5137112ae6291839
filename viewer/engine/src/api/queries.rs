//! PromQL: answers, layout and trees.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use p95_core::promql::eval::{Evaluated, QueryValue};
use p95_core::promql::{ParseOptions, parse};
use p95_core::remote::QueryData;

use super::Api;
use super::answer::{Answer, TRUNCATED};
use super::error::ApiError;
use super::params::Params;
use super::tree::tree_of;
use crate::{EmbeddedSource, QueryRange, QuerySource as _};

/// The most steps of a range query, which is Prometheus'.
const MAX_STEPS: i64 = 11_000;

/// `query`: the answer at one time.
pub(super) async fn instant(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let (query, at_ms) = (params.query()?, params.at_ms()?);
    let source = source(&api, &params)?;
    let evaluated =
        source.instant(query, at_ms).await.map_err(|failure| ApiError::failed("query", failure))?;
    respond(evaluated, at_ms, &params)
}

/// `query_range`: the answers at each step of a range.
pub(super) async fn range(State(api): State<Arc<Api>>, params: Params) -> Result<Response, ApiError> {
    let query = params.query()?;
    let needed = |name| {
        let missing = || ApiError::parameter(name, "it is missing; give seconds or RFC 3339");
        params.time_ms(name)?.ok_or_else(missing)
    };
    let (start_ms, end_ms) = (needed("start")?, needed("end")?);
    if end_ms < start_ms {
        return Err(ApiError::parameter("end", "end timestamp must not be before start time"));
    }
    let step_ms = params.duration_ms("step")?.unwrap_or(0);
    if step_ms <= 0 {
        let why = "zero or negative query resolution step widths are not accepted. Try a positive integer";
        return Err(ApiError::parameter("step", why));
    }
    if end_ms.saturating_sub(start_ms) / step_ms > MAX_STEPS {
        let why = "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution \
                   (?step=XX)";
        return Err(ApiError::bad_data(why));
    }
    let range = QueryRange { start_ms, end_ms, step_ms };
    let source = source(&api, &params)?;
    let evaluated = source.range(query, range).await.map_err(|failure| ApiError::failed("query", failure))?;
    respond(evaluated, end_ms, &params)
}

/// `format_query`: the query as p95 lays it out.
pub(super) async fn format(params: Params) -> Result<Response, ApiError> {
    let expr = parse(params.query()?, &ParseOptions::default())
        .map_err(|error| ApiError::parameter("query", error))?;
    Ok(Answer::new(expr.to_string()).into_response())
}

/// `parse_query`: the query as a tree.
pub(super) async fn tree(params: Params) -> Result<Response, ApiError> {
    let expr = parse(params.query()?, &ParseOptions::default())
        .map_err(|error| ApiError::parameter("query", error))?;
    Ok(Answer::new(tree_of(&expr)).into_response())
}

/// The store, within the limits that the request sets itself.
fn source(api: &Api, params: &Params) -> Result<EmbeddedSource, ApiError> {
    Ok(api.engine.source().limited(params.timeout()?, params.duration_ms("lookback_delta")?))
}

fn respond(evaluated: Evaluated, at_ms: i64, params: &Params) -> Result<Response, ApiError> {
    let Evaluated { mut value, annotations } = evaluated;
    let limit = params.limit("limit")?.unwrap_or(usize::MAX);
    let is_cut = value.series_count() > limit;
    match &mut value {
        QueryValue::Vector(samples) => samples.truncate(limit),
        QueryValue::Matrix(series) => series.truncate(limit),
        QueryValue::Scalar(_) | QueryValue::String(_) => {}
    }
    let answer = Answer::new(QueryData { value: &value, at_ms }).annotated(&annotations, params.query()?);
    Ok(if is_cut { answer.warn(TRUNCATED) } else { answer }.into_response())
}
