//! Threads, under tokio.

use std::{io, thread};

pub(crate) use tokio::runtime::Handle;
pub(crate) use tokio::task::spawn_blocking;
pub(crate) use tokio::time::sleep;

use crate::EngineHandle;

/// The threads of one engine.
pub(crate) struct Runtime(tokio::runtime::Runtime);

impl Runtime {
    /// # Errors
    /// Where the system gives no threads or no way to wait for sockets.
    pub(crate) fn new() -> io::Result<Self> {
        // Two threads, so that one target's decompression does not hold up another target's scrape.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("p95-scrape")
            .enable_all()
            .build()?;
        Ok(Self(runtime))
    }

    pub(crate) fn handle(&self) -> Handle {
        self.0.handle().clone()
    }

    /// Runs the engine on a thread of its own, until it ends.
    ///
    /// # Errors
    /// Where there is no thread to be had.
    pub(crate) fn run(self, engine: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        thread::Builder::new()
            .name("p95-engine".to_owned())
            .spawn(move || {
                self.0.block_on(engine);
                // A file or a name that cannot be had may block for long; the engine's end does not wait for it.
                self.0.shutdown_background();
            })
            .map(drop)
    }
}

/// Runs a task beside the others.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

/// Runs a task that takes its time between its waits, on a thread that may block.
pub(crate) fn spawn_heavy(task: impl Future<Output = ()> + Send + 'static) {
    let handle = Handle::current();
    spawn_blocking(move || handle.block_on(task));
}

impl EngineHandle {
    /// Waits for an answer: for programs that have nothing else to do. It blocks the calling thread, and must not be called
    /// from a future.
    pub fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.source().runtime().block_on(answer)
    }
}
