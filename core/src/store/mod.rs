//! The store: series, their samples, and the way to both by labels.
//!
//! ```
//! use p95_core::model::{Labels, Matcher};
//! use p95_core::model::select::{Select, TimeRange};
//! use p95_core::store::{Store, StoreOptions};
//!
//! let mut store = Store::new(StoreOptions::default());
//! let up = store.series_for(&Labels::from_pairs([("__name__", "up"), ("job", "p95")]));
//! store.append(up, 1_000, 1.0);
//!
//! let range = TimeRange { start_ms: 0, end_ms: 1_000 };
//! let found = store.select(&[Matcher::equal("job", "p95")], range, 100).unwrap();
//! assert_eq!(found[0].labels.to_string(), r#"up{job="p95"}"#);
//! assert_eq!(found[0].samples.floats[0].value, 1.0);
//! ```

mod cardinality;
mod changes;
mod chunk;
mod exemplars;
mod histograms;
mod index;
mod listing;
mod memory;
mod metadata;
mod postings;
mod retention;
mod select;
mod series;
mod stats;

pub use cardinality::{Cardinality, Counted};
pub use changes::Changes;
pub use exemplars::SeriesExemplars;
pub use memory::{Appended, SeriesId, Store};
pub use stats::{StoreOptions, StoreStats};
