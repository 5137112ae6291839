//! Counters, gauges, histograms, summaries, infos and statesets for a program's own metrics.
//!
//! Metrics are handles: a clone counts into the same place, and to count takes no lock. What needs the time takes it as
//! an argument, or a [`Clock`].
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
//! requests.inc(["GET"]);
//!
//! assert_eq!(
//!     registry.encode(Format::Text, 0),
//!     "# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n\
//!      http_requests_total{method=\"GET\"} 1.0\n"
//! );
//! # Ok::<(), p95_core::instrument::RegisterError>(())
//! ```
//!
//! A family keeps 10,000 series unless told otherwise; what is beyond counts in one series with the label
//! [`OVERFLOW_LABEL`]. Nothing that is lost is lost in silence: see [`Registry`].

mod atomic;
mod callback;
mod calls;
mod clock;
mod counter;
mod descriptor;
mod exemplar;
mod family;
mod gauge;
mod histogram;
mod info;
mod labels;
mod metric;
mod register_error;
mod registry;
mod rejected;
mod stateset;
mod summary;
#[cfg(not(all(target_family = "wasm", not(target_feature = "atomics"))))]
mod thread;
mod timer;

pub use callback::{CounterFn, GaugeFn};
pub use calls::{Call, Calls, Outcome};
pub use clock::{Clock, ManualClock};
pub use counter::Counter;
pub use descriptor::{DEFAULT_SERIES_LIMIT, Descriptor, OVERFLOW_LABEL};
pub use family::{Family, TypedFamily};
pub use gauge::{Gauge, Tracked};
pub use histogram::{Histogram, HistogramOptions, NativeOptions, bounds};
pub use info::Info;
pub use labels::{LabelSet, LabelValue, LabelValues};
pub use metric::{Metric, Moment};
#[cfg(feature = "derive")]
pub use p95_derive::{LabelValue, Labels};
pub use register_error::RegisterError;
pub use registry::{Collected, Collector, Page, Registry, Scope};

pub use rejected::Rejected;
pub use stateset::StateSet;
pub use summary::Summary;
pub use timer::Timer;
