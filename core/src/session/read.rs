//! Reading a recording, whatever state it is in.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::block::{BLOCK_HEAD_BYTES, BlockKind, FrameHead, MAX_PREAMBLE_BYTES, VERSION, take};
use super::content::{ContentError, Line, RecordedScrape, next_line, scrape_of};
use super::error::RecordingError;
use super::index::{self, IndexEntry};
use super::loss::{Loss, LossReason};
use super::source::Source;
use super::target::{RecordedTarget, RecordingHeader};

/// The longest head of a frame that is believed.
const MAX_HEAD_BYTES: usize = 256;
/// The longest index that is believed.
const MAX_INDEX_BYTES: usize = 64 << 20;

/// Reads the scrapes of a recording in the order in which they were recorded. What is torn or damaged is passed over and
/// told by [`Self::losses`]; no scrape is given that is not what was written.
///
/// It holds one compressed frame, one page, and as much as zstd looks back.
///
/// ```
/// # #[cfg(feature = "record")] {
/// use p95_core::session::{RecordedTarget, RecordingHeader, RecordingReader, RecordingWriter};
///
/// let header = RecordingHeader { program: "p95 1.0".to_owned(), started_ms: 1_000 };
/// let (mut writer, mut file) = RecordingWriter::new(7, &header);
/// for at_ms in [1_000, 2_000] {
///     writer.add_page(&RecordedTarget::default(), at_ms, 250, "text/plain", b"up 1\n")?;
/// }
/// file.extend(writer.finish()?);
///
/// let mut reader = RecordingReader::new(file.as_slice(), 1 << 20)?;
/// assert_eq!(reader.header(), &header);
/// let mut times_ms = Vec::new();
/// while let Some((_, scrape)) = reader.next_scrape()? {
///     times_ms.push(scrape.at_ms);
/// }
/// assert_eq!(times_ms, [1_000, 2_000]);
/// assert!(reader.losses().is_empty() && reader.is_complete());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RecordingReader<R> {
    source: Source<R>,
    header: RecordingHeader,
    /// The recording's number, once it is known.
    number: Option<u64>,
    page_limit_bytes: u64,
    frame: Option<Box<OpenFrame>>,
    /// The frames that were found sound.
    read: Vec<IndexEntry>,
    losses: Vec<Loss>,
    last_ms: Option<i64>,
    is_complete: bool,
}

/// A frame that is being read.
struct OpenFrame {
    content: BufReader<StreamingDecoder<Cursor<Vec<u8>>, FrameDecoder>>,
    targets: BTreeMap<u32, Arc<RecordedTarget>>,
    entry: IndexEntry,
    size_bytes: u64,
    scrapes_read: u32,
}

/// What begins at a place in the file.
enum Piece {
    Frame(Box<OpenFrame>),
    Index(Vec<IndexEntry>),
    /// A sound preamble, where one has no business.
    Preamble,
}

impl<R: Read> RecordingReader<R> {
    /// Reads the beginning of a recording. A page with more bytes than `page_limit_bytes` counts as lost, with what
    /// follows it in its frame.
    ///
    /// # Errors
    /// Where this is no recording, or one of a later version.
    pub fn new(source: R, page_limit_bytes: u64) -> Result<Self, RecordingError> {
        let mut reader = Self {
            source: Source::new(source),
            header: RecordingHeader::default(),
            number: None,
            page_limit_bytes,
            frame: None,
            read: Vec::new(),
            losses: Vec::new(),
            last_ms: None,
            is_complete: false,
        };
        if !reader.read_preamble()? {
            // Without a preamble, the first frame or the index tells whether this is a recording.
            reader.advance()?;
            if reader.frame.is_none() && !reader.is_complete {
                return Err(RecordingError::NoRecording);
            }
        }
        Ok(reader)
    }

    /// What the recording says of itself; empty where that part is damaged.
    pub fn header(&self) -> &RecordingHeader {
        &self.header
    }

    /// The next scrape that can be read, with its target; `None` at the end.
    ///
    /// # Errors
    /// Where the source cannot be read.
    pub fn next_scrape(&mut self) -> Result<Option<(Arc<RecordedTarget>, RecordedScrape)>, RecordingError> {
        loop {
            let Some(mut frame) = self.frame.take() else {
                if !self.advance()? {
                    return Ok(None);
                }
                continue;
            };
            match frame.next_scrape(self.page_limit_bytes) {
                Ok(Some((target, scrape))) => {
                    self.last_ms = Some(scrape.at_ms.max(self.last_ms.unwrap_or(i64::MIN)));
                    self.frame = Some(frame);
                    return Ok(Some((target, scrape)));
                }
                Ok(None) => self.read.push(frame.entry),
                Err(reason) => {
                    self.read.push(frame.entry);
                    self.losses.push(frame.loss(reason));
                }
            }
        }
    }

