//! Units in names: base units, others, and abbreviations. Source: Prometheus' advice on metric and label naming, as
//! `promtool check metrics` (promlint of its Go library) holds it against names.

/// Units with the base unit that stands for them; a base unit stands for itself.
const UNITS: &[(&str, &str)] = &[
    ("amperes", "amperes"),
    ("bytes", "bytes"),
    ("celsius", "celsius"),
    ("grams", "grams"),
    ("joules", "joules"),
    ("kelvin", "kelvin"),
    ("meters", "meters"),
    ("metres", "metres"),
    ("seconds", "seconds"),
    ("volts", "volts"),
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("kelvins", "kelvin"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("inches", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("bits", "bytes"),
    ("calories", "joules"),
    ("pounds", "grams"),
    ("ounces", "grams"),
];

const PREFIXES: &[&str] = &[
    "", "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi",
    "mebi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
];

const ABBREVIATIONS: &[&str] =
    &["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"];

/// A unit in a name that is no base unit, and the base unit to use instead.
pub(super) fn not_base(name: &str) -> Option<(&str, &'static str)> {
    let units = name.split('_').filter_map(|word| base_of(word).map(|base| (word, base)));
    let mut units = units.peekable();
    // Where a name has several units, as bytes per second do, one of them in base form is enough.
    units.clone().all(|(word, base)| word != base).then(|| units.next()).flatten()
}

/// An abbreviated unit in a name.
pub(super) fn abbreviation(name: &str) -> Option<&str> {
    let mut words = name.split('_');
    words.next();
    words.find(|word| ABBREVIATIONS.contains(&word.to_ascii_lowercase().as_str()))
}

/// The base unit of a word that is a unit.
fn base_of(word: &str) -> Option<&'static str> {
    let found = UNITS
        .iter()
        .find(|(unit, _)| word.strip_suffix(unit).is_some_and(|prefix| PREFIXES.contains(&prefix)));
    found.map(|(_, base)| *base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_names() {
        #[track_caller]
        fn check(name: &str, expect_not_base: Option<(&str, &str)>, expect_abbreviation: Option<&str>) {
            assert_eq!(
                (not_base(name), abbreviation(name)),
                (expect_not_base, expect_abbreviation),
                "{name}"
            );
        }
        check("http_requests_total", None, None);
        check("wait_seconds", None, None);
        check("wait_milliseconds", Some(("milliseconds", "seconds")), None);
        check("size_kibibytes_total", Some(("kibibytes", "bytes")), None);
        check("uptime_days", Some(("days", "seconds")), None);
        check("thermometers_count", None, None);
        check("wait_ms", None, Some("ms"));
        check("wait_MS_total", None, Some("MS"));
        check("ms", None, None);
        check("b_c", None, None);
    }
}
