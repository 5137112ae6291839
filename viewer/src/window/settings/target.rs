//! A target without its secrets.

use p95_engine::{Location, TargetOptions, TargetSpec, TargetStatus, parse_target};

/// Words in the name of a URL's parameter that say that its value is a secret.
const SECRET_WORDS: [&str; 7] = ["auth", "credential", "key", "pass", "secret", "sig", "token"];

/// A target as it is remembered: without credentials, headers and parameters that may be secrets.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub(crate) struct RememberedTarget {
    /// The URL or the path.
    pub(crate) place: String,
    /// From the start of one scrape to the start of the next, in milliseconds.
    pub(crate) interval_ms: u64,
}

impl RememberedTarget {
    /// What is remembered of a target; `None` where its address cannot be read.
    pub(crate) fn of(target: &TargetStatus) -> Option<Self> {
        let mut spec = parse_target(&target.url).ok()?;
        spec.userinfo = None;
        if let Location::Url(url) = &mut spec.location {
            let is_secret = |name: &str| SECRET_WORDS.iter().any(|word| name.to_lowercase().contains(word));
            let all = url.query_pairs().count();
            let kept: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(name, _)| !is_secret(name))
                .map(|(k, v)| (k.into(), v.into()))
                .collect();
            if kept.is_empty() {
                url.set_query(None);
            } else if kept.len() < all {
                url.query_pairs_mut().clear().extend_pairs(kept);
            }
        }
        Some(Self { place: spec.to_string(), interval_ms: target.interval_ms })
    }

    /// What is scraped, and how; `None` where the file was changed into something that is no target.
    pub(crate) fn open(&self) -> Option<(TargetSpec, TargetOptions)> {
        let spec = parse_target(&self.place).ok()?;
        Some((spec, TargetOptions { interval_ms: self.interval_ms, ..TargetOptions::default() }))
    }
}

#[cfg(test)]
mod tests {
    use p95_core::model::Labels;
    use p95_engine::{TargetId, TargetState};

    use super::*;

    fn target_at(url: &str) -> TargetStatus {
        TargetStatus {
            id: TargetId(0),
            url: url.to_owned(),
            labels: Labels::empty(),
            state: TargetState::Pending,
            failure: None,
            interval_ms: 1_000,
            next_scrape_ms: None,
            scraping: false,
            scrapes_total: 0,
            scrapes_in_a_row: 0,
            history: std::collections::VecDeque::new(),
        }
    }

    #[test]
    fn secrets_are_not_remembered() {
        #[track_caller]
        fn check(url: &str, expect: &str) {
            assert_eq!(RememberedTarget::of(&target_at(url)).unwrap().place, expect);
        }
        check("http://a:1/metrics", "http://a:1/metrics");
        check("http://user:pw@a:1/metrics", "http://a:1/metrics");
        check("http://a/m?module=icmp&ACCESS_TOKEN=x", "http://a/m?module=icmp");
        check("http://a/m?sig=x", "http://a/m");
        check("http://a/m?module=a+b", "http://a/m?module=a+b");
        check("/tmp/page.prom", "/tmp/page.prom");
    }
}
