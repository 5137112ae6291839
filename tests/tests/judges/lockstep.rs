//! Two scrapers, the same samples: a page between them and a real service that turns only when all have read it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use p95_tests::{Page, PageServer, http};

/// The shortest time between two pages.
const TURN: Duration = Duration::from_secs(1);

/// How long a page waits for its slowest reader.
const PATIENCE: Duration = Duration::from_secs(20);

/// The milliseconds of every sample's time. A range that begins right at a sample holds it for Prometheus 2.42, and does
/// not for later ones; queries at whole seconds, and nearly all others, never meet that.
const PHASE_MS: u128 = 137;

/// Serves what a real service says, a page a second, each sample with the time at which the service said it.
///
/// A reader is known by the path it asks for. The first page is empty; each further one comes when every reader has
/// had the one before, so that all get the same samples, whatever their own schedules are.
#[derive(Debug)]
pub struct Lockstep {
    server: PageServer,
    book: Arc<Mutex<Book>>,
    readers: BTreeSet<String>,
    source: String,
}

/// The page that is open, and who has not read it.
#[derive(Debug)]
struct Book {
    page: Arc<str>,
    unread_by: BTreeSet<String>,
}

impl Lockstep {
    /// Stands between the metrics of the service at a loopback port and the readers at `paths`.
    pub fn start(source_port: u16, paths: &[&str]) -> anyhow::Result<Self> {
        let readers: BTreeSet<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let book = Arc::new(Mutex::new(Book { page: "".into(), unread_by: readers.clone() }));
        let read = Arc::clone(&book);
        let server = PageServer::start(move |path| {
            let mut book = lock(&read);
            book.unread_by.remove(path);
            Page::text(Arc::clone(&book.page))
        })?;
        Ok(Self { server, book, readers, source: http::url(source_port, "/metrics") })
    }

    /// The port to scrape.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Turns `pages` pages, and returns when the last one is read.
    pub fn turn(&self, pages: usize) -> anyhow::Result<()> {
        for _ in 0..pages {
            self.wait_until_read()?;
            let started = Instant::now();
            let page = stamped(&http::get(&self.source)?.body)?;
            *lock(&self.book) = Book { page: page.into(), unread_by: self.readers.clone() };
            thread::sleep(TURN.saturating_sub(started.elapsed()));
        }
        self.wait_until_read()
    }

    fn wait_until_read(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let unread_by = lock(&self.book).unread_by.clone();
            if unread_by.is_empty() {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{unread_by:?} did not scrape for {PATIENCE:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A page of Prometheus' text format with the time behind each sample, in milliseconds.
///
/// The time is the last one that ends on [`PHASE_MS`]; pages come no faster than once a second, so no two get the same.
fn stamped(page: &str) -> anyhow::Result<String> {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).context("before 1970")?.as_millis();
    let time_ms = (now_ms - PHASE_MS) / 1000 * 1000 + PHASE_MS;
    let stamp = |line: &str| match line.starts_with('#') || line.is_empty() {
        true => format!("{line}\n"),
        false => format!("{line} {time_ms}\n"),
    };
    Ok(page.lines().map(stamp).collect())
}
