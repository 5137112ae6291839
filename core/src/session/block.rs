//! Blocks: the parts of a recording, as skippable frames of zstd.

/// The bytes before a block's content: magic number and length.
pub(super) const BLOCK_HEAD_BYTES: usize = 8;
/// The longest content of a preamble that is believed.
pub(super) const MAX_PREAMBLE_BYTES: usize = 1 << 20;
/// The longest frame, compressed, that is believed.
pub(super) const MAX_FRAME_BYTES: u64 = 1 << 30;
/// What all magic numbers of blocks share, behind their first byte.
pub(super) const MAGIC_TAIL: [u8; 3] = [0x2a, 0x4d, 0x18];
/// The version that this code writes, and the newest that it reads.
pub(super) const VERSION: u16 = 1;

const PREAMBLE_MAGIC: u8 = 0x50;
const FRAME_MAGIC: u8 = 0x51;
const INDEX_MAGIC: u8 = 0x52;
const PREAMBLE_NAME: &[u8] = b"p95 recording\n";
const FRAME_NAME: &[u8] = b"p95 frame\n";
const INDEX_NAME: &[u8] = b"p95 index\n";

/// Whether a file that begins with these bytes, 22 or more, is a recording.
///
/// ```
/// use p95_core::session::is_recording;
///
/// assert!(is_recording(b"\x50\x2a\x4d\x18\x40\x00\x00\x00p95 recording\n"));
/// assert!(!is_recording(b"# HELP up Whether it is up.\n"));
/// ```
pub fn is_recording(beginning: &[u8]) -> bool {
    beginning.first() == Some(&PREAMBLE_MAGIC)
        && beginning.get(1..4) == Some(&MAGIC_TAIL)
        && beginning.get(BLOCK_HEAD_BYTES..).is_some_and(|content| content.starts_with(PREAMBLE_NAME))
}

/// What kind a block is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum BlockKind {
    Preamble,
    Frame,
    Index,
}

impl BlockKind {
    fn magic(self) -> u8 {
        match self {
            Self::Preamble => PREAMBLE_MAGIC,
            Self::Frame => FRAME_MAGIC,
            Self::Index => INDEX_MAGIC,
        }
    }

    fn name(self) -> &'static [u8] {
        match self {
            Self::Preamble => PREAMBLE_NAME,
            Self::Frame => FRAME_NAME,
            Self::Index => INDEX_NAME,
        }
    }

    /// The kind of the block with these first bytes, and the length of its content.
    pub(super) fn of(head: [u8; BLOCK_HEAD_BYTES]) -> Option<(Self, usize)> {
        let [first, tail @ .., a, b, c, d] = head;
        let kinds = [Self::Preamble, Self::Frame, Self::Index];
        let kind = kinds.into_iter().find(|kind| kind.magic() == first)?;
        let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()?;
        (tail == MAGIC_TAIL).then_some((kind, length))
    }

    /// A whole block with this content, its name before and its checksum behind.
    #[cfg(feature = "record")]
    pub(super) fn block(self, content: &[u8]) -> Option<Vec<u8>> {
        let length = u32::try_from(self.name().len() + content.len() + 4).ok()?;
        let mut block = vec![self.magic()];
        block.extend(MAGIC_TAIL);
        block.extend(length.to_le_bytes());
        block.extend(self.name());
        block.extend(content);
        let checksum = crc32fast::hash(block.get(BLOCK_HEAD_BYTES..).unwrap_or_default());
        block.extend(checksum.to_le_bytes());
        Some(block)
    }

    /// What stands between name and checksum; `None` where either is wrong.
    pub(super) fn content(self, block_content: &[u8]) -> Option<&[u8]> {
        let (checked, checksum) = block_content.split_last_chunk::<4>()?;
        (crc32fast::hash(checked) == u32::from_le_bytes(*checksum)).then_some(())?;
        checked.strip_prefix(self.name())
    }
}

/// The head of a frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct FrameHead {
    pub(super) recording: u64,
    pub(super) frame_bytes: u64,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    pub(super) scrapes: u32,
    pub(super) checksum: u32,
}

impl FrameHead {
    #[cfg(feature = "record")]
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = self.recording.to_le_bytes().to_vec();
        bytes.extend(self.frame_bytes.to_le_bytes());
        bytes.extend(self.first_ms.to_le_bytes());
        bytes.extend(self.last_ms.to_le_bytes());
        bytes.extend(self.scrapes.to_le_bytes());
        bytes.extend(self.checksum.to_le_bytes());
        bytes
    }

    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let head = Self {
            recording: u64::from_le_bytes(take(&mut bytes)?),
            frame_bytes: u64::from_le_bytes(take(&mut bytes)?),
            first_ms: i64::from_le_bytes(take(&mut bytes)?),
            last_ms: i64::from_le_bytes(take(&mut bytes)?),
            scrapes: u32::from_le_bytes(take(&mut bytes)?),
            checksum: u32::from_le_bytes(take(&mut bytes)?),
        };
        (head.frame_bytes <= MAX_FRAME_BYTES).then_some(head)
    }
}

/// Takes the next `N` bytes.
pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}
