//! Any text: the PromQL parser does not panic, and what parses is displayed as a text that parses to the same tree.

#![no_main]

use libfuzzer_sys::fuzz_target;
use p95_core::promql::{ParseOptions, parse};

fuzz_target!(|text: &str| {
    let options = ParseOptions::experimental();
    match parse(text, &options) {
        Ok(expr) => {
            let shown = expr.to_string();
            // Escapes and default modifiers make a text longer.
            let options = ParseOptions { max_query_bytes: usize::MAX, ..options };
            match parse(&shown, &options) {
                Ok(again) => assert!(again == expr, "{text:?} and {shown:?} differ"),
                Err(error) => panic!("{text:?} is displayed as a mistake:\n{}", error.show_in(&shown)),
            }
        }
        Err(error) => assert!(!error.show_in(text).is_empty()),
    }
});
