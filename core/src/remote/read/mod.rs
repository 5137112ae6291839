//! Reading what a server says over Prometheus' HTTP API.

mod data;
mod histogram;
mod metadata;
mod number;
mod reply;

pub use data::QueryAnswer;
pub use metadata::MetadataAnswer;
pub use reply::{Refusal, Remarks, Reply};
