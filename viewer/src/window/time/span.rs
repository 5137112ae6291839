//! A stretch of time.

/// A stretch of time; both ends in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct TimeSpan {
    /// Where it begins.
    pub(crate) start_ms: i64,
    /// Where it ends; not before it begins.
    pub(crate) end_ms: i64,
}

impl TimeSpan {
    /// The stretch of this length before a time.
    pub(crate) fn before(end_ms: i64, length_ms: i64) -> Self {
        Self { start_ms: end_ms.saturating_sub(length_ms.max(0)), end_ms }
    }

    /// Its length, in milliseconds.
    pub(crate) fn length_ms(self) -> i64 {
        self.end_ms.saturating_sub(self.start_ms)
    }

    /// The same stretch, later by so many milliseconds, or earlier.
    pub(crate) fn moved(self, by_ms: i64) -> Self {
        Self { start_ms: self.start_ms.saturating_add(by_ms), end_ms: self.end_ms.saturating_add(by_ms) }
    }

    /// The stretch that is `factor` times as long, with the same middle.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        self.zoomed(self.start_ms.saturating_add(self.length_ms() / 2), factor)
    }

    /// The stretch that is `factor` times as long, in which the time `at_ms` keeps its place.
    pub(crate) fn zoomed(self, at_ms: i64, factor: f64) -> Self {
        Self {
            start_ms: at_ms.saturating_sub(scaled_ms(at_ms.saturating_sub(self.start_ms), factor)),
            end_ms: at_ms.saturating_add(scaled_ms(self.end_ms.saturating_sub(at_ms), factor)),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "milliseconds on screen; the conversion saturates"
)]
fn scaled_ms(length_ms: i64, factor: f64) -> i64 {
    (length_ms as f64 * factor).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zoom_keeps_the_place_under_the_pointer() {
        let span = TimeSpan { start_ms: 1_000, end_ms: 5_000 };
        assert_eq!(span.zoomed(2_000, 0.5), TimeSpan { start_ms: 1_500, end_ms: 3_500 });
        assert_eq!(span.zoomed(2_000, 2.0), TimeSpan { start_ms: 0, end_ms: 8_000 });
        assert_eq!(span.moved(-500), TimeSpan { start_ms: 500, end_ms: 4_500 });
    }
}
