//! The task that scrapes one target.

use std::sync::Arc;

use p95_core::session::RecordedTarget;
use tokio::sync::mpsc::UnboundedSender;
use web_time::Instant;

use crate::hub::Event;
use crate::intake::{Intake, Scraped};
use crate::metric::KeptPage;
use crate::recording::RecorderSlot;
use crate::rounds::Rounds;
use crate::runtime::spawn_blocking;
use crate::scrape::Fetcher;
use crate::{ScrapeRecord, TargetId};

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
    /// How many good scrapes in a row it stands for, where it is a good one.
    pub(crate) stands_for: u64,
}

/// Scrapes one target at its own times.
pub(crate) struct Worker {
    pub(crate) id: TargetId,
    pub(crate) fetcher: Fetcher,
    pub(crate) intake: Intake,
    /// Where scrapes are recorded, if they are, and as whose.
    pub(crate) recorder: Arc<RecorderSlot>,
    pub(crate) recorded: Arc<RecordedTarget>,
    pub(crate) rounds: Rounds,
    pub(crate) events: UnboundedSender<Event>,
}

impl Worker {
    /// Scrapes until the target is removed; then its series end.
    pub(crate) async fn run(mut self) {
        while self.rounds.next().await.is_some() {
            let begun = Instant::now();
            let now_ms = self.rounds.clock.now_ms();
            let start_ms = self.rounds.schedule.timestamp_ms(now_ms);
            let unknown_since_ms = self.rounds.schedule.unknown_since_ms(start_ms);
            self.tell(Event::Begun(self.id));
            let Some(fetched) = self.rounds.unless_ended(self.fetcher.fetch()).await else { break };
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
            self.rounds.schedule.ended(start_ms, self.rounds.clock.now_ms(), taken.record.failure.is_none());
            self.tell(Event::Ended(
                self.id,
                Box::new(Outcome {
                    record: taken.record,
                    is_after_gap: unknown_since_ms.is_some(),
                    is_changed: taken.is_changed,
                    interval_ms: self.rounds.schedule.interval_ms(),
                    next_ms: Some(self.rounds.schedule.next_ms()),
                    page: taken.page.map(|page| KeptPage::new(self.id, start_ms, page)),
                    stands_for: 1,
                }),
            ));
        }
        let now_ms = self.rounds.clock.now_ms();
        off_thread(self.intake, move |intake| intake.stop(now_ms)).await;
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
