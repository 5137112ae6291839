//! Whatever a file holds, reading it ends, and what is read can be written and read again. Whatever is done to a
//! recording, no scrape is read that was not written.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use p95_core::session::{
    RecordedScrape, RecordedTarget, RecordingError, RecordingHeader, RecordingReader, RecordingWriter,
};

/// The largest page that is taken.
const PAGE_LIMIT_BYTES: u64 = 1 << 16;

type Scrapes = Vec<(Arc<RecordedTarget>, RecordedScrape)>;

fuzz_target!(|input: &[u8]| {
    if let Ok(scrapes) = read(input) {
        let again = read(&written(&scrapes, 3)).expect("it was just written");
        assert_eq!(again, scrapes);
    }
    let original = original();
    let mut file = written(&original, 2);
    for edit in input.chunks_exact(4) {
        let [operation, low, high, byte] = edit else { continue };
        let at = usize::from(u16::from_le_bytes([*low, *high])) % file.len().max(1);
        match operation % 4 {
            0 => file.insert(at, *byte),
            1 => file.truncate(at),
            2 if !file.is_empty() => _ = file.remove(at),
            _ => file.iter_mut().skip(at).take(1).for_each(|found| *found ^= byte),
        }
    }
    for scrape in read(&file).unwrap_or_default() {
        assert!(original.contains(&scrape));
    }
});

/// The scrapes of a file, no more than a thousand: a few bytes may stand for very many.
fn read(file: &[u8]) -> Result<Scrapes, RecordingError> {
    let mut reader = RecordingReader::new(file, PAGE_LIMIT_BYTES)?;
    let mut scrapes = Vec::new();
    while let Some(scrape) = reader.next_scrape()?
        && scrapes.len() < 1_000
    {
        scrapes.push(scrape);
    }
    Ok(scrapes)
}

/// A recording of these scrapes, so many in each frame.
fn written(scrapes: &Scrapes, in_a_frame: usize) -> Vec<u8> {
    let (mut writer, mut file) = RecordingWriter::new(1, &RecordingHeader::default());
    for frame in scrapes.chunks(in_a_frame) {
        for (target, scrape) in frame {
            writer.add_recorded(target, scrape).expect("zstd writes to memory");
        }
        file.extend(writer.end_frame().expect("zstd writes to memory"));
    }
    file.extend(writer.finish().expect("zstd writes to memory"));
    file
}

/// Six scrapes of two targets.
fn original() -> Scrapes {
    let (mut writer, mut file) = RecordingWriter::new(1, &RecordingHeader::default());
    for at_ms in 0..6 {
        let target = RecordedTarget { id: at_ms % 2, ..RecordedTarget::default() };
        let body = format!("a_total {at_ms}\n");
        let added = writer.add_page(&target, at_ms.into(), 1, "text/plain", body.as_bytes());
        added.expect("zstd writes to memory");
    }
    file.extend(writer.finish().expect("zstd writes to memory"));
    read(&file).expect("it was just written")
}
