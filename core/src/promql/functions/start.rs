//! What start timestamps tell: since when a counter has counted.

/// Whether the counter began anew between two samples; 0 is an unknown start.
///
/// A start at the very time of the sample before belongs to a counter of differences, unless that one says that its start
/// is not known, by none or by its own time. A start that is not before its sample says nothing.
pub(super) fn is_reset(before_start_ms: i64, before_ms: i64, start_ms: i64, timestamp_ms: i64) -> bool {
    if start_ms == 0 || start_ms >= timestamp_ms || start_ms < before_ms {
        return false;
    }
    start_ms > before_ms || (before_start_ms != 0 && before_start_ms < before_ms)
}

/// Whether a sample says that it began to count before the sample before it was taken, which had another start.
pub(super) fn overlaps(before_start_ms: i64, before_ms: i64, start_ms: i64) -> bool {
    start_ms != 0 && start_ms < before_ms && start_ms != before_start_ms
}

/// The start of the window's first sample, where that lies inside of the window: then the counter was 0 there.
pub(super) fn of_first(starts_ms: &[i64], window_start_ms: i64, first_ms: i64) -> Option<i64> {
    let start_ms = *starts_ms.first()?;
    (start_ms != 0 && start_ms > window_start_ms && start_ms < first_ms).then_some(start_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resets() {
        #[track_caller]
        fn check(before: (i64, i64), after: (i64, i64), expect: bool) {
            assert_eq!(is_reset(before.0, before.1, after.0, after.1), expect, "{before:?} {after:?}");
        }
        check((0, 10), (0, 20), false);
        check((5, 10), (5, 20), false);
        check((5, 10), (12, 20), true);
        check((5, 10), (20, 20), false);
        check((5, 10), (25, 20), false);
        // Counters of differences, and counters that began nobody knows when.
        check((5, 10), (10, 20), true);
        check((0, 10), (10, 20), false);
        check((10, 10), (10, 20), false);
        check((11, 10), (10, 20), false);
    }

    #[test]
    fn a_start_inside_of_the_window_is_a_zero() {
        assert_eq!(of_first(&[5, 20], 0, 10), Some(5));
        for (starts_ms, window_start_ms) in [(&[][..], 0), (&[0], 0), (&[5], 5), (&[10], 0), (&[11], 0)] {
            assert_eq!(of_first(starts_ms, window_start_ms, 10), None);
        }
        assert!(overlaps(0, 10, 5));
        assert!(!overlaps(5, 10, 5));
        assert!(!overlaps(5, 10, 10));
    }
}
