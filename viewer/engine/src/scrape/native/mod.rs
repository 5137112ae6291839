//! Fetching with sockets of our own: redirects, TLS, credentials, files.

mod classify;
mod client;
mod fetch;
mod file;
mod redirect;
mod resolve;

pub(crate) use fetch::Fetcher;
pub use fetch::fetch_page;
