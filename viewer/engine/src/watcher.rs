//! The task that looks after one server: whether it answers, and whether there is anything new.

use tokio::sync::mpsc::UnboundedSender;
use web_time::Instant;

use crate::hub::Event;
use crate::rounds::Rounds;
use crate::source::{Pulse, ServerSource};
use crate::worker::Outcome;
use crate::{ScrapeFailure, ScrapeRecord, TargetId};

/// How often a server is asked what it has, in milliseconds.
const INVENTORY_EVERY_MS: i64 = 120_000;
/// The shortest time between two looks at a server, in milliseconds, however often it scrapes.
const SHORTEST_MS: i64 = 1_000;

/// Looks after one server, at the intervals at which it scrapes.
pub(crate) struct Watcher {
    pub(crate) id: TargetId,
    pub(crate) source: ServerSource,
    pub(crate) rounds: Rounds,
    pub(crate) events: UnboundedSender<Event>,
}

impl Watcher {
    /// Looks at the server until it is removed.
    pub(crate) async fn run(mut self) {
        let mut interval_ms = self.source.first_interval_ms();
        let mut is_interval_known = self.source.has_interval();
        let mut asked_ms = None;
        while self.rounds.next().await.is_some() {
            let (begun, begun_ms) = (Instant::now(), self.rounds.clock.now_ms());
            self.tell(Event::Begun(self.id));
            let received_bytes = self.source.received_bytes();
            let pulse = self.source.pulse(is_interval_known);
            let Some(pulse) = self.rounds.unless_ended(pulse).await else { return };
            if let Ok(Pulse { interval_ms: Some(found_ms), .. }) = pulse {
                (interval_ms, is_interval_known) = (found_ms, true);
            }
            let duration_secs = begun.elapsed().as_secs_f64();
            self.rounds.schedule.set_base(interval_ms.max(SHORTEST_MS));
            self.rounds.schedule.ended(begun_ms, self.rounds.clock.now_ms(), pulse.is_ok());
            self.rounds.paused |= self.source.config().at_ms.is_some() && pulse.is_ok();
            // After a while without it, it may be another server.
            asked_ms = asked_ms.filter(|_| pulse.is_ok());
            let is_due = asked_ms.is_none_or(|asked_ms: i64| begun_ms - asked_ms >= INVENTORY_EVERY_MS);
            let is_changed = is_due && pulse.is_ok();
            asked_ms = if is_changed { Some(begun_ms) } else { asked_ms };
            let record = ScrapeRecord {
                duration_secs,
                body_bytes: self.source.received_bytes() - received_bytes,
                ..record(pulse, begun_ms)
            };
            let next_ms = Some(self.rounds.schedule.next_ms()).filter(|_| !self.rounds.paused);
            // It has been scraping all along.
            let stands_for = u64::from(p95_core::overview::Window::MAX_INTERVALS);
            self.tell(Event::Ended(
                self.id,
                Box::new(Outcome {
                    record,
                    is_after_gap: false,
                    is_changed,
                    interval_ms,
                    next_ms,
                    page: None,
                    stands_for,
                }),
            ));
        }
    }

    fn tell(&self, event: Event) {
        // Where nobody listens, the engine has ended, and this task will too.
        let _ = self.events.send(event);
    }
}

/// A look as a scrape: its time is that of the newest samples.
fn record(pulse: Result<Pulse, ScrapeFailure>, begun_ms: i64) -> ScrapeRecord {
    let (start_ms, failure) = match pulse {
        Ok(pulse) => (pulse.newest_ms, None),
        Err(failure) => (begun_ms, Some(failure)),
    };
    ScrapeRecord {
        start_ms,
        duration_secs: 0.0,
        ingest_secs: 0.0,
        body_bytes: 0,
        samples: 0,
        series_added: 0,
        duplicates: 0,
        dropped: 0,
        failure,
    }
}
