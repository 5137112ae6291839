//! Writing a recording, frame by frame.

use std::collections::BTreeMap;
use std::io::{self, Write};

use zstd::stream::write::Encoder;

use super::block::{BlockKind, FrameHead, VERSION};
use super::content::{Line, RecordedFailure, RecordedOutcome, RecordedScrape, ScrapeLine};
use super::index::{self, IndexEntry};
use super::target::{RecordedTarget, RecordingHeader};

/// How hard zstd tries: a page that repeats the last one is small at any level.
const LEVEL: i32 = 3;
/// How hard it tries where nobody waits.
const PACKED_LEVEL: i32 = 9;
/// How far zstd looks back, as a power of two: over the pages of all targets to the same target's last one.
const WINDOW_LOG: u32 = 24;

/// Makes the bytes of a recording. Whoever has it appends what it returns to the file, in order and whole.
///
/// Scrapes are compressed as they come. [`Self::end_frame`] gives what came since the last time.
///
/// ```
/// use p95_core::session::{RecordedFailure, RecordedTarget, RecordingHeader, RecordingReader, RecordingWriter};
///
/// let target = RecordedTarget::default();
/// let (mut writer, mut file) = RecordingWriter::new(7, &RecordingHeader::default());
/// writer.add_page(&target, 1_000, 250, "text/plain", b"up 1\n")?;
/// assert_eq!(writer.waiting_since_ms(), Some(1_000));
/// file.extend(writer.end_frame()?);
/// assert_eq!((writer.waiting_since_ms(), writer.waiting_bytes()), (None, 0));
/// writer.add_failure(&target, 2_000, 900, RecordedFailure::default())?;
/// file.extend(writer.finish()?);
///
/// let mut reader = RecordingReader::new(file.as_slice(), 1 << 20)?;
/// assert!(reader.next_scrape()?.is_some() && reader.next_scrape()?.is_some() && reader.next_scrape()?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RecordingWriter {
    number: u64,
    level: i32,
    /// The bytes that were returned so far.
    position: u64,
    frame: Option<OpenFrame>,
    entries: Vec<IndexEntry>,
}

/// The frame that scrapes are written to.
struct OpenFrame {
    content: Encoder<'static, Vec<u8>>,
    /// The targets that are written in it.
    targets: BTreeMap<u32, RecordedTarget>,
    first_ms: i64,
    last_ms: i64,
    scrapes: u32,
}

impl RecordingWriter {
    /// Begins a recording; returns what it begins with. `number` is any number that is not the same for all recordings.
    pub fn new(number: u64, header: &RecordingHeader) -> (Self, Vec<u8>) {
        let mut content = VERSION.to_le_bytes().to_vec();
        content.extend(number.to_le_bytes());
        content.extend(serde_json::to_vec(header).unwrap_or_default());
        let preamble = BlockKind::Preamble.block(&content).unwrap_or_default();
        let position = preamble.len() as u64;
        (Self { number, level: LEVEL, position, frame: None, entries: Vec::new() }, preamble)
    }

    /// The same writer, before its first scrape, for a recording that is written once more: smaller, and slower to write.
    #[must_use]
    pub fn packed(mut self) -> Self {
        self.level = PACKED_LEVEL;
        self
    }

    /// Adds a scrape that brought a page, verbatim and uncompressed.
    ///
    /// # Errors
    /// Where zstd cannot be had; the recording is of no more use then.
    pub fn add_page(
        &mut self,
        target: &RecordedTarget,
        at_ms: i64,
        duration_us: u64,
        content_type: &str,
        body: &[u8],
    ) -> io::Result<()> {
        let line = ScrapeLine {
            target: target.id,
            at_ms,
            duration_us,
            failure: None,
            content_type: content_type.to_owned(),
            body_bytes: Some(body.len() as u64),
        };
        let frame = self.add(target, line)?;
        frame.content.write_all(body)?;
        frame.content.write_all(b"\n")
    }

    /// Adds a scrape that brought none.
    ///
    /// # Errors
    /// As [`Self::add_page`].
    pub fn add_failure(
        &mut self,
        target: &RecordedTarget,
        at_ms: i64,
        duration_us: u64,
        failure: RecordedFailure,
    ) -> io::Result<()> {
        let failure = Some(failure);
        self.add(
            target,
            ScrapeLine { target: target.id, at_ms, duration_us, failure, ..ScrapeLine::default() },
        )?;
        Ok(())
    }

