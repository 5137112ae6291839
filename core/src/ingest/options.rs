//! How a target's pages are taken.

/// How a target's pages are taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ScrapeOptions {
    /// Whether a page's own `instance` and `job` hold. Otherwise they become `exported_instance` and `exported_job`.
    pub honor_labels: bool,
    /// Whether a page's own timestamps hold. Otherwise every sample is from the time of the scrape.
    pub honor_timestamps: bool,
    /// What a page may not exceed.
    pub limits: ScrapeLimits,
}

impl Default for ScrapeOptions {
    /// As Prometheus has it: the target's labels win, the page's timestamps hold.
    fn default() -> Self {
        Self { honor_labels: false, honor_timestamps: true, limits: ScrapeLimits::default() }
    }
}

/// What a page may not exceed, with Prometheus' names. A breach fails the whole scrape; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ScrapeLimits {
    /// Bytes of the page, uncompressed.
    pub body_size_limit: Option<usize>,
    /// Samples.
    pub sample_limit: Option<usize>,
    /// Labels of one series, its name and the target's labels among them.
    pub label_limit: Option<usize>,
    /// Bytes of a label's name.
    pub label_name_length_limit: Option<usize>,
    /// Bytes of a label's value.
    pub label_value_length_limit: Option<usize>,
}
