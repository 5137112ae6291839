//! Writing what is scraped.

use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use p95_core::session::{RecordedFailure, RecordedTarget, RecordingHeader, RecordingWriter};
use parking_lot::{Condvar, Mutex, RwLock};

use super::file::RecordingFile;
use super::pack::pack;
use super::status::{RecordingState, RecordingStatus};
use crate::intake::Scraped;

/// The compressed size at which scrapes go to the file before their time.
const EARLY_BYTES: usize = 16 << 20;

/// The recording that scrapes go to, if there is one.
#[derive(Default)]
pub(crate) struct RecorderSlot {
    recorder: RwLock<Option<Arc<Recorder>>>,
}

impl RecorderSlot {
    /// Another recording, or none.
    pub(crate) fn set(&self, recorder: Option<Arc<Recorder>>) {
        if let Some(before) = std::mem::replace(&mut *self.recorder.write(), recorder) {
            before.stop();
        }
    }

    /// Adds a scrape to the recording, if there is one.
    pub(crate) fn add(&self, target: &RecordedTarget, scraped: &Scraped) {
        let recorder = self.recorder.read().clone();
        if let Some(recorder) = recorder {
            recorder.add(target, scraped);
        }
    }
}

impl Drop for RecorderSlot {
    fn drop(&mut self) {
        self.set(None);
    }
}

/// Writes scrapes to a file on a thread of its own: the scrapers only compress them.
pub(crate) struct Recorder {
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    /// Absent once the recording has ended, or broke off.
    writer: Option<RecordingWriter>,
    /// The scrapes that are not in the file yet.
    waiting: u64,
    is_stopped: bool,
}

impl Recorder {
    /// Begins a recording; what comes of it, and of each flush, goes to `tell`.
    ///
    /// # Errors
    /// Where there is no thread to be had.
    pub(crate) fn start(
        path: PathBuf,
        flush: Duration,
        now_ms: i64,
        tell: impl Fn(RecordingStatus) + Send + 'static,
    ) -> io::Result<Arc<Self>> {
        let header = RecordingHeader {
            program: concat!("p95 ", env!("CARGO_PKG_VERSION")).to_owned(),
            started_ms: now_ms,
        };
        let number = RandomState::new().hash_one(now_ms);
        let (writer, preamble) = RecordingWriter::new(number, &header);
        let state = State { writer: Some(writer), waiting: 0, is_stopped: false };
        let recorder = Arc::new(Self { state: Mutex::new(state), wake: Condvar::new() });
        let task = Task { recorder: Arc::clone(&recorder), path, number, flush };
        thread::Builder::new()
            .name("p95-record".to_owned())
            .spawn(move || task.run(&preamble, &tell))
            .map(|_| recorder)
    }

    fn add(&self, target: &RecordedTarget, scraped: &Scraped) {
        let duration_us = u64::try_from(scraped.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let mut state = self.state.lock();
        let Some(writer) = &mut state.writer else { return };
        let added = match &scraped.fetched {
            Ok(page) => {
                writer.add_page(target, scraped.start_ms, duration_us, &page.content_type, &page.body)
            }
            Err(failure) => {
                let failure = RecordedFailure {
                    stage: failure.stage.as_str().to_owned(),
                    message: failure.message.clone(),
                    hint: failure.hint.clone(),
                };
                writer.add_failure(target, scraped.start_ms, duration_us, failure)
            }
        };
        let is_large = writer.waiting_bytes() >= EARLY_BYTES;
        state.waiting += 1;
        if added.is_err() || is_large {
            self.wake.notify_one();
        }
    }

    /// Ends the recording; its thread writes what is left.
    fn stop(&self) {
        self.state.lock().is_stopped = true;
        self.wake.notify_one();
    }
}

/// The work of the recorder's thread.
struct Task {
    recorder: Arc<Recorder>,
    path: PathBuf,
    number: u64,
    flush: Duration,
}

impl Task {
    fn run(self, preamble: &[u8], tell: &impl Fn(RecordingStatus)) {
        let mut status = RecordingStatus {
            path: self.path.clone(),
            state: RecordingState::Recording,
            scrapes: 0,
            size_bytes: 0,
        };
        if let Err(problem) = self.record(preamble, &mut status, tell) {
            self.recorder.state.lock().writer = None;
            status.state = RecordingState::Failed(failure_text(&self.path, &problem, status.scrapes));
        }
        tell(status);
    }

