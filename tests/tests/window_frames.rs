//! A real window while its targets misbehave: it stays, says nothing alarming, and goes on drawing.
//!
//! How long its frames wait is reported, not tested: `--nocapture` shows the tables, and BENCHMARKS.md has them.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, unused_imports, reason = "the tests of scraping use what this one does not")]
mod hostile;

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hostile::faults::{TIMEOUT_MS, faults};
use hostile::{Hostile, Reply, TlsFault};
use p95_tests::pages::counters;
use p95_tests::window::News;
use p95_tests::{Window, requires};
use tempfile::NamedTempFile;

/// How often the targets are scraped: often, so that a fault has its chances.
const INTERVAL: &str = "200ms";
/// How often a fault is met, at least: few enough for the schedule not to pause longer and longer.
const ENCOUNTERS: usize = 4;
/// How long a fault is watched, at least.
const AT_LEAST: Duration = Duration::from_secs(1);
/// How long a fault is watched, at most.
const AT_MOST: Duration = Duration::from_secs(4);

/// Series of the large page where `P95_SERIES` says nothing else: as many as a program without optimisation can take.
const SERIES: u32 = 50_000;

#[test]
fn no_fault_of_a_target_harms_the_window() {
    let Some(_turn) = turn() else { return };
    let servers = TlsServers::start();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut replies = vec![("a good page".to_owned(), good_page())];
    replies.extend(faults().into_iter().map(|fault| (fault.name.to_owned(), fault.reply)));
    replies.extend(servers.redirects());
    replies.push(("no-such-host".to_owned(), Reply::redirect("http://nowhere.invalid/metrics")));
    replies.push(("refused".to_owned(), Reply::redirect(&format!("http://{closed}/metrics"))));

    let target = Target::start();
    let timeout = format!("{TIMEOUT_MS}ms");
    let options = ["--timeout", &timeout, "--body-size-limit", "1MiB", "--ca-file", &servers.ca_file()];
    let mut watched = Watched::open(&target, &options);
    for (name, reply) in replies {
        target.choose(reply);
        let enough = |begun: Instant, requests: usize| {
            begun.elapsed() >= AT_LEAST && (requests >= ENCOUNTERS || begun.elapsed() >= AT_MOST)
        };
        watched.watch(&name, &target, enough);
        target.choose(good_page());
        let failing = target.requests();
        watched.wait(|| target.requests() > failing);
    }
    watched.report();
}

#[test]
fn a_large_page_does_not_stop_the_window() {
    let Some(_turn) = turn() else { return };
    let target = Target::start();
    let mut watched = Watched::open(&target, &[]);
    watched.watch("a small page", &target, |begun, _| begun.elapsed() >= 3 * AT_LEAST);
    let series = std::env::var("P95_SERIES").map_or(SERIES, |series| series.parse().unwrap());
    target.choose(Reply::page("text/plain; version=0.0.4", counters(series, 0).as_bytes()));
    // The next scrape begins when the last one is stored.
    watched.watch(&format!("{series} series, first scrape"), &target, |_, requests| requests >= 2);
    watched.watch(&format!("{series} series, second scrape"), &target, |_, requests| requests >= 1);
    watched.watch(&format!("{series} series, third scrape"), &target, |_, requests| requests >= 1);
    watched.report();
}

/// The machine for one window at a time; `None` where there can be none, which is said.
fn turn() -> Option<MutexGuard<'static, ()>> {
    static MACHINE: Mutex<()> = Mutex::new(());
    let can_be = requires("Xvfb") && requires("xdotool");
    can_be.then(|| MACHINE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A target whose answer is chosen while it runs.
struct Target {
    server: Hostile,
    choice: Arc<Mutex<Reply>>,
}

impl Target {
    fn start() -> Self {
        let choice = Arc::new(Mutex::new(good_page()));
        let server = Hostile::start([("metrics", Reply::chosen(&choice))]);
        Self { server, choice }
    }

    fn choose(&self, reply: Reply) {
        *self.choice.lock().unwrap() = reply;
    }

    /// The number of requests so far.
    fn requests(&self) -> usize {
        self.server.requests().len()
    }
}

fn good_page() -> Reply {
    Reply::page("text/plain; version=0.0.4", b"# TYPE good_total counter\ngood_total 1\n")
}

/// A server for each fault of a certificate, reached by a redirect.
struct TlsServers {
    servers: Vec<(TlsFault, Hostile)>,
    /// The authorities that are to be trusted.
    authorities: NamedTempFile,
}

impl TlsServers {
    fn start() -> Self {
        let mut authorities = NamedTempFile::new().unwrap();
        let faults = [TlsFault::Expired, TlsFault::WrongHost, TlsFault::SelfSigned];
        let servers = faults.map(|fault| {
            let (server, authority) = Hostile::start_tls(fault, [("metrics", good_page())]);
            let pem = authority.map(|file| std::fs::read(file.path()).unwrap());
            authorities.write_all(&pem.unwrap_or_default()).unwrap();
            (fault, server)
        });
        Self { servers: servers.into(), authorities }
    }

    fn redirects(&self) -> impl Iterator<Item = (String, Reply)> {
        let redirects = self.servers.iter();
        redirects.map(|(fault, server)| (format!("tls: {fault:?}"), Reply::redirect(&server.url("metrics"))))
    }

    fn ca_file(&self) -> String {
        self.authorities.path().display().to_string()
    }
}

/// A window under watch: the demo and a target are in it, and the pointer moves.
struct Watched {
    window: Window,
    rows: Vec<(String, News)>,
}

impl Watched {
    fn open(target: &Target, options: &[&str]) -> Self {
        let url = target.server.url("metrics");
        let fixed = ["--demo", &url, "--interval", INTERVAL];
        let mut window = Window::open(fixed.iter().chain(options)).unwrap();
        // What it takes to start is another matter.
        thread::sleep(Duration::from_secs(2));
        window.news();
        Self { window, rows: Vec::new() }
    }

    /// Watches the frames until `enough`, which is told when the watch began, and how many requests the target has had
    /// since.
    #[track_caller]
    fn watch(&mut self, name: &str, target: &Target, enough: impl Fn(Instant, usize) -> bool) {
        let (begun, before) = (Instant::now(), target.requests());
        let _hand = self.window.move_pointer(Duration::from_secs(120)).unwrap();
        // What came since the last watch belongs to neither.
        self.window.news();
        self.wait(|| enough(begun, target.requests() - before));
        let news = self.window.news();
        assert!(self.window.is_open().unwrap(), "{name}: the window is gone: {:?}", news.lines);
        assert_eq!(news.alarms(), [""; 0], "{name}");
        assert!(!news.frames.is_empty(), "{name}: not one frame was drawn");
        self.rows.push((name.to_owned(), news));
    }

    #[track_caller]
    fn wait(&self, done: impl Fn() -> bool) {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < Duration::from_secs(120), "nothing comes any more");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn report(self) {
        println!("\n| target sends | frames | middle gap, ms | longest gap, ms | longest frame, ms |");
        println!("|---|---|---|---|---|");
        for (name, news) in &self.rows {
            println!(
                "| {name} | {} | {:.1} | {:.1} | {:.1} |",
                news.frames.len(),
                news.gap_quantile_ms(0.5),
                news.gap_quantile_ms(1.0),
                news.frame_quantile_ms(1.0)
            );
        }
    }
}
