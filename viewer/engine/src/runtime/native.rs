//! Threads, under tokio.

use std::{io, thread};

pub(crate) use tokio::runtime::Handle;
pub(crate) use tokio::task::spawn_blocking;
pub(crate) use tokio::time::sleep;

use thread_priority::{ThreadPriority, ThreadPriorityValue};

use crate::EngineHandle;

/// What a thread that gives way counts for, from 0 to 99, where others have 50: a nice value of 9 on Linux.
const LESS_URGENT: u8 = 25;

/// The threads of one engine.
pub(crate) struct Runtime(tokio::runtime::Runtime);

impl Runtime {
    /// `gives_way`: whether the threads that fetch, parse and evaluate are less urgent than the program's others.
    ///
    /// # Errors
    /// Where the system gives no threads or no way to wait for sockets.
    pub(crate) fn new(gives_way: bool) -> io::Result<Self> {
        // Two threads, so that one target's decompression does not hold up another target's scrape.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("p95-scrape")
            .on_thread_start(move || {
                if gives_way {
                    give_way()
                }
            })
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

/// Makes the calling thread less urgent. Where the system refuses, nothing is wrong: others may wait a little longer.
fn give_way() {
    if let Ok(priority) = ThreadPriorityValue::try_from(LESS_URGENT) {
        let _ = ThreadPriority::Crossplatform(priority).set_for_current();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What the system says of a thread of the runtime.
    #[cfg(target_os = "linux")]
    fn niceness(gives_way: bool) -> i64 {
        let runtime = Runtime::new(gives_way).unwrap();
        let stat = runtime.0.block_on(async {
            spawn_blocking(|| std::fs::read_to_string("/proc/thread-self/stat").unwrap()).await.unwrap()
        });
        // The name, which may hold anything, ends with the last bracket; the nice value is the 17th field after it.
        stat.rsplit_once(") ").unwrap().1.split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn threads_give_way_where_they_are_to() {
        let (usual, giving_way) = (niceness(false), niceness(true));
        // Where all is run with `nice`, that may say more.
        assert!(giving_way == 9 || usual > 9, "{usual}, {giving_way}");
    }
}
