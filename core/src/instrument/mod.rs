//! Counters, gauges, histograms, summaries, infos and statesets for a program's own metrics.
//!
//! Metrics are handles: a clone counts into the same place, and to count takes no lock. What needs the time takes it as
//! an argument.
//!
//! ```
//! use p95_core::exposition::encode::Format;
//! use p95_core::instrument::{Counter, Descriptor, Registry};
//!
//! let mut registry = Registry::default();
//! let requests = registry.register_family(
//!     Descriptor::new("http_requests", "Requests answered."),
//!     ["method"],
//!     Counter::default,
//! )?;
//! requests.with(["GET"]).inc();
//!
//! assert_eq!(
//!     registry.encode(Format::Text, 0),
//!     "# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n\
//!      http_requests_total{method=\"GET\"} 1.0\n"
//! );
//! # Ok::<(), p95_core::instrument::RegisterError>(())
//! ```

mod atomic;
mod counter;
mod descriptor;
mod family;
mod gauge;
mod histogram;
mod info;
mod metric;
mod registry;
mod stateset;
mod summary;

pub use counter::Counter;
pub use descriptor::{Descriptor, RegisterError};
pub use family::Family;
pub use gauge::Gauge;
pub use histogram::Histogram;
pub use info::Info;
pub use metric::Metric;
pub use registry::Registry;
pub use stateset::StateSet;
pub use summary::Summary;
