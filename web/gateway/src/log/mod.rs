//! The write-ahead log: every change as a record with its checksum, and a snapshot that takes the place of old ones.

mod error;
mod folder;
mod record;
mod recover;
mod snapshot;
#[cfg(test)]
mod tests;

pub(crate) use error::Cause;
pub use error::GatewayError;
pub(crate) use folder::Log;
pub(crate) use record::append;
pub(crate) use recover::{Recovered, recover};
