//! The engine's middle: commands and events come in, snapshots go out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use p95_core::model::Labels;
use p95_core::model::duration::format_duration_ms;
use p95_core::model::labels::{INSTANCE, JOB};
use p95_core::rules::GroupStatus;
use p95_core::session::RecordedTarget;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::clock::Clock;
use crate::intake::Intake;
use crate::live::LiveView;
use crate::metric::KeptPage;
use crate::recording::{Recorder, RecorderSlot, Replay, Replayed, Replays};
use crate::refresh::{Refreshed, Refresher, Request};
use crate::rounds::{Order, Rounds};
use crate::rules::Runners;
use crate::runtime;
use crate::schedule::Schedule;
use crate::scrape::Fetcher;
use crate::source::Sources;
use crate::store::SharedStore;
use crate::target::{TargetOptions, TargetSpec, moved};
#[cfg(not(target_family = "wasm"))]
use crate::watcher::Watcher;
use crate::window::window_of;
use crate::worker::{Outcome, Worker};
use crate::{
    Command, EngineConfig, MetricView, OpenedRecording, PanelResult, RecordingState, RecordingStatus,
    Snapshot, TargetId, TargetState, TargetStatus,
};

/// How much of a server's past counts as known, in milliseconds: how much there is it does not say.
const SERVER_PAST_MS: i64 = 86_400_000;

/// So many times longer than it took to answer, a server rests, but for what somebody asks of it.
const REST_FACTOR: i64 = 4;

/// What the engine's tasks report.
pub(crate) enum Event {
    /// A scrape of the target has begun.
    Begun(TargetId),
    /// A scrape of the target has ended.
    Ended(TargetId, Box<Outcome>),
    /// A part of a recording has been read, or all of it.
    Replayed(Box<Replayed>),
    /// How the recording that is written goes.
    Recorded(RecordingStatus),
    /// A group of rules has been evaluated.
    Evaluated(Box<GroupStatus>),
    /// Panels are up to date, while others are worked on.
    Answered(Vec<Arc<PanelResult>>),
    /// Overview and panels are up to date with what was asked for.
    Refreshed(Box<Refresher>, Refreshed),
}

/// Where the last finished snapshot hangs.
pub(crate) struct Board {
    pub(crate) latest: Arc<RwLock<Arc<Snapshot>>>,
    pub(crate) on_change: Box<dyn Fn() + Send + Sync>,
}

impl Board {
    fn publish(&self, snapshot: Snapshot) {
        let mut latest = self.latest.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *latest, Arc::new(snapshot));
        drop(latest);
        // Whoever wants to read does not wait until the last one is taken apart.
        drop(before);
        (self.on_change)();
    }
}

/// A target that is scraped.
struct Running {
    /// The way to its worker, which ends when this is dropped.
    orders: UnboundedSender<Order>,
    spec: TargetSpec,
    options: TargetOptions,
    /// Its last page.
    page: Option<KeptPage>,
}

/// Owns the state of everything. It runs on one task and never blocks.
pub(crate) struct Hub {
    board: Board,
    clock: Arc<Clock>,
    snapshot: Snapshot,
    workers: BTreeMap<TargetId, Running>,
    next_id: Arc<AtomicU32>,
    /// What is scraped is recorded there, if it is.
    recorder: Arc<RecorderSlot>,
    /// The recordings that are read.
    replays: Replays,
    /// The rules that are evaluated.
    rules: Runners,
    store: Arc<SharedStore>,
    /// Whether the overview is wanted.
    overview: bool,
    view: Arc<LiveView>,
    /// The metric that is opened.
    metric: Option<MetricView>,
    /// How much of the past the cards' ranking looks at, where it is wanted.
    ranking_ms: Option<i64>,
    /// Absent while it is at work.
    refresher: Option<Box<Refresher>>,
    /// Whether there is something new since it began its work.
    is_stale: bool,
    /// Whether there are other series or metadata since then.
    is_changed: bool,
    /// What the last refresh wants to be known.
    notes: Vec<String>,
    /// When the last refresh began, and until when a server rests after it, in milliseconds since the Unix epoch.
    refreshes_since_ms: i64,
    rests_until_ms: i64,
    /// The time that is shown as the present, where it stands still.
    stands_at_ms: Option<i64>,
    events: UnboundedSender<Event>,
    reports: UnboundedReceiver<Event>,
}

