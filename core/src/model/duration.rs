//! Durations as Prometheus writes them: `1h30m`, `500ms`.

/// The units, largest first, in milliseconds.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Reads a duration in milliseconds: whole numbers with units in descending order, each at most once.
///
/// Returns `None` for anything else, a duration that does not fit, an empty text, or a bare number; `0` alone is allowed.
///
/// ```
/// use p95_core::model::duration::parse_duration_ms;
/// assert_eq!(parse_duration_ms("1h30m"), Some(5_400_000));
/// assert_eq!(parse_duration_ms("30m1h"), None);
/// ```
pub fn parse_duration_ms(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut total_ms = 0_i64;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let (number, after) = rest.split_at_checked(rest.bytes().take_while(u8::is_ascii_digit).count())?;
        let (unit, after) =
            after.split_at_checked(after.bytes().take_while(u8::is_ascii_alphabetic).count())?;
        let (_, unit_ms) = units.by_ref().find(|(name, _)| *name == unit)?;
        let part_ms = number.parse::<i64>().ok()?.checked_mul(*unit_ms)?;
        total_ms = total_ms.checked_add(part_ms)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total_ms)
}

/// Writes a duration so that [`parse_duration_ms`] reads it back: `5400000` as `1h30m`. Negative durations carry a sign.
///
/// Years and weeks are used only where they are exact, as Prometheus does it.
///
/// ```
/// use p95_core::model::duration::format_duration_ms;
/// assert_eq!(format_duration_ms(5_400_000), "1h30m");
/// ```
pub fn format_duration_ms(duration_ms: i64) -> String {
    if duration_ms == 0 {
        return "0s".to_owned();
    }
    let mut out = String::new();
    if duration_ms < 0 {
        out.push('-');
    }
    let mut rest_ms = duration_ms.unsigned_abs();
    for (unit, unit_ms) in UNITS {
        let unit_ms = unit_ms.unsigned_abs();
        let only_exact = matches!(unit, "y" | "w");
        if rest_ms < unit_ms || (only_exact && !rest_ms.is_multiple_of(unit_ms)) {
            continue;
        }
        out.push_str(&(rest_ms / unit_ms).to_string());
        out.push_str(unit);
        rest_ms %= unit_ms;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_prometheus_reads() {
        #[track_caller]
        fn check(text: &str, expect: Option<i64>) {
            assert_eq!(parse_duration_ms(text), expect, "{text}");
        }
        check("5m", Some(300_000));
        check("1h30m", Some(5_400_000));
        check("1y2w3d4h5m6s7ms", Some(((365 + 14 + 3) * 86_400 + 4 * 3600 + 5 * 60 + 6) * 1000 + 7));
        check("0", Some(0));
        check("500ms", Some(500));
        check("", None);
        check("5", None);
        check("m", None);
        check("1m1h", None);
        check("1m1m", None);
        check("1.5h", None);
        check("-5m", None);
        check("5 m", None);
        check("99999999999999y", None);
    }

    #[test]
    fn what_is_written_is_read_back() {
        for duration_ms in
            [1, 999, 1000, 61_001, 5_400_000, 604_800_000, 691_200_000, 31_536_000_000, i64::MAX]
        {
            let text = format_duration_ms(duration_ms);
            assert_eq!(parse_duration_ms(&text), Some(duration_ms), "{text}");
        }
        assert_eq!(format_duration_ms(5_400_000), "1h30m");
        assert_eq!(format_duration_ms(691_200_000), "8d");
        assert_eq!(format_duration_ms(-1_500), "-1s500ms");
        assert_eq!(format_duration_ms(0), "0s");
    }
}