    /// Adds a scrape as it was read from another recording.
    ///
    /// ```
    /// use p95_core::session::{RecordedTarget, RecordingHeader, RecordingReader, RecordingWriter};
    ///
    /// let (mut writer, mut file) = RecordingWriter::new(7, &RecordingHeader::default());
    /// writer.add_page(&RecordedTarget::default(), 1_000, 250, "text/plain", b"up 1\n")?;
    /// file.extend(writer.finish()?);
    ///
    /// // The same recording once more, smaller.
    /// let mut reader = RecordingReader::new(file.as_slice(), 1 << 20)?;
    /// let (writer, mut copy) = RecordingWriter::new(8, reader.header());
    /// let mut writer = writer.packed();
    /// while let Some((target, scrape)) = reader.next_scrape()? {
    ///     writer.add_recorded(&target, &scrape)?;
    /// }
    /// copy.extend(writer.finish()?);
    /// let (_, scrape) = RecordingReader::new(copy.as_slice(), 1 << 20)?.next_scrape()?.unwrap();
    /// assert_eq!((scrape.at_ms, scrape.duration_us), (1_000, 250));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::add_page`].
    pub fn add_recorded(&mut self, target: &RecordedTarget, scrape: &RecordedScrape) -> io::Result<()> {
        let RecordedScrape { at_ms, duration_us, outcome } = scrape;
        match outcome {
            RecordedOutcome::Page(page) => {
                self.add_page(target, *at_ms, *duration_us, &page.content_type, &page.body)
            }
            RecordedOutcome::Failure(failure) => {
                self.add_failure(target, *at_ms, *duration_us, failure.clone())
            }
        }
    }

    /// The time of the first scrape that waits for the end of its frame, in milliseconds since the Unix epoch.
    pub fn waiting_since_ms(&self) -> Option<i64> {
        self.frame.as_ref().map(|frame| frame.first_ms)
    }

    /// The bytes that the frame takes so far, compressed, as far as zstd has let go of them.
    pub fn waiting_bytes(&self) -> usize {
        self.frame.as_ref().map_or(0, |frame| frame.content.get_ref().len())
    }

    /// Ends the frame; returns its bytes, none where no scrape came since the last one.
    ///
    /// # Errors
    /// As [`Self::add_page`].
    pub fn end_frame(&mut self) -> io::Result<Vec<u8>> {
        let Some(OpenFrame { content, first_ms, last_ms, scrapes, .. }) = self.frame.take() else {
            return Ok(Vec::new());
        };
        let frame = content.finish()?;
        let head = FrameHead {
            recording: self.number,
            frame_bytes: frame.len() as u64,
            first_ms,
            last_ms,
            scrapes,
            checksum: crc32fast::hash(&frame),
        };
        let mut bytes = BlockKind::Frame.block(&head.to_bytes()).unwrap_or_default();
        bytes.extend(frame);
        self.entries.push(IndexEntry { offset: self.position, first_ms, last_ms, scrapes });
        self.position += bytes.len() as u64;
        Ok(bytes)
    }

    /// Ends the recording; returns its last frame, if there is one, and the index.
    ///
    /// # Errors
    /// As [`Self::add_page`].
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = self.end_frame()?;
        let index = BlockKind::Index.block(&index::to_bytes(self.number, &self.entries));
        bytes.extend(index.ok_or_else(|| io::Error::other("the index has no room for so many frames"))?);
        Ok(bytes)
    }

    /// Writes the line of a scrape, its target before it where the frame does not know it yet.
    fn add(&mut self, target: &RecordedTarget, line: ScrapeLine) -> io::Result<&mut OpenFrame> {
        let at_ms = line.at_ms;
        let frame = match self.frame.take() {
            Some(frame) => frame,
            None => OpenFrame::new(self.level, at_ms)?,
        };
        let frame = self.frame.insert(frame);
        if frame.targets.get(&target.id) != Some(target) {
            frame.write_line(&Line::Target(target.clone()))?;
            frame.targets.insert(target.id, target.clone());
        }
        frame.write_line(&Line::Scrape(line))?;
        frame.first_ms = frame.first_ms.min(at_ms);
        frame.last_ms = frame.last_ms.max(at_ms);
        frame.scrapes = frame.scrapes.saturating_add(1);
        Ok(frame)
    }
}

impl OpenFrame {
    fn new(level: i32, at_ms: i64) -> io::Result<Self> {
        let mut content = Encoder::new(Vec::new(), level)?;
        content.window_log(WINDOW_LOG)?;
        content.include_checksum(false)?;
        Ok(Self { content, targets: BTreeMap::new(), first_ms: at_ms, last_ms: at_ms, scrapes: 0 })
    }

    fn write_line(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.content, line)?;
        self.content.write_all(b"\n")
    }
}