impl Hub {
    pub(crate) fn new(
        board: Board,
        store: Arc<SharedStore>,
        sources: &Sources,
        config: &EngineConfig,
    ) -> Self {
        let (events, reports) = mpsc::unbounded_channel();
        Self {
            board,
            clock: Arc::new(Clock::new()),
            snapshot: Snapshot::default(),
            workers: BTreeMap::new(),
            next_id: Arc::default(),
            recorder: Arc::default(),
            replays: Replays::default(),
            refresher: Some(Box::new(Refresher::new(Arc::clone(&store), sources.of_screen()))),
            rules: Runners::new(sources.embedded.clone()),
            store,
            overview: config.overview,
            view: Arc::default(),
            metric: None,
            ranking_ms: None,
            is_stale: false,
            is_changed: false,
            notes: Vec::new(),
            refreshes_since_ms: 0,
            rests_until_ms: 0,
            stands_at_ms: None,
            events,
            reports,
        }
    }

    /// Runs until nobody can send commands any more.
    pub(crate) async fn run(mut self, mut commands: UnboundedReceiver<Command>, sources: Sources) {
        self.watch(sources);
        loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
                Some(event) = self.reports.recv() => self.note(event),
            }
            self.refresh();
            self.publish();
        }
    }

    /// Has overview and panels brought up to date, where there is something new. While that goes on, it is noted what is
    /// new besides.
    fn refresh(&mut self) {
        let Some(times) = self.snapshot.view_times().filter(|_| self.is_stale) else { return };
        let Some(mut refresher) = self.refresher.take() else { return };
        self.is_stale = false;
        self.refreshes_since_ms = self.clock.now_ms();
        let window = self.snapshot.window.filter(|_| self.overview);
        let is_changed = std::mem::take(&mut self.is_changed);
        let metric = self.metric.clone();
        let pages =
            self.workers.values().filter(|_| metric.is_some()).filter_map(|running| running.page.clone());
        let pages = pages.chain(self.replays.pages().filter(|_| metric.is_some())).collect();
        let request = Request {
            view: self.view.get(),
            live: Arc::clone(&self.view),
            times,
            window,
            is_changed,
            ranking_ms: self.ranking_ms,
            metric,
            pages,
        };
        let events = self.events.clone();
        runtime::spawn_heavy(async move {
            // Where nobody listens, the engine has ended.
            let refreshed =
                refresher.refresh(&request, &|panels| _ = events.send(Event::Answered(panels))).await;
            let _ = events.send(Event::Refreshed(refresher, refreshed));
        });
    }

    fn publish(&mut self) {
        self.snapshot.now_ms = self.now_ms();
        self.snapshot.revision += 1;
        self.snapshot.warnings = self.clock.behind_ms().map(clock_warning).into_iter().collect();
        self.snapshot.warnings.extend(self.snapshot.recordings.iter().flat_map(OpenedRecording::notes));
        self.snapshot.warnings.extend(self.notes.iter().chain(self.rules.problems()).cloned());
        self.board.publish(self.snapshot.clone());
    }

    fn obey(&mut self, command: Command) {
        match command {
            // What a server answers has nothing to do with what would be scraped here.
            Command::AddTarget { .. }
            | Command::ChangeTarget { .. }
            | Command::RemoveTarget(_)
            | Command::StartRecording { .. }
            | Command::OpenRecording { .. }
                if self.snapshot.server.is_some() => {}
            Command::AddTarget { spec, options } => self.add_target(spec, *options),
            Command::ChangeTarget { id, spec, interval_ms } => self.change(id, spec, interval_ms),
            Command::RemoveTarget(id) => {
                self.workers.remove(&id);
                self.snapshot.targets.retain(|target| target.id != id);
            }
            Command::ScrapeNow(one) => {
                self.order(Order::ScrapeNow, |id| one.is_none_or(|one| one == id));
            }
            Command::SetPaused(paused) => {
                self.snapshot.paused = paused;
                self.order(Order::SetPaused(paused), |_| true);
                self.replays.set_paused(paused);
            }
            Command::StartRecording { path, flush_ms } => self.start_recording(path, flush_ms),
            Command::StopRecording => self.recorder.set(None),
            Command::OpenRecording { path, speed, page_limit_bytes } => {
                self.open_recording(path, speed, page_limit_bytes);
            }
            Command::SetRules { files, interval_ms, external_url } => {
                let (clock, events) = (&self.clock, &self.events);
                self.snapshot.rules = self.rules.set(files, interval_ms, &external_url, clock, events);
            }
            Command::SetRanking(span_ms) => {
                self.ranking_ms = span_ms;
                self.is_stale = true;
            }
            Command::SetView { panels } => {
                self.view.set(panels);
                self.is_stale = true;
            }
            Command::OpenMetric(metric) => {
                if metric.is_none() {
                    self.snapshot.metric = None;
                }
                self.metric = metric;
                self.is_stale = true;
            }
        }
    }

    fn order(&self, order: Order, concerns: impl Fn(TargetId) -> bool) {
        for (_, running) in self.workers.iter().filter(|(id, _)| concerns(**id)) {
            // A worker that is gone has nothing left to do.
            let _ = running.orders.send(order);
        }
    }

    fn add_target(&mut self, spec: TargetSpec, options: TargetOptions) {
        let id = TargetId(self.next_id.fetch_add(1, Ordering::Relaxed));
        self.snapshot.targets.push(Arc::new(TargetStatus::new(id)));
        self.scrape(id, spec, options);
    }

    /// Scrapes a target elsewhere, or at another interval. The worker of before ends its series.
    fn change(&mut self, id: TargetId, spec: TargetSpec, interval_ms: Option<u64>) {
        let Some(Running { spec: old_spec, options, .. }) = self.workers.remove(&id) else { return };
        let (spec, mut options) = moved(old_spec, options, spec);
        options.interval_ms = interval_ms.unwrap_or(options.interval_ms);
        self.scrape(id, spec, options);
    }

    /// Has a target scraped by a worker of its own, from now on.
    fn scrape(&mut self, id: TargetId, spec: TargetSpec, options: TargetOptions) {
        let labels = Labels::from_pairs([(INSTANCE, &spec.instance()), (JOB, &options.job)]);
        let base_ms = i64::try_from(options.interval().as_millis()).unwrap_or(i64::MAX);
        let now_ms = self.clock.now_ms();
        let next_scrape_ms = Some(now_ms).filter(|_| !self.snapshot.paused);
        self.change_target(id, |target| {
            target.url = spec.to_string();
            target.labels = labels.clone();
            target.state = TargetState::Pending;
            target.failure = None;
            target.interval_ms = base_ms.unsigned_abs();
            target.next_scrape_ms = next_scrape_ms;
            target.scraping = false;
            target.scrapes_in_a_row = 0;
        });
        let recorded = Arc::new(RecordedTarget {
            id: id.0,
            url: spec.to_string(),
            labels: labels.clone(),
            interval_ms: base_ms.unsigned_abs(),
            honor_labels: options.honor_labels,
            honor_timestamps: options.honor_timestamps,
            metric_relabel_configs: options.metric_relabel_configs.clone(),
        });
        let intake = Intake::new(Arc::clone(&self.store), labels, &options);
        let (orders, inbox) = mpsc::unbounded_channel();
        let worker = Worker {
            id,
            fetcher: Fetcher::new(spec.clone(), options.clone()),
            intake,
            recorder: Arc::clone(&self.recorder),
            recorded,
            rounds: self.rounds(base_ms, inbox),
            events: self.events.clone(),
        };
        runtime::spawn(worker.run());
        self.workers.insert(id, Running { orders, spec, options, page: None });
    }

    /// The times of a new task, which begins at once.
    fn rounds(&self, base_ms: i64, orders: UnboundedReceiver<Order>) -> Rounds {
        let clock = Arc::clone(&self.clock);
        let schedule = Schedule::new(base_ms, clock.now_ms());
        Rounds { clock, schedule, paused: self.snapshot.paused, orders }
    }

    /// In a browser no server is asked.
    #[cfg(target_family = "wasm")]
    fn watch(&mut self, _: Sources) {}

    /// Looks after the server that answers the queries: it stands where targets stand.
    #[cfg(not(target_family = "wasm"))]
    fn watch(&mut self, sources: Sources) {
        let Some(source) = sources.server else { return };
        let id = TargetId(self.next_id.fetch_add(1, Ordering::Relaxed));
        let interval_ms = source.first_interval_ms();
        self.snapshot.targets.push(Arc::new(TargetStatus {
            url: source.address().to_owned(),
            interval_ms: interval_ms.unsigned_abs(),
            ..TargetStatus::new(id)
        }));
        self.snapshot.server = Some(source.address().to_owned());
        self.stands_at_ms = source.config().at_ms;
        let (orders, inbox) = mpsc::unbounded_channel();
        let (spec, options) = (source.config().spec.clone(), source.config().options.clone());
        self.workers.insert(id, Running { orders, spec, options, page: None });
        let rounds = self.rounds(interval_ms, inbox);
        runtime::spawn(Watcher { id, source, rounds, events: self.events.clone() }.run());
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Begun(id) => self.change_target(id, |target| {
                target.scraping = true;
                target.next_scrape_ms = None;
            }),
            Event::Ended(id, outcome) => self.note_end(id, *outcome),
            Event::Replayed(replayed) => self.note_replayed(*replayed),
            Event::Evaluated(status) => {
                // What the rules wrote is shown as what was scraped.
                (self.is_stale, self.is_changed) = (true, true);
                self.snapshot.note_rules(*status);
            }
            Event::Recorded(status) => self.snapshot.recording = Some(status),
            Event::Answered(panels) => panels.into_iter().for_each(|panel| self.snapshot.show(panel)),
            Event::Refreshed(refresher, refreshed) => {
                self.refresher = Some(refresher);
                self.snapshot.overview = refreshed.overview;
                self.snapshot.panels = refreshed.panels;
                self.snapshot.ranking = refreshed.ranking;
                self.snapshot.metric = refreshed.metric.filter(|_| self.metric.is_some());
                self.snapshot.store = refreshed.stats;
                self.notes = refreshed.notes;
                if self.snapshot.server.is_some() {
                    let now_ms = self.clock.now_ms();
                    self.rests_until_ms = now_ms + REST_FACTOR * (now_ms - self.refreshes_since_ms);
                }
            }
        }
    }

    fn note_end(&mut self, id: TargetId, mut outcome: Outcome) {
        if let Some(running) = self.workers.get_mut(&id)
            && let Some(page) = outcome.page.take()
        {
            running.page = Some(page);
        }
        if outcome.record.failure.is_none() {
            let known_ms = if self.snapshot.server.is_some() { SERVER_PAST_MS } else { 0 };
            self.snapshot.first_ms.get_or_insert(outcome.record.start_ms.saturating_sub(known_ms));
        }
        self.is_changed |= outcome.is_changed;
        // A server that answers slowly is asked less often, unless somebody looks at something else.
        self.is_stale |= outcome.is_changed || self.clock.now_ms() >= self.rests_until_ms;
        self.change_target(id, |target| target.ended(outcome));
        self.snapshot.window = window_of(&self.snapshot.targets, self.snapshot.window);
    }

    /// Records what is scraped from now on.
    fn start_recording(&mut self, path: PathBuf, flush_ms: u64) {
        let (events, now_ms) = (self.events.clone(), self.clock.now_ms());
        // Where nobody listens, the engine has ended.
        let tell = move |status| _ = events.send(Event::Recorded(status));
        let flush = Duration::from_millis(flush_ms.max(1));
        match Recorder::start(path.clone(), flush, now_ms, tell) {
            Ok(recorder) => self.recorder.set(Some(recorder)),
            Err(problem) => {
                let state = RecordingState::Failed(format!("the recording does not start: {problem}"));
                self.snapshot.recording = Some(RecordingStatus { path, state, scrapes: 0, size_bytes: 0 });
            }
        }
    }

    /// Reads a recording into the store.
    fn open_recording(&mut self, path: PathBuf, speed: Option<f64>, page_limit_bytes: Option<u64>) {
        let replay = Replay {
            at: self.snapshot.recordings.len(),
            path: path.clone(),
            speed: speed.filter(|speed| *speed > 0.0),
            page_limit_bytes: page_limit_bytes.unwrap_or(u64::MAX),
            store: Arc::clone(&self.store),
            next_id: Arc::clone(&self.next_id),
            control: Arc::default(),
            events: self.events.clone(),
        };
        self.snapshot.recordings.push(OpenedRecording::new(path));
        self.replays.start(replay);
    }

    fn note_replayed(&mut self, replayed: Replayed) {
        for (id, target) in replayed.met {
            if self.snapshot.targets.iter().all(|known| known.id != id) {
                self.snapshot.targets.push(Arc::new(TargetStatus::new(id)));
            }
            self.change_target(id, |status| {
                status.url.clone_from(&target.url);
                status.labels = target.labels.clone();
                status.interval_ms = target.interval_ms;
                status.scrapes_in_a_row = 0;
            });
        }
        for (id, mut outcome) in replayed.outcomes {
            if let Some(page) = outcome.page.take() {
                self.replays.keep_page(id, page);
            }
            self.note_end(id, outcome);
        }
        if let Some(status) = self.snapshot.recordings.get_mut(replayed.at) {
            *status = replayed.status;
        }
    }

    /// The present: that of the clock, or the last moment of a recording where nothing else is shown.
    fn now_ms(&self) -> i64 {
        let recorded = self.snapshot.recordings.first().filter(|_| self.workers.is_empty());
        let scrapes = self.snapshot.targets.iter().filter_map(|target| target.last_scrape());
        let last_ms = scrapes.map(|scrape| scrape.start_ms).max();
        self.stands_at_ms.or(recorded.and(last_ms)).unwrap_or_else(|| self.clock.now_ms())
    }

    /// Changes the status of a target, unless it was removed.
    fn change_target(&mut self, id: TargetId, change: impl FnOnce(&mut TargetStatus)) {
        if let Some(target) = self.snapshot.targets.iter_mut().find(|target| target.id == id) {
            change(Arc::make_mut(target));
        }
    }
}

/// What is to be known where the machine's clock is behind the engine's.
pub(crate) fn clock_warning(behind_ms: i64) -> String {
    format!(
        "the clock of this machine went back by {}: times shown are ahead of it",
        format_duration_ms(behind_ms / 1_000 * 1_000)
    )
}
