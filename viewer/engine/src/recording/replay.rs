//! Reading a recording into the store: at once, or at a multiple of its speed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use p95_core::session::{
    Loss, RecordedOutcome, RecordedScrape, RecordedTarget, RecordingError, RecordingReader,
};
use tokio::sync::mpsc::UnboundedSender;

use super::file::is_openmetrics_name;
use super::history;
use super::status::{OpenedRecording, OpenedState};
use super::temporary::remove_leftovers;
use crate::hub::Event;
use crate::intake::Intake;
use crate::metric::KeptPage;
use crate::schedule::Schedule;
use crate::scrape::Page;
use crate::store::SharedStore;
use crate::worker::Outcome;
use crate::{ScrapeFailure, Stage, TargetId, TargetOptions};

/// How many pages may be decompressed before they are stored.
const PAGES_AHEAD: usize = 8;
/// How many scrapes are told at once where nobody waits for each.
const TOLD_AT_ONCE: usize = 4_096;
/// How often a replay looks whether it is paused or over.
const TICK: Duration = Duration::from_millis(20);

/// How a replay is told to wait or to end.
#[derive(Debug, Default)]
pub(crate) struct Control {
    pub(crate) paused: AtomicBool,
    pub(crate) stopped: AtomicBool,
}

/// What came of a recording since the last time it was told.
pub(crate) struct Replayed {
    /// The recording's place in [`crate::Snapshot::recordings`].
    pub(crate) at: usize,
    /// Targets that were met.
    pub(crate) met: Vec<(TargetId, Arc<RecordedTarget>)>,
    /// Scrapes that were stored.
    pub(crate) outcomes: Vec<(TargetId, Outcome)>,
    /// The recording itself.
    pub(crate) status: OpenedRecording,
}

/// A recording on its way into the store.
pub(crate) struct Replay {
    pub(crate) at: usize,
    pub(crate) path: PathBuf,
    /// How many times faster than it was recorded; `None` is at once.
    pub(crate) speed: Option<f64>,
    pub(crate) page_limit_bytes: u64,
    pub(crate) store: Arc<SharedStore>,
    /// The number of the next target of the engine.
    pub(crate) next_id: Arc<AtomicU32>,
    pub(crate) control: Arc<Control>,
    pub(crate) events: UnboundedSender<Event>,
}

/// What the reading thread finds.
enum Found {
    Scrape(Arc<RecordedTarget>, RecordedScrape),
    End { is_complete: bool, losses: Vec<Loss> },
    Failed(RecordingError),
}

/// What is stored of a target.
struct Met {
    id: TargetId,
    target: Arc<RecordedTarget>,
    intake: Intake,
    /// As it was when the target was scraped.
    schedule: Schedule,
    /// Its last page.
    page: Option<(i64, Page)>,
}

impl Replay {
    /// Reads all of it; blocks until that is done or the engine has ended.
    pub(crate) fn run(self) {
        let mut replayed = Replayed {
            at: self.at,
            met: Vec::new(),
            outcomes: Vec::new(),
            status: OpenedRecording::new(self.path.clone()),
        };
        if is_openmetrics_name(&self.path) {
            history::read(&self, &mut replayed);
        } else {
            self.read_recording(&mut replayed);
        }
        self.tell(replayed);
    }

    fn read_recording(&self, replayed: &mut Replayed) {
        let (found, finds) = sync_channel(PAGES_AHEAD);
        let (path, limit_bytes) = (self.path.clone(), self.page_limit_bytes);
        // Decompressing and storing take about as long.
        let reader = thread::Builder::new().name("p95-read".to_owned());
        let spawned = reader.spawn(move || {
            if let Err(error) = read(&path, limit_bytes, &found) {
                let _ = found.send(Found::Failed(error));
            }
        });
        match spawned {
            Ok(_) => self.store_all(&finds, replayed),
            Err(error) => {
                replayed.status.state = OpenedState::Failed(failure_text(&self.path, &error.into()))
            }
        }
    }

    fn store_all(&self, finds: &Receiver<Found>, replayed: &mut Replayed) {
        let mut targets: BTreeMap<u32, Met> = BTreeMap::new();
        let mut pace = self.speed.map(|speed| Pace { speed, first_ms: None, waited: Duration::ZERO });
        for found in finds {
            match found {
                Found::Scrape(target, scrape) => {
                    if !pace.as_mut().is_none_or(|pace| pace.wait(scrape.at_ms, &self.control)) {
                        return;
                    }
                    self.store_scrape(&mut targets, target, scrape, replayed);
                    if pace.is_some() || replayed.outcomes.len() >= TOLD_AT_ONCE {
                        let next = Replayed {
                            at: self.at,
                            met: Vec::new(),
                            outcomes: Vec::new(),
                            status: replayed.status.clone(),
                        };
                        if pace.is_some() {
                            give_pages(&mut targets, &mut replayed.outcomes);
                        }
                        if !self.tell(std::mem::replace(replayed, next)) {
                            return;
                        }
                    }
                }
                Found::End { is_complete, losses } => {
                    replayed.status.is_complete = is_complete;
                    replayed.status.losses = losses;
                    replayed.status.state = OpenedState::Read;
                }
                Found::Failed(error) => {
                    replayed.status.state = OpenedState::Failed(failure_text(&self.path, &error));
                }
            }
        }
        give_pages(&mut targets, &mut replayed.outcomes);
    }

