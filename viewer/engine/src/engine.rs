//! The engine's thread, and the handle to it.

use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc;

use crate::target::{TargetOptions, TargetSpec};
use crate::{Command, Snapshot, TargetId, TargetState, TargetStatus};

/// How the engine runs.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct EngineConfig {
    /// How long samples are kept, in milliseconds.
    pub retention_ms: i64,
    /// The most memory that samples may take, in bytes; the oldest go first.
    pub memory_cap_bytes: u64,
    /// Whether the cards of the overview are kept up to date; a program that only queries does without.
    pub overview: bool,
}

impl Default for EngineConfig {
    /// Six hours, 1 GiB.
    fn default() -> Self {
        Self { retention_ms: 6 * 3_600_000, memory_cap_bytes: 1 << 30, overview: true }
    }
}

/// The entry point.
pub struct Engine;

impl Engine {
    /// Starts the engine on a thread of its own. `on_change` is called from there whenever there is a new snapshot; it
    /// must return at once.
    ///
    /// The engine ends when the last handle is dropped.
    ///
    /// # Errors
    /// Where the thread or its runtime cannot be had.
    pub fn start(
        config: EngineConfig,
        on_change: impl Fn() + Send + Sync + 'static,
    ) -> Result<EngineHandle, StartError> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(StartError)?;
        let (commands, inbox) = mpsc::unbounded_channel();
        let board = Board { latest: Arc::default(), on_change: Arc::new(on_change) };
        let latest = Arc::clone(&board.latest);
        let state = State { board, snapshot: Snapshot::default(), next_id: 0, config };
        thread::Builder::new()
            .name("p95-engine".to_owned())
            .spawn(move || runtime.block_on(state.run(inbox)))
            .map_err(StartError)?;
        Ok(EngineHandle { commands, latest })
    }
}

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
#[error("the engine's thread does not start: {0}")]
pub struct StartError(#[source] std::io::Error);

/// The way to a running engine. Clones reach the same engine; no call waits for it.
#[derive(Clone)]
pub struct EngineHandle {
    commands: mpsc::UnboundedSender<Command>,
    latest: Arc<RwLock<Arc<Snapshot>>>,
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
}

/// Where the last finished snapshot hangs.
struct Board {
    latest: Arc<RwLock<Arc<Snapshot>>>,
    on_change: Arc<dyn Fn() + Send + Sync>,
}

impl Board {
    fn publish(&self, snapshot: Snapshot) {
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        (self.on_change)();
    }
}

/// What the engine's thread owns.
struct State {
    board: Board,
    snapshot: Snapshot,
    next_id: u32,
    #[expect(dead_code, reason = "the store takes it over")]
    config: EngineConfig,
}

impl State {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Command>) {
        while let Some(command) = inbox.recv().await {
            self.obey(command);
            self.snapshot.now_ms = now_ms();
            self.snapshot.revision += 1;
            self.board.publish(self.snapshot.clone());
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::AddTarget { spec, options } => self.add_target(&spec, &options),
            Command::RemoveTarget(id) => self.snapshot.targets.retain(|target| target.id != id),
            Command::SetPaused(paused) => self.snapshot.paused = paused,
            Command::ScrapeNow(_) | Command::SetView { .. } => {}
        }
    }

    fn add_target(&mut self, spec: &TargetSpec, options: &TargetOptions) {
        let id = TargetId(self.next_id);
        self.next_id += 1;
        self.snapshot.targets.push(TargetStatus {
            id,
            url: spec.to_string(),
            labels: p95_core::model::Labels::from_pairs([
                ("instance", &spec.instance()),
                ("job", &options.job),
            ]),
            state: TargetState::Pending,
            failure: None,
            interval_ms: options.interval_ms,
            next_scrape_ms: None,
            scraping: false,
            scrapes_total: 0,
            scrapes_in_a_row: 0,
            history: std::collections::VecDeque::new(),
        });
    }
}

/// Milliseconds since the Unix epoch.
fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
