//! Why a page was not stored.

use crate::exposition::parse::ParseError;

/// Why a page was not stored: its format, or a limit with its value and what breached it.
///
/// ```
/// use p95_core::exposition::parse::Format;
/// use p95_core::ingest::{ScrapeError, ScrapeOptions, Scraper};
/// use p95_core::model::Labels;
///
/// let mut scraper = Scraper::new(Labels::empty(), ScrapeOptions::default());
/// let ScrapeError::Parse(error) = scraper.read(b"a 1\nb one\n", Format::Text).unwrap_err() else { unreachable!() };
/// assert_eq!((error.line, error.column), (2, 3));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ScrapeError {
    /// The page breaks its format.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The page is too long.
    #[error("body_size_limit exceeded: the page has {size_bytes} bytes, more than {limit}")]
    BodySize {
        /// The most bytes.
        limit: usize,
        /// The page's bytes.
        size_bytes: usize,
    },
    /// The page has too many samples.
    #[error("sample_limit exceeded: the page has more than {limit} samples; the first beyond is {series}")]
    Samples {
        /// The most samples.
        limit: usize,
        /// The series of the first sample beyond, as the page writes it.
        series: String,
    },
    /// Relabelling takes a series' name.
    #[error(
        "metric_relabel_configs leave no metric name to {series}: keep the label __name__, or drop the series"
    )]
    NoName {
        /// The series, as the page writes it.
        series: String,
    },
    /// A series has too many labels.
    #[error("label_limit exceeded: {count} labels, more than {limit}, in {series}")]
    Labels {
        /// The most labels.
        limit: usize,
        /// The series' labels, those of the target among them.
        count: usize,
        /// The series, with the target's labels.
        series: String,
    },
    /// A label's name is too long.
    #[error(
        "label_name_length_limit exceeded: {length_bytes} bytes, more than {limit}, in label {name:?} of {series}"
    )]
    LabelName {
        /// The most bytes.
        limit: usize,
        /// The name's bytes.
        length_bytes: usize,
        /// The name, shortened.
        name: String,
        /// The series' metric name.
        series: String,
    },
    /// A label's value is too long.
    #[error(
        "label_value_length_limit exceeded: {length_bytes} bytes, more than {limit}, in label {name:?} of {series}"
    )]
    LabelValue {
        /// The most bytes.
        limit: usize,
        /// The value's bytes.
        length_bytes: usize,
        /// The label's name, shortened.
        name: String,
        /// The series' metric name, shortened.
        series: String,
    },
}

/// The beginning of a text that may be of any length, for an error.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN_CHARS: usize = 120;
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
