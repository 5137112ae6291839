//! What travels between Prometheus-compatible programs: the JSON of their HTTP API, and remote write.

mod data;
mod float;
pub mod read;
pub mod write;

pub use data::QueryData;
pub use float::format_float;
