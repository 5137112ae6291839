//! Parts of a date, in UTC.

use super::Function;

/// A date of the proleptic Gregorian calendar, and a time of day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Date {
    year: i64,
    /// 1 to 12.
    month: i64,
    /// 1 to 31.
    day: i64,
    days_since_epoch: i64,
    seconds_of_day: i64,
}

/// The part that `function` names of a time in seconds since the epoch, or `None` where it names none.
pub(super) fn part(function: Function) -> Option<fn(f64) -> f64> {
    Some(match function {
        Function::DayOfMonth => |secs| with_date(secs, |date| date.day),
        Function::DayOfWeek => |secs| with_date(secs, |date| (date.days_since_epoch + 4).rem_euclid(7)),
        Function::DayOfYear => {
            |secs| with_date(secs, |date| date.days_since_epoch - days_from_civil(date.year, 1, 1) + 1)
        }
        Function::DaysInMonth => |secs| with_date(secs, days_in_month),
        Function::Hour => |secs| with_date(secs, |date| date.seconds_of_day / 3600),
        Function::Minute => |secs| with_date(secs, |date| date.seconds_of_day / 60 % 60),
        Function::Month => |secs| with_date(secs, |date| date.month),
        Function::Year => |secs| with_date(secs, |date| date.year),
        _ => return None,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "out of range saturates, as in no calendar"
)]
fn with_date(secs: f64, part: impl Fn(Date) -> i64) -> f64 {
    if !secs.is_finite() {
        return f64::NAN;
    }
    part(date_of((secs as i64).clamp(-(1 << 50), 1 << 50))) as f64
}

/// A time in seconds since the epoch: `2026-11-21T09:30:00Z`.
pub(crate) fn rfc3339(secs: i64) -> String {
    let Date { year, month, day, seconds_of_day, .. } = date_of(secs.clamp(-(1 << 50), 1 << 50));
    let (hour, minute, second) = (seconds_of_day / 3600, seconds_of_day / 60 % 60, seconds_of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn date_of(secs: i64) -> Date {
    let days_since_epoch = secs.div_euclid(86_400);
    let shifted = days_since_epoch + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    Date {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
        days_since_epoch,
        seconds_of_day: secs.rem_euclid(86_400),
    }
}

/// Source: as [`date_of`], `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn days_in_month(date: Date) -> i64 {
    let (next_year, next_month) =
        if date.month == 12 { (date.year + 1, 1) } else { (date.year, date.month + 1) };
    days_from_civil(next_year, next_month, 1) - days_from_civil(date.year, date.month, 1)
}
