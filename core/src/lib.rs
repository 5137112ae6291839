//! Prometheus metrics without a server: parse, encode, store and query them.

#![cfg_attr(test, allow(clippy::string_slice, reason = "a test may fail on what it slices"))]

#[cfg(any(feature = "encode", feature = "parse"))]
pub mod exposition;
#[cfg(feature = "store")]
pub mod ingest;
#[cfg(feature = "instrument")]
pub mod instrument;
pub mod model;
#[cfg(feature = "overview")]
pub mod overview;
#[cfg(feature = "promql")]
pub mod promql;
#[cfg(feature = "store")]
pub mod store;
