//! Native histograms in answers: counts with bounds, from which the schema follows.

use serde::de::{self, Deserialize, Deserializer};

use super::number::NumberText;
use crate::model::NativeHistogram;
use crate::model::histogram::{Bucket, BucketSpan};

/// How far a bound may lie from where its schema has it, as a share: servers print all digits.
const TOLERANCE: f64 = 1e-9;
/// The schemas that follow a formula, from the coarsest to the finest.
const SCHEMAS: std::ops::RangeInclusive<i32> = -4..=8;

/// A native histogram as the API writes it: `{"count": …, "sum": …, "buckets": [[inclusion, lower, upper, count], …]}`.
/// Empty buckets are left out there, and so is the schema.
pub(super) struct HistogramText(pub(super) NativeHistogram);

#[derive(serde::Deserialize)]
struct Text {
    count: NumberText,
    sum: NumberText,
    #[serde(default)]
    buckets: Vec<(u8, NumberText, NumberText, NumberText)>,
}

impl<'de> Deserialize<'de> for HistogramText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text { count: NumberText(count), sum: NumberText(sum), buckets } =
            Text::deserialize(deserializer)?;
        let spans =
            buckets.into_iter().map(|(_, NumberText(lower), NumberText(upper), NumberText(count))| {
                BucketSpan { lower, upper, count }
            });
        let spans = Vec::from_iter(spans);
        let buckets = exponential(&spans).or_else(|| custom(&spans));
        let buckets =
            buckets.ok_or_else(|| de::Error::custom("the buckets of a native histogram overlap"))?;
        Ok(Self(NativeHistogram { count, sum, ..buckets }))
    }
}

/// The buckets where they follow a schema.
fn exponential(spans: &[BucketSpan]) -> Option<NativeHistogram> {
    let is_zero = |span: &&BucketSpan| span.lower <= 0.0 && span.upper >= 0.0;
    let mut histogram = NativeHistogram {
        schema: spans.iter().find(|span| !is_zero(span)).map_or(Some(0), schema)?,
        ..NativeHistogram::default()
    };
    for span in spans {
        if is_zero(&span) {
            if span.lower != -span.upper {
                return None;
            }
            (histogram.zero_threshold, histogram.zero_count) = (span.upper, span.count);
            continue;
        }
        let (inner, outer) = distances(span);
        let index = index(outer, histogram.schema)?;
        let fits = |bound: f64, index| {
            let expect = histogram.upper_bound(index);
            bound == expect || (bound - expect).abs() <= expect.abs() * TOLERANCE
        };
        if !fits(outer, index) || !fits(inner, index.checked_sub(1)?) {
            return None;
        }
        let bucket = Bucket { index, count: span.count };
        if span.upper > 0.0 { histogram.positive.push(bucket) } else { histogram.negative.push(bucket) }
    }
    histogram.positive.sort_unstable_by_key(|bucket| bucket.index);
    histogram.negative.sort_unstable_by_key(|bucket| bucket.index);
    Some(histogram)
}

/// The buckets with bounds of their own.
fn custom(spans: &[BucketSpan]) -> Option<NativeHistogram> {
    let mut bounds = Vec::from_iter(spans.iter().flat_map(|span| [span.lower, span.upper]));
    bounds.retain(|bound| bound.is_finite());
    bounds.sort_unstable_by(f64::total_cmp);
    bounds.dedup();
    let bucket = |span: &BucketSpan| {
        let above = bounds.partition_point(|bound| *bound < span.upper);
        let below = bounds.partition_point(|bound| *bound <= span.lower);
        let is_whole = above == below && span.lower < span.upper;
        is_whole.then(|| Some(Bucket { index: i32::try_from(above).ok()?, count: span.count }))?
    };
    let positive = spans.iter().map(bucket).collect::<Option<Vec<_>>>()?;
    let schema = NativeHistogram::CUSTOM_BUCKETS;
    Some(NativeHistogram { schema, positive, custom_bounds: bounds, ..NativeHistogram::default() })
}

/// The schema whose buckets are as wide as this one: the bounds of schema `s` lie a factor of `2^(2^-s)` apart.
fn schema(span: &BucketSpan) -> Option<i32> {
    let (inner, outer) = distances(span);
    whole(-(outer / inner).log2().log2()).filter(|schema| SCHEMAS.contains(schema))
}

/// The index of the bucket that ends at `outer`, which is `2^(index * 2^-schema)`.
fn index(outer: f64, schema: i32) -> Option<i32> {
    whole(outer.log2() * f64::from(schema).exp2())
}

/// The bounds' distances from zero, the shorter one first.
fn distances(span: &BucketSpan) -> (f64, f64) {
    let (lower, upper) = (span.lower.abs(), span.upper.abs());
    (lower.min(upper), lower.max(upper))
}

/// The nearest whole number, where it is none too large.
#[expect(clippy::cast_possible_truncation, reason = "the number lies within the range")]
fn whole(number: f64) -> Option<i32> {
    (number.abs() < 1e9).then(|| number.round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(buckets: &str, expect: Option<&str>) {
        let json = format!(r#"{{"count":"7","sum":"1.5","buckets":{buckets}}}"#);
        let found = serde_json::from_str::<HistogramText>(&json).ok().map(|found| found.0.to_string());
        assert_eq!(found.as_deref(), expect, "{buckets}");
    }

    #[test]
    fn the_schema_follows_from_the_bounds() {
        check("[]", Some("{count:7, sum:1.5}"));
        check(r#"[[0,"0.5","1","3"],[0,"1","2","4"]]"#, Some("{count:7, sum:1.5, (0.5,1]:3, (1,2]:4}"));
        check(
            r#"[[1,"-0.25","-0.125","3"],[3,"-0.01","0.01","4"]]"#,
            Some("{count:7, sum:1.5, [-0.25,-0.125):3, [-0.01,0.01]:4}"),
        );
        check(r#"[[0,"1","1.0027112750502025","7"]]"#, Some("{count:7, sum:1.5, (1,1.0027112750502025]:7}"));
        check(r#"[[0,"1","65536","7"]]"#, Some("{count:7, sum:1.5, (1,65536]:7}"));
    }

    #[test]
    fn other_bounds_are_the_histograms_own() {
        check(
            r#"[[3,"-Inf","0.1","3"],[0,"0.1","0.5","2"],[0,"2.5","+Inf","2"]]"#,
            Some("{count:7, sum:1.5, (-Inf,0.1]:3, (0.1,0.5]:2, (2.5,+Inf]:2}"),
        );
        check(r#"[[0,"0","0.3","7"]]"#, Some("{count:7, sum:1.5, (0,0.3]:7}"));
    }

    #[test]
    fn buckets_that_overlap_are_none() {
        check(r#"[[0,"0.1","0.5","2"],[0,"0.3","0.7","2"]]"#, None);
        check(r#"[[0,"0.5","0.1","2"]]"#, None);
        check(r#"[[0,"NaN","0.1","2"]]"#, None);
    }
}
