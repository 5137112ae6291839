//! The embedded store as a source.

#[cfg(feature = "api")]
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[cfg(feature = "api")]
use p95_core::model::select::Select as _;
use p95_core::model::select::{Interruption, TimeRange};
#[cfg(feature = "api")]
use p95_core::model::{FloatSample, is_stale};
use p95_core::model::{Labels, Matcher, Metadata};
use p95_core::promql::ast::Expr;
use p95_core::promql::eval::{self, EngineOptions, EvalErrorKind, Evaluated};
use p95_core::promql::{Explained, ParseOptions, Reach, explain, parse, parse_selector};
#[cfg(feature = "api")]
use p95_core::remote::write::{WriteReport, WriteRequest};
use p95_core::rules::{RuleSample, RuleStore, write_samples};
use p95_core::session::{Exported, write_openmetrics};
#[cfg(feature = "api")]
use p95_core::store::{Cardinality, SeriesExemplars};
use p95_core::store::{Changes, Store};
use web_time::Instant;

use super::bounded::Bounded;
use super::{Answer, Inventory, QueryRange, QuerySource, Wanted};
use crate::metric::Names;
use crate::runtime::Handle;
use crate::store::SharedStore;
use crate::{QueryFailure, QueryFailureKind};

/// The store that the engine's targets are scraped into. Clones share it.
#[derive(Clone)]
pub struct EmbeddedSource {
    store: Arc<SharedStore>,
    options: EngineOptions,
    /// How long a query may take.
    timeout: Duration,
    wanted: Wanted,
    runtime: Handle,
    /// Whether answers are worked out where they are awaited.
    stays: bool,
}

impl EmbeddedSource {
    pub(crate) fn new(
        store: Arc<SharedStore>,
        options: EngineOptions,
        timeout: Duration,
        runtime: Handle,
    ) -> Self {
        Self { store, options, timeout, wanted: Arc::new(|| true), runtime, stays: false }
    }

    /// The same source, whose answers are worked out where they are awaited: for who may block, and asks so often that each
    /// change of thread counts.
    pub(crate) fn staying(&self) -> Self {
        Self { stays: true, ..self.clone() }
    }

    /// The same source, whose queries are given up once `wanted` says so.
    fn limited_to(&self, wanted: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { wanted: Arc::new(wanted), ..self.clone() }
    }

    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The same source, for queries that may take no longer than this, and look back so far for a present value.
    #[cfg(feature = "api")]
    pub(crate) fn limited(&self, timeout: Option<Duration>, lookback_ms: Option<i64>) -> Self {
        let timeout = timeout.map_or(self.timeout, |timeout| timeout.min(self.timeout));
        let lookback_ms =
            lookback_ms.filter(|lookback_ms| *lookback_ms > 0).unwrap_or(self.options.lookback_ms);
        Self { timeout, options: EngineOptions { lookback_ms, ..self.options }, ..self.clone() }
    }

