//! What functions make of texts.

use std::net::IpAddr;

/// The first letter of each word in upper case; a word ends at what is neither letter, digit nor underscore.
pub(super) fn title(text: &str) -> String {
    let mut before = ' ';
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_separator(before) {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        before = c;
    }
    out
}

fn is_separator(c: char) -> bool {
    if c.is_ascii() { !(c.is_ascii_alphanumeric() || c == '_') } else { c.is_whitespace() }
}

/// `shop:8000` as `shop` and `8000`; what has no port as it is.
pub(super) fn host_and_port(address: &str) -> (String, Option<String>) {
    let whole = || (address.to_owned(), None);
    let Some((host, port)) = address.rsplit_once(':') else { return whole() };
    let host = match host.strip_prefix('[') {
        Some(bracketed) => match bracketed.strip_suffix(']') {
            Some(host) => host,
            None => return whole(),
        },
        None if host.contains(':') => return whole(),
        None => host,
    };
    if host.contains(['[', ']']) || port.contains(['[', ']']) {
        return whole();
    }
    (host.to_owned(), Some(port.to_owned()))
}

/// `shop.example.org:8000` as `shop:8000`; an IP address as it is.
pub(super) fn strip_domain(address: &str) -> String {
    let (host, port) = host_and_port(address);
    if host.parse::<IpAddr>().is_ok() {
        return address.to_owned();
    }
    let name = host.split('.').next().unwrap_or_default();
    match port.filter(|port| !port.is_empty()) {
        Some(port) if name.contains(':') => format!("[{name}]:{port}"),
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

/// The page of Prometheus' own interface for an expression: its table or, as the tab 0, its graph.
pub(super) fn link(expr: &str, tab: u8) -> String {
    format!("/graph?g0.expr={}&g0.tab={tab}", escape_query(expr))
}

/// The path of a URL: what stands behind its host.
pub(super) fn path_of(url: &str) -> &str {
    let behind_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = behind_scheme.find('/').and_then(|at| behind_scheme.get(at..)).unwrap_or_default();
    path.split(['?', '#']).next().unwrap_or_default()
}

/// A text for the query of a URL.
pub(super) fn escape_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// A text for a page in HTML.
pub(super) fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
