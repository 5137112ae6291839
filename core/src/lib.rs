//! Prometheus metrics without a server: parse, encode, store and query them.

pub mod model;
#[cfg(feature = "promql")]
pub mod promql;