    fn record(
        &self,
        preamble: &[u8],
        status: &mut RecordingStatus,
        tell: &impl Fn(RecordingStatus),
    ) -> io::Result<()> {
        let mut file = RecordingFile::create(&self.path, preamble)?;
        loop {
            status.size_bytes = file.size_bytes();
            tell(status.clone());
            let (bytes, scrapes, is_end) = self.next_bytes()?;
            if !bytes.is_empty() {
                file.append(&bytes)?;
            }
            status.scrapes += scrapes;
            if is_end {
                status.size_bytes = file.size_bytes();
                status.state = RecordingState::Ended;
                // All of it is safe already; to be smaller besides is no reason to fail.
                status.size_bytes = pack(&self.path, self.number).unwrap_or(status.size_bytes);
                return Ok(());
            }
        }
    }

    /// Waits for the time to flush; then what is to be appended, how many scrapes that is, and whether it is the end.
    fn next_bytes(&self) -> io::Result<(Vec<u8>, u64, bool)> {
        let mut state = self.recorder.state.lock();
        if !state.is_stopped {
            self.recorder.wake.wait_for(&mut state, self.flush);
        }
        let scrapes = std::mem::take(&mut state.waiting);
        let is_end = state.is_stopped;
        let bytes = match (&mut state.writer, is_end) {
            (Some(writer), false) => writer.end_frame()?,
            (writer, _) => writer.take().map_or(Ok(Vec::new()), RecordingWriter::finish)?,
        };
        Ok((bytes, scrapes, is_end))
    }
}

/// One line: what happened, what is left, what can be done.
fn failure_text(path: &Path, problem: &io::Error, scrapes: u64) -> String {
    let name = path.display();
    match problem.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{name} is there already, and is left as it is: choose another name, or remove it")
        }
        io::ErrorKind::NotFound => format!("cannot write {name}: there is no such folder"),
        _ if scrapes == 0 => format!("cannot write {name}: {problem}"),
        _ => format!(
            "the recording has stopped: cannot write {name}: {problem}; {scrapes} scrapes are safe in it"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc;
    use web_time::Instant;

    use p95_core::session::RecordingReader;

    use super::*;
    use crate::scrape::Page;

    const FLUSH: Duration = Duration::from_millis(20);

    fn start(path: &Path) -> (RecorderSlot, mpsc::Receiver<RecordingStatus>) {
        let (told, heard) = mpsc::channel();
        let tell = move |status| _ = told.send(status);
        let slot = RecorderSlot::default();
        slot.set(Some(Recorder::start(path.to_owned(), FLUSH, 0, tell).unwrap()));
        (slot, heard)
    }

    fn add(slot: &RecorderSlot, start_ms: i64) {
        let page = Page { body: b"a 1\n".to_vec(), content_type: String::new() };
        slot.add(&RecordedTarget::default(), &Scraped { start_ms, begun: Instant::now(), fetched: Ok(page) });
    }

    fn read(path: &Path) -> (usize, bool) {
        let file = fs::read(path).unwrap();
        let mut reader = RecordingReader::new(file.as_slice(), u64::MAX).unwrap();
        let count = std::iter::from_fn(|| reader.next_scrape().unwrap()).count();
        (count, reader.is_complete() && reader.losses().is_empty())
    }

    #[test]
    fn scrapes_are_in_the_file_after_a_flush_and_whole_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.p95");
        let (slot, heard) = start(&path);
        (0..5).for_each(|at_ms| add(&slot, at_ms));
        let flushed = heard.iter().find(|status| status.scrapes == 5).unwrap();
        assert_eq!(flushed.state, RecordingState::Recording);
        assert_eq!(read(&path), (5, false));
        add(&slot, 5);
        slot.set(None);
        let ended = heard.iter().last().unwrap();
        assert_eq!((ended.state, ended.scrapes), (RecordingState::Ended, 6));
        assert_eq!(ended.size_bytes, fs::metadata(&path).unwrap().len());
        assert_eq!(read(&path), (6, true));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_file_that_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.p95");
        fs::write(&path, "mine").unwrap();
        let (_slot, heard) = start(&path);
        let RecordingState::Failed(message) = heard.recv().unwrap().state else { panic!("it was begun") };
        assert!(
            message.ends_with(
                "run.p95 is there already, and is left as it is: choose another name, or remove it"
            )
        );
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let (_slot, heard) = start(Path::new("/nowhere/run.p95"));
        let failed = heard.recv().unwrap().state;
        let message = "cannot write /nowhere/run.p95: there is no such folder".to_owned();
        assert_eq!(failed, RecordingState::Failed(message));
    }
}
