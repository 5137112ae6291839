//! When a task does its work again, and what it is told meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::clock::Clock;
use crate::runtime::sleep;
use crate::schedule::Schedule;

/// What a task is told. It ends when nobody can tell it anything any more.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    ScrapeNow,
    SetPaused(bool),
}

/// The times at which a task does its work.
pub(crate) struct Rounds {
    pub(crate) clock: Arc<Clock>,
    pub(crate) schedule: Schedule,
    pub(crate) paused: bool,
    pub(crate) orders: UnboundedReceiver<Order>,
}

impl Rounds {
    /// Waits until the next one is due, or returns `None` when there will be none.
    pub(crate) async fn next(&mut self) -> Option<()> {
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

    /// Does the work of one, or returns `None` when there will be no other, and this one is given up.
    pub(crate) async fn unless_ended<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Some(done),
                order = self.orders.recv() => match order? {
                    Order::ScrapeNow => {}
                    Order::SetPaused(paused) => self.paused = paused,
                },
            }
        }
    }
}
