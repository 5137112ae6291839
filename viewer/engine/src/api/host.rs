//! Which `Host` a request may name.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses requests to a loopback address that name another host. A page in a browser can point a name of its own at
/// 127.0.0.1 and would otherwise read what is served there.
pub(super) async fn check(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    if address.ip().is_loopback() && !names_this_machine(request.headers()) {
        let reason =
            "p95 listens on a loopback address and answers to localhost, 127.0.0.1 and [::1] alone\n";
        return (StatusCode::FORBIDDEN, reason).into_response();
    }
    next.run(request).await
}

/// Whether there is a `Host`, and each there is names this machine.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let is_named = |host: &HeaderValue| host.to_str().is_ok_and(is_loopback);
    headers.contains_key(HOST) && headers.get_all(HOST).iter().all(is_named)
}

/// Whether `host`, with or without a port, is this machine by a name that nobody else can give.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine() {
        for host in ["localhost", "LOCALHOST:9095", "127.0.0.1:1", "127.8.8.8", "[::1]:80", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["", "evil.example", "evil.example:9095", "127.0.0.1.evil.example", "localhost.evil", "10.0.0.1"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
