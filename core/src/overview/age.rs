//! How long ago something was, in words.

/// How long ago something was that happened so many seconds ago: `5 h 5 min ago`. At most two units, the smaller one left out
/// where there is none of it; `just now` below a second, `in 5 min` for what is ahead, `NaN` and the infinities by their names.
///
/// ```
/// use p95_core::overview::format_age;
///
/// assert_eq!(format_age(18_300.0), "5 h 5 min ago");
/// assert_eq!((format_age(0.2).as_str(), format_age(-300.0).as_str()), ("just now", "in 5 min"));
/// ```
pub fn format_age(age_secs: f64) -> String {
    if !age_secs.is_finite() {
        return super::Unit::default().format(age_secs);
    }
    if age_secs.abs() < 1.0 {
        return "just now".to_owned();
    }
    let length = length(age_secs.abs());
    if age_secs < 0.0 { format!("in {length}") } else { format!("{length} ago") }
}

/// The units, each with its seconds, the longest first.
const UNITS: [(f64, &str); 5] =
    [(31_557_600.0, "y"), (86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")];

fn length(secs: f64) -> String {
    let pairs = UNITS.iter().zip(UNITS.iter().skip(1).map(Some).chain([None]));
    for ((unit_secs, unit), smaller) in pairs {
        if secs < *unit_secs {
            continue;
        }
        let whole = (secs / unit_secs).floor();
        let rest = smaller.map(|(smaller_secs, name)| {
            let rest = ((secs - whole * unit_secs) / smaller_secs).floor();
            (rest, name)
        });
        return match rest.filter(|(rest, _)| *rest >= 1.0 && whole < 100.0) {
            Some((rest, name)) => format!("{whole} {unit} {rest} {name}"),
            None if whole < 1e6 => format!("{whole} {unit}"),
            None => format!("{whole:.2e} {unit}"),
        };
    }
    "0 s".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_two_units_at_most() {
        #[track_caller]
        fn check(age_secs: f64, expect: &str) {
            assert_eq!(format_age(age_secs), expect, "{age_secs}");
        }
        check(0.0, "just now");
        check(-0.4, "just now");
        check(1.0, "1 s ago");
        check(59.9, "59 s ago");
        check(61.0, "1 min 1 s ago");
        check(3_600.0, "1 h ago");
        check(18_324.0, "5 h 5 min ago");
        check(86_400.0 * 3.5, "3 d 12 h ago");
        check(31_557_600.0 * 2.0, "2 y ago");
        check(31_557_600.0 * 250.5, "250 y ago");
        check(-90.0, "in 1 min 30 s");
        check(1e300, "3.17e292 y ago");
        check(f64::NAN, "NaN");
        check(f64::INFINITY, "+Inf");
    }
}
