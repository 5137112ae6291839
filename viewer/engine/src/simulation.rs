//! The engine without a clock, a thread of its own, or a network: pages go in at given times, snapshots come out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use p95_core::model::Labels;
use p95_core::model::labels::{INSTANCE, JOB};
use p95_core::store::StoreOptions;
use tokio::runtime::{Builder, Runtime};

use crate::engine::StartError;
use crate::hub::clock_warning;
use crate::intake::Intake;
use crate::live::LiveView;
use crate::metric::KeptPage;
use crate::refresh::{Refresher, Request};
use crate::scrape::Page;
use crate::source::EmbeddedSource;
use crate::store::SharedStore;
use crate::target::{TargetError, TargetSpec, parse_target};
use crate::window::window_of;
use crate::worker::Outcome;
use crate::{
    Command, EngineConfig, MetricView, ScrapeFailure, Snapshot, TargetId, TargetOptions, TargetState,
    TargetStatus,
};

/// What every scrape takes.
const DURATION: Duration = Duration::from_millis(3);
/// The content type of a page that ends with `# EOF`.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The time between two scrapes, in milliseconds.
const INTERVAL_MS: i64 = 1_000;

/// The engine as tests and benchmarks need it: the same pages at the same times give the same snapshot, whatever the
/// machine does meanwhile. Pages are parsed, stored and queried as in a running [`Engine`](crate::Engine).
pub struct Simulation {
    store: Arc<SharedStore>,
    refresher: Refresher,
    targets: Vec<Simulated>,
    snapshot: Snapshot,
    view: Arc<LiveView>,
    metric: Option<MetricView>,
    ranking_ms: Option<i64>,
    /// What asks the source.
    runtime: Runtime,
}

struct Simulated {
    id: TargetId,
    intake: Intake,
    page: Option<KeptPage>,
}

impl Simulation {
    /// An engine without targets.
    ///
    /// # Errors
    /// Where the runtime cannot be had that its query source wants.
    pub fn new() -> Result<Self, StartError> {
        let config = EngineConfig::default();
        let runtime = Builder::new_current_thread().enable_time().build().map_err(StartError)?;
        let store = Arc::new(SharedStore::new(StoreOptions {
            retention_ms: config.retention_ms,
            memory_cap_bytes: config.memory_cap_bytes,
            ..StoreOptions::default()
        }));
        let timeout = Duration::from_millis(config.query_timeout_ms);
        let source = EmbeddedSource::new(Arc::clone(&store), config.query, timeout, runtime.handle().clone());
        Ok(Self {
            refresher: Refresher::new(Arc::clone(&store), Arc::new(source.staying())),
            store,
            targets: Vec::new(),
            snapshot: Snapshot::default(),
            view: Arc::default(),
            metric: None,
            ranking_ms: None,
            runtime,
        })
    }

    /// Adds a target, which nobody scrapes but [`Self::scrape`].
    ///
    /// # Errors
    /// Where the text is no target.
    pub fn add_target(&mut self, text: &str) -> Result<TargetId, TargetError> {
        Ok(self.add(parse_target(text)?))
    }

    fn add(&mut self, spec: TargetSpec) -> TargetId {
        let options = TargetOptions::default();
        let id = TargetId(u32::try_from(self.targets.len()).unwrap_or(u32::MAX));
        let labels = Labels::from_pairs([(INSTANCE, &spec.instance()), (JOB, &options.job)]);
        self.snapshot.targets.push(Arc::new(TargetStatus {
            id,
            url: spec.to_string(),
            labels: labels.clone(),
            state: TargetState::Pending,
            failure: None,
            interval_ms: INTERVAL_MS.unsigned_abs(),
            next_scrape_ms: None,
            scraping: true,
            scrapes_total: 0,
            scrapes_in_a_row: 0,
            history: VecDeque::new(),
        }));
        let intake = Intake::new(Arc::clone(&self.store), labels, &options);
        self.targets.push(Simulated { id, intake, page: None });
        id
    }

    /// Scrapes a target at `start_ms`, milliseconds since the Unix epoch: the page that it gives, OpenMetrics where it ends
    /// as such, or why there is none. Panels are brought up to date by [`Self::refresh`].
    pub fn scrape(&mut self, id: TargetId, start_ms: i64, fetched: Result<&str, ScrapeFailure>) {
        let Some(target) = self.targets.iter_mut().find(|target| target.id == id) else { return };
        let fetched = fetched.map(|page| Page {
            body: page.as_bytes().to_owned(),
            content_type: if page.ends_with("# EOF\n") { OPENMETRICS.to_owned() } else { String::new() },
        });
        let taken = target.intake.take_timed(start_ms, || DURATION, fetched);
        if let Some(page) = taken.page {
            target.page = Some(KeptPage::new(id, start_ms, page));
        }
        if taken.record.failure.is_none() {
            self.snapshot.first_ms.get_or_insert(start_ms);
        }
        let outcome = Outcome {
            record: taken.record,
            is_after_gap: false,
            is_changed: taken.is_changed,
            page: None,
            stands_for: 1,
            interval_ms: INTERVAL_MS,
            next_ms: Some(start_ms + INTERVAL_MS),
        };
        if let Some(status) = self.snapshot.targets.iter_mut().find(|status| status.id == id) {
            Arc::make_mut(status).ended(outcome);
        }
        self.snapshot.now_ms = start_ms;
        self.snapshot.window = window_of(&self.snapshot.targets, self.snapshot.window);
    }

    /// Does what a screen asks for. What concerns scraping changes nothing but the status: here, nobody scrapes.
    pub fn obey(&mut self, command: Command) {
        match command {
            Command::SetView { panels } => self.view.set(panels),
            Command::OpenMetric(metric) => self.metric = metric,
            Command::SetRanking(span_ms) => self.ranking_ms = span_ms,
            Command::SetPaused(paused) => self.snapshot.paused = paused,
            Command::RemoveTarget(id) => self.snapshot.targets.retain(|target| target.id != id),
            Command::AddTarget { spec, .. } => _ = self.add(spec),
            Command::ChangeTarget { .. }
            | Command::ScrapeNow(_)
            | Command::StartRecording { .. }
            | Command::StopRecording
            | Command::OpenRecording { .. }
            | Command::SetRules { .. } => {}
        }
        self.refresh();
    }

    /// Brings overview and panels up to date with what was scraped and asked for.
    pub fn refresh(&mut self) {
        self.snapshot.revision += 1;
        let Some(times) = self.snapshot.view_times() else { return };
        let pages = self.targets.iter().filter_map(|target| target.page.clone()).collect();
        let request = Request {
            view: self.view.get(),
            live: Arc::clone(&self.view),
            times,
            window: self.snapshot.window,
            is_changed: true,
            ranking_ms: self.ranking_ms,
            metric: self.metric.clone(),
            pages,
        };
        let refreshed = self.runtime.block_on(self.refresher.refresh(&request, &|_| ()));
        self.snapshot.overview = refreshed.overview;
        self.snapshot.panels = refreshed.panels;
        self.snapshot.ranking = refreshed.ranking;
        self.snapshot.metric = refreshed.metric;
        self.snapshot.store = refreshed.stats;
    }

    /// The machine's clock went back by so many milliseconds, as it may; this engine's goes on.
    pub fn clock_went_back(&mut self, by_ms: i64) {
        self.snapshot.warnings = vec![clock_warning(by_ms)];
    }

    /// What there is to be seen.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}
