//! The functions of PromQL: their names and types, and what they calculate.

mod call;
mod changes;
mod classic;
mod date;
mod extended;
mod histogram_rate;
pub(crate) mod histogram_sums;
mod histograms;
mod info;
mod instant_rate;
mod label;
mod math;
mod over_time;
mod rate;
mod regression;
mod signature;
mod sort;
mod start;
pub(crate) mod stats;
mod table;
mod vector;

pub(crate) use call::call;
pub(crate) use date::rfc3339;
pub use signature::Signature;
pub use table::Function;

/// A value as Go's `strconv.FormatFloat(value, 'f', -1, 64)` writes it: shortest, never with an exponent.
///
/// ```
/// use p95_core::promql::functions::format_value;
///
/// assert_eq!(format_value(1e-7), "0.0000001");
/// assert_eq!(format_value(f64::INFINITY), "+Inf");
/// ```
pub fn format_value(value: f64) -> String {
    if value == f64::INFINITY {
        "+Inf".to_owned()
    } else if value == f64::NEG_INFINITY {
        "-Inf".to_owned()
    } else {
        value.to_string()
    }
}
