//! The functions of PromQL: their names and types, and what they calculate.

mod call;
mod date;
mod histogram;
mod label;
mod math;
mod over_time;
mod rate;
mod regression;
mod signature;
pub(crate) mod stats;
mod table;

pub(crate) use call::call;
pub use signature::Signature;
pub use table::Function;

/// A value as Go's `strconv.FormatFloat(value, 'f', -1, 64)` writes it: shortest, never with an exponent.
pub fn format_value(value: f64) -> String {
    if value == f64::INFINITY {
        "+Inf".to_owned()
    } else if value == f64::NEG_INFINITY {
        "-Inf".to_owned()
    } else {
        value.to_string()
    }
}
