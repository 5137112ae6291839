//! What JavaScript calls. Times are milliseconds since the Unix epoch; answers are JSON, as of Prometheus' HTTP API.

use std::time::Duration;

use p95_core::store::StoreOptions;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{engine, scripts};

/// A store with one target, and the questions that it answers.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(engine::Engine);

#[wasm_bindgen]
impl Engine {
    /// An engine whose series have the labels `instance` and `job`. It keeps samples for `retention_ms`, within
    /// `memory_cap_bytes`.
    #[wasm_bindgen(constructor)]
    pub fn new(instance: &str, job: &str, retention_ms: f64, memory_cap_bytes: usize) -> Self {
        let options =
            StoreOptions { retention_ms: retention_ms as i64, memory_cap_bytes, ..StoreOptions::default() };
        Self(engine::Engine::new(instance, job, options))
    }

    /// Takes a page of metrics that took `elapsed_ms` to be written; see [`engine::Engine::ingest`].
    pub fn ingest(&mut self, page: &str, at_ms: f64, elapsed_ms: f64) -> String {
        let elapsed = Duration::try_from_secs_f64(elapsed_ms / 1e3).unwrap_or_default();
        self.0.ingest(page, at_ms as i64, elapsed)
    }

    /// Answers a query at one time.
    pub fn query(&self, expr: &str, at_ms: f64) -> String {
        self.0.query(expr, at_ms as i64)
    }

    /// Answers a query at `start_ms` and every `step_ms` after it up to `end_ms`.
    #[wasm_bindgen(js_name = queryRange)]
    pub fn query_range(&self, expr: &str, start_ms: f64, end_ms: f64, step_ms: f64) -> String {
        self.0.query_range(expr, start_ms as i64, end_ms as i64, step_ms as i64)
    }

    /// What the store holds.
    pub fn stats(&self) -> String {
        self.0.stats()
    }
}

/// Runs one of Prometheus' `.test` scripts; see [`scripts::run`]. Tests call it; what pages download is without.
#[wasm_bindgen(js_name = runScript)]
pub fn run_script(text: &str) -> String {
    scripts::run(text)
}
