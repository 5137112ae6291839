//! Who may ask for what: the host that was meant, the origin of a page, tokens.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, Method, header};
use subtle::ConstantTimeEq;

use crate::log::{Cause, GatewayError};
use crate::options::{Access, Secret};
use crate::reject::{Reason, Reject, refuse};

/// The checks that come before anything else.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    access: Access,
}

impl Guard {
    /// Checks the options themselves.
    pub(crate) fn new(access: &Access) -> Result<Self, GatewayError> {
        for origin in &access.origins {
            let has_scheme = origin.starts_with("https://") || origin.starts_with("http://");
            let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
            if !has_scheme || authority.is_empty() || authority.contains(['/', '*', '?', '#', '@']) {
                return Err(Cause::Option {
                    option: "origin",
                    text: origin.clone(),
                    reason: "expected a scheme and a host, such as https://shop.example".to_owned(),
                }
                .into());
            }
        }
        Ok(Self { access: access.clone() })
    }

    /// Whether pages of an origin may push, though it is another than the gateway's own.
    pub(super) fn is_listed(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        self.access.origins.iter().any(|listed| listed == origin)
            || (self.access.loopback_origins && is_loopback(origin))
    }

    /// Whether the request is meant for this host, and a page behind it may push here.
    pub(super) fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Reject> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        if host.is_some_and(|host| !self.is_own(host_name(host))) {
            return refuse(Reason::Host, "this host is not known here; --host NAME adds one");
        }
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Ok(());
        }
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
        let is_same = origin.to_str().is_ok_and(|origin| {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == host
        });
        if is_same || self.is_listed(origin) {
            Ok(())
        } else {
            refuse(Reason::Origin, "pages of this origin may not push here; --origin adds one")
        }
    }

    /// Numeric addresses cannot be made to point elsewhere, so they need no list.
    fn is_own(&self, host: &str) -> bool {
        let is_numeric = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
        is_numeric
            || host.eq_ignore_ascii_case("localhost")
            || self.access.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    /// Whether the request may push.
    pub(super) fn may_push(&self, headers: &HeaderMap) -> Result<(), Reject> {
        check_token(self.access.push_token.as_ref(), headers)
    }

    /// Whether the request may read `/metrics`.
    pub(crate) fn may_read(&self, headers: &HeaderMap) -> Result<(), Reject> {
        check_token(self.access.metrics_token.as_ref(), headers)
    }

    /// The names of metrics that are taken; empty for all.
    pub(super) fn metrics(&self) -> &[String] {
        &self.access.metrics
    }
}

/// Whether an origin is a server of this machine, by a name that cannot be made to point elsewhere.
fn is_loopback(origin: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    let host = authority.map_or("", host_name);
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// The host without its port.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn check_token(token: Option<&Secret>, headers: &HeaderMap) -> Result<(), Reject> {
    let Some(token) = token else { return Ok(()) };
    let given = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    let given = given.split_at_checked(7).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer "));
    // How long the comparison takes says nothing about the token.
    if given.is_some_and(|(_, given)| given.ct_eq(token.reveal().as_bytes()).into()) {
        return Ok(());
    }
    refuse(Reason::Token, "expected the header `Authorization: Bearer TOKEN` with the right token")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_origins() {
        let access = Access {
            origins: vec!["https://shop.example".to_owned()],
            hosts: vec!["push.example".to_owned()],
            ..Access::default()
        };
        let guard = Guard::new(&access).unwrap();
        let check = |host: &str, origin: &str, expect: Option<Reason>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if !origin.is_empty() {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            let found = guard.check(&Method::POST, &headers).err().map(|reject| reject.reason);
            assert_eq!(found, expect, "{host} {origin}");
        };
        check("localhost:9091", "", None);
        check("LOCALHOST", "", None);
        check("127.0.0.1:9091", "", None);
        check("[::1]:9091", "", None);
        check("[::1]", "", None);
        check("push.example:9091", "", None);
        check("evil.example", "", Some(Reason::Host));
        check("localhost.evil.example:9091", "", Some(Reason::Host));
        check("localhost:9091", "https://shop.example", None);
        check("localhost:9091", "http://localhost:9091", None);
        check("localhost:9091", "http://localhost:8000", Some(Reason::Origin));
        check("localhost:9091", "http://shop.example", Some(Reason::Origin));
        check("localhost:9091", "https://shop.example.evil", Some(Reason::Origin));
        check("localhost:9091", "null", Some(Reason::Origin));
        // A page may be read by whoever can reach it: it is no change.
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, "https://evil.example".parse().unwrap());
        assert_eq!(guard.check(&Method::GET, &headers), Ok(()));
    }

    #[test]
    fn pages_of_this_machine() {
        let access = Access { loopback_origins: true, ..Access::default() };
        let guard = Guard::new(&access).unwrap();
        let check = |origin: &str, expect: bool| {
            assert_eq!(guard.is_listed(&origin.parse().unwrap()), expect, "{origin}");
        };
        check("http://localhost:5173", true);
        check("https://localhost", true);
        check("http://shop.localhost:8080", true);
        check("http://127.0.0.1:3000", true);
        check("http://[::1]:3000", true);
        check("http://localhost.evil.example", false);
        check("http://notlocalhost", false);
        check("http://10.0.0.1:3000", false);
        check("http://shop.example", false);
        check("file://localhost", false);
        check("null", false);
        let origin = "http://localhost:5173".parse().unwrap();
        assert!(!Guard::new(&Access::default()).unwrap().is_listed(&origin));
    }

    #[test]
    fn an_origin_is_no_pattern() {
        for origin in ["*", "shop.example", "https://", "https://*.example", "https://shop.example/", "null"]
        {
            let access = Access { origins: vec![origin.to_owned()], ..Access::default() };
            assert!(Guard::new(&access).is_err(), "{origin}");
        }
    }

    #[test]
    fn tokens() {
        #[track_caller]
        fn check(header: &str, expect: bool) {
            let access = Access { push_token: Some(Secret::new("s3cret")), ..Access::default() };
            let mut headers = HeaderMap::new();
            if !header.is_empty() {
                headers.insert(header::AUTHORIZATION, header.parse().unwrap());
            }
            let guard = Guard::new(&access).unwrap();
            assert_eq!(guard.may_push(&headers).is_ok(), expect, "{header}");
            assert_eq!(guard.may_read(&headers), Ok(()));
        }
        check("Bearer s3cret", true);
        check("bearer s3cret", true);
        for wrong in ["", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crett", "Basic s3cret", "s3cret"] {
            check(wrong, false);
        }
        assert_eq!(format!("{:?}", Secret::new("s3cret")), "<secret>");
    }
}
