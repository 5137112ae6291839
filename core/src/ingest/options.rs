//! How a target's pages are taken.

/// How a target's pages are taken.
///
/// ```
/// use std::time::Duration;
/// use p95_core::exposition::parse::Format;
/// use p95_core::ingest::{ScrapeOptions, Scraper};
/// use p95_core::model::Labels;
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let target = Labels::from_pairs([("job", "proxy")]);
/// let options = ScrapeOptions { honor_labels: true, ..ScrapeOptions::default() };
/// let page = b"hits_total{job=\"shop\"} 1\n";
/// Scraper::new(target, options).ingest(&mut store, page, Format::Text, 0, || Duration::ZERO)?;
/// assert_eq!(store.label_values("job", &[]), ["proxy", "shop"]);
/// assert!(!store.label_names(&[]).contains(&"exported_job".to_owned()));
/// # Ok::<(), p95_core::ingest::ScrapeError>(())
/// ```
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
///
/// ```
/// use p95_core::exposition::parse::Format;
/// use p95_core::ingest::{ScrapeLimits, ScrapeOptions, Scraper};
/// use p95_core::model::Labels;
///
/// let limits = ScrapeLimits { sample_limit: Some(1), ..ScrapeLimits::default() };
/// let mut scraper = Scraper::new(Labels::empty(), ScrapeOptions { limits, ..ScrapeOptions::default() });
/// let error = scraper.read(b"a 1\nb 2\n", Format::Text).unwrap_err();
/// assert!(error.to_string().starts_with("sample_limit exceeded: the page has more than 1 samples"));
/// ```
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
