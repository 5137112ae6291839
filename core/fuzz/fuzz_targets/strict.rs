//! The strict mode accepts nothing that ingest refuses, the linter panics on nothing, and a page that is strictly valid
//! can be read into families, written, and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use p95_core::exposition::lint::{LintOptions, lint};
use p95_core::exposition::parse::{Format, ParseError, Parser};
use p95_core::exposition::{encode, families};

fuzz_target!(|page: &[u8]| {
    for (format, written) in
        [(Format::Text, encode::Format::Text), (Format::OpenMetrics, encode::Format::OpenMetrics)]
    {
        lint(page, format, LintOptions { strict: true });
        if Parser::strict(page, format).and_then(to_the_end).is_ok() {
            let read = families::read(page, format).expect("ingest reads what is strictly valid");
            families::read(read.encode(written).as_bytes(), format).expect("what was written is read");
        }
    }
});

fn to_the_end(mut parser: Parser<'_>) -> Result<(), ParseError> {
    while parser.next_event()?.is_some() {}
    Ok(())
}
