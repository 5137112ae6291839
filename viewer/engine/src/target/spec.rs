//! From what a person types to the address of a page of metrics.

use std::fmt;
use std::path::{Path, PathBuf};

use url::Url;

use super::{BasicAuth, Secret};

/// A target as it was asked for, with everything filled in that was left out.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct TargetSpec {
    /// Where the page is.
    pub location: Location,
    /// The credentials that stood in the URL, if any; the URL no longer has them.
    pub userinfo: Option<BasicAuth>,
}

/// Where a page of metrics is.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// Behind an `http` or `https` URL, without credentials or fragment.
    Url(Url),
    /// In a file, which is read at each interval.
    File(PathBuf),
}

impl TargetSpec {
    /// The label `instance`: host and port of a URL, the path of a file.
    pub fn instance(&self) -> String {
        match &self.location {
            Location::Url(url) => {
                let port = url.port_or_known_default().unwrap_or_default();
                format!("{}:{port}", url.host_str().unwrap_or_default())
            }
            Location::File(path) => path.display().to_string(),
        }
    }
}

/// The whole URL without credentials, or the path of the file.
impl fmt::Display for TargetSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Location::Url(url) => url.fmt(f),
            Location::File(path) => path.display().fmt(f),
        }
    }
}

/// Why a text is no target.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TargetError {
    /// There is no text.
    #[error("the target is empty: give a URL such as http://localhost:9100/metrics, host:port, or a file")]
    Empty,
    /// The scheme is neither http nor https.
    #[error("target {text:?}: p95 scrapes http and https, not {scheme}")]
    Scheme {
        /// The text.
        text: String,
        /// Its scheme.
        scheme: String,
    },
    /// The address cannot be read.
    #[error(
        "target {text:?}: {problem}; give a URL such as http://localhost:9100/metrics, host:port, or a file"
    )]
    Address {
        /// The text, without its credentials.
        text: String,
        /// What is wrong with it.
        problem: url::ParseError,
    },
}

/// Reads a target: a URL, `host`, `host:port`, `:port` (of this machine), or the path of a file. `http://` and
/// `/metrics` are filled in where they are missing.
///
/// A text without a scheme is a file where it begins with `/`, `./` or `../`, or where such a file exists.
///
/// # Errors
/// Where the text is none of these.
pub fn parse_target(text: &str) -> Result<TargetSpec, TargetError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TargetError::Empty);
    }
    match text.split_once("://") {
        Some((scheme, _)) if matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") => {
            parse_url(text)
        }
        Some(("file", path)) => Ok(file(path)),
        Some((scheme, _)) if is_scheme(scheme) => {
            Err(TargetError::Scheme { text: without_userinfo(text), scheme: scheme.to_owned() })
        }
        _ if is_path(text) => Ok(file(text)),
        _ if text.starts_with(':') => parse_url(&format!("http://localhost{text}")),
        _ => parse_url(&format!("http://{text}")),
    }
}

fn file(path: &str) -> TargetSpec {
    TargetSpec { location: Location::File(PathBuf::from(path)), userinfo: None }
}

fn is_path(text: &str) -> bool {
    ["/", "./", "../"].iter().any(|start| text.starts_with(start)) || Path::new(text).is_file()
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn parse_url(text: &str) -> Result<TargetSpec, TargetError> {
    let (mut url, userinfo) = read_url(text)?;
    if matches!(url.path(), "" | "/") {
        url.set_path("/metrics");
    }
    Ok(TargetSpec { location: Location::Url(url), userinfo })
}

/// Reads the address of a server that speaks Prometheus' HTTP API: a URL, `host`, `host:port` or `:port` (of this machine).
/// It is the part before `api/v1`, with a slash at its end; what is copied from the line of a browser loses the rest.
///
/// # Errors
/// Where the text is none of these.
pub fn parse_server(text: &str) -> Result<TargetSpec, TargetError> {
    let text = text.trim();
    let (mut url, userinfo) = match text.split_once("://") {
        _ if text.is_empty() => return Err(TargetError::Empty),
        Some((scheme, _)) if matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") => {
            read_url(text)?
        }
        Some((scheme, _)) => {
            return Err(TargetError::Scheme { text: without_userinfo(text), scheme: scheme.to_owned() });
        }
        None if text.starts_with(':') => read_url(&format!("http://localhost{text}"))?,
        None => read_url(&format!("http://{text}"))?,
    };
    let mut path = url.path().trim_end_matches('/');
    for page in ["/api/v1", "/graph", "/query", "/vmui"] {
        path = path.strip_suffix(page).unwrap_or(path);
    }
    let (path, is_page) = (format!("{path}/"), path.len() < url.path().trim_end_matches('/').len());
    url.set_path(&path);
    if is_page {
        url.set_query(None);
    }
    Ok(TargetSpec { location: Location::Url(url), userinfo })
}

