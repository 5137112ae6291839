//! Fetching with the browser's `fetch`, which reaches the page's own server alone: it asks that for the pages of others.

mod fetch;
mod origin;

pub(crate) use fetch::Fetcher;
