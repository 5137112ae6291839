//! The pages that the viewer may ask for.

use std::net::IpAddr;

use reqwest::Url;
use reqwest::header::HeaderValue;

use super::address::{Kind, kind};
use crate::log::{Cause, GatewayError};

/// The pages that the viewer may ask for, as whole URLs.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets(Vec<Url>);

impl Targets {
    /// # Errors
    /// Where one of them is no URL, or one that is never asked.
    pub(super) fn new(texts: &[String]) -> Result<Self, GatewayError> {
        texts.iter().map(|text| checked(text)).collect::<Result<_, _>>().map(Self)
    }

    /// The listed URL that is the same as `text`, to the letter.
    pub(super) fn find(&self, text: &str) -> Option<&Url> {
        let url = Url::parse(text).ok()?;
        self.0.iter().find(|listed| **listed == url)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Url> {
        self.0.iter()
    }
}

fn checked(text: &str) -> Result<Url, GatewayError> {
    let wrong = |reason: &str| {
        // A password in it is nobody's business.
        let shown = text.rsplit_once('@').map_or(text, |(_, after)| after).to_owned();
        GatewayError::from(Cause::Option { option: "target", text: shown, reason: reason.to_owned() })
    };
    let url = Url::parse(text).map_err(|_| wrong("expected a URL such as http://localhost:9100/metrics"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("expected http or https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("credentials are not passed on: whoever opens the viewer would use them"));
    }
    if url.fragment().is_some() || HeaderValue::from_str(url.as_str()).is_err() {
        return Err(wrong("expected a URL without a fragment"));
    }
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_never = host.parse::<IpAddr>().is_ok_and(|address| kind(address) == Kind::Never);
    if is_never {
        return Err(wrong("addresses of the link, of clouds' metadata, of many or of none are never asked"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_stand_on_the_list() {
        #[track_caller]
        fn check(text: &str, expect: bool) {
            let found = Targets::new(&[text.to_owned()]);
            assert_eq!(found.is_ok(), expect, "{text}: {found:?}");
            assert!(!format!("{found:?}").contains("hunter2"));
        }
        check("http://localhost:9100/metrics", true);
        check("https://node.example/metrics?module=icmp", true);
        check("http://127.0.0.1:9100/metrics", true);
        check("http://[::1]:9100/metrics", true);
        check("http://10.0.0.7/metrics", true);
        check("localhost:9100", false);
        check("ftp://h/x", false);
        check("file:///etc/passwd", false);
        check("http://", false);
        check("http://me:hunter2@h/metrics", false);
        check("http://h/metrics#x", false);
        check("http://169.254.169.254/latest/meta-data", false);
        check("http://2852039166/latest/meta-data", false);
        check("http://0xa9fea9fe/", false);
        check("http://[fe80::1]/metrics", false);
        check("http://[::ffff:a9fe:a9fe]/", false);
        check("http://0.0.0.0:9100/metrics", false);
    }

    #[test]
    fn only_the_whole_url_is_the_same() {
        let targets = Targets::new(&["http://node:9100/metrics?a=1".to_owned()]).unwrap();
        let check = |text: &str, expect: bool| assert_eq!(targets.find(text).is_some(), expect, "{text}");
        check("http://node:9100/metrics?a=1", true);
        check("HTTP://NODE:9100/metrics?a=1", true);
        check("http://node:9100/x/../metrics?a=1", true);
        for other in [
            "",
            "node:9100",
            "http://node:9100/metrics",
            "http://node:9100/metrics?a=2",
            "http://node:9100/metrics?a=1&b=2",
            "http://node:9100/metrics/?a=1",
            "http://node:9100/debug?a=1",
            "http://node:9101/metrics?a=1",
            "https://node:9100/metrics?a=1",
            "http://u@node:9100/metrics?a=1",
            "http://node:9100/metrics?a=1#b",
            "http://node.evil:9100/metrics?a=1",
            "http://node:9100@evil/metrics?a=1",
        ] {
            check(other, false);
        }
    }
}
