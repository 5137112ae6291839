//! Fetching pages: over HTTP with sockets of our own, and from files.

mod fetch;
mod file;

pub(crate) use fetch::Fetcher;
pub use fetch::fetch_page;
