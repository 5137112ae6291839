//! One scrape, as far as the bytes of the page.

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use p95_core::exposition::negotiate;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, Response, StatusCode};
use url::Url;

use super::origin::Origin;
use crate::runtime::sleep;
use crate::scrape::answer;
use crate::scrape::body::{Body, Page};
use crate::target::{Location, TargetOptions, TargetSpec};
use crate::{ScrapeFailure, Stage};

/// Fetches the page of one target, again and again.
pub(crate) struct Fetcher {
    spec: TargetSpec,
    options: TargetOptions,
    client: Client,
}

impl Fetcher {
    pub(crate) fn new(spec: TargetSpec, options: TargetOptions) -> Self {
        Self { spec, options, client: Client::new() }
    }

    /// Fetches the page once, within the target's timeout.
    ///
    /// # Errors
    /// Where there is no page; the failure says at which stage.
    pub(crate) async fn fetch(&self) -> Result<Page, ScrapeFailure> {
        let Location::Url(url) = &self.spec.location else {
            return Err(refused("a browser opens no files", "give the URL of a page of metrics"));
        };
        if self.spec.userinfo.is_some() {
            return Err(refused("a browser sends no credentials", "use the program p95 for this target"));
        }
        let Some(route) = Origin::here().and_then(|origin| origin.route(url)) else {
            return Err(refused("this page has no server that could ask", "serve it with `p95 gateway`"));
        };
        let timeout = self.options.timeout();
        let mut body = Body::new(self.options.limits.body_size_limit);
        let mut has_answer = false;
        let content_type = {
            let fetch = Box::pin(self.read(route, &mut body, &mut has_answer));
            match select(fetch, Box::pin(sleep(timeout))).await {
                Either::Left((fetched, _)) => Some(fetched?),
                // What is dropped here is aborted.
                Either::Right(_) => None,
            }
        };
        match content_type {
            Some(content_type) => Ok(Page { body: body.into_bytes(), content_type }),
            None => Err(answer::of_timeout(timeout, has_answer.then(|| body.len()))),
        }
    }

    /// Reads the page into `body`; returns its type.
    async fn read(
        &self,
        route: Url,
        body: &mut Body,
        has_answer: &mut bool,
    ) -> Result<String, ScrapeFailure> {
        let request = self.client.get(route.clone()).header(ACCEPT, negotiate::ACCEPT);
        let sent = request.fetch_credentials_omit().fetch_cache_no_store().send().await;
        let response = sent.map_err(|error| no_answer(&route, &error))?;
        *has_answer = true;
        if response.status() != StatusCode::OK {
            return Err(failure_of(response).await);
        }
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .unwrap_or_default();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            body.push(&chunk.map_err(|error| broken(body.len(), &error))?)?;
        }
        Ok(content_type)
    }
}

/// Why there is no page: in the proxy's own words, where it is the proxy that answers.
async fn failure_of(response: Response) -> ScrapeFailure {
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    match serde_json::from_str::<ScrapeFailure>(&text) {
        Ok(told) => ScrapeFailure::new(told.stage, told.message, &told.hint),
        Err(_) => answer::of_status(status),
    }
}

fn no_answer(route: &Url, error: &reqwest::Error) -> ScrapeFailure {
    let host = route.host_str().unwrap_or_default();
    ScrapeFailure::new(
        Stage::Connect,
        format!("no answer from {host}: {error}"),
        "is the gateway running that this page came from?",
    )
}

fn broken(len_bytes: u64, error: &reqwest::Error) -> ScrapeFailure {
    let message = format!("the body broke off after {len_bytes} bytes: {error}");
    ScrapeFailure::new(
        Stage::Read,
        message,
        "the service, or a proxy before it, broke it off; look in its log",
    )
}

fn refused(message: &str, hint: &str) -> ScrapeFailure {
    ScrapeFailure::new(Stage::Options, message, hint)
}
