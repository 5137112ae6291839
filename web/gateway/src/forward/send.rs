//! Sending, with version 2.0 where the other side knows it.

use hashbrown::HashSet;
use p95_core::exposition::{ContentType, WireFormat};
use p95_core::model::Labels;
use p95_core::remote::write::{WriteRequest, WriteVersion};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Client, StatusCode, redirect};

use super::samples::samples;
use crate::http::Service;
use crate::log::{Cause, GatewayError};
use crate::options::ForwardOptions;

/// The most samples of one request.
const BATCH: usize = 2_000;
/// A server that took a 2.0 request says with this how many samples it wrote. One that does not has written none.
const SAMPLES_WRITTEN: &str = "x-prometheus-remote-write-samples-written";

/// Sends the page to a server, again and again.
#[derive(Debug)]
pub(crate) struct Forwarder {
    options: ForwardOptions,
    client: Client,
    version: WriteVersion,
    /// The series that were sent last time.
    shown: HashSet<Labels>,
}

/// How a batch ended.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Outcome {
    Sent,
    /// The server has no use for it, now or later.
    Refused(String),
    /// It did not arrive.
    Failed(String),
}

impl Forwarder {
    /// A forwarder that has sent nothing yet.
    pub(crate) fn new(options: ForwardOptions) -> Result<Self, GatewayError> {
        let wrong = |reason: String| Cause::Option { option: "forward", text: options.url.clone(), reason };
        if !options.url.starts_with("http://") && !options.url.starts_with("https://") {
            return Err(wrong("expected a URL such as http://localhost:9090/api/v1/write".to_owned()).into());
        }
        // Redirects would turn a POST into a GET, and could carry the token elsewhere.
        let client = Client::builder().timeout(options.timeout).redirect(redirect::Policy::none()).build();
        let client = client.map_err(|error| wrong(error.to_string()))?;
        Ok(Self { options, client, version: WriteVersion::V2, shown: HashSet::new() })
    }

    /// Sends what the page shows now. What does not arrive is not sent again: the next page has newer totals.
    pub(crate) async fn send(&mut self, service: &Service) {
        let now_ms = service.now_ms();
        let (page, mark) =
            service.page(ContentType { format: WireFormat::Text004, ..ContentType::default() });
        service.ledger.kept_or_late(mark).await;
        let samples = match samples(&page, &self.options.labels, now_ms, &mut self.shown) {
            Ok(samples) => samples,
            Err(error) => {
                tracing::error!("the gateway's own page cannot be read: {error}");
                return;
            }
        };
        for batch in samples.chunks(BATCH) {
            let request = WriteRequest { series: batch.to_vec(), metadata: Vec::new() };
            let outcome = self.send_batch(&request).await;
            let (label, reason) = match &outcome {
                Outcome::Sent => ("sent", None),
                Outcome::Refused(reason) => ("refused", Some(reason)),
                Outcome::Failed(reason) => ("failed", Some(reason)),
            };
            service.own.forwarded.with([label]).inc_by(batch.len() as u64);
            if let Some(reason) = reason {
                tracing::warn!("{} samples for {} {label}: {reason}", batch.len(), self.options.url);
            }
        }
    }

    /// Sends a batch; again in 1.0 where the answer shows that nobody knows 2.0 there.
    async fn send_batch(&mut self, batch: &WriteRequest) -> Outcome {
        if self.version == WriteVersion::V2 {
            match self.post(batch).await {
                Ok(response)
                    if response.status().is_success() && response.headers().contains_key(SAMPLES_WRITTEN) =>
                {
                    return Outcome::Sent;
                }
                Ok(response) if response.status().is_success() || is_unknown_format(response.status()) => {
                    self.version = WriteVersion::V1;
                }
                other => return outcome(other).await,
            }
        }
        outcome(self.post(batch).await).await
    }

    async fn post(&self, batch: &WriteRequest) -> Result<reqwest::Response, Failure> {
        let message = batch.encode(self.version);
        let body =
            snap::raw::Encoder::new().compress_vec(&message).map_err(|error| Failure(error.to_string()))?;
        let mut request = self.client.post(&self.options.url).body(body);
        if let Some(token) = &self.options.token {
            request = request.bearer_auth(token.reveal());
        }
        let request = request
            .header(CONTENT_TYPE, self.version.content_type())
            .header(CONTENT_ENCODING, "snappy")
            .header("X-Prometheus-Remote-Write-Version", self.version.header());
        request.send().await.map_err(|error| Failure(error.without_url().to_string()))
    }
}

/// Why a request did not arrive.
struct Failure(String);

fn is_unknown_format(status: StatusCode) -> bool {
    status == StatusCode::UNSUPPORTED_MEDIA_TYPE
}

async fn outcome(answer: Result<reqwest::Response, Failure>) -> Outcome {
    let response = match answer {
        Ok(response) => response,
        Err(Failure(reason)) => return Outcome::Failed(reason),
    };
    let status = response.status();
    if status.is_success() {
        return Outcome::Sent;
    }
    let reason = format!("the server answered {status}");
    let is_later = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    if is_later { Outcome::Failed(reason) } else { Outcome::Refused(reason) }
}
