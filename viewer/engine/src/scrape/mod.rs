//! From a target to the bytes of its page.

mod body;
mod classify;
mod client;
mod fetch;
mod file;
mod redirect;
mod resolve;

pub use body::Page;
pub(crate) use fetch::Fetcher;
pub use fetch::fetch_page;
