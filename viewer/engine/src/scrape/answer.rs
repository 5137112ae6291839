//! Answers that are no page: what a person is told of them.

use std::time::Duration;

use reqwest::StatusCode;

use crate::{ScrapeFailure, Stage};

/// An answer that is no page.
pub(super) fn of_status(status: StatusCode) -> ScrapeFailure {
    let hint = match status.as_u16() {
        204 => "the target has nothing to show at this path",
        401 => "give credentials: basic, bearer or a header",
        403 => "these credentials do not open this page",
        404 => "is the path right? most services use /metrics",
        300..=399 => "point the target at the page itself",
        500.. => "look in the target's log",
        _ => "is this the address of a page of metrics?",
    };
    ScrapeFailure::new(Stage::Status, format!("server returned HTTP status {status}"), hint)
}

/// A scrape that did not end in time. `len_bytes` is what came of the body, or `None` before the header's end.
pub(super) fn of_timeout(timeout: Duration, len_bytes: Option<u64>) -> ScrapeFailure {
    let message = match len_bytes {
        None => format!("timed out after {timeout:?}: no answer yet"),
        Some(len_bytes) => {
            format!("timed out after {timeout:?}: the body was not complete, {len_bytes} bytes had come")
        }
    };
    ScrapeFailure::new(Stage::Read, message, "raise the timeout if the target needs longer")
}
