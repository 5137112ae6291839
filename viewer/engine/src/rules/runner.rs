//! The task that evaluates one group of rules.

use std::sync::Arc;
use std::time::Duration;

use p95_core::rules::GroupEvaluator;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use web_time::Instant;

use crate::clock::Clock;
use crate::hub::Event;
use crate::runtime::{sleep, spawn_blocking};
use crate::source::EmbeddedSource;

/// Evaluates one group at its own times.
pub(super) struct Runner {
    pub(super) clock: Arc<Clock>,
    /// Where the rules read and write.
    pub(super) source: EmbeddedSource,
    pub(super) group: GroupEvaluator,
    pub(super) events: UnboundedSender<Event>,
}

impl Runner {
    /// Evaluates the group until `ended` says something; then the series that it wrote end.
    pub(super) async fn run(mut self, mut ended: oneshot::Receiver<()>) {
        let slots = self.group.slots();
        let mut next_ms = slots.after(self.clock.now_ms());
        loop {
            let now_ms = self.clock.now_ms();
            if now_ms < next_ms {
                // Waiting in parts, because the clock may step forward.
                let wait = Duration::from_millis((next_ms - now_ms).clamp(0, 1_000).unsigned_abs());
                tokio::select! {
                    _ = &mut ended => break,
                    () = sleep(wait) => continue,
                }
            }
            // The times that were missed are left out.
            let at_ms = slots.last(now_ms);
            let begun = Instant::now();
            let Some(runner) = self
                .off_thread(move |runner| {
                    runner.group.evaluate(&mut runner.source, at_ms, || begun.elapsed());
                })
                .await
            else {
                return;
            };
            self = runner;
            // Where nobody listens, the engine has ended.
            let _ = self.events.send(Event::Evaluated(Box::new(self.group.status())));
            next_ms = slots.after(at_ms);
        }
        let now_ms = self.clock.now_ms();
        self.off_thread(move |runner| runner.group.stop(&mut runner.source, now_ms)).await;
    }

    /// Evaluates where blocking hurts nobody. `None` when the runtime shuts down.
    async fn off_thread(mut self, work: impl FnOnce(&mut Self) + Send + 'static) -> Option<Self> {
        let done = spawn_blocking(move || {
            work(&mut self);
            self
        });
        done.await.ok()
    }
}
