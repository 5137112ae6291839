//! One scrape, as far as the bytes of the page.

use std::sync::Arc;
use std::time::Duration;

use p95_core::exposition::negotiate;
use p95_core::ingest::relabel::RelabelRules;
use reqwest::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Response, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::file;
use crate::http::{Clients, classify, redirect, with_credentials};
use crate::scrape::answer;
use crate::scrape::body::{Body, Page};
use crate::target::{Location, TargetOptions, TargetSpec};
use crate::{ScrapeFailure, Stage};

/// Fetches the page of one target, again and again.
pub(crate) struct Fetcher {
    spec: TargetSpec,
    options: TargetOptions,
    clients: Arc<Clients>,
    /// Why the target cannot be scraped at all.
    refused: Option<ScrapeFailure>,
}

impl Fetcher {
    pub(crate) fn new(spec: TargetSpec, options: TargetOptions) -> Self {
        let clients = Arc::new(Clients::new(options.clone()));
        let refused = RelabelRules::new(&options.metric_relabel_configs).err();
        let refused = refused.map(|error| bad_option(format!("metric_relabel_configs: {error}")));
        Self { spec, options, clients, refused }
    }

    /// Fetches the page once, within the target's timeout.
    ///
    /// # Errors
    /// Where there is no page; the failure says at which stage.
    pub(crate) async fn fetch(&self) -> Result<Page, ScrapeFailure> {
        if let Some(failure) = &self.refused {
            return Err(failure.clone());
        }
        let timeout = self.options.timeout();
        let deadline = Instant::now() + timeout;
        let limit_bytes = self.options.limits.body_size_limit;
        match &self.spec.location {
            Location::Url(url) => {
                let response = timeout_at(deadline, self.answer(url))
                    .await
                    .map_err(|_| answer::of_timeout(timeout, None))??;
                read_body(response, limit_bytes, timeout, deadline).await
            }
            Location::File(path) => {
                let path = path.clone();
                let read = off_thread(move || file::read_page(&path, limit_bytes));
                timeout_at(deadline, read).await.map_err(|_| answer::of_timeout(timeout, Some(0)))?
            }
        }
    }

    /// The answer at the end of all redirects, with status 200.
    async fn answer(&self, target: &Url) -> Result<Response, ScrapeFailure> {
        let mut url = target.clone();
        for _ in 0..=redirect::MAX_REDIRECTS {
            let response = self.request(target, &url).await?;
            match redirect::redirect_of(&response)? {
                Some(next) => url = next,
                None if response.status() == StatusCode::OK => return Ok(response),
                None => return Err(answer::of_status(response.status())),
            }
        }
        Err(redirect::too_many(&url))
    }

    async fn request(&self, target: &Url, url: &Url) -> Result<Response, ScrapeFailure> {
        let is_own_host = redirect::is_same_host(target, url);
        let clients = Arc::clone(&self.clients);
        let client_url = url.clone();
        let client = off_thread(move || clients.get(&client_url, is_own_host)).await?;
        let accept = match self.options.native_histograms {
            true => negotiate::ACCEPT_NATIVE_HISTOGRAMS,
            false => negotiate::ACCEPT,
        };
        let mut request = client
            .get(url.clone())
            .header(ACCEPT, accept)
            .header(SCRAPE_TIMEOUT, self.options.timeout().as_secs_f64().to_string());
        if is_own_host {
            request = with_credentials(request, &self.options, self.spec.userinfo.as_ref()).await?;
        }
        let host = format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default()
        );
        request.send().await.map_err(|error| classify::of_request(&error, &host))
    }
}

/// Fetches a page once, apart from any engine. Blocks until it is there.
///
/// # Errors
/// Where there is no page; the failure says at which stage.
pub fn fetch_page(spec: TargetSpec, options: TargetOptions) -> Result<Page, ScrapeFailure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| bad_option(format!("cannot start: {error}")))?;
    runtime.block_on(Fetcher::new(spec, options).fetch())
}

/// Tells the target how long it has, in seconds.
const SCRAPE_TIMEOUT: &str = "x-prometheus-scrape-timeout-seconds";

/// Reads the body to its end or its limit; then the connection is dropped, not drained.
async fn read_body(
    mut response: Response,
    limit_bytes: Option<u64>,
    timeout: Duration,
    deadline: Instant,
) -> Result<Page, ScrapeFailure> {
    // The client takes the header away when it can decode the body.
    if let Some(encoding) = response.headers().get(CONTENT_ENCODING).filter(|value| *value != "identity") {
        return Err(ScrapeFailure::new(
            Stage::Read,
            format!("the body is encoded as {}", String::from_utf8_lossy(encoding.as_bytes())),
            "p95 asks for gzip or plain; does a proxy before the service ignore that?",
        ));
    }
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default();
    let mut body = Body::new(limit_bytes);
    loop {
        let chunk = timeout_at(deadline, response.chunk())
            .await
            .map_err(|_| answer::of_timeout(timeout, Some(body.len())))?
            .map_err(|error| classify::of_body(&error, body.len()))?;
        match chunk {
            Some(chunk) => body.push(&chunk)?,
            None => return Ok(Page { body: body.into_bytes(), content_type }),
        }
        // A decoder with much in stock would never let another target's turn come.
        tokio::task::yield_now().await;
    }
}

/// Runs what may block on a thread where it may.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ScrapeFailure> + Send + 'static,
) -> Result<T, ScrapeFailure> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(ScrapeFailure::new(Stage::Options, format!("the scrape was given up: {error}"), ""))
    })
}

fn bad_option(message: String) -> ScrapeFailure {
    ScrapeFailure::new(Stage::Options, message, "correct the target's options")
}
