//! Prometheus metrics without a server: parse, encode, store and query them.
//!
//! Nothing here has a clock, a thread, a file or a network: bytes, label sets and times go in, numbers come out.
//!
//! ```
//! use std::time::Duration;
//!
//! use p95_core::exposition::parse::Format;
//! use p95_core::ingest::{ScrapeOptions, Scraper};
//! use p95_core::model::Labels;
//! use p95_core::promql::eval::{EngineOptions, QueryValue, instant};
//! use p95_core::promql::{ParseOptions, parse};
//! use p95_core::store::{Store, StoreOptions};
//!
//! let mut store = Store::new(StoreOptions::default());
//! let target = Labels::from_pairs([("instance", "shop:8000"), ("job", "p95")]);
//! let mut scraper = Scraper::new(target, ScrapeOptions::default());
//! for (at_ms, page) in [(1_000, "sales_total 20\n"), (2_000, "sales_total 25\n")] {
//!     scraper.ingest(&mut store, page.as_bytes(), Format::Text, at_ms, || Duration::from_millis(10))?;
//! }
//!
//! let query = parse("sum by (job) (rate(sales_total[2s]))", &ParseOptions::default())?;
//! let answer = instant(&store, &query, 2_000, &EngineOptions::default())?;
//! let QueryValue::Vector(series) = answer.value else { unreachable!() };
//! assert_eq!(series[0].labels.to_string(), r#"{job="p95"}"#);
//! assert_eq!(series[0].sample.value, 5.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(test, allow(clippy::string_slice, reason = "a test may fail on what it slices"))]

#[cfg(any(feature = "encode", feature = "parse"))]
pub mod exposition;
#[cfg(feature = "store")]
pub mod ingest;
#[cfg(feature = "instrument")]
pub mod instrument;
pub mod model;
#[cfg(feature = "overview")]
pub mod overview;
#[cfg(feature = "promql")]
pub mod promql;
#[cfg(feature = "remote")]
pub mod remote;
#[cfg(feature = "rules")]
pub mod rules;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "store")]
pub mod store;
