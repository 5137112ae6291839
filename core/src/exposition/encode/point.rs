//! Metrics as a page holds them: parts may be missing, counts may be floats, a metric may have a time of its own.

use super::visit::{
    CounterValue, ExemplarValue, FamilyHead, HistogramValue, LabelPairs, NativeValue, SummaryValue, Visitor,
};
use crate::model::histogram::{Bucket, NativeHistogram, ResetHint};

/// A counter as a page holds it.
#[derive(Clone, Copy, Debug, Default)]
pub struct CounterPoint<'a> {
    /// The total.
    pub total: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
    /// An example of what was counted.
    pub exemplar: Option<ExemplarValue<'a>>,
}

/// A histogram as a page holds it, also one of type gauge histogram.
#[derive(Clone, Copy, Debug, Default)]
pub struct HistogramPoint<'a> {
    /// The classic buckets by ascending bound. Where the one up to infinity is missing, `count` stands for it.
    pub buckets: &'a [BucketPoint<'a>],
    /// The sum of all observations.
    pub sum: Option<f64>,
    /// How many observations there are; where it is missing, the last bucket says it.
    pub count: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
    /// The same observations as a native histogram, which protobuf alone can carry.
    pub native: Option<&'a NativeHistogram>,
    /// Examples that belong to no classic bucket.
    pub native_exemplars: &'a [ExemplarValue<'a>],
}

/// A bucket of a [`HistogramPoint`].
#[derive(Clone, Copy, Debug)]
pub struct BucketPoint<'a> {
    /// The largest observation that the bucket counts.
    pub upper_bound: f64,
    /// How many observations are at most `upper_bound`.
    pub cumulative_count: f64,
    /// An example of them.
    pub exemplar: Option<ExemplarValue<'a>>,
}

/// A summary as a page holds it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SummaryPoint<'a> {
    /// Quantiles with their values, by ascending quantile.
    pub quantiles: &'a [(f64, f64)],
    /// The sum of all observations.
    pub sum: Option<f64>,
    /// The number of all observations.
    pub count: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
}

/// What takes parsed metrics in. Each encoder does; and whatever does can be shown live metrics, as a [`Visitor`].
///
/// After [`PointVisitor::family`] follow only calls of that family's type.
pub trait PointVisitor {
    /// A family begins.
    fn family(&mut self, head: &FamilyHead<'_>);
    /// The next metric is from this time, in milliseconds since the Unix epoch, and not from that of the scrape.
    fn at(&mut self, timestamp_ms: i64);
    /// A number of which nothing is known.
    fn unknown(&mut self, labels: LabelPairs<'_>, value: f64);
    /// A counter.
    fn counter(&mut self, labels: LabelPairs<'_>, value: &CounterPoint<'_>);
    /// A gauge's value.
    fn gauge(&mut self, labels: LabelPairs<'_>, value: f64);
    /// A histogram or gauge histogram.
    fn histogram(&mut self, labels: LabelPairs<'_>, value: &HistogramPoint<'_>);
    /// A summary.
    fn summary(&mut self, labels: LabelPairs<'_>, value: &SummaryPoint<'_>);
    /// An info: its content is a second set of labels.
    fn info(&mut self, labels: LabelPairs<'_>, content: LabelPairs<'_>);
    /// A stateset: whether each state holds.
    fn stateset(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]);
}

impl<P: PointVisitor> Visitor for P {
    fn family(&mut self, head: &FamilyHead<'_>) {
        PointVisitor::family(self, head);
    }

    fn counter(&mut self, labels: LabelPairs<'_>, value: &CounterValue<'_>) {
        let CounterValue { total, created_ms, exemplar } = *value;
        PointVisitor::counter(self, labels, &CounterPoint { total: Some(total), created_ms, exemplar });
    }

    fn gauge(&mut self, labels: LabelPairs<'_>, value: f64) {
        PointVisitor::gauge(self, labels, value);
    }

    fn histogram(&mut self, labels: LabelPairs<'_>, value: &HistogramValue<'_>) {
        let mut count = 0_u64;
        let bounds = value.bounds.iter().copied().chain([f64::INFINITY]);
        let exemplars = value.exemplars.iter().copied().chain(std::iter::repeat(None));
        let buckets: Vec<BucketPoint<'_>> = bounds
            .zip(value.counts)
            .zip(exemplars)
            .map(|((upper_bound, bucket), exemplar)| {
                count = count.saturating_add(*bucket);
                BucketPoint { upper_bound, cumulative_count: count as f64, exemplar }
            })
            .collect();
        let native = value.native.as_ref().map(|native| owned(native, count as f64, value.sum));
        let point = HistogramPoint {
            buckets: &buckets,
            sum: Some(value.sum),
            count: Some(count as f64),
            created_ms: value.created_ms,
            native: native.as_ref(),
            native_exemplars: value.native.map_or(&[], |native| native.exemplars),
        };
        PointVisitor::histogram(self, labels, &point);
    }

    fn summary(&mut self, labels: LabelPairs<'_>, value: &SummaryValue<'_>) {
        let SummaryValue { quantiles, count, sum, created_ms } = *value;
        let point = SummaryPoint { quantiles, sum: Some(sum), count: Some(count as f64), created_ms };
        PointVisitor::summary(self, labels, &point);
    }

    fn info(&mut self, labels: LabelPairs<'_>, content: LabelPairs<'_>) {
        PointVisitor::info(self, labels, content);
    }

    fn stateset(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]) {
        PointVisitor::stateset(self, labels, states);
    }
}

/// Native buckets as a histogram of its own.
fn owned(native: &NativeValue<'_>, count: f64, sum: f64) -> NativeHistogram {
    let buckets = |buckets: &[(i32, u64)]| {
        buckets.iter().map(|(index, count)| Bucket { index: *index, count: *count as f64 }).collect()
    };
    NativeHistogram {
        schema: native.schema,
        reset_hint: ResetHint::Unknown,
        zero_threshold: native.zero_threshold,
        zero_count: native.zero_count as f64,
        count,
        sum,
        positive: buckets(native.positive),
        negative: buckets(native.negative),
        custom_bounds: Vec::new(),
    }
}
