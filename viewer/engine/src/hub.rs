//! The engine's middle: commands and events come in, snapshots go out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use p95_core::model::Labels;
use p95_core::model::duration::format_duration_ms;
use p95_core::model::labels::{INSTANCE, JOB};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::clock::Clock;
use crate::intake::Intake;
use crate::schedule::Schedule;
use crate::scrape::Fetcher;
use crate::target::{TargetOptions, TargetSpec};
use crate::worker::{Order, Outcome, Worker};
use crate::{Command, EngineConfig, Snapshot, TargetId, TargetState, TargetStatus};

/// What the engine's tasks report.
pub(crate) enum Event {
    /// A scrape of the target has begun.
    Begun(TargetId),
    /// A scrape of the target has ended.
    Ended(TargetId, Box<Outcome>),
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

/// Owns the state of everything. It runs on one task and never blocks.
pub(crate) struct Hub {
    board: Board,
    clock: Arc<Clock>,
    snapshot: Snapshot,
    /// The way to each target's worker. A worker whose sender is dropped ends.
    workers: BTreeMap<TargetId, UnboundedSender<Order>>,
    next_id: u32,
    events: UnboundedSender<Event>,
    reports: UnboundedReceiver<Event>,
}

impl Hub {
    pub(crate) fn new(board: Board, _config: &EngineConfig) -> Self {
        let (events, reports) = mpsc::unbounded_channel();
        Self {
            board,
            clock: Arc::new(Clock::new()),
            snapshot: Snapshot::default(),
            workers: BTreeMap::new(),
            next_id: 0,
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
            self.publish();
        }
    }

    fn publish(&mut self) {
        self.snapshot.now_ms = self.clock.now_ms();
        self.snapshot.revision += 1;
        self.snapshot.warnings = self.clock.behind_ms().map(clock_warning).into_iter().collect();
        self.board.publish(self.snapshot.clone());
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::AddTarget { spec, options } => self.add_target(spec, *options),
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
            }
            Command::SetView { .. } => {}
        }
    }

    fn order(&self, order: Order, concerns: impl Fn(TargetId) -> bool) {
        for (_, worker) in self.workers.iter().filter(|(id, _)| concerns(**id)) {
            // A worker that is gone has nothing left to do.
            let _ = worker.send(order);
        }
    }

    fn add_target(&mut self, spec: TargetSpec, options: TargetOptions) {
        let id = TargetId(self.next_id);
        self.next_id += 1;
        let labels = Labels::from_pairs([(INSTANCE, &spec.instance()), (JOB, &options.job)]);
        let base_ms = i64::try_from(options.interval().as_millis()).unwrap_or(i64::MAX);
        let now_ms = self.clock.now_ms();
        self.snapshot.targets.push(Arc::new(TargetStatus {
            id,
            url: spec.to_string(),
            labels,
            state: TargetState::Pending,
            failure: None,
            interval_ms: base_ms.unsigned_abs(),
            next_scrape_ms: Some(now_ms).filter(|_| !self.snapshot.paused),
            scraping: false,
            scrapes_total: 0,
            scrapes_in_a_row: 0,
            history: VecDeque::new(),
        }));
        let (orders, inbox) = mpsc::unbounded_channel();
        let worker = Worker {
            id,
            clock: Arc::clone(&self.clock),
            fetcher: Fetcher::new(spec, options),
            intake: Intake,
            schedule: Schedule::new(base_ms, now_ms),
            paused: self.snapshot.paused,
            orders: inbox,
            events: self.events.clone(),
        };
        tokio::spawn(worker.run());
        self.workers.insert(id, orders);
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Begun(id) => self.change_target(id, |target| {
                target.scraping = true;
                target.next_scrape_ms = None;
            }),
            Event::Ended(id, outcome) => self.change_target(id, |target| target.ended(*outcome)),
        }
    }

    /// Changes the status of a target, unless it was removed.
    fn change_target(&mut self, id: TargetId, change: impl FnOnce(&mut TargetStatus)) {
        if let Some(target) = self.snapshot.targets.iter_mut().find(|target| target.id == id) {
            change(Arc::make_mut(target));
        }
    }
}

impl TargetStatus {
    fn ended(&mut self, outcome: Outcome) {
        self.scraping = false;
        self.interval_ms = outcome.interval_ms.unsigned_abs();
        self.next_scrape_ms = Some(outcome.next_ms);
        self.scrapes_total += 1;
        self.failure.clone_from(&outcome.record.failure);
        (self.state, self.scrapes_in_a_row) = match &self.failure {
            None => (TargetState::Up, self.scrapes_in_a_row + 1),
            Some(_) => (TargetState::Down, 0),
        };
        if self.history.len() == Self::HISTORY_LEN {
            self.history.pop_front();
        }
        self.history.push_back(outcome.record);
    }
}

fn clock_warning(behind_ms: i64) -> String {
    format!(
        "the clock of this machine went back by {}: times shown are ahead of it",
        format_duration_ms(behind_ms / 1_000 * 1_000)
    )
}
