//! What is written is read; what is broken is told.
#![cfg(feature = "record")]

use proptest::prelude::*;

use super::*;
use crate::model::Labels;

const PAGE_LIMIT_BYTES: u64 = 1 << 20;

fn target(id: u32) -> RecordedTarget {
    RecordedTarget {
        id,
        url: format!("http://h:{id}/metrics"),
        labels: Labels::from_pairs([("instance", format!("h:{id}"))]),
        ..RecordedTarget::default()
    }
}

fn failure() -> RecordedFailure {
    RecordedFailure { stage: "connect".to_owned(), message: "refused".to_owned(), hint: String::new() }
}

/// Three frames of two scrapes each, at 0, 1, 10, 11, 20 and 21 s; the last of each frame is a failure. With the offsets
/// at which frames and index begin.
fn recording() -> (Vec<u8>, Vec<usize>) {
    let (mut writer, mut file) = RecordingWriter::new(9, &RecordingHeader::default());
    let mut offsets = Vec::new();
    for frame in 0..3 {
        offsets.push(file.len());
        let at_ms = frame * 10_000;
        writer.add_page(&target(0), at_ms, 5, "text/plain", format!("a {frame}\n").as_bytes()).unwrap();
        writer.add_failure(&target(1), at_ms + 1_000, 7, failure()).unwrap();
        file.extend(writer.end_frame().unwrap());
    }
    offsets.push(file.len());
    file.extend(writer.finish().unwrap());
    (file, offsets)
}

/// The times of the scrapes that are read, the losses, and whether the end was found.
fn read(file: &[u8]) -> Result<(Vec<i64>, Vec<Loss>, bool), RecordingError> {
    let mut reader = RecordingReader::new(file, PAGE_LIMIT_BYTES)?;
    let mut times_ms = Vec::new();
    while let Some((target, scrape)) = reader.next_scrape()? {
        // Never a wrong value.
        match scrape.outcome {
            RecordedOutcome::Page(page) => {
                assert_eq!((target.id, scrape.duration_us), (0, 5));
                assert_eq!(page.body, format!("a {}\n", scrape.at_ms / 10_000).as_bytes());
            }
            RecordedOutcome::Failure(found) => assert_eq!((target.id, found), (1, failure())),
        }
        times_ms.push(scrape.at_ms);
    }
    Ok((times_ms, reader.losses().to_vec(), reader.is_complete()))
}

#[test]
fn what_is_written_is_read() {
    let (file, _) = recording();
    let (times_ms, losses, is_complete) = read(&file).unwrap();
    assert_eq!(times_ms, [0, 1_000, 10_000, 11_000, 20_000, 21_000]);
    assert!(losses.is_empty() && is_complete, "{losses:?}");
    assert!(is_recording(&file) && !is_recording(b"# HELP a b\n"));
}

#[test]
fn an_empty_recording_is_one() {
    let (writer, mut file) = RecordingWriter::new(1, &RecordingHeader::default());
    assert_eq!(read(&file).unwrap(), (vec![], vec![], false));
    file.extend(writer.finish().unwrap());
    assert_eq!(read(&file).unwrap(), (vec![], vec![], true));
}

#[test]
fn a_recording_cut_off_anywhere_has_all_whole_frames() {
    let (file, offsets) = recording();
    for length in offsets[0]..file.len() {
        let (times_ms, losses, is_complete) = read(&file[..length]).unwrap();
        let whole = offsets[1..].iter().filter(|end| **end <= length).count();
        assert_eq!(times_ms.len(), whole * 2, "{length}");
        assert!(!is_complete);
        let is_torn = !offsets.contains(&length);
        assert_eq!(losses.len(), usize::from(is_torn), "{length}: {losses:?}");
        assert!(losses.iter().all(|loss| loss.reason == LossReason::Torn), "{length}: {losses:?}");
    }
}

#[test]
fn a_flipped_byte_costs_one_frame_and_is_told() {
    let (file, offsets) = recording();
    for at in offsets[0]..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 0x10;
        let (times_ms, losses, is_complete) = read(&damaged).unwrap();
        if at >= offsets[3] {
            assert_eq!(times_ms.len(), 6, "{at}: the index alone is damaged");
            assert!(!is_complete && losses.len() == 1, "{at}: {losses:?}");
            continue;
        }
        let lost = offsets[1..].iter().filter(|end| **end <= at).count() as i64;
        let expect = [0, 1_000, 10_000, 11_000, 20_000, 21_000].into_iter().filter(|t| t / 10_000 != lost);
        assert_eq!(times_ms, Vec::from_iter(expect), "{at}");
        // The index tells what was in a frame whose head is damaged.
        let [loss] = losses.as_slice() else { panic!("{at}: {losses:?}") };
        let told = (loss.scrapes, loss.first_ms, loss.last_ms);
        assert_eq!(told, (Some(2), Some(lost * 10_000), Some(lost * 10_000 + 1_000)), "{at}");
        assert_eq!((loss.reason, is_complete), (LossReason::Damaged, true), "{at}");
    }
}

