//! The metrics of a web page: `p95-core`'s instruments and its encoder behind numbers, for JavaScript.
//!
//! JavaScript finds a series by its labels and keeps its handle, a place in a table; so a text crosses once, when a
//! family or a series is made, and to count crosses with two numbers. Names are checked over there as well. What is here
//! counts, and writes: all of it, or what has changed since the last frame.

mod exports;
mod family;
mod float;
mod instrument;
mod page;
mod reading;
mod series;

/// A fifth of the standard one's code, and a page allocates little.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
