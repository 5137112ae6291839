//! A server as a source: Prometheus, VictoriaMetrics, Thanos, Mimir, and whatever else speaks Prometheus' HTTP API.

mod answer;
mod asker;
mod config;
mod inventory;
mod pulse;
#[cfg(test)]
#[cfg(feature = "api")]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use p95_core::model::select::TimeRange;
use p95_core::model::{Labels, Metadata};
use p95_core::promql::annotations::Annotations;
use p95_core::promql::eval::Evaluated;
use p95_core::remote::read::{MetadataAnswer, QueryAnswer, Remarks};
use tokio::time::{MissedTickBehavior, interval};

use super::{Answer, Inventory, QueryRange, QuerySource, Wanted};
use crate::{QueryFailure, QueryFailureKind};
use answer::AskError;
use asker::{Asker, Params};

pub use config::ServerConfig;
pub(crate) use pulse::Pulse;

/// A server has others to answer too.
const SPARE_QUERIES: usize = 100;

/// How often it is looked whether an answer is still wanted.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A server that answers queries. Clones ask the same one, and share the few questions that it is asked at the same time.
#[derive(Clone)]
pub(crate) struct ServerSource {
    asker: Arc<Asker>,
    config: Arc<ServerConfig>,
    wanted: Option<Wanted>,
}

impl ServerSource {
    pub(crate) fn new(config: ServerConfig) -> Self {
        Self { asker: Arc::new(Asker::new(&config)), config: Arc::new(config), wanted: None }
    }

    pub(crate) fn config(&self) -> &ServerConfig {
        &self.config
    }

    /// The server's address, without credentials.
    pub(crate) fn address(&self) -> &str {
        self.asker.shown()
    }

    /// The bytes of all answers so far, uncompressed.
    pub(crate) fn received_bytes(&self) -> u64 {
        self.asker.received_bytes()
    }

    /// The answer to a question, unless it is no longer wanted before it is there. Then the connection is closed, by which a
    /// server knows that it need not go on.
    fn answer<'a, T: Send + 'a>(
        &'a self,
        question: impl Future<Output = Result<T, AskError>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, QueryFailure>> {
        Box::pin(async move {
            let answer = async { question.await.map_err(|error| error.into_query_failure(self.address())) };
            let Some(wanted) = &self.wanted else { return answer.await };
            tokio::pin!(answer);
            let mut look = interval(LOOK_EVERY);
            look.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    biased;
                    answer = &mut answer => return answer,
                    _ = look.tick() => if !wanted() { return Err(cancelled()) },
                }
            }
        })
    }

    /// The answer to a query at one time; at the server's own present where that is `None`.
    async fn instant_at(&self, query: &str, at_ms: Option<i64>) -> Result<Evaluated, AskError> {
        let mut params = self.query(query);
        params.extend(at_ms.map(|at_ms| ("time", seconds(at_ms))));
        self.asker.post("query", params).await.map(evaluated)
    }

    async fn range_over(&self, query: &str, range: QueryRange) -> Result<Evaluated, AskError> {
        let mut params = self.query(query);
        params.extend([
            ("start", seconds(range.start_ms)),
            ("end", seconds(range.end_ms)),
            ("step", seconds(range.step_ms)),
        ]);
        self.asker.post("query_range", params).await.map(evaluated)
    }

    /// The parameters that each query has.
    fn query(&self, query: &str) -> Params<'static> {
        let timeout = format!("{}ms", self.asker.timeout().as_millis());
        vec![("query", query.to_owned()), ("timeout", timeout)]
    }

    async fn families(&self) -> Result<Vec<Metadata>, AskError> {
        let (families, _): (MetadataAnswer, _) = self.asker.get("metadata", Vec::new()).await?;
        Ok(families.into())
    }

    async fn list<T: serde::de::DeserializeOwned + Ord>(
        &self,
        endpoint: &str,
        selectors: &[String],
        range: Option<TimeRange>,
    ) -> Result<Vec<T>, AskError> {
        let mut params: Params<'_> = selectors.iter().map(|selector| ("match[]", selector.clone())).collect();
        if let Some(range) = range {
            params.extend([("start", seconds(range.start_ms)), ("end", seconds(range.end_ms))]);
        }
        // The names of a label's values are asked for by GET alone.
        let (mut found, _): (Vec<T>, Remarks) = if endpoint.starts_with("label/") {
            self.asker.get(endpoint, params).await?
        } else {
            self.asker.post(endpoint, params).await?
        };
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

impl QuerySource for ServerSource {
    fn name(&self) -> &str {
        self.address()
    }

    fn instant(&self, query: &str, at_ms: i64) -> Answer<'_, Evaluated> {
        let query = query.to_owned();
        self.answer(async move { self.instant_at(&query, Some(at_ms)).await })
    }

    fn range(&self, query: &str, range: QueryRange) -> Answer<'_, Evaluated> {
        let query = query.to_owned();
        self.answer(async move { self.range_over(&query, range).await })
    }

    fn series(&self, selectors: &[String], range: TimeRange) -> Answer<'_, Vec<Labels>> {
        // A server refuses to list everything without a selector.
        let all = || vec![r#"{__name__!=""}"#.to_owned()];
        let selectors = if selectors.is_empty() { all() } else { selectors.to_vec() };
        self.answer(async move { self.list("series", &selectors, Some(range)).await })
    }

    fn label_names(&self, selectors: &[String]) -> Answer<'_, Vec<String>> {
        let selectors = selectors.to_vec();
        self.answer(async move { self.list("labels", &selectors, None).await })
    }

    fn label_values(&self, name: &str, selectors: &[String]) -> Answer<'_, Vec<String>> {
        let (endpoint, selectors) = (format!("label/{}/values", in_path(name)), selectors.to_vec());
        self.answer(async move { self.list(&endpoint, &selectors, None).await })
    }

    fn metadata(&self) -> Answer<'_, Vec<Metadata>> {
        self.answer(self.families())
    }

    fn inventory(&self, range: TimeRange) -> Answer<'_, Inventory> {
        self.answer(inventory::take(self, range))
    }

    fn spare_queries(&self) -> usize {
        SPARE_QUERIES
    }

    fn while_wanted(&self, wanted: Wanted) -> Arc<dyn QuerySource> {
        Arc::new(Self { wanted: Some(wanted), ..self.clone() })
    }
}

fn evaluated((QueryAnswer(value), remarks): (QueryAnswer, Remarks)) -> Evaluated {
    Evaluated { value, annotations: Annotations::told(remarks.warnings, remarks.infos) }
}

/// A label's name as a part of a path. Prometheus 3 writes what is no plain name as `U__`, with `_2e_` for a dot; a server
/// that does not know that has no such names.
fn in_path(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(is_plain) {
        return name.to_owned();
    }
    let escaped = name.chars().map(|c| match c {
        '_' => "__".to_owned(),
        c if is_plain(c) => c.to_string(),
        c => format!("_{:x}_", u32::from(c)),
    });
    format!("U__{}", escaped.collect::<String>())
}

fn cancelled() -> QueryFailure {
    QueryFailure {
        kind: QueryFailureKind::Cancelled,
        message: "the query was cancelled".to_owned(),
        span: None,
    }
}

/// Milliseconds as the API reads seconds, to the millisecond.
fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let ms = ms.unsigned_abs();
    format!("{sign}{}.{:03}", ms / 1_000, ms % 1_000)
}
