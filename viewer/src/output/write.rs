//! The answer to a query, in the form that is asked for.

use std::io;

use p95_core::promql::eval::QueryValue;

use super::answer::Answer;
use super::{csv, json, table};
use crate::cli::OutputFormat;

/// Writes the answer to a query at `at_ms`, with a line break at its end.
///
/// # Errors
/// Where `out` does not take it.
pub(crate) fn write_answer(
    out: &mut dyn io::Write,
    format: OutputFormat,
    value: QueryValue,
    at_ms: i64,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(out, &Answer::new(value, at_ms)),
        OutputFormat::Json => json::write(out, &value, at_ms),
        OutputFormat::Csv => csv::write(out, &Answer::new(value, at_ms)),
    }
}
