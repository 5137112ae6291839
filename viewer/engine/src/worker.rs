//! The task that scrapes one target.

use std::sync::Arc;
use std::time::Duration;

use p95_core::session::RecordedTarget;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use web_time::Instant;

use crate::clock::Clock;
use crate::hub::Event;
use crate::intake::{Intake, Scraped};
use crate::metric::KeptPage;
use crate::recording::RecorderSlot;
use crate::runtime::{sleep, spawn_blocking};
use crate::schedule::Schedule;
use crate::scrape::{Fetcher, Page};
use crate::{ScrapeFailure, ScrapeRecord, TargetId};

/// What a worker is told. It ends when nobody can tell it anything any more.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    ScrapeNow,
    SetPaused(bool),
}

/// The end of a scrape, and what comes after it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) record: ScrapeRecord,
    /// Whether nothing is known of a while before.
    pub(crate) is_after_gap: bool,
    /// Whether there are other series or metadata than before.
    pub(crate) is_changed: bool,
    pub(crate) interval_ms: i64,
    /// When the next scrape is due; `None` where there will be none.
    pub(crate) next_ms: Option<i64>,
    /// The page, where there was one.
    pub(crate) page: Option<KeptPage>,
}

/// Scrapes one target at its own times.
pub(crate) struct Worker {
    pub(crate) id: TargetId,
    pub(crate) clock: Arc<Clock>,
    pub(crate) fetcher: Fetcher,
    pub(crate) intake: Intake,
    /// Where scrapes are recorded, if they are, and as whose.
    pub(crate) recorder: Arc<RecorderSlot>,
    pub(crate) recorded: Arc<RecordedTarget>,
    pub(crate) schedule: Schedule,
    pub(crate) paused: bool,
    pub(crate) orders: UnboundedReceiver<Order>,
    pub(crate) events: UnboundedSender<Event>,
}

impl Worker {
    /// Scrapes until the target is removed; then its series end.
    pub(crate) async fn run(mut self) {
        while self.wait_until_due().await.is_some() {
            let begun = Instant::now();
            let now_ms = self.clock.now_ms();
            let start_ms = self.schedule.timestamp_ms(now_ms);
            let unknown_since_ms = self.schedule.unknown_since_ms(start_ms);
            self.tell(Event::Begun(self.id));
            let Some(fetched) = self.fetch_unless_removed().await else { break };
            let scraped = Scraped { start_ms, begun, fetched };
            let (recorder, recorded) = (Arc::clone(&self.recorder), Arc::clone(&self.recorded));
            let work = move |intake: &mut Intake| {
                recorder.add(&recorded, &scraped);
                // What was not looked at has no values, not the last ones known.
                unknown_since_ms.into_iter().for_each(|since_ms| intake.stop(since_ms));
                intake.take(scraped)
            };
            let Some((intake, taken)) = off_thread(self.intake, work).await else { return };
            self.intake = intake;
            self.schedule.ended(start_ms, self.clock.now_ms(), taken.record.failure.is_none());
            self.tell(Event::Ended(
                self.id,
                Box::new(Outcome {
                    record: taken.record,
                    is_after_gap: unknown_since_ms.is_some(),
                    is_changed: taken.is_changed,
                    interval_ms: self.schedule.interval_ms(),
                    next_ms: Some(self.schedule.next_ms()),
                    page: taken.page.map(|page| KeptPage::new(self.id, start_ms, page)),
                }),
            ));
        }
        let now_ms = self.clock.now_ms();
        off_thread(self.intake, move |intake| intake.stop(now_ms)).await;
    }

    /// Waits until a scrape is due, or returns `None` when the target was removed.
    async fn wait_until_due(&mut self) -> Option<()> {
        loop {
            let wait_ms = self.schedule.next_ms().saturating_sub(self.clock.now_ms());
            if wait_ms <= 0 && !self.paused {
                return Some(());
            }
            // Waiting in parts, because the clock may step forward.
            let wait = Duration::from_millis(wait_ms.clamp(0, 1_000).unsigned_abs());
            tokio::select! {
                order = self.orders.recv() => match order? {
                    Order::ScrapeNow => {
                        self.schedule.hurry(self.clock.now_ms());
                        return Some(());
                    }
                    Order::SetPaused(paused) => {
                        self.paused = paused;
                        if !paused {
                            self.schedule.hurry(self.clock.now_ms().max(self.schedule.next_ms()));
                        }
                    }
                },
                () = sleep(wait), if !self.paused => {}
            }
        }
    }

    /// Fetches the page, or returns `None` when the target was removed meanwhile.
    async fn fetch_unless_removed(&mut self) -> Option<Result<Page, ScrapeFailure>> {
        let fetch = self.fetcher.fetch();
        tokio::pin!(fetch);
        loop {
            tokio::select! {
                fetched = &mut fetch => return Some(fetched),
                order = self.orders.recv() => match order? {
                    Order::ScrapeNow => {}
                    Order::SetPaused(paused) => self.paused = paused,
                },
            }
        }
    }

    fn tell(&self, event: Event) {
        // Where nobody listens, the engine has ended, and this worker will too.
        let _ = self.events.send(event);
    }
}

/// Parses and stores where blocking hurts nobody. `None` when the runtime shuts down.
async fn off_thread<T: Send + 'static>(
    mut intake: Intake,
    work: impl FnOnce(&mut Intake) -> T + Send + 'static,
) -> Option<(Intake, T)> {
    let done = spawn_blocking(move || {
        let result = work(&mut intake);
        (intake, result)
    });
    done.await.ok()
}
