//! Where an answer may send a scrape.

use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};
use url::Url;

use crate::{ScrapeFailure, Stage};

/// The most redirects that a scrape follows.
pub(crate) const MAX_REDIRECTS: usize = 10;

/// The URL that an answer points to, if it is a redirect.
///
/// # Errors
/// Where p95 must not go there.
pub(crate) fn redirect_of(response: &Response) -> Result<Option<Url>, ScrapeFailure> {
    let is_redirect = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let Some(location) = response.headers().get(LOCATION).filter(|_| is_redirect) else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let from = response.url();
    let to = from.join(&location).map_err(|problem| {
        refused(format!("the target redirects to {location:?}, which is no URL: {problem}"))
    })?;
    match (from.scheme(), to.scheme()) {
        ("https", "http") => {
            Err(refused(format!("the target redirects from https to http, to {}", shown(&to))))
        }
        (_, "http" | "https") => Ok(Some(to)),
        (_, scheme) => Err(refused(format!("the target redirects to {scheme}, which p95 does not speak"))),
    }
}

/// The failure of a scrape that was redirected once too often.
pub(crate) fn too_many(last: &Url) -> ScrapeFailure {
    refused(format!("stopped after {MAX_REDIRECTS} redirects, the last one to {}", shown(last)))
}

/// Whether credentials for `target` may be sent to `url`: same host, and same port or the same server's https.
pub(crate) fn is_same_host(target: &Url, url: &Url) -> bool {
    let ports = (target.port_or_known_default(), url.port_or_known_default());
    target.host() == url.host()
        && (target.scheme() == url.scheme() || url.scheme() == "https")
        && (ports.0 == ports.1 || ports == (Some(80), Some(443)))
}

fn refused(message: String) -> ScrapeFailure {
    ScrapeFailure::new(Stage::Status, message, "point the target at the page itself")
}

/// The URL without what may be a secret.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Setting them fails for URLs without a host only, and http URLs have one.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_stay_with_their_host() {
        #[track_caller]
        fn check(target: &str, url: &str, expect: bool) {
            let [target, url] = [target, url].map(|text| Url::parse(text).unwrap());
            assert_eq!(is_same_host(&target, &url), expect);
        }
        check("http://h:90/a", "http://h:90/b", true);
        check("http://h/a", "https://h/a", true);
        check("http://h:90/a", "http://h:91/a", false);
        check("http://h/a", "http://i/a", false);
        check("http://h/a", "http://h.evil/a", false);
        check("https://h/a", "http://h/a", false);
        check("https://h:443/a", "https://h/a", true);
    }
}
