//! Numbers as people like to read them. Source: the documentation of Prometheus' template functions.

use std::fmt::{self, Formatter};

use super::number::general;
use crate::promql::functions::rfc3339;

/// Four digits.
const DIGITS: Option<usize> = Some(4);
const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const LARGE_1024: [&str; 8] = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];

/// `1234567` as `1.235M`, `0.05` as `50m`.
pub(super) fn humanize(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return general(value, DIGITS);
    }
    let (value, prefix) = if value.abs() >= 1.0 { scaled(value, 1000.0, &LARGE) } else { small(value) };
    general(value, DIGITS) + prefix
}

/// `2048` as `2ki`; what is not above 1 as it is.
pub(super) fn humanize_1024(value: f64) -> String {
    if value.abs() <= 1.0 || !value.is_finite() {
        return general(value, DIGITS);
    }
    let (value, prefix) = scaled(value, 1024.0, &LARGE_1024);
    general(value, DIGITS) + prefix
}

/// Seconds: `93784` as `1d 2h 3m 4s`, `0.05` as `50ms`.
pub(super) fn humanize_duration(secs: f64) -> String {
    if !secs.is_finite() {
        return general(secs, DIGITS);
    }
    if secs == 0.0 {
        return general(secs, DIGITS) + "s";
    }
    if secs.abs() < 1.0 {
        let (value, prefix) = small(secs);
        return format!("{}{prefix}s", general(value, DIGITS));
    }
    let sign = if secs < 0.0 { "-" } else { "" };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive; beyond the range it saturates"
    )]
    let whole = secs.abs() as u64;
    let (seconds, minutes, hours, days) = (whole % 60, whole / 60 % 60, whole / 3600 % 24, whole / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{sign}{}s", general(secs.abs(), DIGITS)),
        (0, 0, _) => format!("{sign}{minutes}m {seconds}s"),
        (0, _, _) => format!("{sign}{hours}h {minutes}m {seconds}s"),
        _ => format!("{sign}{days}d {hours}h {minutes}m {seconds}s"),
    }
}

/// A share: `0.256` as `25.6%`.
pub(super) fn humanize_percentage(share: f64) -> String {
    general(share * 100.0, DIGITS) + "%"
}

/// The time of so many seconds since the epoch, in milliseconds; `None` where no calendar of nanoseconds reaches.
#[expect(clippy::cast_possible_truncation, reason = "the number lies within the range")]
pub(super) fn time_ms(secs: f64) -> Option<i64> {
    let nanos = secs * 1e9;
    (nanos.abs() <= i64::MAX as f64).then_some(nanos as i64 / 1_000_000)
}

/// A time as Go writes it: `2026-11-21 09:30:00.5 +0000 UTC`.
pub(super) fn write_time(f: &mut Formatter<'_>, at_ms: i64) -> fmt::Result {
    let date = rfc3339(at_ms.div_euclid(1000)).replace('T', " ");
    f.write_str(date.trim_end_matches('Z'))?;
    let milliseconds = at_ms.rem_euclid(1000);
    if milliseconds > 0 {
        let digits = format!("{milliseconds:03}");
        write!(f, ".{}", digits.trim_end_matches('0'))?;
    }
    f.write_str(" +0000 UTC")
}

/// The number in the largest unit that leaves at least 1 before the point, and that unit's prefix.
fn scaled(mut value: f64, base: f64, prefixes: &[&'static str]) -> (f64, &'static str) {
    let mut found = "";
    for prefix in prefixes {
        if value.abs() < base {
            break;
        }
        value /= base;
        found = prefix;
    }
    (value, found)
}

/// A number below 1 in the first unit that leaves at least 1 before the point, and that unit's prefix.
fn small(mut value: f64) -> (f64, &'static str) {
    let mut found = "";
    for prefix in SMALL {
        if value.abs() >= 1.0 {
            break;
        }
        value *= 1000.0;
        found = prefix;
    }
    (value, found)
}
