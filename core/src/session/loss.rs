//! What a recording lost.

/// A stretch of a recording that cannot be read.
///
/// ```
/// # #[cfg(feature = "record")] {
/// use p95_core::session::{LossReason, RecordedTarget, RecordingHeader, RecordingReader, RecordingWriter};
///
/// let (mut writer, mut file) = RecordingWriter::new(7, &RecordingHeader::default());
/// writer.add_page(&RecordedTarget::default(), 1_000, 250, "text/plain", b"up 1\n")?;
/// file.extend(writer.end_frame()?);
/// file.truncate(file.len() - 1);
///
/// let mut reader = RecordingReader::new(file.as_slice(), 1 << 20)?;
/// assert!(reader.next_scrape()?.is_none());
/// let loss = &reader.losses()[0];
/// assert_eq!((loss.scrapes, loss.first_ms, loss.reason), (Some(1), Some(1_000), LossReason::Torn));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Loss {
    /// Where it begins in the file.
    pub offset_bytes: u64,
    /// How long it is.
    pub size_bytes: u64,
    /// How many scrapes were in it, where that is known.
    pub scrapes: Option<u32>,
    /// No lost scrape is from before this time, in milliseconds since the Unix epoch; `None` where that is not known.
    pub first_ms: Option<i64>,
    /// No lost scrape is from after this time.
    pub last_ms: Option<i64>,
    /// What is wrong with it.
    pub reason: LossReason,
}

/// What is wrong with a stretch of a recording.
///
/// ```
/// use p95_core::session::LossReason;
/// assert_eq!(LossReason::TooLarge.as_str(), "too large");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LossReason {
    /// Its bytes are not those that were written.
    Damaged,
    /// The file ends within it.
    Torn,
    /// A page in it is larger than the reader's limit.
    TooLarge,
    /// The index names it, and it is not there.
    Missing,
}

impl LossReason {
    /// The reason in a word or two.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Torn => "cut off",
            Self::TooLarge => "too large",
            Self::Missing => "missing",
        }
    }
}
