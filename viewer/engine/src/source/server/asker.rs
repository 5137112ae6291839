//! One question to a server, over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use p95_core::remote::read::Remarks;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use url::{Url, form_urlencoded};

use super::ServerConfig;
use super::answer::{AskError, read};
use crate::http::{Clients, classify, redirect, with_credentials};
use crate::target::{BasicAuth, Location, TargetOptions};
use crate::{ScrapeFailure, Stage};

/// The most questions that wait for an answer at the same time.
const AT_ONCE: usize = 4;

/// Asks one server.
pub(super) struct Asker {
    /// The address, which ends in a slash; `None` where the configuration has none.
    base: Option<Url>,
    shown: String,
    userinfo: Option<BasicAuth>,
    options: TargetOptions,
    clients: Arc<Clients>,
    permits: Semaphore,
    /// Whether the server, or what stands before it, refuses POST.
    only_gets: AtomicBool,
    received_bytes: AtomicU64,
}

/// What is asked: the parameters of a form.
pub(super) type Params<'a> = Vec<(&'a str, String)>;

impl Asker {
    pub(super) fn new(config: &ServerConfig) -> Self {
        let base = match &config.spec.location {
            Location::Url(url) => Some(url.clone()),
            Location::File(_) => None,
        };
        Self {
            base,
            shown: config.spec.to_string(),
            userinfo: config.spec.userinfo.clone(),
            options: config.options.clone(),
            clients: Arc::new(Clients::new(config.options.clone())),
            permits: Semaphore::new(AT_ONCE),
            only_gets: AtomicBool::new(false),
            received_bytes: AtomicU64::new(0),
        }
    }

    /// The server's address, without credentials.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// The longest that an answer may take.
    pub(super) fn timeout(&self) -> Duration {
        self.options.timeout()
    }

    /// The bytes of all answers so far, uncompressed.
    pub(super) fn received_bytes(&self) -> u64 {
        self.received_bytes.load(Ordering::Relaxed)
    }

    /// The answer of an endpoint, such as `query`, to a form, which is sent by POST: queries may be longer than a URL.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        endpoint: &str,
        params: Params<'_>,
    ) -> Result<(T, Remarks), AskError> {
        self.ask(Method::POST, endpoint, params).await
    }

    /// The same of an endpoint that knows no POST.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        endpoint: &str,
        params: Params<'_>,
    ) -> Result<(T, Remarks), AskError> {
        self.ask(Method::GET, endpoint, params).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        endpoint: &str,
        params: Params<'_>,
    ) -> Result<(T, Remarks), AskError> {
        // It is closed only with the asker.
        let _permit = self.permits.acquire().await.ok();
        let deadline = Instant::now() + self.timeout();
        let (status, body) = timeout_at(deadline, self.exchange(method, endpoint, &params))
            .await
            .unwrap_or_else(|_| Err(self.late()))
            .map_err(AskError::Failed)?;
        self.received_bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
        read(status, &body)
    }

    /// Sends the question, wherever the server sends it on to, and reads the answer.
    async fn exchange(
        &self,
        method: Method,
        endpoint: &str,
        params: &Params<'_>,
    ) -> Result<(StatusCode, Vec<u8>), ScrapeFailure> {
        let base = self.base.as_ref().ok_or_else(|| no_address("it is a file"))?;
        let own =
            base.join(&format!("api/v1/{endpoint}")).map_err(|problem| no_address(&problem.to_string()))?;
        let form = form(base, params);
        let is_get = method == Method::GET || self.only_gets.load(Ordering::Relaxed);
        let mut method = if is_get { Method::GET } else { Method::POST };
        let mut url = own.clone();
        for _ in 0..=redirect::MAX_REDIRECTS {
            let response = self.request(&method, &own, &url, &form).await?;
            if response.status() == StatusCode::METHOD_NOT_ALLOWED && method == Method::POST {
                self.only_gets.store(true, Ordering::Relaxed);
                method = Method::GET;
                continue;
            }
            match redirect::redirect_of(&response)? {
                Some(next) => url = next,
                None => return self.body(response).await,
            }
        }
        Err(redirect::too_many(&url))
    }

    async fn request(
        &self,
        method: &Method,
        own: &Url,
        url: &Url,
        form: &str,
    ) -> Result<Response, ScrapeFailure> {
        let is_own_host = redirect::is_same_host(own, url);
        let (clients, client_url) = (Arc::clone(&self.clients), url.clone());
        let client = tokio::task::spawn_blocking(move || clients.get(&client_url, is_own_host)).await;
        let client = client.map_err(|error| no_address(&error.to_string()))??;
        let mut request = if *method == Method::GET {
            let mut url = url.clone();
            url.set_query(Some(form).filter(|form| !form.is_empty()));
            client.get(url)
        } else {
            client
                .post(url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.to_owned())
        };
        if is_own_host {
            request = with_credentials(request, &self.options, self.userinfo.as_ref()).await?;
        }
        let (host, port) =
            (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        request.send().await.map_err(|error| classify::of_request(&error, &format!("{host}:{port}")))
    }

    /// Reads the body to its end or its limit; then the connection is dropped, not drained.
    async fn body(&self, mut response: Response) -> Result<(StatusCode, Vec<u8>), ScrapeFailure> {
        let limit_bytes = self.options.limits.body_size_limit.unwrap_or(u64::MAX);
        let (status, mut body) = (response.status(), Vec::new());
        while let Some(chunk) =
            response.chunk().await.map_err(|error| classify::of_body(&error, body.len() as u64))?
        {
            if (body.len() + chunk.len()) as u64 > limit_bytes {
                return Err(ScrapeFailure::new(
                    Stage::Limit,
                    format!(
                        "body_size_limit exceeded: the answer has more than {limit_bytes} bytes, uncompressed"
                    ),
                    "ask for less, or raise body_size_limit",
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, body))
    }

    fn late(&self) -> ScrapeFailure {
        let message = format!("no whole answer within {:?}", self.timeout());
        ScrapeFailure::new(
            Stage::Read,
            message,
            "raise the timeout if the server needs longer, or ask for less",
        )
    }
}

/// The parameters as they are sent. What stands in the address holds for each question.
fn form(base: &Url, params: &Params<'_>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(base.query_pairs()).extend_pairs(params);
    form.finish()
}

fn no_address(problem: &str) -> ScrapeFailure {
    ScrapeFailure::new(
        Stage::Options,
        format!("the server has no address: {problem}"),
        "give a URL such as http://localhost:9090",
    )
}
