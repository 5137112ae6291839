//! The index: which frames there are.

use super::block::take;

/// A frame in the index.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct IndexEntry {
    /// Where its head begins in the file.
    pub(super) offset: u64,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    pub(super) scrapes: u32,
}

/// The index as the content of a block.
#[cfg(feature = "record")]
pub(super) fn to_bytes(recording: u64, entries: &[IndexEntry]) -> Vec<u8> {
    let mut bytes = recording.to_le_bytes().to_vec();
    for entry in entries {
        bytes.extend(entry.offset.to_le_bytes());
        bytes.extend(entry.first_ms.to_le_bytes());
        bytes.extend(entry.last_ms.to_le_bytes());
        bytes.extend(entry.scrapes.to_le_bytes());
    }
    bytes
}

/// The recording's number, and the entries; `None` where the content is of no such kind.
pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<(u64, Vec<IndexEntry>)> {
    let recording = u64::from_le_bytes(take(&mut bytes)?);
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        entries.push(IndexEntry {
            offset: u64::from_le_bytes(take(&mut bytes)?),
            first_ms: i64::from_le_bytes(take(&mut bytes)?),
            last_ms: i64::from_le_bytes(take(&mut bytes)?),
            scrapes: u32::from_le_bytes(take(&mut bytes)?),
        });
    }
    Some((recording, entries))
}
