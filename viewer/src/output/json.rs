//! The `data` object of Prometheus' query API.

use std::io;

use p95_core::promql::eval::QueryValue;
use p95_core::remote::QueryData;

use super::escape::escape_json;

/// Writes the answer as one line of JSON.
pub(super) fn write(out: &mut dyn io::Write, value: &QueryValue, at_ms: i64) -> io::Result<()> {
    let document = serde_json::to_string(&QueryData { value, at_ms })?;
    writeln!(out, "{}", escape_json(&document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        let mut out = Vec::new();
        write(&mut out, &QueryValue::String("\u{1b}\u{202e}".into()), 1_500).unwrap();
        let expect = "{\"resultType\":\"string\",\"result\":[1.5,\"\\u001b\\u202e\"]}\n";
        assert_eq!(String::from_utf8(out).unwrap(), expect);
    }
}