    /// Stores a scrape at its own time.
    fn store_scrape(
        &self,
        targets: &mut BTreeMap<u32, Met>,
        target: Arc<RecordedTarget>,
        scrape: RecordedScrape,
        replayed: &mut Replayed,
    ) {
        let RecordedScrape { at_ms, duration_us, outcome } = scrape;
        if targets.get(&target.id).is_none_or(|met| met.target != target) {
            // A target that moved keeps its number; what was at its old place ends.
            let before = targets.remove(&target.id).map(|mut before| {
                before.intake.stop(at_ms);
                before.id
            });
            let id = before.unwrap_or_else(|| TargetId(self.next_id.fetch_add(1, Ordering::Relaxed)));
            let intake = Intake::new(Arc::clone(&self.store), target.labels.clone(), &options_of(&target));
            replayed.met.push((id, Arc::clone(&target)));
            if !replayed.status.targets.contains(&id) {
                replayed.status.targets.push(id);
            }
            let schedule = Schedule::new(i64::try_from(target.interval_ms).unwrap_or(i64::MAX), at_ms);
            targets.insert(target.id, Met { id, target: Arc::clone(&target), intake, schedule, page: None });
        }
        let Some(met) = targets.get_mut(&target.id) else { return };
        let fetched = match outcome {
            RecordedOutcome::Page(page) => Ok(Page { body: page.body, content_type: page.content_type }),
            RecordedOutcome::Failure(failure) => {
                let stage = Stage::from_str(&failure.stage);
                Err(ScrapeFailure::new(stage, failure.message, &failure.hint))
            }
        };
        // Where scrapes are missing or lost, nothing is known.
        let unknown_since_ms = met.schedule.unknown_since_ms(at_ms);
        unknown_since_ms.into_iter().for_each(|since_ms| met.intake.stop(since_ms));
        let taken = met.intake.take_timed(at_ms, || Duration::from_micros(duration_us), fetched);
        let end_ms = at_ms.saturating_add(i64::try_from(duration_us / 1_000).unwrap_or(i64::MAX));
        met.schedule.ended(at_ms, end_ms, taken.record.failure.is_none());
        met.page = taken.page.map(|page| (at_ms, page)).or(met.page.take());
        replayed.status.scrapes += 1;
        let outcome = Outcome {
            record: taken.record,
            is_after_gap: unknown_since_ms.is_some(),
            is_changed: taken.is_changed,
            interval_ms: met.schedule.interval_ms(),
            next_ms: None,
            page: None,
            stands_for: 1,
        };
        replayed.outcomes.push((met.id, outcome));
    }

    /// Whether anybody listens.
    fn tell(&self, replayed: Replayed) -> bool {
        self.events.send(Event::Replayed(Box::new(replayed))).is_ok()
    }
}

/// Gives each target's last page to its last scrape.
fn give_pages(targets: &mut BTreeMap<u32, Met>, outcomes: &mut [(TargetId, Outcome)]) {
    for met in targets.values_mut() {
        if let Some((_, outcome)) = outcomes.iter_mut().rev().find(|(id, _)| *id == met.id)
            && let Some((at_ms, page)) = met.page.take()
        {
            outcome.page = Some(KeptPage::new(met.id, at_ms, page));
        }
    }
}

/// When the scrapes of a replay are due.
struct Pace {
    speed: f64,
    first_ms: Option<i64>,
    /// How long it has gone on, without pauses.
    waited: Duration,
}

impl Pace {
    /// Waits for the time of a scrape; false where the replay is over.
    fn wait(&mut self, at_ms: i64, control: &Control) -> bool {
        let first_ms = *self.first_ms.get_or_insert(at_ms);
        let after_ms = at_ms.saturating_sub(first_ms).max(0);
        let due = Duration::try_from_secs_f64(after_ms as f64 / 1e3 / self.speed).unwrap_or(Duration::MAX);
        while self.waited < due {
            if control.stopped.load(Ordering::Relaxed) {
                return false;
            }
            let tick = TICK.min(due - self.waited);
            thread::sleep(tick);
            if !control.paused.load(Ordering::Relaxed) {
                self.waited += tick;
            }
        }
        !control.stopped.load(Ordering::Relaxed)
    }
}

/// Reads a file until nobody wants more.
fn read(path: &Path, limit_bytes: u64, found: &SyncSender<Found>) -> Result<(), RecordingError> {
    let file = BufReader::with_capacity(256 << 10, File::open(path)?);
    remove_leftovers(path);
    let mut reader = RecordingReader::new(file, limit_bytes)?;
    while let Some((target, scrape)) = reader.next_scrape()? {
        if found.send(Found::Scrape(target, scrape)).is_err() {
            return Ok(());
        }
    }
    let _ = found.send(Found::End { is_complete: reader.is_complete(), losses: reader.losses().to_vec() });
    Ok(())
}

fn options_of(target: &RecordedTarget) -> TargetOptions {
    TargetOptions {
        interval_ms: target.interval_ms,
        honor_labels: target.honor_labels,
        honor_timestamps: target.honor_timestamps,
        metric_relabel_configs: target.metric_relabel_configs.clone(),
        ..TargetOptions::default()
    }
}

/// One line: why nothing of a file can be shown.
pub(super) fn failure_text(path: &Path, error: &RecordingError) -> String {
    let name = path.display();
    match error {
        RecordingError::Read(problem) if problem.kind() == io::ErrorKind::NotFound => {
            format!("cannot open {name}: there is no such file")
        }
        RecordingError::Read(problem) => format!("cannot open {name}: {problem}"),
        other => format!("cannot open {name}: {other}"),
    }
}