/// A URL without its credentials, and those.
fn read_url(text: &str) -> Result<(Url, Option<BasicAuth>), TargetError> {
    let mut url =
        Url::parse(text).map_err(|problem| TargetError::Address { text: without_userinfo(text), problem })?;
    let userinfo = take_userinfo(&mut url);
    url.set_fragment(None);
    Ok((url, userinfo))
}

/// Takes user name and password out of a URL.
fn take_userinfo(url: &mut Url) -> Option<BasicAuth> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let username = percent_decoded(url.username());
    let password = Secret::from(percent_decoded(url.password().unwrap_or_default()));
    // Setting them fails for URLs without a host only, and http URLs have one.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(BasicAuth { username, password })
}

/// Decodes `%XX`; the URL parser has encoded whatever needs it.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let code = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(b'%'));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The text without anything that may be a password, for an error message.
fn without_userinfo(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((before, after)) => {
            let scheme = before.split_once("://").map(|(scheme, _)| format!("{scheme}://"));
            format!("{}{}@{after}", scheme.unwrap_or_default(), Secret::MASK)
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_the_part_before_its_api() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            assert_eq!(
                parse_server(text).map_or_else(|error| error.to_string(), |spec| spec.to_string()),
                expect
            );
        }
        check(":9090", "http://localhost:9090/");
        check("prometheus", "http://prometheus/");
        check("https://h/mimir/prometheus", "https://h/mimir/prometheus/");
        check("http://u:pw@h/prometheus/", "http://h/prometheus/");
        check("http://h:9090/graph?g0.expr=up#x", "http://h:9090/");
        check("http://h/?extra_label=a=b", "http://h/?extra_label=a=b");
        check("http://h/api/v1/", "http://h/");
        check("ftp://h", r#"target "ftp://h": p95 scrapes http and https, not ftp"#);
    }

    #[test]
    fn what_is_missing_is_filled_in() {
        #[track_caller]
        fn check(text: &str, expect: &str, instance: &str) {
            let spec = parse_target(text).unwrap();
            assert_eq!((spec.to_string().as_str(), spec.instance().as_str()), (expect, instance), "{text}");
        }
        check("http://localhost:9100/metrics", "http://localhost:9100/metrics", "localhost:9100");
        check("localhost:8000", "http://localhost:8000/metrics", "localhost:8000");
        check("localhost", "http://localhost/metrics", "localhost:80");
        check(" example.org/ ", "http://example.org/metrics", "example.org:80");
        check(":9100", "http://localhost:9100/metrics", "localhost:9100");
        check("https://example.org", "https://example.org/metrics", "example.org:443");
        check("HTTPS://Example.org", "https://example.org/metrics", "example.org:443");
        check("10.0.0.1:80/a/b?x=1#top", "http://10.0.0.1/a/b?x=1", "10.0.0.1:80");
        check("[::1]:9100", "http://[::1]:9100/metrics", "[::1]:9100");
        check("http://u:p@h:1/m", "http://h:1/m", "h:1");
        check("/tmp/page.prom", "/tmp/page.prom", "/tmp/page.prom");
        check("./page.prom", "./page.prom", "./page.prom");
        check("file:///tmp/x", "/tmp/x", "/tmp/x");
        check("Cargo.toml", "Cargo.toml", "Cargo.toml");
    }

    #[test]
    fn credentials_leave_the_url() {
        let userinfo = parse_target("http://me%40x:p%3Aw%2@h/").unwrap().userinfo.unwrap();
        assert_eq!((userinfo.username.as_str(), userinfo.password.reveal()), ("me@x", "p:w%2"));
    }

    #[test]
    fn a_bad_target_says_what_to_write() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            assert_eq!(parse_target(text).unwrap_err().to_string(), expect);
        }
        let remedy = "give a URL such as http://localhost:9100/metrics, host:port, or a file";
        check("", &format!("the target is empty: {remedy}"));
        check("ftp://h/x", r#"target "ftp://h/x": p95 scrapes http and https, not ftp"#);
        check(
            "localhost:99999",
            &format!(r#"target "http://localhost:99999": invalid port number; {remedy}"#),
        );
        check("http://", &format!(r#"target "http://": empty host; {remedy}"#));
        check("a b", &format!(r#"target "http://a b": invalid international domain name; {remedy}"#));
        check(
            "http://u:pw@h:x/",
            &format!(r#"target "http://<secret>@h:x/": invalid port number; {remedy}"#),
        );
    }
}
