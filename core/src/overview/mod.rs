//! Which chart a metric deserves, and the PromQL behind it.
//!
//! [`overview`] is a pure function of what was [`Seen`] and the [`Window`] that rates look at, so the window, the
//! terminal and the tests show the same cards, and a remote server's metrics get the same as a scraped target's.
//!
//! ```
//! use p95_core::model::{Labels, Metadata, MetricType};
//! use p95_core::overview::{Seen, Window, overview};
//!
//! let mut seen = Seen::default();
//! seen.add_metadata(&Metadata {
//!     name: "http_requests".into(),
//!     metric_type: MetricType::Counter,
//!     unit: "".into(),
//!     help: "Requests answered.".into(),
//! });
//! for status in ["200", "500"] {
//!     seen.add_series(&Labels::from_pairs([("__name__", "http_requests_total"), ("status", status)]));
//! }
//!
//! let overview = overview(&seen, Window { interval_ms: 1_000, scrapes: 2, step_ms: 0 });
//! let card = &overview.groups[0].cards[0];
//! assert_eq!(card.face.queries[0].expr, "sum by (status) (rate(http_requests_total[2s]))");
//! assert_eq!(overview.top[0].id, "http_requests/error-rate");
//! ```

mod age;
mod breakdown;
mod card;
mod counters;
mod distributions;
mod errors;
mod family;
mod gauges;
mod groups;
mod lens;
mod opened;
mod plan;
mod query;
mod seen;
#[cfg(test)]
mod tests;
mod top;
mod unit;
mod window;

pub use age::format_age;
pub use card::{Card, CardQuery, Chart, Group, Overview, Panel};
pub use lens::{LabelFilter, Lens};
pub use opened::{CardLabel, Column, Opened, open};
pub use plan::overview;
pub use seen::Seen;
pub use unit::{BaseUnit, Unit};
pub use window::Window;