#[test]
fn a_frame_that_is_gone_is_missed() {
    let (mut file, offsets) = recording();
    file.drain(offsets[1]..offsets[2]);
    let (times_ms, losses, is_complete) = read(&file).unwrap();
    assert_eq!((times_ms.len(), is_complete), (4, true));
    let missing = losses.iter().find(|loss| loss.first_ms == Some(10_000)).unwrap();
    assert_eq!((missing.reason, missing.scrapes), (LossReason::Missing, Some(2)));
}

#[test]
fn a_damaged_preamble_costs_no_scrape() {
    let (file, offsets) = recording();
    for at in 0..offsets[0] {
        let mut damaged = file.clone();
        damaged[at] ^= 0x10;
        let (times_ms, losses, _) = read(&damaged).unwrap();
        assert_eq!((times_ms.len(), losses.len()), (6, 1), "{at}: {losses:?}");
    }
}

#[test]
fn a_newer_version_is_refused() {
    let mut content = (block::VERSION + 1).to_le_bytes().to_vec();
    content.extend([0; 8]);
    let file = block::BlockKind::Preamble.block(&content).unwrap();
    let error = read(&file).unwrap_err().to_string();
    assert!(error.contains("version 2") && error.contains("newer p95"), "{error}");
}

#[test]
fn what_is_no_recording_says_so() {
    for file in [&b""[..], b"a 1\n", &[0; 100_000], b"\x50\x2a\x4d\x18\xff\xff\xff\xffp95 recording\n"] {
        assert!(matches!(read(file), Err(RecordingError::NoRecording)));
    }
}

#[test]
fn a_page_beyond_the_limit_is_lost_and_told() {
    let (mut writer, mut file) = RecordingWriter::new(9, &RecordingHeader::default());
    writer.add_page(&target(0), 0, 5, "", b"a 0\n").unwrap();
    writer.add_page(&target(0), 1, 5, "", &vec![b'a'; PAGE_LIMIT_BYTES as usize + 1]).unwrap();
    file.extend(writer.finish().unwrap());
    let (times_ms, losses, _) = read(&file).unwrap();
    assert_eq!(times_ms, [0]);
    assert_eq!((losses[0].reason, losses[0].scrapes), (LossReason::TooLarge, Some(1)));
}

#[test]
fn blocks_of_another_recording_are_not_taken() {
    let (file, offsets) = recording();
    let (_, mut other) = RecordingWriter::new(10, &RecordingHeader::default());
    other.extend(&file[offsets[0]..]);
    let (times_ms, losses, is_complete) = read(&other).unwrap();
    assert_eq!((times_ms.len(), losses.len(), is_complete), (0, 1, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever pages come, at whatever times, in whatever frames, they come back.
    #[test]
    fn every_scrape_comes_back(
        scrapes in proptest::collection::vec(
            (0u32..3, any::<i64>(), any::<u64>(), ".{0,12}", proptest::collection::vec(any::<u8>(), 0..300), any::<bool>()),
            0..20,
        ),
        packed in any::<bool>(),
    ) {
        let (writer, mut file) = RecordingWriter::new(3, &RecordingHeader::default());
        let mut writer = if packed { writer.packed() } else { writer };
        let mut expect = Vec::new();
        for (id, at_ms, duration_us, content_type, body, ends_frame) in scrapes {
            let page = RecordedPage { content_type, body };
            let scrape = RecordedScrape { at_ms, duration_us, outcome: RecordedOutcome::Page(page) };
            writer.add_recorded(&target(id), &scrape).unwrap();
            expect.push((target(id), scrape));
            if ends_frame {
                file.extend(writer.end_frame().unwrap());
            }
        }
        file.extend(writer.finish().unwrap());
        let mut reader = RecordingReader::new(file.as_slice(), PAGE_LIMIT_BYTES).unwrap();
        for (target, scrape) in expect {
            let (found_target, found) = reader.next_scrape().unwrap().unwrap();
            prop_assert_eq!((&*found_target, found), (&target, scrape));
        }
        prop_assert!(reader.next_scrape().unwrap().is_none());
        prop_assert!(reader.is_complete() && reader.losses().is_empty());
    }
}
