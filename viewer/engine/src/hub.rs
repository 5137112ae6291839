//! The engine's middle: commands and events come in, snapshots go out.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use p95_core::model::Labels;
use p95_core::model::duration::format_duration_ms;
use p95_core::model::labels::{INSTANCE, JOB};
use p95_core::session::RecordedTarget;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::clock::Clock;
use crate::intake::Intake;
use crate::live::LiveView;
use crate::metric::KeptPage;
use crate::recording::{Recorder, RecorderSlot, Replay, Replayed, Replays};
use crate::refresh::{Refreshed, Refresher, Request};
use crate::runtime;
use crate::schedule::Schedule;
use crate::scrape::Fetcher;
use crate::source::EmbeddedSource;
use crate::store::SharedStore;
use crate::target::{TargetOptions, TargetSpec, moved};
use crate::view::ViewTimes;
use crate::window::window_of;
use crate::worker::{Order, Outcome, Worker};
use crate::{
    Command, EngineConfig, MetricView, OpenedRecording, PanelResult, RecordingState, RecordingStatus,
    Snapshot, TargetId, TargetState, TargetStatus,
};

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
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
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
    events: UnboundedSender<Event>,
    reports: UnboundedReceiver<Event>,
}

impl Hub {
    pub(crate) fn new(
        board: Board,
        store: Arc<SharedStore>,
        source: EmbeddedSource,
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
            refresher: Some(Box::new(Refresher::new(Arc::clone(&store), Arc::new(source.staying())))),
            store,
            overview: config.overview,
            view: Arc::default(),
            metric: None,
            ranking_ms: None,
            is_stale: false,
            is_changed: false,
            notes: Vec::new(),
            events,
            reports,
        }
    }

    /// Runs until nobody can send commands any more.
    pub(crate) async fn run(mut self, mut commands: UnboundedReceiver<Command>) {
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
        self.snapshot.warnings.extend(self.notes.iter().cloned());
        self.board.publish(self.snapshot.clone());
    }

    fn obey(&mut self, command: Command) {
        match command {
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
            clock: Arc::clone(&self.clock),
            fetcher: Fetcher::new(spec.clone(), options.clone()),
            intake,
            recorder: Arc::clone(&self.recorder),
            recorded,
            schedule: Schedule::new(base_ms, now_ms),
            paused: self.snapshot.paused,
            orders: inbox,
            events: self.events.clone(),
        };
        runtime::spawn(worker.run());
        self.workers.insert(id, Running { orders, spec, options, page: None });
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Begun(id) => self.change_target(id, |target| {
                target.scraping = true;
                target.next_scrape_ms = None;
            }),
            Event::Ended(id, outcome) => self.note_end(id, *outcome),
            Event::Replayed(replayed) => self.note_replayed(*replayed),
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
            self.snapshot.first_ms.get_or_insert(outcome.record.start_ms);
        }
        self.is_stale = true;
        self.is_changed |= outcome.is_changed;
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
        recorded.and(last_ms).unwrap_or_else(|| self.clock.now_ms())
    }

    /// Changes the status of a target, unless it was removed.
    fn change_target(&mut self, id: TargetId, change: impl FnOnce(&mut TargetStatus)) {
        if let Some(target) = self.snapshot.targets.iter_mut().find(|target| target.id == id) {
            change(Arc::make_mut(target));
        }
    }
}

impl Snapshot {
    /// Shows a panel's result in the place of its last one.
    fn show(&mut self, result: Arc<PanelResult>) {
        match self.panels.iter_mut().find(|panel| panel.id == result.id) {
            Some(panel) => *panel = result,
            None => self.panels.push(result),
        }
    }

    /// What panels show, once there is something to show.
    pub(crate) fn view_times(&self) -> Option<ViewTimes> {
        let starts_ms = |only_up: bool| {
            let targets = self.targets.iter();
            targets
                .filter(move |target| !only_up || target.state == TargetState::Up)
                .filter_map(|target| target.last_scrape())
                .map(|scrape| scrape.start_ms)
        };
        let last_ms = starts_ms(true).max().or_else(|| starts_ms(false).max())?;
        let window = self.window?;
        Some(ViewTimes {
            last_ms,
            first_ms: self.first_ms.unwrap_or(last_ms),
            interval_ms: window.interval_ms,
            phase_ms: starts_ms(true).next().unwrap_or(last_ms),
            window_ms: window.range_ms().unwrap_or(window.interval_ms),
        })
    }
}

impl TargetStatus {
    /// A target that nothing is known of yet.
    pub(crate) fn new(id: TargetId) -> Self {
        Self {
            id,
            url: String::new(),
            labels: Labels::empty(),
            state: TargetState::Pending,
            failure: None,
            interval_ms: 0,
            next_scrape_ms: None,
            scraping: false,
            scrapes_total: 0,
            scrapes_in_a_row: 0,
            history: VecDeque::new(),
        }
    }

    pub(crate) fn ended(&mut self, outcome: Outcome) {
        self.scraping = false;
        self.interval_ms = outcome.interval_ms.unsigned_abs();
        self.next_scrape_ms = outcome.next_ms;
        self.scrapes_total += 1;
        self.failure.clone_from(&outcome.record.failure);
        let before = if outcome.is_after_gap { 0 } else { self.scrapes_in_a_row };
        (self.state, self.scrapes_in_a_row) = match &self.failure {
            None => (TargetState::Up, before + 1),
            Some(_) => (TargetState::Down, 0),
        };
        if self.history.len() == Self::HISTORY_LEN {
            self.history.pop_front();
        }
        self.history.push_back(outcome.record);
    }
}

/// What is to be known where the machine's clock is behind the engine's.
pub(crate) fn clock_warning(behind_ms: i64) -> String {
    format!(
        "the clock of this machine went back by {}: times shown are ahead of it",
        format_duration_ms(behind_ms / 1_000 * 1_000)
    )
}
