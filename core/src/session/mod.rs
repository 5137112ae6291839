//! Recordings: the pages of a session, verbatim, as bytes. Files are somebody else's.
//!
//! What is kept is what the targets said, not what was understood of it: a better parser reads old recordings better.
//! [`RecordingWriter`] (feature `record`) makes the bytes, [`RecordingReader`] takes what a whole, torn or damaged
//! recording still has and says what it lost.
//!
//! # The format, version 1
//!
//! A recording is a sequence of zstd frames between skippable frames of zstd (RFC 8878, 3.1.2), so that
//! `zstd -dc run.p95` shows all of it as text. Numbers are little-endian; every CRC-32 is that of zlib, over the block's
//! content before it. A block is the magic number of a skippable frame, the length of its content in four bytes, and the
//! content:
//!
//! | block | magic | content |
//! |---|---|---|
//! | preamble, once, first | `184D2A50` | `p95 recording\n`, the version in 2 bytes, the recording's number in 8, a [`RecordingHeader`] as JSON, CRC-32 |
//! | head of a frame | `184D2A51` | `p95 frame\n`, the recording's number in 8 bytes, the length of the frame in 8, the times of its first and last scrape in milliseconds since the Unix epoch in 8 each, the number of its scrapes in 4, the CRC-32 of the frame in 4, CRC-32 |
//! | frame | `FD2FB528` | one zstd frame, right behind its head |
//! | index, last | `184D2A52` | `p95 index\n`, the recording's number in 8 bytes; for each frame the offset of its head in the file in 8, first and last time in 8 each, its scrapes in 4; CRC-32 |
//!
//! The recording's number is any number that its writer draws. It stands in every block, so that nothing that a target
//! sends can pass for one.
//!
//! Within a zstd frame stand lines of JSON. `{"target":{…}}` is a [`RecordedTarget`]; it comes before its first scrape in
//! each frame, so that no frame needs another. `{"scrape":{…}}` has the `target`'s number, `at_ms`, `duration_us`, and
//! either a `failure`, or a `content_type` and `body_bytes`: then the body follows, so many bytes, and a line break.
//! Members that a reader does not know are passed over.
//!
//! A writer appends a frame at each flush and the index at its end, and changes nothing that it has written. A recording
//! without an index is one that is still being written, or whose writer died.
//!
//! ```
//! # #[cfg(feature = "record")] {
//! use p95_core::model::Labels;
//! use p95_core::session::{RecordedOutcome, RecordedTarget, RecordingHeader, RecordingReader, RecordingWriter};
//!
//! let target = RecordedTarget {
//!     url: "http://shop:8000/metrics".to_owned(),
//!     labels: Labels::from_pairs([("instance", "shop:8000"), ("job", "p95")]),
//!     ..RecordedTarget::default()
//! };
//! let (mut writer, mut file) = RecordingWriter::new(7, &RecordingHeader::default());
//! writer.add_page(&target, 1_000, 250, "text/plain", b"sales_total 20\n")?;
//! file.extend(writer.finish()?);
//!
//! let mut reader = RecordingReader::new(file.as_slice(), 1 << 20)?;
//! let (target, scrape) = reader.next_scrape()?.unwrap();
//! assert_eq!((target.url.as_str(), scrape.at_ms), ("http://shop:8000/metrics", 1_000));
//! let RecordedOutcome::Page(page) = scrape.outcome else { panic!("a page was recorded") };
//! assert_eq!(page.body, b"sales_total 20\n");
//! assert!(reader.next_scrape()?.is_none() && reader.is_complete());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod content;
mod error;
mod export;
mod index;
mod loss;
mod read;
mod source;
mod target;
#[cfg(test)]
mod tests;
#[cfg(feature = "record")]
mod write;

pub use block::is_recording;
pub use content::{RecordedFailure, RecordedOutcome, RecordedPage, RecordedScrape};
pub use error::RecordingError;
pub use export::{Exported, write_openmetrics};
pub use loss::{Loss, LossReason};
pub use read::RecordingReader;
pub use target::{RecordedTarget, RecordingHeader};
#[cfg(feature = "record")]
pub use write::RecordingWriter;