    /// What could not be read, as far as the recording has been read; complete once there is no next scrape.
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// Whether the index was reached: the recording was ended by its writer.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Whether there is a sound preamble; then what follows it is next.
    fn read_preamble(&mut self) -> Result<bool, RecordingError> {
        let Some((BlockKind::Preamble, length)) = self.source.block_head()? else { return Ok(false) };
        let content = self.source.block_content(BlockKind::Preamble, length, MAX_PREAMBLE_BYTES)?;
        let Some(mut content) = content else { return Ok(false) };
        let Some(found) = take(&mut content).map(u16::from_le_bytes) else { return Ok(false) };
        if found > VERSION {
            return Err(RecordingError::Newer { found, known: VERSION });
        }
        self.number = take(&mut content).map(u64::from_le_bytes);
        self.header = serde_json::from_slice(content).unwrap_or_default();
        self.source.pass(BLOCK_HEAD_BYTES + length);
        Ok(true)
    }

    /// Goes on to the next frame that can be read; false at the end.
    fn advance(&mut self) -> Result<bool, RecordingError> {
        let mut lost_from = self.source.offset();
        loop {
            let at = self.source.offset();
            if self.source.peek(1)?.is_empty() {
                self.lose(lost_from, at, None, LossReason::Torn);
                return Ok(false);
            }
            let Some(piece) = self.piece(lost_from)? else {
                // A frame that is lost has been passed over; whatever else this is, it is searched.
                if self.source.offset() == at {
                    self.source.pass_to_candidate()?;
                } else {
                    lost_from = self.source.offset();
                }
                continue;
            };
            match piece {
                Piece::Frame(frame) => {
                    self.lose(lost_from, at, Some(frame.entry.first_ms), LossReason::Damaged);
                    self.frame = Some(frame);
                    return Ok(true);
                }
                Piece::Index(entries) => {
                    self.lose(lost_from, at, None, LossReason::Damaged);
                    self.compare_with(&entries);
                    self.is_complete = true;
                    return Ok(false);
                }
                Piece::Preamble => {
                    self.lose(lost_from, at, None, LossReason::Damaged);
                    lost_from = self.source.offset();
                }
            }
        }
    }

    /// Takes the sound block that begins here, and the frame behind it; `None` where there is none. A frame whose head is
    /// sound and whose content is not is passed over, as lost.
    fn piece(&mut self, lost_from: u64) -> Result<Option<Piece>, RecordingError> {
        let Some((kind, length)) = self.source.block_head()? else { return Ok(None) };
        let max_bytes = match kind {
            BlockKind::Preamble => MAX_PREAMBLE_BYTES,
            BlockKind::Frame => MAX_HEAD_BYTES,
            BlockKind::Index => MAX_INDEX_BYTES,
        };
        let offset = self.source.offset();
        let Some(content) = self.source.block_content(kind, length, max_bytes)? else { return Ok(None) };
        let number = self.number;
        let is_ours = |found: u64| number.is_none_or(|number| number == found);
        match kind {
            BlockKind::Preamble => {
                self.source.pass(BLOCK_HEAD_BYTES + length);
                Ok(Some(Piece::Preamble))
            }
            BlockKind::Index => {
                let read = index::from_bytes(content).filter(|(found, _)| is_ours(*found));
                Ok(read.map(|(_, entries)| Piece::Index(entries)))
            }
            BlockKind::Frame => {
                let head = FrameHead::from_bytes(content).filter(|head| is_ours(head.recording));
                let Some(head) = head else { return Ok(None) };
                self.number = Some(head.recording);
                self.source.pass(BLOCK_HEAD_BYTES + length);
                Ok(self.frame_of(offset, lost_from, &head)?.map(Piece::Frame))
            }
        }
    }

