//! Buckets of histograms, one by one.

use std::collections::{BTreeMap, HashMap};

use p95_core::model::labels::BUCKET;
use p95_core::model::{HistogramSample, Labels};

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

/// The buckets of native histograms as a classic histogram has them: a cumulative series for each upper bound. At a time at which
/// a bucket holds nothing it has no value.
pub(crate) fn classic(labels: &Labels, histograms: &[HistogramSample]) -> Vec<PanelSeries> {
    let mut columns: BTreeMap<Bound, PanelSeries> = BTreeMap::new();
    for sample in histograms {
        let mut total = 0.0;
        for span in sample.histogram.spans() {
            total += span.count;
            let column = columns.entry(Bound(span.upper)).or_insert_with(|| {
                let le = span.upper.to_string();
                let named = labels.iter().filter(|(name, _)| *name != BUCKET).chain([(BUCKET, le.as_str())]);
                PanelSeries { labels: Labels::from_pairs(named), ..PanelSeries::default() }
            });
            column.timestamps_ms.push(sample.timestamp_ms);
            column.values.push(total);
        }
    }
    columns.into_values().collect()
}

/// An upper bound as a key.
#[derive(Clone, Copy)]
struct Bound(f64);

impl Ord for Bound {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Bound {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Bound {}

fn bound(series: &PanelSeries) -> Option<f64> {
    series.labels.get(BUCKET)?.parse().ok().filter(|bound: &f64| !bound.is_nan())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use p95_core::model::NativeHistogram;
    use p95_core::model::histogram::Bucket;

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

    #[test]
    fn native_buckets_stand_between_classic_ones() {
        // Schema 0: bucket 1 ends at 2, bucket 3 at 8.
        let sample = |timestamp_ms, buckets: &[(i32, f64)]| HistogramSample {
            timestamp_ms,
            histogram: Arc::new(NativeHistogram {
                positive: buckets.iter().map(|&(index, count)| Bucket { index, count }).collect(),
                ..NativeHistogram::default()
            }),
        };
        let samples = [sample(1, &[(1, 3.0), (3, 2.0)]), sample(2, &[(3, 5.0)])];
        let apart = apart(classic(&Labels::from_pairs([("a", "b")]), &samples));
        let found = apart.iter().map(|series| (series.labels.get(BUCKET).unwrap(), series.values.as_slice()));
        assert_eq!(Vec::from_iter(found), [("2", [3.0].as_slice()), ("8", &[2.0, 5.0])]);
        assert_eq!(apart[0].timestamps_ms, [1]);
        assert_eq!(apart[0].labels.get("a"), Some("b"));
    }
}
