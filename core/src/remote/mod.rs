//! What travels between Prometheus-compatible programs: the shapes of their HTTP API.

mod data;
mod float;

pub use data::QueryData;
pub use float::format_float;
