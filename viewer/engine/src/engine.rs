//! The engine's thread, and the handle to it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use p95_core::promql::eval::EngineOptions;
use p95_core::store::StoreOptions;
use tokio::sync::mpsc;

use crate::hub::{Board, Hub};
use crate::runtime::Runtime;
use crate::source::{EmbeddedSource, QuerySource, Sources};
#[cfg(not(target_family = "wasm"))]
use crate::source::{ServerConfig, ServerSource};
use crate::store::SharedStore;
use crate::{Command, Snapshot};

/// How the engine runs.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct EngineConfig {
    /// How long samples are kept, in milliseconds.
    pub retention_ms: i64,
    /// The most memory that samples may take, in bytes; the oldest go first.
    pub memory_cap_bytes: usize,
    /// Whether the cards of the overview are kept up to date; a program that only queries does without.
    pub overview: bool,
    /// Whether the work of the engine waits for that of others where there is too much of both: a window is drawn on time
    /// then while a large page is parsed.
    pub gives_way: bool,
    /// How queries are evaluated, and what they may cost.
    pub query: EngineOptions,
    /// The longest that a query may take, in milliseconds.
    pub query_timeout_ms: u64,
    /// The server that answers what is shown instead of the embedded store. Then nothing is scraped.
    #[cfg(not(target_family = "wasm"))]
    #[serde(skip)]
    pub server: Option<ServerConfig>,
}

impl Default for EngineConfig {
    /// Six hours, 1 GiB, and Prometheus' two minutes for a query.
    fn default() -> Self {
        Self {
            retention_ms: 6 * 3_600_000,
            memory_cap_bytes: 1 << 30,
            overview: true,
            gives_way: false,
            query: EngineOptions::default(),
            query_timeout_ms: 120_000,
            #[cfg(not(target_family = "wasm"))]
            server: None,
        }
    }
}

/// The entry point.
pub struct Engine;

