//! Marks on the axes of charts.

use jiff::tz::TimeZone;
use p95_core::overview::{BaseUnit, Unit};

/// Steps of a time axis, in seconds.
const TIME_STEPS_SECS: [f64; 14] =
    [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 21_600.0, 86_400.0];
/// Steps of an axis of seconds above half a minute.
const LONG_STEPS_SECS: [f64; 12] = [
    60.0,
    120.0,
    300.0,
    600.0,
    1_800.0,
    3_600.0,
    7_200.0,
    21_600.0,
    43_200.0,
    86_400.0,
    604_800.0,
    2_592_000.0,
];

/// A mark on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mark {
    /// Where it stands.
    pub(crate) value: f64,
    /// From mark to mark.
    pub(crate) step: f64,
}

/// The ends of a value axis and the distance between its marks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ValueAxis {
    /// The lower end.
    pub(crate) low: f64,
    /// The upper end.
    pub(crate) high: f64,
    /// From mark to mark.
    pub(crate) step: f64,
}

impl ValueAxis {
    /// An axis for values from `low` to `high`. Zero belongs to it; natural ends, where there are some, are `fixed`.
    pub(crate) fn new(low: f64, high: f64, fixed: Option<[f64; 2]>, unit: &Unit) -> Self {
        if let Some([low, high]) = fixed {
            return Self { low, high, step: nice_step((high - low) / 2.0, unit) };
        }
        let (low, high) = if low <= high { (low.min(0.0), high.max(0.0)) } else { (0.0, 0.0) };
        let high = if high > low { high } else { 1.0 };
        let span = high - low;
        let step = nice_step(span / 3.0, unit);
        // The ends lie on half steps, so that the axis moves seldom, and a little above the highest value.
        let outwards =
            |end: f64| if end == 0.0 { 0.0 } else { ((end + 0.02 * span) / step * 2.0).ceil() * step / 2.0 };
        Self { low: -outwards(-low), high: outwards(high), step }
    }

    /// Where a value lies between the ends, as a share from 0 to 1; beyond them, outside of that.
    pub(crate) fn share(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        if share.is_nan() { 0.0 } else { share }
    }

    /// The marks, at multiples of the step.
    pub(crate) fn marks(&self) -> Vec<Mark> {
        multiples(self.low, self.high, self.step)
    }
}

/// Marks of a time axis in milliseconds: at most `count`, at round local times.
pub(crate) fn time_marks(start_ms: f64, end_ms: f64, count: f64, zone: &TimeZone) -> Vec<Mark> {
    let least_secs = (end_ms - start_ms) / 1000.0 / count.max(1.0);
    let step_secs = TIME_STEPS_SECS.into_iter().find(|secs| *secs >= least_secs);
    let step_ms = step_secs.unwrap_or(86_400.0) * 1000.0;
    let offset_ms = offset_ms(end_ms, zone);
    let shifted = multiples(start_ms + offset_ms, end_ms + offset_ms, step_ms);
    shifted.into_iter().map(|mark| Mark { value: mark.value - offset_ms, ..mark }).collect()
}

/// The local time of day, with seconds where the marks are closer than a minute; the date at midnight.
pub(crate) fn time_label(time_ms: f64, step_ms: f64, zone: &TimeZone) -> String {
    let Some(time) = zoned(time_ms, zone) else { return String::new() };
    let is_midnight = time.time() == jiff::civil::Time::midnight();
    let format = if is_midnight {
        "%b %-d"
    } else if step_ms < 60_000.0 {
        "%H:%M:%S"
    } else {
        "%H:%M"
    };
    time.strftime(format).to_string()
}

/// The local time of day to the second.
pub(crate) fn clock_label(time_ms: i64, zone: &TimeZone) -> String {
    zoned(super::as_float(time_ms), zone)
        .map(|time| time.strftime("%H:%M:%S").to_string())
        .unwrap_or_default()
}

/// The local date and time of what was so many seconds old at `now_ms`; empty where the calendar does not reach so far.
pub(crate) fn date_label(now_ms: i64, age_secs: f64, zone: &TimeZone) -> String {
    zoned(super::as_float(now_ms) - 1_000.0 * age_secs, zone)
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "a time on screen fits; the conversion saturates")]
fn zoned(time_ms: f64, zone: &TimeZone) -> Option<jiff::Zoned> {
    jiff::Timestamp::from_millisecond(time_ms.round() as i64).ok().map(|time| time.to_zoned(zone.clone()))
}

