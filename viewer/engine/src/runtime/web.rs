//! One thread, whose event loop gives tasks their turns.

use std::io;
use std::time::Duration;

use gloo_timers::future::TimeoutFuture;
use tokio::sync::oneshot;
use wasm_bindgen_futures::spawn_local;

/// The event loop, which is always there.
pub(crate) struct Runtime;

/// The way to the event loop.
#[derive(Clone)]
pub(crate) struct Handle;

impl Runtime {
    /// There is one thread, which gives way to nobody.
    ///
    /// # Errors
    /// None; where there are threads, there may be.
    pub(crate) fn new(_gives_way: bool) -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn handle(&self) -> Handle {
        Handle
    }

    /// Has the engine run in turns, until it ends.
    ///
    /// # Errors
    /// None; where there are threads, there may be.
    pub(crate) fn run(self, engine: impl Future<Output = ()> + 'static) -> io::Result<()> {
        spawn_local(engine);
        Ok(())
    }
}

impl Handle {
    /// As [`spawn_blocking`].
    pub(crate) fn spawn_blocking<T: 'static>(
        &self,
        work: impl FnOnce() -> T + 'static,
    ) -> oneshot::Receiver<T> {
        spawn_blocking(work)
    }
}

/// Has a task take its turns beside the others.
pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
    spawn_local(task);
}

/// Has a task that takes its time begin in a turn of its own.
pub(crate) fn spawn_heavy(task: impl Future<Output = ()> + 'static) {
    spawn_local(async move {
        sleep(Duration::ZERO).await;
        task.await;
    });
}

/// Does the work in a turn of its own, after what is due already: messages and answers that have arrived.
pub(crate) fn spawn_blocking<T: 'static>(work: impl FnOnce() -> T + 'static) -> oneshot::Receiver<T> {
    let (done, result) = oneshot::channel();
    spawn_local(async move {
        sleep(Duration::ZERO).await;
        // Where nobody waits for the result, nobody misses it.
        let _ = done.send(work());
    });
    result
}

/// Waits.
pub(crate) async fn sleep(duration: Duration) {
    // The browser counts milliseconds in 31 bits.
    let ms = u32::try_from(duration.as_millis()).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs());
    TimeoutFuture::new(ms).await;
}
