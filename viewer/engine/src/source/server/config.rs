//! Which server answers, and what it is asked.

use crate::target::{TargetOptions, TargetSpec};

/// A server that speaks Prometheus' HTTP API, which answers the queries instead of the embedded store.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct ServerConfig {
    /// Its address, from [`parse_server`](crate::parse_server): the part before `api/v1`.
    pub spec: TargetSpec,
    /// Credentials, TLS, time-out, and the most bytes of an answer; what else concerns scraping is not looked at.
    pub options: TargetOptions,
    /// The time between two of its scrapes, in milliseconds; `None` asks the server.
    pub interval_ms: Option<u64>,
    /// Only metrics whose whole names match this regular expression are shown.
    pub metrics: Option<String>,
    /// The time that is shown as the present, in milliseconds since the Unix epoch; `None` is the server's own.
    pub at_ms: Option<i64>,
}
