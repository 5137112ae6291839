//! Answers in the shape of Prometheus.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use p95_core::promql::annotations::{Annotation, Annotations};
use p95_core::promql::error::Position;
use serde::Serialize;

use super::error::ApiError;

/// `{"status": "success", "data": …}`, with what is to be said besides.
#[derive(Serialize)]
pub(super) struct Answer<T> {
    status: &'static str,
    data: T,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    infos: Vec<String>,
}

impl<T> Answer<T> {
    pub(super) fn new(data: T) -> Self {
        Self { status: "success", data, warnings: Vec::new(), infos: Vec::new() }
    }

    /// The same, with a warning.
    pub(super) fn warn(mut self, warning: &str) -> Self {
        self.warnings.push(warning.to_owned());
        self
    }

    /// The same, with what the evaluator says of its answer to `query`.
    pub(super) fn annotated(mut self, annotations: &Annotations, query: &str) -> Self {
        let with_place = |annotation: &Annotation| {
            let place = Position::in_text(query, annotation.span.0);
            format!("{annotation} ({place})")
        };
        self.warnings.extend(annotations.warnings().map(with_place));
        self.infos.extend(annotations.infos().map(with_place));
        self
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self) {
            Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

/// The first `limit` of the elements, where there is a limit; and whether others were left out.
pub(super) fn cut<T>(mut elements: Vec<T>, limit: Option<usize>) -> (Vec<T>, bool) {
    let is_cut = limit.is_some_and(|limit| elements.len() > limit);
    if let Some(limit) = limit {
        elements.truncate(limit);
    }
    (elements, is_cut)
}

/// A list, cut to a limit with Prometheus' warning.
pub(super) fn limited<T>(elements: Vec<T>, limit: Option<usize>) -> Answer<Vec<T>> {
    let (elements, is_cut) = cut(elements, limit);
    let answer = Answer::new(elements);
    if is_cut { answer.warn(TRUNCATED) } else { answer }
}

/// What Prometheus says where a limit cut the answer.
pub(super) const TRUNCATED: &str = "results truncated due to limit";