    /// The store for a query that begins now.
    fn bounded(&self) -> Bounded<'_> {
        Bounded { store: &self.store, deadline: Instant::now() + self.timeout, wanted: &self.wanted }
    }

    /// What `list` finds for each of the selectors, or for no matchers where there are none; sorted, none twice.
    fn listed<T: Ord + Send + 'static>(
        &self,
        selectors: &[String],
        list: impl Fn(&Store, &[Matcher]) -> Vec<T> + Send + 'static,
    ) -> Answer<'static, Vec<T>> {
        let selectors = selectors.to_vec();
        self.answer(move |source| {
            if selectors.is_empty() {
                let mut found = list(&source.store.read(), &[]);
                found.sort_unstable();
                return Ok(found);
            }
            let mut found = BTreeSet::new();
            for selector in &selectors {
                let matchers = parse_selector(selector, &ParseOptions::default())?;
                found.extend(list(&source.store.read(), &matchers));
            }
            Ok(found.into_iter().collect())
        })
    }

    /// The newest sample of each series that one of the selectors names and that has one in `range`, unless the series
    /// ended there.
    #[cfg(feature = "api")]
    pub(crate) fn newest(
        &self,
        selectors: &[String],
        range: TimeRange,
    ) -> Answer<'_, Vec<(Labels, FloatSample)>> {
        let (selectors, max_samples) = (selectors.to_vec(), self.options.max_samples);
        self.answer(move |source| {
            let mut found = BTreeMap::new();
            for selector in &selectors {
                let matchers = parse_selector(selector, &ParseOptions::default())?;
                let selected =
                    source.store.read().select(&matchers, range, max_samples).map_err(|error| {
                        QueryFailure {
                            kind: QueryFailureKind::Execution,
                            message: error.to_string(),
                            span: None,
                        }
                    })?;
                for series in selected {
                    if let Some(newest) =
                        series.samples.floats.last().filter(|newest| !is_stale(newest.value))
                    {
                        found.insert(series.labels, *newest);
                    }
                }
            }
            Ok(found.into_iter().collect())
        })
    }

    /// The exemplars in `range` of the series that the selectors in `query` name, by series.
    #[cfg(feature = "api")]
    pub(crate) fn exemplars(&self, query: &str, range: TimeRange) -> Answer<'_, Vec<SeriesExemplars>> {
        let query = query.to_owned();
        self.answer(move |source| {
            let expr = parse(&query, &ParseOptions::default())?;
            let mut found = BTreeMap::new();
            for selector in expr.selectors() {
                let of_selector = source.store.read().exemplars(&selector.matchers, range);
                found.extend(of_selector.into_iter().map(|series| (series.series.clone(), series)));
            }
            Ok(found.into_values().collect())
        })
    }

    /// What each node of `query` does, in words, with its number of series at a time, in milliseconds since the Unix epoch.
    pub fn explain(&self, query: &str, at_ms: i64) -> Answer<'_, Vec<Explained>> {
        let query = query.to_owned();
        self.answer(move |source| {
            let expr = parse(&query, &ParseOptions::default())?;
            Ok(explain(&source.bounded(), &expr, at_ms, &source.options)?)
        })
    }

    /// Puts the samples of a request into the store, on this thread.
    #[cfg(feature = "api")]
    pub(crate) fn write(&self, request: &WriteRequest, now_ms: i64) -> WriteReport {
        request.store(&mut self.store.write(), now_ms)
    }

    /// Where the store's series come from, with the `limit` highest of each kind.
    #[cfg(feature = "api")]
    pub(crate) fn cardinality(&self, limit: usize) -> Answer<'_, Cardinality> {
        self.answer(move |source| Ok(source.store.read().cardinality(limit)))
    }

    /// Writes all that the store holds as OpenMetrics text with timestamps. Blocks the calling thread, and scrapes wait.
    ///
    /// # Errors
    /// Where `out` does not take it.
    pub fn export(&self, out: &mut impl io::Write) -> io::Result<Exported> {
        write_openmetrics(&self.store.read(), out)
    }

    /// Runs on a thread that may block, until it is done or the answer is dropped; on this one where answers stay.
    fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, QueryFailure> + Send + 'static,
    ) -> Answer<'static, T> {
        if self.stays {
            let source = self.clone();
            return Box::pin(async move { work(&source) });
        }
        let waiting = Waiting(Arc::new(AtomicBool::new(true)));
        let (is_waiting, wanted) = (Arc::clone(&waiting.0), Arc::clone(&self.wanted));
        let source = self.limited_to(move || is_waiting.load(Ordering::Relaxed) && wanted());
        let answer = self.runtime.spawn_blocking(move || work(&source));
        Box::pin(async move {
            let _waiting = waiting;
            answer.await.unwrap_or_else(|error| {
                Err(QueryFailure {
                    kind: QueryFailureKind::Unavailable,
                    message: format!("the query was given up: {error}"),
                    span: None,
                })
            })
        })
    }
}

impl RuleStore for EmbeddedSource {
    fn instant(&mut self, expr: &Expr, at_ms: i64) -> Result<Evaluated, eval::EvalError> {
        eval::instant(&self.bounded(), expr, at_ms, &self.options)
    }

    fn write(&mut self, samples: &[RuleSample], at_ms: i64) -> u64 {
        let mut store = self.store.write();
        let refused = write_samples(&mut store, samples, at_ms);
        store.enforce_limits(at_ms);
        refused
    }
}

