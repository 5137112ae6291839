//! Comparing two answers to one query.

use std::collections::BTreeSet;

use crate::answer::{Answer, Point};

/// How far two values may lie apart and still agree.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// As a part of the larger of the two.
    pub relative: f64,
    /// What counts as the larger of the two at least: a difference near zero is held against this.
    pub scale: f64,
}

impl Tolerance {
    /// For two evaluations of the same samples: the last digits of a sum may differ with its order.
    pub const ROUNDING: Self = Self { relative: 1e-9, scale: 1e-3 };

    /// Whether `a` and `b` agree; one NaN agrees with another.
    pub fn accepts(self, a: f64, b: f64) -> bool {
        a == b
            || (a.is_nan() && b.is_nan())
            || (a - b).abs() <= self.relative * a.abs().max(b.abs()).max(self.scale)
    }
}

/// Where `actual` is not `expected`, a line each; empty where they agree.
///
/// The series must be the same, and at the same times.
pub fn differences(expected: &Answer, actual: &Answer, tolerance: Tolerance) -> Vec<String> {
    let all: BTreeSet<_> = expected.series.keys().chain(actual.series.keys()).collect();
    let mut found = Vec::new();
    for labels in all {
        match (expected.series.get(labels), actual.series.get(labels)) {
            (Some(expected), Some(actual)) => {
                let apart = first_apart(expected, actual, tolerance);
                found.extend(apart.map(|apart| format!("{labels}: {apart}")));
            }
            (Some(_), None) => found.push(format!("{labels}: missing")),
            (None, _) => found.push(format!("{labels}: not expected")),
        }
    }
    found
}

/// The first point in which two series differ, told in words.
fn first_apart(expected: &[Point], actual: &[Point], tolerance: Tolerance) -> Option<String> {
    let agree =
        |(a, b): (&Point, &Point)| a.timestamp_ms == b.timestamp_ms && tolerance.accepts(a.value, b.value);
    if let Some((a, b)) = expected.iter().zip(actual).find(|pair| !agree(*pair)) {
        return Some(format!(
            "expected {} at {}, not {} at {}",
            a.value, a.timestamp_ms, b.value, b.timestamp_ms
        ));
    }
    (expected.len() != actual.len())
        .then(|| format!("expected {} points, not {}", expected.len(), actual.len()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use p95_core::model::Labels;

    use super::*;

    fn answer(series: &[(&str, &[f64])]) -> Answer {
        let points = |values: &[f64]| {
            values.iter().zip(1..).map(|(&value, timestamp_ms)| Point { timestamp_ms, value }).collect()
        };
        let rows = series.iter().map(|(name, values)| (Labels::from_pairs([("l", *name)]), points(values)));
        Answer { series: rows.collect::<BTreeMap<_, _>>() }
    }

    #[test]
    fn names_every_difference() {
        let check = |actual: &[(&str, &[f64])], expect: &[&str]| {
            let expected = answer(&[("a", &[1.0, f64::NAN]), ("b", &[0.0])]);
            assert_eq!(differences(&expected, &answer(actual), Tolerance::ROUNDING), expect);
        };
        check(&[("a", &[1.0 + 1e-12, f64::NAN]), ("b", &[1e-13])], &[]);
        check(&[("a", &[1.01, f64::NAN]), ("b", &[0.0])], &[r#"{l="a"}: expected 1 at 1, not 1.01 at 1"#]);
        check(&[("a", &[1.0, 0.0]), ("b", &[0.0])], &[r#"{l="a"}: expected NaN at 2, not 0 at 2"#]);
        check(&[("a", &[1.0]), ("b", &[0.0])], &[r#"{l="a"}: expected 2 points, not 1"#]);
        check(&[("a", &[1.0, f64::NAN])], &[r#"{l="b"}: missing"#]);
        check(&[("a", &[1.0, f64::NAN]), ("b", &[0.0]), ("c", &[0.0])], &[r#"{l="c"}: not expected"#]);
    }
}
