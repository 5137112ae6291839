//! From the bytes of an answer to its data, or to what a person is told instead.

use p95_core::remote::read::{Refusal, Remarks, Reply};
use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use crate::{QueryFailure, QueryFailureKind, ScrapeFailure, Stage};

/// The most characters that are shown of an answer that is none.
const EXCERPT_CHARS: usize = 200;

/// Why a server gave no data.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum AskError {
    /// It says why.
    Refused(StatusCode, Refusal),
    /// It did not answer, or not as such a server does.
    Failed(ScrapeFailure),
}

/// The data in the body of an answer.
pub(super) fn read<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<(T, Remarks), AskError> {
    match serde_json::from_slice::<Reply<T>>(body) {
        Ok(reply) => reply.into_result().map_err(|refusal| AskError::Refused(status, refusal)),
        Err(error) => Err(AskError::Failed(of_other(status, body, &error))),
    }
}

/// An answer that is not one of the API.
fn of_other(status: StatusCode, body: &[u8], error: &serde_json::Error) -> ScrapeFailure {
    let excerpt = excerpt(body);
    if !status.is_success() {
        let separator = if excerpt.is_empty() { "" } else { ": " };
        let message = format!("the server returned HTTP status {status}{separator}{excerpt}");
        return ScrapeFailure::new(Stage::Status, message, hint(status));
    }
    let is_html = body.trim_ascii_start().starts_with(b"<");
    if is_html || body.trim_ascii().is_empty() {
        let what = if is_html { excerpt.as_str() } else { "nothing" };
        return ScrapeFailure::new(
            Stage::Read,
            format!("the answer is {what}, and no JSON"),
            hint(StatusCode::NOT_FOUND),
        );
    }
    if error.is_eof() {
        let message = format!("the JSON of the answer is cut off after {} bytes", body.len());
        return ScrapeFailure::new(
            Stage::Read,
            message,
            "look in the log of the server, and of what stands before it",
        );
    }
    let message = format!("the answer is not that of Prometheus' API: {error}");
    ScrapeFailure::new(Stage::Read, message, hint(StatusCode::NOT_FOUND))
}

/// What can be done.
fn hint(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "give credentials: basic, bearer or a header; Mimir and Cortex want a tenant",
        403 => "these credentials do not open this server",
        404 => {
            "is this the whole address? some servers have their API behind a path: /prometheus with Mimir, \
             /select/0/prometheus with a cluster of VictoriaMetrics"
        }
        413 | 422 => "ask for less at a time",
        429 => "the server limits how often it is asked; a longer interval asks less often",
        502..=504 => "the server behind this address does not answer; look in its log",
        500.. => "look in the server's log",
        _ => "is this the address of a server with Prometheus' API?",
    }
}

/// The beginning of what came instead; of a page for people its title.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.starts_with('<') {
        let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        return title.map_or_else(
            || "a page for people".to_owned(),
            |(title, _)| format!("a page for people, titled {:?}", shortened(title.trim())),
        );
    }
    shortened(text.lines().next().unwrap_or_default())
}

fn shortened(text: &str) -> String {
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(EXCERPT_CHARS).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

impl AskError {
    /// The failure of a query to a server at this address.
    pub(super) fn into_query_failure(self, server: &str) -> QueryFailure {
        let (kind, message) = match self {
            Self::Failed(failure) => (QueryFailureKind::Unavailable, format!("{server}: {failure}")),
            Self::Refused(_, refusal) => {
                let kind = match refusal.kind.as_str() {
                    "bad_data" | "400" => QueryFailureKind::Query,
                    "execution" | "422" => QueryFailureKind::Execution,
                    "timeout" => QueryFailureKind::TimedOut,
                    "canceled" => QueryFailureKind::Cancelled,
                    _ => QueryFailureKind::Unavailable,
                };
                (kind, crate::failure::one_line(&refusal.message))
            }
        };
        QueryFailure { kind, message, span: None }
    }

    /// The same as of a target that does not answer.
    pub(super) fn into_scrape_failure(self) -> ScrapeFailure {
        match self {
            Self::Failed(failure) => failure,
            Self::Refused(status, refusal) => {
                let message = format!("the server returned HTTP status {status}: {}", refusal.message);
                ScrapeFailure::new(Stage::Status, message, hint(status))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, expect: &str) {
        let error = read::<Vec<String>>(StatusCode::from_u16(status).unwrap(), body.as_bytes()).unwrap_err();
        let failure = error.into_scrape_failure().to_string();
        assert!(failure.starts_with(expect), "{failure}");
    }

    #[test]
    fn what_is_no_answer_says_so() {
        check(
            503,
            "upstream connect error\nmore",
            "status: the server returned HTTP status 503 Service Unavailable: upstream connect error (the server behind",
        );
        check(
            502,
            "<html><head><title>502 Bad\nGateway</title></head></html>",
            "status: the server returned HTTP status 502 Bad Gateway: a page for people, titled \"502 Bad\\nGateway\" (",
        );
        check(401, "", "status: the server returned HTTP status 401 Unauthorized (give credentials: basic,");
        check(
            401,
            "no org id",
            "status: the server returned HTTP status 401 Unauthorized: no org id (give credentials: basic, bearer or a \
             header; Mimir and Cortex want a tenant)",
        );
        check(
            200,
            "<!doctype html><title>Sign in</title>",
            "read: the answer is a page for people, titled \"Sign in\", and no JSON (is this the whole address?",
        );
        check(200, "", "read: the answer is nothing, and no JSON (");
        check(
            200,
            r#"{"status":"success","data":["a","#,
            "read: the JSON of the answer is cut off after 32 bytes (look in",
        );
        check(
            200,
            r#"{"ok":true}"#,
            "read: the answer is not that of Prometheus' API: missing field `status`",
        );
        check(
            422,
            r#"{"status":"error","errorType":"execution","error":"many-to-many"}"#,
            "status: the server returned HTTP status 422 Unprocessable Entity: many-to-many (ask for less",
        );
    }

    #[test]
    fn a_refusal_of_a_query_is_its_own_text() {
        #[track_caller]
        fn check(kind: &str, expect: QueryFailureKind) {
            let refusal = Refusal { kind: kind.to_owned(), message: "a\nb".to_owned() };
            let failure = AskError::Refused(StatusCode::BAD_REQUEST, refusal).into_query_failure("http://h/");
            assert_eq!((failure.kind, failure.message.as_str()), (expect, "a\\u{a}b"), "{kind}");
        }
        check("bad_data", QueryFailureKind::Query);
        check("execution", QueryFailureKind::Execution);
        check("timeout", QueryFailureKind::TimedOut);
        check("unavailable", QueryFailureKind::Unavailable);
        let failed = AskError::Failed(ScrapeFailure::new(Stage::Connect, "refused", "start it"));
        let failure = failed.into_query_failure("http://h/");
        assert_eq!(failure.message, "http://h/: connect: refused (start it)");
    }
}