/// True for as long as somebody waits for an answer.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl QuerySource for EmbeddedSource {
    fn name(&self) -> &str {
        "embedded store"
    }

    fn instant(&self, query: &str, at_ms: i64) -> Answer<'_, Evaluated> {
        let query = query.to_owned();
        self.answer(move |source| {
            let expr = parse(&query, &ParseOptions::default())?;
            Ok(eval::instant(&source.bounded(), &expr, at_ms, &source.options)?)
        })
    }

    fn range(&self, query: &str, range: QueryRange) -> Answer<'_, Evaluated> {
        let query = query.to_owned();
        self.answer(move |source| {
            let expr = parse(&query, &ParseOptions::default())?;
            let QueryRange { start_ms, end_ms, step_ms } = range;
            Ok(eval::range(&source.bounded(), &expr, start_ms, end_ms, step_ms, &source.options)?)
        })
    }

    fn series(&self, selectors: &[String], range: TimeRange) -> Answer<'_, Vec<Labels>> {
        self.listed(selectors, move |store, matchers| store.series(matchers, range))
    }

    fn label_names(&self, selectors: &[String]) -> Answer<'_, Vec<String>> {
        self.listed(selectors, |store, matchers| store.label_names(matchers))
    }

    fn label_values(&self, name: &str, selectors: &[String]) -> Answer<'_, Vec<String>> {
        let name = name.to_owned();
        self.listed(selectors, move |store, matchers| store.label_values(&name, matchers))
    }

    fn metadata(&self) -> Answer<'_, Vec<Metadata>> {
        self.answer(|source| Ok(source.store.read().metadata().cloned().collect()))
    }

    fn inventory(&self, range: TimeRange) -> Answer<'_, Inventory> {
        self.answer(move |source| {
            let seen = source.store.seen(range);
            Ok(Inventory { names: Names::of(&seen), seen, notes: Vec::new() })
        })
    }

    fn spare_queries(&self) -> usize {
        usize::MAX
    }

    fn reach(&self, expr: &Expr) -> Option<Reach> {
        Reach::of(expr, &self.options)
    }

    fn take_changes(&self) -> Changes {
        self.store.write().take_changes()
    }

    fn while_wanted(&self, wanted: Wanted) -> Arc<dyn QuerySource> {
        Arc::new(Self { wanted, ..self.clone() })
    }
}

impl From<p95_core::promql::ParseError> for QueryFailure {
    fn from(error: p95_core::promql::ParseError) -> Self {
        Self { kind: QueryFailureKind::Query, message: error.to_string(), span: Some(error.span()) }
    }
}

impl From<eval::EvalError> for QueryFailure {
    fn from(error: eval::EvalError) -> Self {
        let kind = match error.kind {
            EvalErrorKind::Execution | EvalErrorKind::Limit => QueryFailureKind::Execution,
            EvalErrorKind::Interrupted(Interruption::TimedOut) => QueryFailureKind::TimedOut,
            EvalErrorKind::Interrupted(Interruption::Cancelled) => QueryFailureKind::Cancelled,
        };
        Self { kind, message: error.message, span: Some(error.span) }
    }
}

#[cfg(test)]
mod tests {
    use p95_core::store::StoreOptions;

    use super::*;

    fn source(runtime: &tokio::runtime::Runtime, timeout: Duration) -> EmbeddedSource {
        let options = EngineOptions {
            max_samples: usize::MAX,
            max_window_samples: usize::MAX,
            ..EngineOptions::default()
        };
        let store = Arc::new(SharedStore::new(StoreOptions::default()));
        EmbeddedSource::new(store, options, timeout, runtime.handle().clone())
    }

    #[test]
    fn a_query_ends_when_its_time_is_up() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let source = source(&runtime, Duration::ZERO);
        let failure = runtime.block_on(source.instant("vector(1)", 0)).unwrap_err();
        assert!(failure.message.contains("took too long"), "{failure}");
    }

    #[test]
    fn a_query_ends_when_nobody_wants_its_answer() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let source = source(&runtime, Duration::from_secs(60)).while_wanted(Arc::new(|| false));
        let failure = runtime.block_on(source.instant("vector(1)", 0)).unwrap_err();
        assert_eq!(failure.message, "the query was cancelled");
    }

    #[test]
    fn an_answer_that_is_dropped_is_given_up() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (told, heard) = std::sync::mpsc::channel();
        let source = source(&runtime, Duration::from_secs(60));
        let answer = source.answer(move |source| {
            while (source.wanted)() {
                std::thread::yield_now();
            }
            let _ = told.send(());
            Ok(())
        });
        drop(answer);
        assert_eq!(heard.recv_timeout(Duration::from_secs(10)), Ok(()));
    }
}
