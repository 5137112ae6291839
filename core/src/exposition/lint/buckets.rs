//! Buckets of histograms that were read from messages, which have no lines.

use crate::exposition::families::{Histogram, Value};
use crate::exposition::parse::Rule;
use crate::model::NativeHistogram;

/// What is wrong with the numbers of a metric.
pub(super) fn wrong(value: &Value) -> Vec<(Rule, String)> {
    let (Value::Histogram(histogram) | Value::GaugeHistogram(histogram)) = value else { return Vec::new() };
    let mut wrong = classic(histogram);
    wrong.extend(histogram.native.as_deref().and_then(native));
    wrong
}

fn classic(histogram: &Histogram) -> Vec<(Rule, String)> {
    let mut wrong = Vec::new();
    for [below, bucket] in histogram.buckets.array_windows() {
        if bucket.cumulative_count < below.cumulative_count {
            let (found, expected) = (bucket.cumulative_count, below.cumulative_count);
            let message =
                format!("found {found} up to {}, and {expected} in the bucket below", bucket.upper_bound);
            wrong.push((Rule::BucketCumulative, message));
        }
    }
    match (histogram.buckets.last(), histogram.count) {
        (Some(last), Some(count)) if last.upper_bound == f64::INFINITY && last.cumulative_count != count => {
            let message = format!("found {count}, and {} in the bucket", last.cumulative_count);
            wrong.push((Rule::CountDiffers, message));
        }
        // Where the bucket up to infinity is left out, as most clients do here, the count stands for it.
        (Some(last), Some(count)) if last.cumulative_count > count => {
            let message =
                format!("found the count {count}, and {} in the last bucket", last.cumulative_count);
            wrong.push((Rule::BucketCumulative, message));
        }
        (Some(last), None) if last.upper_bound != f64::INFINITY => {
            wrong.push((
                Rule::BucketInfinity,
                "this histogram has neither that bucket nor a count".to_owned(),
            ));
        }
        _ => {}
    }
    wrong
}

/// A count that differs from the observations in the buckets. Those of NaN are in no bucket, and floats do not add up
/// exactly: neither is held against the count. Source: `Histogram.Validate` of Prometheus' model.
fn native(histogram: &NativeHistogram) -> Option<(Rule, String)> {
    let buckets = histogram.positive.iter().chain(&histogram.negative).map(|bucket| bucket.count);
    let counts: Vec<f64> = buckets.chain([histogram.zero_count]).collect();
    let (count, in_buckets) = (histogram.count, counts.iter().sum::<f64>());
    let is_whole = counts.iter().chain([&count]).all(|count| count.fract() == 0.0);
    let differs = if histogram.sum.is_nan() { in_buckets > count } else { in_buckets != count };
    (is_whole && differs)
        .then(|| (Rule::CountDiffers, format!("found {count}, and {in_buckets} in the native buckets")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposition::families::Bucket;
    use crate::model::histogram;

    #[track_caller]
    fn check(buckets: &[(f64, f64)], count: Option<f64>, native: Option<(&[f64], f64)>, expect: &[Rule]) {
        let buckets = buckets.iter().map(|(upper_bound, cumulative_count)| Bucket {
            upper_bound: *upper_bound,
            cumulative_count: *cumulative_count,
            exemplar: None,
        });
        let native = native.map(|(counts, sum)| {
            let positive =
                counts.iter().zip(0..).map(|(count, index)| histogram::Bucket { index, count: *count });
            let count = count.unwrap_or_default();
            Box::new(NativeHistogram {
                positive: positive.collect(),
                count,
                sum,
                ..NativeHistogram::default()
            })
        });
        let histogram = Histogram { buckets: buckets.collect(), count, native, ..Histogram::default() };
        let found: Vec<Rule> =
            wrong(&Value::Histogram(histogram)).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn classic_buckets() {
        let endless = f64::INFINITY;
        check(&[], Some(3.0), None, &[]);
        check(&[(1.0, 2.0)], Some(3.0), None, &[]);
        check(&[(1.0, 2.0), (endless, 3.0)], Some(3.0), None, &[]);
        check(&[(1.0, 2.0), (2.0, 1.0)], Some(3.0), None, &[Rule::BucketCumulative]);
        check(&[(1.0, 4.0)], Some(3.0), None, &[Rule::BucketCumulative]);
        check(&[(1.0, 2.0)], None, None, &[Rule::BucketInfinity]);
        check(&[(1.0, 2.0), (endless, 3.0)], Some(4.0), None, &[Rule::CountDiffers]);
    }

    #[test]
    fn native_buckets() {
        check(&[], Some(3.0), Some((&[1.0, 2.0], 5.0)), &[]);
        check(&[], Some(4.0), Some((&[1.0, 2.0], 5.0)), &[Rule::CountDiffers]);
        check(&[], Some(4.0), Some((&[1.0, 2.0], f64::NAN)), &[]);
        check(&[], Some(2.0), Some((&[1.0, 2.0], f64::NAN)), &[Rule::CountDiffers]);
        check(&[], Some(4.0), Some((&[1.5, 2.0], 5.0)), &[]);
    }
}
