//! Asking for a page on behalf of the viewer.

use std::error::Error;
use std::sync::Arc;

use axum::http::StatusCode;
use p95_core::exposition::{ContentType, negotiate};
use reqwest::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use reqwest::{Client, Response, Url, redirect};
use tokio::sync::Semaphore;

use super::failure::Failure;
use super::resolve::{CheckedResolver, Lookup, NameProblem, SystemLookup};
use super::targets::Targets;
use crate::log::{Cause, GatewayError};
use crate::options::ViewerOptions;

/// Asks for pages on behalf of the viewer.
pub(crate) struct Proxy {
    pub(super) targets: Targets,
    options: ViewerOptions,
    /// Absent where nothing is listed.
    client: Option<Client>,
    places: Semaphore,
}

/// A page as it goes on to the browser.
#[derive(Debug)]
pub(super) struct ProxiedPage {
    /// Its type, as one of those of expositions: nothing that a browser would run.
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

impl Proxy {
    /// # Errors
    /// Where a target cannot be listed.
    pub(crate) fn new(options: &ViewerOptions) -> Result<Self, GatewayError> {
        Self::with_lookup(options, Arc::new(SystemLookup))
    }

    /// As [`Self::new`]; names are looked up as `lookup` does it.
    pub(super) fn with_lookup(
        options: &ViewerOptions,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, GatewayError> {
        let targets = Targets::new(&options.targets)?;
        let build = || {
            Client::builder()
                .user_agent(concat!("p95-gateway/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                // A packed body could be far larger than it looks.
                .no_gzip()
                .timeout(options.timeout)
                // Each page has a connection of its own, and so an address that was looked at.
                .pool_max_idle_per_host(0)
                .dns_resolver(CheckedResolver(lookup))
                .build()
                .map_err(|error| Cause::Option {
                    option: "target",
                    text: options.targets.join(" "),
                    reason: error.to_string(),
                })
        };
        let client = if targets.is_empty() { None } else { Some(build()?) };
        Ok(Self { targets, options: options.clone(), client, places: Semaphore::new(options.at_once) })
    }

    /// The page at a listed URL.
    pub(super) async fn page(&self, target: &str) -> Result<ProxiedPage, Failure> {
        let (Some(url), Some(client)) = (self.targets.find(target), &self.client) else {
            return Err(not_listed());
        };
        let Ok(_place) = self.places.try_acquire() else {
            let message = "the gateway asks for as many pages as it may at one time";
            return Err(Failure {
                status: 503,
                ..Failure::upstream("limit", message, "it is tried again soon")
            });
        };
        let sent = client.get(url.clone()).header(ACCEPT, negotiate::ACCEPT).send().await;
        let mut response = sent.map_err(|error| self.of_request(&error, url))?;
        of_head(&response)?;
        let content_type =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let content_type = ContentType::parse(content_type).to_string();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.of_body(&error, body.len()))? {
            if body.len() + chunk.len() > self.options.body_bytes {
                let message = format!("the page has more than {} bytes", self.options.body_bytes);
                return Err(Failure::upstream("limit", message, "the program p95 itself reads larger ones"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(ProxiedPage { content_type, body })
    }

    fn of_request(&self, error: &reqwest::Error, url: &Url) -> Failure {
        let host = url.host_str().unwrap_or_default();
        if let Some(problem) = find::<NameProblem>(error) {
            return Failure::upstream(
                "name",
                problem.to_string(),
                "check the gateway's list and its name server",
            );
        }
        if error.is_timeout() {
            return self.too_late();
        }
        let stage = if error.is_connect() { "connect" } else { "read" };
        let message = format!("no answer from {host}: {}", innermost(error));
        Failure::upstream(stage, message, "is the service running, and does the gateway reach it?")
    }

    fn of_body(&self, error: &reqwest::Error, len_bytes: usize) -> Failure {
        if error.is_timeout() {
            return self.too_late();
        }
        let message = format!("the body broke off after {len_bytes} bytes: {}", innermost(error));
        Failure::upstream("read", message, "look in the service's log")
    }

    fn too_late(&self) -> Failure {
        let message = format!("the page was not complete after {:?}", self.options.timeout);
        Failure { status: 504, ..Failure::upstream("read", message, "is the service very busy?") }
    }
}

/// Refuses what is no plain page.
fn of_head(response: &Response) -> Result<(), Failure> {
    let status = response.status();
    if let Some(location) = response.headers().get(LOCATION).filter(|_| status.is_redirection()) {
        let message = format!(
            "the target redirects to {:?}, and the gateway follows nowhere",
            String::from_utf8_lossy(location.as_bytes())
        );
        return Err(Failure::upstream("status", message, "list the page itself"));
    }
    if status != StatusCode::OK {
        let message = format!("server returned HTTP status {status}");
        return Err(Failure::upstream("status", message, "is this the address of a page of metrics?"));
    }
    match response.headers().get(CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        None => Ok(()),
        Some(encoding) => {
            let message = format!("the body is encoded as {encoding:?}, which nobody asked for");
            Err(Failure::upstream("read", message, "does a proxy before the service do that?"))
        }
    }
}

fn not_listed() -> Failure {
    Failure {
        status: 403,
        stage: "connect",
        message: "the gateway does not ask for this target: it is not on its list".to_owned(),
        hint: "start it with `p95 gateway --target URL`, or use the program p95 itself",
    }
}

/// The first cause of this type.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    let mut found = causes.filter_map(|error| error.downcast_ref::<T>());
    found.next()
}

/// The text of the last cause, which says most.
fn innermost(error: &reqwest::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| (*error).source());
    causes.last().map_or_else(|| error.to_string(), ToString::to_string)
}
