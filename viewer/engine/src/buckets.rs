//! Cumulative buckets, one by one.

use std::collections::HashMap;

use p95_core::model::labels::BUCKET;

use crate::PanelSeries;

/// From the cumulative series of a classic histogram, one for each `le`, those of what falls into each bucket alone, by
/// ascending bound. Series without a bound are left out.
///
/// A bucket that holds less than the one below it, as rounding and scrapes in the middle of an update make it, counts as empty.
/// Where the bucket below has no value at a time, the one above stands for both, as in an exposition that leaves it out.
pub(crate) fn apart(cumulative: Vec<PanelSeries>) -> Vec<PanelSeries> {
    let mut bounded: Vec<(f64, PanelSeries)> =
        cumulative.into_iter().filter_map(|series| Some((bound(&series)?, series))).collect();
    bounded.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut below: HashMap<i64, f64> = HashMap::new();
    for (_, series) in &mut bounded {
        for (time_ms, value) in series.timestamps_ms.iter().zip(&mut series.values) {
            let up_to_here = *value;
            *value = (up_to_here - below.get(time_ms).copied().unwrap_or_default()).max(0.0);
            below.insert(*time_ms, up_to_here);
        }
    }
    bounded.into_iter().map(|(_, series)| series).collect()
}

fn bound(series: &PanelSeries) -> Option<f64> {
    series.labels.get(BUCKET)?.parse().ok().filter(|bound: &f64| !bound.is_nan())
}

#[cfg(test)]
mod tests {
    use p95_core::model::Labels;

    use super::*;

    #[track_caller]
    fn check(cumulative: &[(&str, &[f64])], expect: &[(&str, &[f64])]) {
        let series = |(le, values): &(&str, &[f64])| PanelSeries {
            labels: Labels::from_pairs([(BUCKET, *le)]),
            timestamps_ms: (0..).take(values.len()).collect(),
            values: values.to_vec(),
            ..PanelSeries::default()
        };
        let found = apart(cumulative.iter().map(series).collect());
        assert_eq!(found, Vec::from_iter(expect.iter().map(series)));
    }

    #[test]
    fn each_bucket_holds_what_it_adds() {
        check(
            &[("+Inf", &[9.0, 9.0]), ("1", &[4.0, 8.0]), ("0.5", &[1.0, 8.0])],
            &[("0.5", &[1.0, 8.0]), ("1", &[3.0, 0.0]), ("+Inf", &[5.0, 1.0])],
        );
        check(&[("1", &[4.0]), ("2", &[3.0])], &[("1", &[4.0]), ("2", &[0.0])]);
        check(&[("1", &[4.0]), ("2", &[4.0, 6.0])], &[("1", &[4.0]), ("2", &[0.0, 6.0])]);
        check(&[("wide", &[4.0]), ("NaN", &[4.0])], &[]);
    }
}
