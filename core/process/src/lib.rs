//! What a process uses of its machine: CPU time, memory, file descriptors, and since when, under the names that Prometheus'
//! client libraries agreed on. On Linux, macOS and Windows.
//!
//! ```
//! use p95_core::exposition::encode::Format;
//! use p95_core::instrument::Registry;
//!
//! let mut registry = Registry::default();
//! registry.register_collector(p95_process::ProcessCollector::new()?)?;
//! let page = registry.encode(Format::Text, 0);
//! assert!(page.contains("process_resident_memory_bytes "));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod collector;
mod usage;

pub use collector::ProcessCollector;

/// Why a process cannot be watched.
///
/// ```
/// use p95_core::instrument::Registry;
/// use p95_process::{ProcessCollector, ProcessError};
///
/// /// Goes on without where the system does not tell.
/// fn register(registry: &mut Registry) -> Result<(), p95_core::instrument::RegisterError> {
///     let watched: Result<ProcessCollector, ProcessError> = ProcessCollector::new();
///     match watched {
///         Ok(collector) => registry.register_collector(collector),
///         Err(error) => Ok(eprintln!("{error}")),
///     }
/// }
/// # register(&mut Registry::default())?;
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[error("this system does not tell what a process uses: {reason}")]
pub struct ProcessError {
    reason: String,
}
