//! Writing a recording once more, smaller.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::Path;

use p95_core::session::{RecordingReader, RecordingWriter};

use super::temporary::{sync_folder, temporary_beside};

/// How much time one frame spans: more makes little smaller, and what is damaged costs a frame.
const FRAME_MS: i64 = 5 * 60_000;
/// The compressed size at which a frame ends, whatever time it spans.
const FRAME_BYTES: usize = 4 << 20;

/// Writes a whole recording once more in longer frames, which repeat less, and puts it in the place of the first. Returns
/// its size in bytes. Where this fails, the first one stays.
///
/// # Errors
/// Where there is no room for both, or the recording is not whole.
pub(super) fn pack(path: &Path, number: u64) -> io::Result<u64> {
    let source = BufReader::new(File::open(path)?);
    // It was written by this process: its pages are as large as was allowed then.
    let mut reader = RecordingReader::new(source, u64::MAX).map_err(io::Error::other)?;
    let mut packed = BufWriter::new(temporary_beside(path)?);
    let (writer, preamble) = RecordingWriter::new(number, reader.header());
    let mut writer = writer.packed();
    packed.write_all(&preamble)?;
    while let Some((target, scrape)) = reader.next_scrape().map_err(io::Error::other)? {
        let begun_ms = writer.waiting_since_ms().unwrap_or(scrape.at_ms);
        if scrape.at_ms.saturating_sub(begun_ms) >= FRAME_MS || writer.waiting_bytes() >= FRAME_BYTES {
            packed.write_all(&writer.end_frame()?)?;
        }
        writer.add_recorded(&target, &scrape)?;
    }
    if !reader.is_complete() || !reader.losses().is_empty() {
        return Err(io::Error::other("the recording is not whole"));
    }
    packed.write_all(&writer.finish()?)?;
    let packed = packed.into_inner().map_err(io::IntoInnerError::into_error)?;
    packed.as_file().sync_all()?;
    let file = packed.persist(path).map_err(|error| error.error)?;
    sync_folder(path);
    Ok(file.metadata()?.len())
}
