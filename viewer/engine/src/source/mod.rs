//! Where numbers come from: answers to PromQL, whoever gives them.

mod bounded;
mod embedded;
mod inventory;
#[cfg(not(target_family = "wasm"))]
mod server;
mod sources;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use p95_core::model::select::TimeRange;
use p95_core::model::{Labels, Metadata};
use p95_core::promql::Reach;
use p95_core::promql::ast::Expr;
use p95_core::promql::eval::Evaluated;
use p95_core::store::Changes;

use crate::QueryFailure;

pub use embedded::EmbeddedSource;
pub use inventory::Inventory;
#[cfg(not(target_family = "wasm"))]
pub use server::ServerConfig;
#[cfg(not(target_family = "wasm"))]
pub(crate) use server::{Pulse, ServerSource};
pub(crate) use sources::Sources;

/// The times of a range query: `start_ms` and every `step_ms` after it, up to `end_ms`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct QueryRange {
    /// The first time, in milliseconds since the Unix epoch.
    pub start_ms: i64,
    /// The end, which is a time only where a step meets it.
    pub end_ms: i64,
    /// The time between two steps, in milliseconds; more than 0.
    pub step_ms: i64,
}

/// What answers PromQL: the embedded store, a recording, a server. Its answers run elsewhere; awaiting them blocks nothing,
/// and one that is dropped is given up.
pub trait QuerySource: Send + Sync {
    /// What the source is called beside its numbers.
    fn name(&self) -> &str;

    /// The answer to `query` at one time, in milliseconds since the Unix epoch.
    fn instant(&self, query: &str, at_ms: i64) -> Answer<'_, Evaluated>;

    /// The answers to `query` at each time of a range.
    fn range(&self, query: &str, range: QueryRange) -> Answer<'_, Evaluated>;

    /// The label sets of the series that one of the selectors, such as `up{job="p95"}`, names and that have samples
    /// in `range`; sorted, none twice. No selector means all series.
    fn series(&self, selectors: &[String], range: TimeRange) -> Answer<'_, Vec<Labels>>;

    /// The names of the labels of the series that one of the selectors names, or of all where there is none; sorted.
    fn label_names(&self, selectors: &[String]) -> Answer<'_, Vec<String>>;

    /// The values of a label in the same series, sorted.
    fn label_values(&self, name: &str, selectors: &[String]) -> Answer<'_, Vec<String>>;

    /// What the families say of themselves, by name.
    fn metadata(&self) -> Answer<'_, Vec<Metadata>>;

    /// What there is to be shown of what has samples around or in `range`.
    fn inventory(&self, range: TimeRange) -> Answer<'_, Inventory>;

    /// The most queries that it may be asked for what nobody looks at by itself, such as an order of the cards.
    fn spare_queries(&self) -> usize;

    /// How far an answer to `expr` looks from each of its steps: it stays as it is for as long as [`Self::take_changes`] names
    /// nothing there. `None` where that is not known: each answer may be another one then.
    fn reach(&self, _expr: &Expr) -> Option<Reach> {
        None
    }

    /// Which part of the past changed since the last call.
    fn take_changes(&self) -> Changes {
        Changes { from_ms: None, gone_before_ms: None }
    }

    /// The same source, whose queries are given up once `wanted` says so, also where somebody waits for their answers.
    fn while_wanted(&self, wanted: Wanted) -> Arc<dyn QuerySource>;
}

/// Whether an answer is still wanted.
pub type Wanted = Arc<dyn Fn() -> bool + Send + Sync>;

/// An answer on its way.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, QueryFailure>>;
