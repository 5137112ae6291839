//! Sizes as Prometheus' configuration writes them: `256MB`.

use std::fmt;

/// The units with their factors; as in Prometheus, `MB` and `MiB` are the same.
const UNITS: [(&str, u64); 11] = [
    ("", 1),
    ("B", 1),
    ("KB", 1 << 10),
    ("KiB", 1 << 10),
    ("MB", 1 << 20),
    ("MiB", 1 << 20),
    ("GB", 1 << 30),
    ("GiB", 1 << 30),
    ("TB", 1 << 40),
    ("TiB", 1 << 40),
    ("PB", 1 << 50),
];

/// Reads a size in bytes: a whole number with an optional unit.
pub(super) fn parse_size_bytes(text: &str) -> Result<u64, SizeError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).ok_or(SizeError)?;
    let (_, factor) =
        UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim())).ok_or(SizeError)?;
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(*factor)).ok_or(SizeError)
}

/// Why a text is no size.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct SizeError;

impl std::error::Error for SizeError {}

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a size is a whole number with a unit, such as 500KB or 256MB; 0 means no limit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_prometheus_reads_them() {
        #[track_caller]
        fn check(text: &str, expect: Result<u64, SizeError>) {
            assert_eq!(parse_size_bytes(text), expect, "{text}");
        }
        check("0", Ok(0));
        check("512", Ok(512));
        check("1KB", Ok(1024));
        check("256MiB", Ok(256 << 20));
        check("10 mb", Ok(10 << 20));
        check("", Err(SizeError));
        check("MB", Err(SizeError));
        check("1.5MB", Err(SizeError));
        check("-1", Err(SizeError));
        check("99999999PB", Err(SizeError));
    }
}
