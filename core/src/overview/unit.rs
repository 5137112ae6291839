//! What a value is measured in, and how it is written for people.

use std::borrow::Cow;

/// What the values of a chart are measured in.
///
/// ```
/// use p95_core::overview::{BaseUnit, Unit};
///
/// assert_eq!(Unit::of(BaseUnit::Seconds).format(0.0123), "12.3 ms");
/// assert_eq!(Unit::rate(BaseUnit::Bytes).format(1_536.0), "1.5 KiB/s");
/// assert_eq!(Unit::default().format(f64::INFINITY), "+Inf");
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Unit {
    /// The unit of the metric.
    pub base: BaseUnit,
    /// Whether the values are rates: so much of the base unit in a second.
    pub per_second: bool,
}

/// The unit of a metric, as its UNIT line or the suffix of its name gives it.
///
/// ```
/// use p95_core::overview::BaseUnit;
///
/// assert_eq!(BaseUnit::of("", "sent_bytes_total"), BaseUnit::Bytes);
/// assert_eq!(BaseUnit::of("volts", "mains").word(), "volts");
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum BaseUnit {
    /// A plain number.
    #[default]
    None,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A share of 1.
    Ratio,
    /// A share of 100.
    Percent,
    /// Degrees Celsius.
    Celsius,
    /// Any other, in the words of the metric: `volts`.
    Other(String),
}

/// Words that count as a unit where they end a name that has no UNIT line.
const SUFFIXES: [&str; 12] = [
    "seconds", "bytes", "ratio", "percent", "celsius", "volts", "amperes", "joules", "meters", "grams",
    "hertz", "watts",
];

impl BaseUnit {
    /// The unit that a UNIT line declares, else the one that the name of the family ends with.
    pub fn of(declared: &str, family: &str) -> Self {
        if !declared.is_empty() {
            return Self::from_word(declared);
        }
        let name = family.strip_suffix("_total").unwrap_or(family);
        let last = name.rsplit(['_', '.', ':']).next().filter(|last| *last != name);
        last.filter(|last| SUFFIXES.contains(last)).map_or(Self::None, Self::from_word)
    }

    /// The unit's name, as a UNIT line has it; empty for a plain number.
    pub fn word(&self) -> &str {
        match self {
            Self::None => "",
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Ratio => "ratio",
            Self::Percent => "percent",
            Self::Celsius => "celsius",
            Self::Other(word) => word,
        }
    }