/// How far local time is ahead of UTC.
fn offset_ms(time_ms: f64, zone: &TimeZone) -> f64 {
    zoned(time_ms, zone).map_or(0.0, |time| f64::from(time.offset().seconds()) * 1000.0)
}

fn multiples(low: f64, high: f64, step: f64) -> Vec<Mark> {
    let is_drawable = step > 0.0 && low.is_finite() && high.is_finite() && (high - low) / step < 1_000.0;
    if !is_drawable {
        return Vec::new();
    }
    let first = (low / step).ceil();
    let values = (0..1_000).map(|n| (first + f64::from(n)) * step);
    values.take_while(|value| *value <= high + step * 1e-9).map(|value| Mark { value, step }).collect()
}

/// The smallest round step that is not below `least`.
fn nice_step(least: f64, unit: &Unit) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    match unit.base {
        BaseUnit::Bytes => {
            let factor = 1024_f64.powf(least.log(1024.0).floor().max(0.0));
            factor * nice_decimal(least / factor)
        }
        BaseUnit::Seconds if !unit.per_second && least > 30.0 => {
            LONG_STEPS_SECS.into_iter().find(|step| *step >= least).unwrap_or_else(|| nice_decimal(least))
        }
        _ => nice_decimal(least),
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`.
fn nice_decimal(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let factor = least / power;
    let nice = [1.0, 2.0, 2.5, 5.0].into_iter().find(|nice| *nice >= factor - 1e-9).unwrap_or(10.0);
    nice * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_axes_are_round() {
        #[track_caller]
        fn check(base: BaseUnit, low: f64, high: f64, expect: &[f64]) {
            let axis = ValueAxis::new(low, high, None, &Unit::of(base));
            let marks: Vec<f64> = axis.marks().iter().map(|mark| mark.value).collect();
            assert_eq!(marks, expect, "{axis:?}");
        }
        check(BaseUnit::None, 2.0, 10.0, &[0.0, 5.0, 10.0]);
        check(BaseUnit::None, -1.0, 1.0, &[-1.0, 0.0, 1.0]);
        check(BaseUnit::None, 0.0, 0.0, &[0.0, 0.5, 1.0]);
        check(BaseUnit::Seconds, 0.0, 900.0, &[0.0, 300.0, 600.0, 900.0]);
        check(BaseUnit::None, 0.0, 9.9, &[0.0, 5.0, 10.0]);
        check(BaseUnit::Percent, 0.0, 7.2, &[0.0, 2.5, 5.0, 7.5]);
        check(BaseUnit::None, f64::INFINITY, f64::NEG_INFINITY, &[0.0, 0.5, 1.0]);
        check(BaseUnit::Bytes, 0.0, 3.0 * 1_048_576.0, &[0.0, 1_048_576.0, 2_097_152.0, 3_145_728.0]);
    }

    #[test]
    fn the_ends_lie_on_half_steps() {
        #[track_caller]
        fn check(low: f64, high: f64, expect: (f64, f64)) {
            let axis = ValueAxis::new(low, high, None, &Unit::default());
            assert_eq!((axis.low, axis.high), expect);
        }
        check(0.0, 9.0, (0.0, 10.0));
        check(0.0, 10.0, (0.0, 12.5));
        check(-3.0, 3.0, (-4.0, 4.0));
        check(-3.0, -2.0, (-3.5, 0.0));
        check(0.0, 5e-324, (0.0, 0.5));
    }

    #[test]
    fn an_axis_with_natural_ends_keeps_them() {
        let axis = ValueAxis::new(0.4, 0.5, Some([0.0, 1.0]), &Unit::of(BaseUnit::Ratio));
        assert_eq!((axis.low, axis.high, axis.step), (0.0, 1.0, 0.5));
    }

    #[test]
    fn times_are_round() {
        let marks = time_marks(3_000.0, 33_000.0, 3.0, &TimeZone::UTC);
        assert_eq!(marks.iter().map(|mark| mark.value).collect::<Vec<_>>(), [10_000.0, 20_000.0, 30_000.0]);
        assert_eq!(time_label(10_000.0, 10_000.0, &TimeZone::UTC), "00:00:10");
        assert_eq!(time_label(600_000.0, 60_000.0, &TimeZone::UTC), "00:10");
        assert_eq!(time_label(86_400_000.0, 1_000.0, &TimeZone::UTC), "Jan 2");
        assert_eq!(date_label(90_000_000, 3_600.0, &TimeZone::UTC), "1970-01-02 00:00:00");
        assert_eq!(date_label(0, f64::INFINITY, &TimeZone::UTC), "");
    }
}
