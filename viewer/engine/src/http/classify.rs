//! From an error of the HTTP client to the stage, the message and the remedy that a person needs.

use std::error::Error;
use std::fmt::Write as _;
use std::io;

use rustls::CertificateError;

use super::resolve::NameFailure;
use crate::{ScrapeFailure, Stage};

/// Why a client could not be built.
pub(crate) fn of_client(error: &reqwest::Error) -> ScrapeFailure {
    ScrapeFailure::new(
        Stage::Tls,
        format!("TLS cannot be set up: {}", innermost(error)),
        "install the system's certificates, or name a CA file",
    )
}

/// Why there was no answer.
pub(crate) fn of_request(error: &reqwest::Error, host: &str) -> ScrapeFailure {
    if let Some(failure) = find::<NameFailure>(error) {
        let hint = "check the spelling, or give an IP address";
        return ScrapeFailure::new(Stage::Name, failure.to_string(), hint);
    }
    if let Some(failure) = find::<rustls::Error>(error) {
        return of_tls(failure);
    }
    if error.is_connect() {
        return of_connect(error, host);
    }
    of_answer(error)
}

/// Why the body broke off.
pub(crate) fn of_body(error: &reqwest::Error, len_bytes: u64) -> ScrapeFailure {
    let hint = "the service, or a proxy before it, broke it off; look in its log";
    let io_kind = find::<io::Error>(error).map(io::Error::kind);
    let is_transport = find::<hyper::Error>(error).is_some();
    let message = match io_kind {
        Some(io::ErrorKind::ConnectionReset) => {
            format!("the connection was reset after {len_bytes} bytes of the body")
        }
        Some(io::ErrorKind::UnexpectedEof) if !is_transport => {
            format!("unexpected end of the gzip body after {len_bytes} bytes")
        }
        Some(io::ErrorKind::UnexpectedEof) => format!("unexpected end of the body after {len_bytes} bytes"),
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) if is_transport => {
            format!("invalid chunk in the body after {len_bytes} bytes: {}", innermost(error))
        }
        Some(_) if !is_transport => {
            format!("the body is no valid gzip, after {len_bytes} bytes: {}", innermost(error))
        }
        _ if find::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message) => {
            format!("unexpected end of the body after {len_bytes} bytes")
        }
        _ => format!("the body broke off after {len_bytes} bytes: {}", innermost(error)),
    };
    ScrapeFailure::new(Stage::Read, message, hint)
}

fn of_connect(error: &reqwest::Error, host: &str) -> ScrapeFailure {
    let cause = find::<io::Error>(error);
    let (message, hint) = match cause.map(io::Error::kind) {
        _ if error.is_timeout() => (
            format!("no connection to {host} in time"),
            "is the host up, and does a firewall let us through?",
        ),
        Some(io::ErrorKind::ConnectionRefused) => (
            format!("connection to {host} refused"),
            "is the service running, and does it listen on this port?",
        ),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof) => (
            format!("{host} closed the connection at once"),
            "does the service speak the URL's scheme, http or https?",
        ),
        _ => (
            format!("no connection to {host}: {}", innermost(error)),
            "is the host up, and the address right?",
        ),
    };
    ScrapeFailure::new(Stage::Connect, message, hint)
}

/// Connected, but no answer that can be read.
fn of_answer(error: &reqwest::Error) -> ScrapeFailure {
    let hyper_error = find::<hyper::Error>(error);
    let cause = innermost(error);
    let (message, hint) = if find::<io::Error>(error).is_some_and(|cause| {
        matches!(cause.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
    }) {
        ("the connection was reset before an answer".to_owned(), "look in the service's log")
    } else if hyper_error.is_some_and(hyper::Error::is_incomplete_message) {
        ("the connection was closed before an answer".to_owned(), "look in the service's log")
    } else if cause == "message head is too large" {
        ("the answer's header is too large".to_owned(), "is this the address of a page of metrics?")
    } else if hyper_error.is_some_and(hyper::Error::is_parse) {
        (format!("the answer is no HTTP: {cause}"), "does the service speak https, or no HTTP at all?")
    } else {
        (format!("no answer: {cause}"), "look in the service's log")
    };
    ScrapeFailure::new(Stage::Read, message, hint)
}

fn of_tls(error: &rustls::Error) -> ScrapeFailure {
    let (message, hint) = match error {
        rustls::Error::InvalidCertificate(problem) => of_certificate(problem),
        rustls::Error::InvalidMessage(_) => {
            ("the server does not speak TLS".to_owned(), "use http:// if it is meant to be plain")
        }
        rustls::Error::AlertReceived(alert) => {
            (format!("the server refused the handshake: {alert:?}"), "does it ask for a client certificate?")
        }
        other => (format!("TLS failed: {other}"), "is this an https service?"),
    };
    ScrapeFailure::new(Stage::Tls, message, hint)
}

fn of_certificate(problem: &CertificateError) -> (String, &'static str) {
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "the server's certificate has expired".to_owned(),
            "renew it on the server; is the clock of this machine right?",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("the server's certificate is not valid yet".to_owned(), "is the clock of this machine right?")
        }
        CertificateError::NotValidForName => (
            "the server's certificate is for another host name".to_owned(),
            "use the name that the certificate was made for",
        ),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let mut message = format!("the server's certificate is not for {:?}", expected.to_str());
            for (i, name) in presented.iter().enumerate() {
                let _ = write!(message, "{}{name}", if i == 0 { ", only for " } else { ", " });
            }
            (message, "use a name that the certificate was made for")
        }
        CertificateError::UnknownIssuer => (
            "the server's certificate is self-signed, or its authority is not known here".to_owned(),
            "name the authority's certificate as CA file, or accept any certificate",
        ),
        other => match format!("{other:?}") {
            name if name.contains("CaUsedAsEndEntity") => (
                "the server's certificate is self-signed".to_owned(),
                "name it as CA file, or accept any certificate",
            ),
            _ => (format!("the server's certificate is not valid: {other}"), "renew it on the server"),
        },
    }
}

/// The first error of type `T` among `error` and its causes, also where an [`io::Error`] wraps it.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        // `io::Error::source` passes over the error that it wraps.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = wrapped.and_then(|wrapped| find::<T>(wrapped)) {
            return Some(found);
        }
        current = error.source();
    }
    None
}

/// The text of the last cause, which says most.
fn innermost(error: &reqwest::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
