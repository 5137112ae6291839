//! Aligned columns for people.

use std::io;

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use p95_core::model::SampleValue;
use p95_core::model::labels::METRIC_NAME;
use p95_core::remote::format_float;

use super::answer::{Answer, format_value};
use super::escape::escape;

/// Writes a row for each sample, with a column for each label; the time is shown where there are several.
pub(super) fn write(out: &mut dyn io::Write, answer: &Answer) -> io::Result<()> {
    match answer {
        Answer::Scalar { value, .. } => writeln!(out, "{}", format_float(*value)),
        Answer::Text { value, .. } => writeln!(out, "{}", escape(value)),
        Answer::Vector(series) | Answer::Matrix(series) if series.is_empty() => writeln!(out, "no series"),
        Answer::Vector(_) => writeln!(out, "{}", table(answer, false).trim_fmt()),
        Answer::Matrix(_) => writeln!(out, "{}", table(answer, true).trim_fmt()),
    }
}

/// A line below the header and nothing else, so that rows can be cut with the usual tools.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

fn table(answer: &Answer, has_time: bool) -> Table {
    let names = answer.label_names();
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Disabled);
    let titles = names.iter().map(|name| if *name == METRIC_NAME { "metric".into() } else { escape(name) });
    let time_title = has_time.then(|| Cell::new("time (UTC)"));
    let value_title = Cell::new("value").set_alignment(CellAlignment::Right);
    table.set_header(time_title.into_iter().chain(titles.map(Cell::new)).chain([value_title]));
    for series in answer.series() {
        for (timestamp_ms, value) in &series.samples {
            let time = has_time.then(|| Cell::new(utc(*timestamp_ms)));
            let labels =
                names.iter().map(|name| Cell::new(escape(series.labels.get(name).unwrap_or_default())));
            let value = Cell::new(rounded(value)).set_alignment(CellAlignment::Right);
            table.add_row(time.into_iter().chain(labels).chain([value]));
        }
    }
    table
}

/// A number with six digits, or as many as stand before its point: the other formats have all of them.
fn rounded(value: &SampleValue) -> String {
    let rounded = match value {
        SampleValue::Float(value) if value.fract() == 0.0 => None,
        SampleValue::Float(value) if value.abs() >= 100_000.0 => Some(value.round()),
        SampleValue::Float(value) => format!("{value:.5e}").parse().ok(),
        SampleValue::Histogram(_) => None,
    };
    rounded.map_or_else(|| format_value(value), format_float)
}

/// `2026-01-02 03:04:05.678`, the fraction only where there is one.
fn utc(timestamp_ms: i64) -> String {
    let format = if timestamp_ms % 1000 == 0 { "%F %T" } else { "%F %T%.3f" };
    jiff::Timestamp::from_millisecond(timestamp_ms)
        .map_or_else(|_| timestamp_ms.to_string(), |time| time.strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use p95_core::model::Labels;

    use super::*;
    use crate::output::answer::Series;

    fn written(answer: &Answer) -> Vec<String> {
        let mut out = Vec::new();
        write(&mut out, answer).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn labels_are_columns_and_values_align() {
        let series = |route: &str, value: f64| Series {
            labels: Labels::from_pairs([("route", route)]),
            samples: vec![(1_000, SampleValue::Float(value))],
        };
        let lines = written(&Answer::Vector(vec![series("/cart", 10.25), series("/\u{1b}[2J", 3.0)]));
        assert_eq!(
            lines,
            [" route        value", "────────────────────", " /cart        10.25", " /\\u{1b}[2J       3",]
        );
    }

    #[test]
    fn fractions_have_six_digits_and_whole_numbers_all() {
        #[track_caller]
        fn check(value: f64, expect: &str) {
            assert_eq!(rounded(&SampleValue::Float(value)), expect);
        }
        check(12.333_333_333_333_334, "12.3333");
        check(0.1 + 0.2, "0.3");
        check(0.000_012_345_678, "0.0000123457");
        check(1_234_567.89, "1234568");
        check(123_456_789.0, "123456789");
        check(f64::NAN, "NaN");
        check(f64::NEG_INFINITY, "-Inf");
    }

    #[test]
    fn a_range_has_its_times() {
        let answer = Answer::Matrix(vec![Series {
            labels: Labels::empty(),
            samples: vec![(1_500, SampleValue::Float(1.0))],
        }]);
        assert!(written(&answer).iter().any(|line| line.contains("1970-01-01 00:00:01.500")));
    }

    #[test]
    fn a_number_is_a_number() {
        assert_eq!(written(&Answer::Scalar { timestamp_ms: 0, value: 0.1 }), ["0.1"]);
        assert_eq!(written(&Answer::Vector(Vec::new())), ["no series"]);
    }
}