    /// The frame behind a head; `None` where it is lost.
    fn frame_of(
        &mut self,
        offset: u64,
        lost_from: u64,
        head: &FrameHead,
    ) -> Result<Option<Box<OpenFrame>>, RecordingError> {
        let bytes = self.source.peek(head.frame_bytes)?;
        let length = bytes.len();
        let is_whole = length as u64 == head.frame_bytes;
        let frame = Some(bytes).filter(|bytes| is_whole && crc32fast::hash(bytes) == head.checksum);
        let decoder = frame.and_then(|frame| StreamingDecoder::new(Cursor::new(frame.to_vec())).ok());
        let entry =
            IndexEntry { offset, first_ms: head.first_ms, last_ms: head.last_ms, scrapes: head.scrapes };
        self.source.pass(length);
        let size_bytes = self.source.offset() - offset;
        let Some(decoder) = decoder else {
            self.lose(lost_from, offset, Some(head.first_ms), LossReason::Damaged);
            self.losses.push(Loss {
                offset_bytes: offset,
                size_bytes,
                scrapes: Some(head.scrapes),
                first_ms: Some(head.first_ms),
                last_ms: Some(head.last_ms),
                reason: if is_whole { LossReason::Damaged } else { LossReason::Torn },
            });
            self.last_ms = self.last_ms.max(Some(head.last_ms));
            return Ok(None);
        };
        let content = BufReader::new(decoder);
        let targets = BTreeMap::new();
        Ok(Some(Box::new(OpenFrame { content, targets, entry, size_bytes, scrapes_read: 0 })))
    }

    /// Notes that nothing is known of a stretch of the file; nothing where it is empty.
    fn lose(&mut self, from: u64, to: u64, next_ms: Option<i64>, reason: LossReason) {
        if from < to {
            self.losses.push(Loss {
                offset_bytes: from,
                size_bytes: to - from,
                scrapes: None,
                first_ms: self.last_ms,
                last_ms: next_ms,
                reason,
            });
        }
    }

    /// Takes from the index what was in the stretches that were lost.
    fn compare_with(&mut self, entries: &[IndexEntry]) {
        // By times, not by offsets: those shift where bytes are gone.
        let lost = self.losses.iter().filter_map(|loss| Some((loss.first_ms?, loss.last_ms?, loss.scrapes?)));
        let read = self.read.iter().map(|read| (read.first_ms, read.last_ms, read.scrapes));
        let known = BTreeSet::from_iter(read.chain(lost));
        let is_missing =
            |entry: &&IndexEntry| !known.contains(&(entry.first_ms, entry.last_ms, entry.scrapes));
        let missing = Vec::from_iter(entries.iter().filter(is_missing).copied());
        for entry in missing {
            let holder = self.losses.iter_mut().find(|loss| {
                (loss.offset_bytes..loss.offset_bytes + loss.size_bytes).contains(&entry.offset)
            });
            match holder {
                Some(loss) => loss.add(&entry),
                None => self.losses.push(Loss {
                    offset_bytes: entry.offset,
                    size_bytes: 0,
                    scrapes: Some(entry.scrapes),
                    first_ms: Some(entry.first_ms),
                    last_ms: Some(entry.last_ms),
                    reason: LossReason::Missing,
                }),
            }
        }
    }
}

impl Loss {
    /// A frame of the index was in it.
    fn add(&mut self, entry: &IndexEntry) {
        // What was guessed from the neighbours gives way to what the index says.
        let (first_ms, last_ms) = match self.scrapes {
            Some(_) => (self.first_ms, self.last_ms),
            None => (None, None),
        };
        self.scrapes = Some(self.scrapes.unwrap_or(0).saturating_add(entry.scrapes));
        self.first_ms = Some(first_ms.map_or(entry.first_ms, |first_ms| first_ms.min(entry.first_ms)));
        self.last_ms = Some(last_ms.map_or(entry.last_ms, |last_ms| last_ms.max(entry.last_ms)));
    }
}

impl OpenFrame {
    fn next_scrape(
        &mut self,
        page_limit_bytes: u64,
    ) -> Result<Option<(Arc<RecordedTarget>, RecordedScrape)>, LossReason> {
        let reason_of = |error: ContentError| match error {
            ContentError::Damaged => LossReason::Damaged,
            ContentError::TooLarge => LossReason::TooLarge,
        };
        while let Some(line) = next_line(&mut self.content).map_err(reason_of)? {
            match line {
                Line::Target(target) => _ = self.targets.insert(target.id, Arc::new(target)),
                Line::Scrape(line) => {
                    let target = self.targets.get(&line.target).ok_or(LossReason::Damaged)?;
                    let target = Arc::clone(target);
                    let scrape = scrape_of(line, &mut self.content, page_limit_bytes).map_err(reason_of)?;
                    self.scrapes_read += 1;
                    return Ok(Some((target, scrape)));
                }
            }
        }
        Ok(None)
    }

    /// What is lost where the rest of it cannot be read.
    fn loss(&self, reason: LossReason) -> Loss {
        Loss {
            offset_bytes: self.entry.offset,
            size_bytes: self.size_bytes,
            scrapes: Some(self.entry.scrapes.saturating_sub(self.scrapes_read)),
            first_ms: Some(self.entry.first_ms),
            last_ms: Some(self.entry.last_ms),
            reason,
        }
    }
}
