//! The bytes of a recording, from front to back.

use std::io::{self, Read};

use super::block::{BLOCK_HEAD_BYTES, BlockKind, MAGIC_TAIL};

/// How many bytes are read ahead where a block is searched.
const AHEAD_BYTES: u64 = 64 << 10;

/// The bytes of a recording, as far as they have been asked for. Whatever a recording claims, no more is held than its
/// source has given.
pub(super) struct Source<R> {
    reader: R,
    buffer: Vec<u8>,
    /// What of the buffer has been passed.
    passed: usize,
    /// Where the buffer begins in the file.
    base: u64,
}

impl<R: Read> Source<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), passed: 0, base: 0 }
    }

    /// Where the next byte is in the file.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.passed as u64
    }

    /// The next `count` bytes, fewer at the end.
    pub(super) fn peek(&mut self, count: u64) -> io::Result<&[u8]> {
        let there = (self.buffer.len() - self.passed) as u64;
        if let Some(missing) = count.checked_sub(there).filter(|missing| *missing > 0) {
            self.buffer.drain(..self.passed);
            self.base += self.passed as u64;
            self.passed = 0;
            self.reader.by_ref().take(missing).read_to_end(&mut self.buffer)?;
        }
        let rest = self.buffer.get(self.passed..).unwrap_or_default();
        Ok(usize::try_from(count).ok().and_then(|count| rest.get(..count)).unwrap_or(rest))
    }

    /// Passes over bytes that have been looked at.
    pub(super) fn pass(&mut self, count: usize) {
        self.passed = self.buffer.len().min(self.passed.saturating_add(count));
    }

    /// The kind of the block that comes next and the length of its content; `None` where no block begins here.
    pub(super) fn block_head(&mut self) -> io::Result<Option<(BlockKind, usize)>> {
        let head = self.peek(BLOCK_HEAD_BYTES as u64)?.first_chunk::<BLOCK_HEAD_BYTES>();
        Ok(head.and_then(|head| BlockKind::of(*head)))
    }

    /// The content of the block that comes next, between name and checksum. `None` where it is not whole, or too long.
    pub(super) fn block_content(
        &mut self,
        kind: BlockKind,
        length: usize,
        max_bytes: usize,
    ) -> io::Result<Option<&[u8]>> {
        if length > max_bytes {
            return Ok(None);
        }
        let block = self.peek((BLOCK_HEAD_BYTES + length) as u64)?;
        let content = block.get(BLOCK_HEAD_BYTES..).filter(|content| content.len() == length);
        Ok(content.and_then(|content| kind.content(content)))
    }

    /// Passes at least one byte, and then all up to the next that may begin a block, or to the end.
    pub(super) fn pass_to_candidate(&mut self) -> io::Result<()> {
        self.pass(1);
        loop {
            let ahead = self.peek(AHEAD_BYTES)?;
            let is_end = (ahead.len() as u64) < AHEAD_BYTES;
            let found = memchr::memmem::find_iter(ahead, &MAGIC_TAIL).find_map(|at| at.checked_sub(1));
            let length = ahead.len();
            match found {
                Some(at) => {
                    self.pass(at);
                    return Ok(());
                }
                None if is_end => {
                    self.pass(length);
                    return Ok(());
                }
                // A magic number may lie across the end of what was looked at.
                None => self.pass(length - MAGIC_TAIL.len()),
            }
        }
    }
}
