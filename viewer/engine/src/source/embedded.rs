//! The embedded store as a source.

use std::sync::Arc;

use p95_core::model::select::TimeRange;
use p95_core::model::{Labels, Metadata};
use p95_core::promql::eval::{self, EngineOptions, Evaluated};
use p95_core::promql::{ParseOptions, parse, parse_selector};
use tokio::runtime::Handle;

use super::{Answer, QueryRange, QuerySource};
use crate::QueryFailure;
use crate::store::SharedStore;

/// The store that the engine's targets are scraped into. Clones share it.
#[derive(Clone)]
pub struct EmbeddedSource {
    store: Arc<SharedStore>,
    options: EngineOptions,
    runtime: Handle,
}

impl EmbeddedSource {
    pub(crate) fn new(store: Arc<SharedStore>, options: EngineOptions, runtime: Handle) -> Self {
        Self { store, options, runtime }
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// As [`QuerySource::instant`], on this thread.
    pub(crate) fn instant_here(&self, query: &str, at_ms: i64) -> Result<Evaluated, QueryFailure> {
        let expr = parse(query, &ParseOptions::default())?;
        Ok(eval::instant(&*self.store, &expr, at_ms, &self.options)?)
    }

    /// As [`QuerySource::range`], on this thread.
    pub(crate) fn range_here(&self, query: &str, range: QueryRange) -> Result<Evaluated, QueryFailure> {
        let expr = parse(query, &ParseOptions::default())?;
        Ok(eval::range(&*self.store, &expr, range.start_ms, range.end_ms, range.step_ms, &self.options)?)
    }

    /// Runs on a thread that may block.
    fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, QueryFailure> + Send + 'static,
    ) -> Answer<'static, T> {
        let source = self.clone();
        let answer = self.runtime.spawn_blocking(move || work(&source));
        Box::pin(async move {
            answer.await.unwrap_or_else(|error| {
                Err(QueryFailure { message: format!("the query was given up: {error}"), span: None })
            })
        })
    }
}

impl QuerySource for EmbeddedSource {
    fn name(&self) -> &str {
        "embedded store"
    }

    fn instant(&self, query: &str, at_ms: i64) -> Answer<'_, Evaluated> {
        let query = query.to_owned();
        self.answer(move |source| source.instant_here(&query, at_ms))
    }

    fn range(&self, query: &str, range: QueryRange) -> Answer<'_, Evaluated> {
        let query = query.to_owned();
        self.answer(move |source| source.range_here(&query, range))
    }

    fn series(&self, selectors: &[String], range: TimeRange) -> Answer<'_, Vec<Labels>> {
        let selectors = selectors.to_vec();
        self.answer(move |source| {
            let mut found = Vec::new();
            if selectors.is_empty() {
                found = source.store.read().series(&[], range);
            }
            for selector in &selectors {
                let matchers = parse_selector(selector, &ParseOptions::default())?;
                found.extend(source.store.read().series(&matchers, range));
            }
            found.sort_unstable();
            found.dedup();
            Ok(found)
        })
    }

    fn label_names(&self) -> Answer<'_, Vec<String>> {
        self.answer(|source| Ok(source.store.read().label_names(&[])))
    }

    fn label_values(&self, name: &str) -> Answer<'_, Vec<String>> {
        let name = name.to_owned();
        self.answer(move |source| Ok(source.store.read().label_values(&name, &[])))
    }

    fn metadata(&self) -> Answer<'_, Vec<Metadata>> {
        self.answer(|source| Ok(source.store.read().metadata().cloned().collect()))
    }
}

impl From<p95_core::promql::ParseError> for QueryFailure {
    fn from(error: p95_core::promql::ParseError) -> Self {
        Self { message: error.to_string(), span: Some(error.span()) }
    }
}

impl From<eval::EvalError> for QueryFailure {
    fn from(error: eval::EvalError) -> Self {
        Self { message: error.message, span: Some(error.span) }
    }
}
