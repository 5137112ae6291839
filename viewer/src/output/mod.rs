//! How the answer to a query is written.

mod answer;
mod csv;
pub(crate) mod escape;
mod json;
mod number;
pub(crate) mod shorten;
mod table;

use std::io;

pub(crate) use answer::{Answer, Series};
use number::{format_float, format_value};

use crate::cli::OutputFormat;

/// Writes an answer, with a line break at its end.
///
/// # Errors
/// Where `out` does not take it.
pub(crate) fn write_answer(out: &mut dyn io::Write, format: OutputFormat, answer: &Answer) -> io::Result<()> {
    match format {
        OutputFormat::Table => table::write(out, answer),
        OutputFormat::Json => json::write(out, answer),
        OutputFormat::Csv => csv::write(out, answer),
    }
}