    /// Reads a unit's name.
    fn from_word(word: &str) -> Self {
        match word {
            "seconds" => Self::Seconds,
            "bytes" => Self::Bytes,
            "ratio" => Self::Ratio,
            "percent" => Self::Percent,
            "celsius" => Self::Celsius,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The ends of an axis for values that have natural ones.
    pub(super) fn axis(&self) -> Option<[f64; 2]> {
        match self {
            Self::Ratio => Some([0.0, 1.0]),
            Self::Percent => Some([0.0, 100.0]),
            _ => None,
        }
    }
}

impl Unit {
    /// The values are in `base`.
    pub fn of(base: BaseUnit) -> Self {
        Self { base, per_second: false }
    }

    /// The values are in `base` per second.
    pub fn rate(base: BaseUnit) -> Self {
        Self { base, per_second: true }
    }

    /// Writes a value for people: three significant digits, a prefix where it helps, the unit.
    ///
    /// NaN and the infinities keep their names: `NaN`, `+Inf`, `-Inf`. Bytes use binary prefixes; seconds are cut into
    /// `ms`, `µs`, `ns` below one and into minutes, hours, days from two minutes on. What no prefix makes short is written
    /// with an exponent.
    pub fn format(&self, value: f64) -> String {
        let per_second = if self.per_second { "/s" } else { "" };
        if !value.is_finite() {
            let name = if value.is_nan() { "NaN" } else { signed(value, "+Inf", "-Inf") };
            return name.to_owned();
        }
        let (scaled, symbol): (f64, Cow<'_, str>) = match &self.base {
            BaseUnit::None => scaled(value, "", &DECIMAL),
            BaseUnit::Seconds if self.per_second => (value, " s".into()),
            BaseUnit::Seconds if value == 0.0 => (0.0, "".into()),
            BaseUnit::Seconds => scaled(value, " s", &SECONDS),
            BaseUnit::Bytes => scaled(value, " B", &BINARY),
            BaseUnit::Ratio => (value, "".into()),
            BaseUnit::Percent => (value, "%".into()),
            BaseUnit::Celsius => (value, " °C".into()),
            BaseUnit::Other(word) => {
                let (scaled, prefix) = scaled(value, "", &DECIMAL);
                (scaled, format!("{prefix} {word}").into())
            }
        };
        format!("{}{symbol}{per_second}", three_digits(scaled))
    }
}

/// Prefixes by descending factor.
type Prefixes = [(f64, &'static str)];

/// From this many of the largest prefix on, a number is written with an exponent and without a prefix.
const MAX_PREFIXED: f64 = 999.95;

const DECIMAL: [(f64, &str); 4] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
const BINARY: [(f64, &str); 5] = [
    (1_125_899_906_842_624.0, " PiB"),
    (1_099_511_627_776.0, " TiB"),
    (1_073_741_824.0, " GiB"),
    (1_048_576.0, " MiB"),
    (1_024.0, " KiB"),
];
const SECONDS: [(f64, &str); 7] = [
    (172_800.0, " d"),
    (7_200.0, " h"),
    (120.0, " min"),
    (1.0, " s"),
    (1e-3, " ms"),
    (1e-6, " µs"),
    (0.0, " ns"),
];

/// What a prefix of [`SECONDS`] divides by, which is not where it begins to be used.
fn divisor(threshold: f64, symbol: &str) -> f64 {
    match symbol {
        " d" => 86_400.0,
        " h" => 3_600.0,
        " min" => 60.0,
        " ns" => 1e-9,
        _ => threshold,
    }
}

/// The value in units of the largest prefix that it reaches, and that prefix; `None` where it is beyond the largest.
fn prefixed(value: f64, prefixes: &Prefixes) -> Option<(f64, &'static str)> {
    // Rounding may carry into the next prefix: 999.96 is 1.00k.
    let magnitude = value.abs() * 1.000_5;
    let (threshold, symbol) = prefixes.iter().find(|(threshold, _)| magnitude >= *threshold)?;
    let scaled = value / divisor(*threshold, symbol);
    let is_largest = prefixes.first().is_some_and(|(_, largest)| largest == symbol);
    (!is_largest || scaled.abs() < MAX_PREFIXED).then_some((scaled, symbol))
}

/// The same, with what stands behind a number that has no prefix.
fn scaled<'a>(value: f64, plain: &'a str, prefixes: &Prefixes) -> (f64, Cow<'a, str>) {
    let found = Some(value).filter(|value| *value != 0.0).and_then(|value| prefixed(value, prefixes));
    found.map_or((value, plain.into()), |(scaled, symbol)| (scaled, symbol.into()))
}

/// Three significant digits, without an exponent where the number is of ordinary size.
fn three_digits(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e6).contains(&magnitude) {
        format!("{value:.2e}")
    } else {
        let decimals = if magnitude >= 99.95 {
            0
        } else if magnitude >= 9.995 {
            1
        } else if magnitude >= 0.1 {
            2
        } else {
            4
        };
        let text = format!("{value:.decimals$}");
        let trimmed =
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        trimmed.to_owned()
    }
}

/// One of two names, by the sign.
fn signed<'a>(value: f64, positive: &'a str, negative: &'a str) -> &'a str {
    if value > 0.0 { positive } else { negative }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_come_from_the_unit_line_before_the_suffix() {
        #[track_caller]
        fn check(declared: &str, family: &str, expect: BaseUnit) {
            assert_eq!(BaseUnit::of(declared, family), expect, "{declared} {family}");
        }
        check("", "http_request_duration_seconds", BaseUnit::Seconds);
        check("", "process_cpu_seconds_total", BaseUnit::Seconds);
        check("", "node_filesystem_free_bytes", BaseUnit::Bytes);
        check("", "room_temperature_celsius", BaseUnit::Celsius);
        check("", "http.server.duration.seconds", BaseUnit::Seconds);
        check("", "requests_total", BaseUnit::None);
        check("", "bytes", BaseUnit::None);
        check("", "", BaseUnit::None);
        check("bytes", "x_seconds", BaseUnit::Bytes);
        check("furlongs", "x_furlongs", BaseUnit::Other("furlongs".to_owned()));
        check("", "power_watts", BaseUnit::Other("watts".to_owned()));
    }

    #[test]
    fn values_are_written_for_people() {
        #[track_caller]
        fn check(base: BaseUnit, value: f64, expect: &str) {
            assert_eq!(Unit::of(base).format(value), expect, "{value}");
        }
        check(BaseUnit::None, 0.0, "0");
        check(BaseUnit::None, 10.0, "10");
        check(BaseUnit::None, 0.123_456, "0.12");
        check(BaseUnit::None, 0.0123, "0.0123");
        check(BaseUnit::None, 1234.0, "1.23k");
        check(BaseUnit::None, 999.96, "1k");
        check(BaseUnit::None, -2_500_000.0, "-2.5M");
        check(BaseUnit::None, 1e-9, "1.00e-9");
        check(BaseUnit::None, 9e14, "900T");
        check(BaseUnit::None, -1.7e308, "-1.70e308");
        check(BaseUnit::Bytes, 1e30, "1.00e30 B");
        check(BaseUnit::Seconds, 1e20, "1.00e20 s");
        check(BaseUnit::Seconds, 1e7, "116 d");
        check(BaseUnit::Other("volts".to_owned()), 1e30, "1.00e30 volts");
        check(BaseUnit::Seconds, 0.0, "0");
        check(BaseUnit::Seconds, 0.25, "250 ms");
        check(BaseUnit::Seconds, 0.000_031, "31 µs");
        check(BaseUnit::Seconds, 2e-9, "2 ns");
        check(BaseUnit::Seconds, 1.5, "1.5 s");
        check(BaseUnit::Seconds, 90.0, "90 s");
        check(BaseUnit::Seconds, 180.0, "3 min");
        check(BaseUnit::Seconds, 36_000.0, "10 h");
        check(BaseUnit::Seconds, 864_000.0, "10 d");
        check(BaseUnit::Bytes, 512.0, "512 B");
        check(BaseUnit::Bytes, 1_572_864.0, "1.5 MiB");
        check(BaseUnit::Percent, 3.21, "3.21%");
        check(BaseUnit::Celsius, 41.5, "41.5 °C");
        check(BaseUnit::Other("volts".to_owned()), 12.0, "12 volts");
        check(BaseUnit::None, f64::NAN, "NaN");
        check(BaseUnit::Seconds, f64::INFINITY, "+Inf");
        check(BaseUnit::Seconds, f64::NEG_INFINITY, "-Inf");
    }

    #[test]
    fn rates_say_per_second() {
        assert_eq!(Unit::rate(BaseUnit::None).format(10.0), "10/s");
        assert_eq!(Unit::rate(BaseUnit::Bytes).format(2048.0), "2 KiB/s");
        assert_eq!(Unit::rate(BaseUnit::Seconds).format(0.5), "0.5 s/s");
    }
}
