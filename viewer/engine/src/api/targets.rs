//! What is scraped.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use p95_core::model::duration::format_duration_ms;
use p95_core::model::labels::JOB;
use serde_json::{Value, json};

use super::Api;
use super::answer::Answer;
use super::params::Params;
use crate::{TargetState, TargetStatus};

/// `targets`.
pub(super) async fn targets(State(api): State<Arc<Api>>, params: Params) -> Response {
    let snapshot = api.engine.snapshot();
    let wants_active = params.get("state").is_none_or(|state| state == "any" || state == "active");
    let targets = snapshot.targets.iter().filter(|_| wants_active);
    let active: Vec<Value> = targets.map(|target| shown(target)).collect();
    Answer::new(json!({ "activeTargets": active, "droppedTargets": [], "droppedTargetCounts": {} }))
        .into_response()
}

fn shown(target: &TargetStatus) -> Value {
    let last = target.last_scrape();
    let failure = target.failure.as_ref().map(ToString::to_string).unwrap_or_default();
    let began = last.and_then(|scrape| Timestamp::from_millisecond(scrape.start_ms).ok());
    json!({
        "discoveredLabels": { "__address__": target.labels.get("instance"), "job": target.labels.get(JOB) },
        "labels": target.labels,
        "scrapePool": target.labels.get(JOB),
        "scrapeUrl": target.url,
        "globalUrl": target.url,
        "lastError": failure,
        // Prometheus shows the first time that it knows where there was no scrape yet.
        "lastScrape": began.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |time| time.to_string()),
        "lastScrapeDuration": last.map_or(0.0, |scrape| scrape.duration_secs + scrape.ingest_secs),
        "health": match target.state {
            TargetState::Pending => "unknown",
            TargetState::Up => "up",
            TargetState::Down => "down",
        },
        "scrapeInterval": format_duration_ms(i64::try_from(target.interval_ms).unwrap_or(i64::MAX)),
    })
}

/// `alertmanagers`: nobody is told.
pub(super) async fn alertmanagers() -> Response {
    Answer::new(json!({ "activeAlertmanagers": [], "droppedAlertmanagers": [] })).into_response()
}