impl Engine {
    /// Starts the engine on a thread of its own; on the web, where there are none, in the turns of the caller's event loop.
    /// `on_change` is called from there whenever there is a new snapshot; it must return at once.
    ///
    /// The engine ends when the last handle is dropped.
    ///
    /// # Errors
    /// Where the thread or its runtime cannot be had.
    pub fn start(
        config: EngineConfig,
        on_change: impl Fn() + Send + Sync + 'static,
    ) -> Result<EngineHandle, StartError> {
        let runtime = Runtime::new(config.gives_way).map_err(StartError)?;
        let (commands, inbox) = mpsc::unbounded_channel();
        let latest = Arc::default();
        let board = Board { latest: Arc::clone(&latest), on_change: Box::new(on_change) };
        let store = Arc::new(SharedStore::new(StoreOptions {
            retention_ms: config.retention_ms,
            memory_cap_bytes: config.memory_cap_bytes,
            ..StoreOptions::default()
        }));
        let embedded = EmbeddedSource::new(
            Arc::clone(&store),
            config.query,
            Duration::from_millis(config.query_timeout_ms),
            runtime.handle(),
        );
        let sources = Sources {
            embedded,
            #[cfg(not(target_family = "wasm"))]
            server: config.server.clone().map(ServerSource::new),
        };
        let hub = Hub::new(board, store, &sources, &config);
        runtime.run(hub.run(inbox, sources.clone())).map_err(StartError)?;
        Ok(EngineHandle { commands, latest, sources })
    }
}

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
#[error("the engine's thread does not start: {0}")]
pub struct StartError(#[source] pub(crate) std::io::Error);

/// The way to a running engine. Clones reach the same engine; no call waits for it.
#[derive(Clone)]
pub struct EngineHandle {
    commands: mpsc::UnboundedSender<Command>,
    latest: Arc<RwLock<Arc<Snapshot>>>,
    sources: Sources,
}

impl EngineHandle {
    /// Tells the engine something. Where the engine has ended, nothing happens.
    pub fn send(&self, command: Command) {
        // The receiver is gone only when the engine's thread is, and then the snapshot no longer changes either.
        let _ = self.commands.send(command);
    }

    /// The last finished snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.latest.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The store that the targets are scraped into.
    pub fn source(&self) -> EmbeddedSource {
        self.sources.embedded.clone()
    }

    /// Who answers what is shown: the server of [`EngineConfig::server`], or else the store.
    pub fn queries(&self) -> Arc<dyn QuerySource> {
        self.sources.of_callers()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Instant;

    use p95_core::overview::{LabelFilter, Lens};

    use super::*;
    use crate::{MetricView, Stage, TargetId, TargetOptions, TargetState, TargetStatus, parse_target};

    /// Scrapes the targets every 20 ms until `done`.
    fn scrape_until(targets: &[&str], done: impl Fn(&[Arc<TargetStatus>]) -> bool) -> Arc<Snapshot> {
        let engine = Engine::start(EngineConfig::default(), || ()).unwrap();
        let options = TargetOptions { interval_ms: 20, ..TargetOptions::default() };
        for target in targets {
            let (spec, options) = (parse_target(target).unwrap(), Box::new(options.clone()));
            engine.send(Command::AddTarget { spec, options });
        }
        let begun = Instant::now();
        loop {
            let snapshot = engine.snapshot();
            if snapshot.targets.len() == targets.len() && done(&snapshot.targets) {
                return snapshot;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{snapshot:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_file_is_read_at_each_interval() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, "a 1\nb{l=\"x\"} 2\n").unwrap();
        let page = file.path().to_str().unwrap();
        let snapshot = scrape_until(&[page], |targets| targets[0].scrapes_total >= 3);
        let status = &snapshot.targets[0];
        assert_eq!(status.state, TargetState::Up);
        assert!(status.scrapes_in_a_row >= 3);
        let last = status.last_scrape().unwrap();
        assert_eq!((last.samples, last.body_bytes), (2, 15));
        let starts_ms = Vec::from_iter(status.history.iter().map(|scrape| scrape.start_ms));
        assert!(starts_ms.is_sorted() && starts_ms.windows(2).all(|pair| pair[0] < pair[1]), "{starts_ms:?}");
    }

    #[test]
    fn a_target_that_is_not_there_says_so_and_is_tried_again() {
        let snapshot = scrape_until(&["/nowhere/page"], |targets| targets[0].scrapes_total >= 2);
        let status = &snapshot.targets[0];
        assert_eq!(status.state, TargetState::Down);
        let failure = status.failure.as_ref().unwrap();
        assert_eq!(failure.stage, Stage::Read);
        assert!(failure.message.starts_with("cannot read /nowhere/page: "), "{failure}");
    }

    #[test]
    fn a_target_that_fails_does_not_widen_the_window_of_rates() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, "a 1\n").unwrap();
        let page = file.path().to_str().unwrap();
        // After so many tries the pauses have grown.
        let snapshot = scrape_until(&[page, "/nowhere/page"], |targets| {
            targets[0].scrapes_in_a_row >= 4 && targets[1].scrapes_total >= 9
        });
        let interval_ms = snapshot.targets[0].interval_ms;
        assert_eq!(snapshot.window.map(|window| window.interval_ms.unsigned_abs()), Some(interval_ms));
    }

    /// An engine on a target, and the wait for a snapshot of it.
    fn engine_on(page: &std::path::Path) -> EngineHandle {
        let engine = Engine::start(EngineConfig::default(), || ()).unwrap();
        let options = TargetOptions { interval_ms: 20, ..TargetOptions::default() };
        let spec = parse_target(page.to_str().unwrap()).unwrap();
        engine.send(Command::AddTarget { spec, options: Box::new(options) });
        engine
    }

    #[track_caller]
    fn wait_for<T>(engine: &EngineHandle, what: impl Fn(&Snapshot) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            let snapshot = engine.snapshot();
            if let Some(found) = what(&snapshot) {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{snapshot:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_target_moves_and_keeps_its_number_and_history() {
        let (first, second) =
            (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
        std::fs::write(&first, "a 1\n").unwrap();
        std::fs::write(&second, "b 1\nc 1\n").unwrap();
        let engine = engine_on(first.path());
        wait_for(&engine, |snapshot| snapshot.targets.first()?.last_scrape().cloned());
        let spec = parse_target(second.path().to_str().unwrap()).unwrap();
        engine.send(Command::ChangeTarget { id: TargetId(0), spec, interval_ms: Some(30) });
        let target = wait_for(&engine, |snapshot| {
            let target = snapshot.targets.first()?;
            (target.last_scrape()?.samples == 2).then(|| Arc::clone(target))
        });
        assert_eq!(target.history.front().unwrap().samples, 1, "its history goes on");
        assert_eq!((target.id, target.interval_ms), (TargetId(0), 30));
        assert_eq!(target.labels.get("instance"), second.path().to_str());
    }

    #[test]
    fn an_opened_metric_follows_its_lens_and_shows_its_lines() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, "# TYPE hits counter\nhits_total{r=\"a\"} 1\nhits_total{r=\"b\"} 2\n# EOF\n")
            .unwrap();
        let engine = engine_on(file.path());
        let filter = LabelFilter { name: "r".to_owned(), value: "a".to_owned(), is_not: true };
        let lens = Lens { filters: vec![filter], group_by: None };
        engine.send(Command::OpenMetric(Some(MetricView { card: "hits".to_owned(), lens })));
        let detail = wait_for(&engine, |snapshot| {
            let detail = snapshot.metric.clone()?;
            let has_rate = !detail.opened.as_ref()?.card.face.queries.is_empty();
            has_rate.then_some(detail)
        });
        let opened = detail.opened.as_ref().unwrap();
        assert!(opened.card.face.queries[0].expr.starts_with("sum by (r) (rate(hits_total{r!=\"a\"}["));
        assert_eq!(detail.names.labels, ["instance", "job", "r"]);
        assert_eq!(detail.pages[0].lines[2].text, "hits_total{r=\"b\"} 2");
        engine.send(Command::OpenMetric(None));
        wait_for(&engine, |snapshot| snapshot.metric.is_none().then_some(()));
    }
}
