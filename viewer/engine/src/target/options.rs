//! How a target is scraped.

use std::path::PathBuf;
use std::time::Duration;

use p95_core::ingest::relabel::RelabelConfig;

use super::Secret;

/// How a target is scraped.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct TargetOptions {
    /// From the start of one scrape to the start of the next, in milliseconds; at least [`Self::MIN_INTERVAL_MS`].
    pub interval_ms: u64,
    /// The longest that a scrape may take, in milliseconds. Where it is `None`: ten seconds.
    pub timeout_ms: Option<u64>,
    /// The label `job` of every series.
    pub job: String,
    /// Whether labels of the page win over `job` and `instance`, instead of being renamed to `exported_job` and
    /// `exported_instance`.
    pub honor_labels: bool,
    /// Whether timestamps in the page are taken.
    pub honor_timestamps: bool,
    /// Rules for the labels of what is scraped, in their order.
    pub metric_relabel_configs: Vec<RelabelConfig>,
    /// Whether the target is asked for native histograms, and so for protobuf before text.
    pub native_histograms: bool,
    /// Credentials.
    pub auth: Auth,
    /// Further request headers.
    pub headers: Vec<Header>,
    /// Whom to trust, and who we are.
    pub tls: TlsOptions,
    /// What a page may be at most.
    pub limits: ScrapeLimits,
}

impl TargetOptions {
    /// The shortest interval, in milliseconds.
    pub const MIN_INTERVAL_MS: u64 = 10;

    /// From the start of one scrape to the start of the next, before any back-off.
    pub fn interval(&self) -> Duration {
        Duration::from_millis(self.interval_ms.max(Self::MIN_INTERVAL_MS))
    }

    /// The longest that a scrape may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.unwrap_or(10_000).max(1))
    }
}

impl Default for TargetOptions {
    fn default() -> Self {
        Self {
            interval_ms: 1_000,
            timeout_ms: None,
            job: "p95".to_owned(),
            honor_labels: false,
            honor_timestamps: true,
            metric_relabel_configs: Vec::new(),
            native_histograms: false,
            auth: Auth::None,
            headers: Vec::new(),
            tls: TlsOptions::default(),
            limits: ScrapeLimits::default(),
        }
    }
}

/// The credentials of a request. They are sent to the target's own host only, wherever it redirects to.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// No credentials, or those in the URL.
    #[default]
    None,
    /// `Authorization: Basic …`.
    Basic(BasicAuth),
    /// `Authorization: Bearer …`.
    Bearer(Secret),
    /// `Authorization: Bearer …` with the content of a file, read before each scrape.
    BearerFile(PathBuf),
}

/// A user name and a password.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct BasicAuth {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// A request header. Its value may be a credential, so that it is never shown.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Header {
    /// The header's name.
    pub name: String,
    /// The header's value.
    pub value: Secret,
}

/// Whom a scrape over https trusts, and who it says it is.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct TlsOptions {
    /// A PEM file of authorities to trust besides those of the system.
    pub ca_file: Option<PathBuf>,
    /// The certificate to show to the server.
    pub client_certificate: Option<ClientCertificate>,
    /// Accepts any certificate at all.
    pub insecure_skip_verify: bool,
}

/// A client certificate and its key, both PEM files.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct ClientCertificate {
    /// The certificate, and those between it and its authority.
    pub cert_file: PathBuf,
    /// Its private key.
    pub key_file: PathBuf,
}

/// What a page may be at most, under Prometheus' names. A page that breaks one of them fails whole. `None` means no
/// limit.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ScrapeLimits {
    /// Bytes of the body, uncompressed.
    pub body_size_limit: Option<u64>,
    /// Samples.
    pub sample_limit: Option<u64>,
    /// Labels of one sample.
    pub label_limit: Option<u64>,
    /// Bytes of a label's name.
    pub label_name_length_limit: Option<u64>,
    /// Bytes of a label's value.
    pub label_value_length_limit: Option<u64>,
}

impl ScrapeLimits {
    /// The limits on what is in a page.
    pub(crate) fn for_pages(&self) -> p95_core::ingest::ScrapeLimits {
        p95_core::ingest::ScrapeLimits {
            body_size_limit: self.body_size_limit.map(bytes_or_count),
            sample_limit: self.sample_limit.map(bytes_or_count),
            label_limit: self.label_limit.map(bytes_or_count),
            label_name_length_limit: self.label_name_length_limit.map(bytes_or_count),
            label_value_length_limit: self.label_value_length_limit.map(bytes_or_count),
        }
    }
}

/// A limit beyond what this machine can address is none that could be reached.
fn bytes_or_count(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl Default for ScrapeLimits {
    /// 256 MiB of body, and nothing else.
    fn default() -> Self {
        Self {
            body_size_limit: Some(256 << 20),
            sample_limit: None,
            label_limit: None,
            label_name_length_limit: None,
            label_value_length_limit: None,
        }
    }
}
