//! What a gateway may be told.

use std::path::PathBuf;
use std::time::Duration;

/// How a gateway behaves. The defaults are those of the command line.
#[derive(Clone, Debug)]
pub struct GatewayOptions {
    /// The folder that holds what was counted. `None` keeps it in memory alone, for as long as the program runs.
    pub folder: Option<PathBuf>,
    /// The path that takes frames.
    pub endpoint: String,
    /// A folder whose files are served, or `None`.
    pub assets: Option<PathBuf>,
    /// What is too much.
    pub limits: Limits,
    /// Who may push and read.
    pub access: Access,
    /// How long things are kept.
    pub expiry: Expiry,
    /// How gauges of several pages become one number: the first rule that fits; else the sum.
    pub gauges: Vec<GaugeRule>,
    /// What the viewer in a browser may scrape.
    pub viewer: ViewerOptions,
    /// The server that gets everything by remote write, or `None`.
    pub forward: Option<ForwardOptions>,
    /// Above so many bytes of log, a snapshot takes its place.
    pub compact_above_bytes: u64,
}

impl Default for GatewayOptions {
    fn default() -> Self {
        Self {
            folder: None,
            endpoint: "/p95".to_owned(),
            assets: None,
            limits: Limits::default(),
            access: Access::default(),
            expiry: Expiry::default(),
            gauges: Vec::new(),
            viewer: ViewerOptions::default(),
            forward: None,
            compact_above_bytes: 64 << 20,
        }
    }
}

/// What is too much. Whatever goes beyond is refused and counted, apart from label values, the rest of which becomes
/// `other`.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The bytes of a body as it was sent.
    pub body_bytes: usize,
    /// The bytes of a body once it is unpacked.
    pub unpacked_bytes: usize,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// The series of one metric.
    pub series_per_metric: usize,
    /// The series of all metrics and groups. A group of Pushgateway's protocol has two of its own.
    pub series: usize,
    /// The values of gauges: one for each series and page.
    pub gauge_values: usize,
    /// The labels of a series.
    pub labels: usize,
    /// The bytes of a name of a metric or label.
    pub name_bytes: usize,
    /// The bytes of a label's value.
    pub label_value_bytes: usize,
    /// The values of one label of one metric of frames. The rest becomes `other`.
    pub values_per_label: usize,
    /// The largest amount by which one frame raises a number.
    pub delta: f64,
    /// The pages whose sequence numbers are remembered.
    pub sessions: usize,
    /// The requests that push, each second, from one address (of IPv6, its first 64 bits); 0 for no limit.
    pub address_per_sec: u32,
    /// The frames, each second, of one app; 0 for no limit.
    pub app_per_sec: u32,
    /// The connections at one time.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            unpacked_bytes: 4 << 20,
            body_timeout: Duration::from_secs(30),
            series_per_metric: 1_000,
            series: 100_000,
            gauge_values: 500_000,
            labels: 16,
            name_bytes: 128,
            label_value_bytes: 256,
            values_per_label: 200,
            delta: 1e12,
            sessions: 500_000,
            address_per_sec: 100,
            app_per_sec: 1_000,
            connections: 4_096,
        }
    }
}

/// Who may push and read.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The origins of pages that may push besides the gateway's own, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// Whether pages of servers on the same machine may push too, at any port: `http://localhost:5173`.
    pub loopback_origins: bool,
    /// The names of this host besides `localhost` and numeric addresses, as the header `Host` has them, without a port.
    pub hosts: Vec<String>,
    /// The names of metrics that are taken, where a final `*` stands for any ending; empty for all.
    pub metrics: Vec<String>,
    /// The bearer token without which nothing can be pushed.
    pub push_token: Option<Secret>,
    /// The bearer token without which `/metrics` cannot be read.
    pub metrics_token: Option<Secret>,
}

/// What the viewer in a browser may scrape besides the gateway's own page, through the gateway.
#[derive(Clone, Debug)]
pub struct ViewerOptions {
    /// The pages, as whole URLs such as `http://localhost:9100/metrics`. Nothing else is ever asked for.
    pub targets: Vec<String>,
    /// How long a page may take.
    pub timeout: Duration,
    /// The bytes of a page.
    pub body_bytes: usize,
    /// How many pages may be on their way at one time.
    pub at_once: usize,
}

impl Default for ViewerOptions {
    fn default() -> Self {
        Self { targets: Vec::new(), timeout: Duration::from_secs(10), body_bytes: 32 << 20, at_once: 16 }
    }
}

/// Where everything is sent by remote write.
#[derive(Clone, Debug)]
pub struct ForwardOptions {
    /// The URL, such as `http://localhost:9090/api/v1/write`.
    pub url: String,
    /// How often.
    pub every: Duration,
    /// How long one request may take.
    pub timeout: Duration,
    /// Labels for the series that have none of that name.
    pub labels: Vec<(String, String)>,
    /// The bearer token for the server.
    pub token: Option<Secret>,
}

impl Default for ForwardOptions {
    fn default() -> Self {
        Self {
            url: String::new(),
            every: Duration::from_secs(15),
            timeout: Duration::from_secs(10),
            labels: Vec::new(),
            token: None,
        }
    }
}

/// A text that is not shown.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<secret>")
    }
}

/// How long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Expiry {
    /// How long a page counts as open after its last frame: so long its gauges are part of the number.
    pub live: Duration,
    /// How long a series of frames stays after it was last pushed to.
    pub series: Duration,
    /// How long the sequence numbers of a page are remembered after its last frame. Pages give up frames that are older.
    pub session: Duration,
}

impl Default for Expiry {
    fn default() -> Self {
        const HOUR_SECS: u64 = 3600;
        Self {
            live: Duration::from_secs(300),
            series: Duration::from_secs(12 * HOUR_SECS),
            session: Duration::from_secs(72 * HOUR_SECS),
        }
    }
}

/// How the gauges of one or several metrics become one number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GaugeRule {
    /// The metric's name, where a final `*` stands for any ending.
    pub metric: String,
    /// What is shown.
    pub merge: GaugeMerge,
}

/// How a gauge's values in several open pages become one number.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum GaugeMerge {
    /// The value that came last.
    Last,
    /// The sum.
    #[default]
    Sum,
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The mean.
    Avg,
}

impl std::str::FromStr for GaugeRule {
    type Err = GaugeRuleError;

    /// Reads `metric=last`, with `last`, `sum`, `max`, `min` or `avg`.
    fn from_str(text: &str) -> Result<Self, GaugeRuleError> {
        let (metric, merge) = text.split_once('=').ok_or(GaugeRuleError)?;
        let merge = match merge {
            "last" => GaugeMerge::Last,
            "sum" => GaugeMerge::Sum,
            "max" => GaugeMerge::Max,
            "min" => GaugeMerge::Min,
            "avg" => GaugeMerge::Avg,
            _ => return Err(GaugeRuleError),
        };
        Ok(Self { metric: metric.to_owned(), merge })
    }
}

/// A text that is no [`GaugeRule`].
#[derive(Debug, thiserror::Error)]
#[error("a rule for gauges is METRIC=last, sum, max, min or avg, such as cart_items=avg")]
pub struct GaugeRuleError;

/// Whether a pattern, where a final `*` stands for any ending, fits a name.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}
