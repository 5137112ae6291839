//! What histograms count, and what a visitor is shown of it.

use super::*;
use crate::exposition::encode::{CounterValue, FamilyHead, HistogramValue, SummaryValue};
use crate::model::histogram::Bucket;

/// Indices and counts of native buckets.
type Side = Vec<(i32, u64)>;

/// What a visitor was shown.
#[derive(Debug, Default, PartialEq)]
struct Shown {
    counts: Vec<u64>,
    sum: f64,
    exemplars: Vec<Option<(String, f64)>>,
    native: Option<(i32, u64, Side, Side)>,
    native_exemplars: Vec<f64>,
}

impl Visitor for Shown {
    fn family(&mut self, _head: &FamilyHead<'_>) {}
    fn counter(&mut self, _labels: LabelPairs<'_>, _value: &CounterValue<'_>) {}
    fn at(&mut self, _timestamp_ms: i64) {}
    fn unknown(&mut self, _labels: LabelPairs<'_>, _value: f64) {}
    fn gauge(&mut self, _labels: LabelPairs<'_>, _value: f64) {}
    fn summary(&mut self, _labels: LabelPairs<'_>, _value: &SummaryValue<'_>) {}
    fn info(&mut self, _labels: LabelPairs<'_>, _content: LabelPairs<'_>) {}
    fn stateset(&mut self, _labels: LabelPairs<'_>, _states: &[(&str, bool)]) {}

    fn histogram(&mut self, _labels: LabelPairs<'_>, value: &HistogramValue<'_>) {
        let mut below = 0.0;
        self.counts = value
            .buckets
            .iter()
            .map(|bucket| {
                (bucket.cumulative_count - std::mem::replace(&mut below, bucket.cumulative_count)) as u64
            })
            .collect();
        self.sum = value.sum.unwrap();
        let of =
            |labels: LabelPairs<'_>| labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.exemplars = value
            .buckets
            .iter()
            .map(|bucket| bucket.exemplar.map(|kept| (of(kept.labels), kept.value)))
            .collect();
        let side = |buckets: &[Bucket]| {
            buckets.iter().map(|bucket| (bucket.index, bucket.count as u64)).collect::<Side>()
        };
        self.native = value.native.map(|native| {
            (native.schema, native.zero_count as u64, side(&native.positive), side(&native.negative))
        });
        self.native_exemplars = value.native_exemplars.iter().map(|kept| kept.value).collect();
    }
}

fn shown(histogram: &Histogram) -> Shown {
    let mut shown = Shown::default();
    histogram.visit(&[], Moment::default(), &mut shown);
    shown
}

#[test]
fn observations_fall_into_the_first_bucket_that_holds_them() {
    #[track_caller]
    fn check(bounds: &[f64], observations: &[f64], expect_counts: &[u64], expect_sum: f64) {
        let histogram = Histogram::new(bounds.iter().copied());
        observations.iter().for_each(|value| histogram.observe(*value));
        let shown = shown(&histogram);
        assert_eq!((shown.counts.as_slice(), shown.sum), (expect_counts, expect_sum));
        assert_eq!((histogram.count(), histogram.sum()), (expect_counts.iter().sum(), expect_sum));
    }
    check(&[1.0, 2.0], &[0.5, 1.0, 1.5, 2.0, 2.1], &[2, 2, 1], 7.1);
    check(&[2.0, 1.0, 2.0], &[-1.0, 1.5], &[1, 1, 0], 0.5);
    check(&[], &[1.0], &[1], 1.0);
    let many: Vec<f64> = (1..=40).map(f64::from).collect();
    check(&many, &many, &[[1; 40].as_slice(), &[0]].concat(), 820.0);
}

#[test]
fn what_is_not_finite_is_refused_and_counted() {
    let histogram = Histogram::with_options(HistogramOptions {
        bounds: vec![1.0],
        native: Some(NativeOptions::default()),
    });
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        histogram.observe(value);
        histogram.observe_with_exemplar(value, &[], None);
    }
    assert_eq!((histogram.count(), histogram.sum()), (0, 0.0));
    assert_eq!(histogram.rejected(), Rejected { nan: 2, infinite: 4, ..Rejected::default() });
}

#[test]
fn both_kinds_of_buckets_hold_the_same_observations() {
    let native = NativeOptions { schema: 0, ..NativeOptions::default() };
    let histogram =
        Histogram::with_options(HistogramOptions { bounds: vec![1.0, 4.0], native: Some(native) });
    [0.0, 1.0, 3.0, 3.5, -5.0, 100.0].iter().for_each(|value| histogram.observe(*value));
    let shown = shown(&histogram);
    assert_eq!((shown.counts, shown.sum), (vec![3, 2, 1], 102.5));
    assert_eq!(shown.native, Some((0, 1, vec![(0, 1), (2, 2), (7, 1)], vec![(3, 1)])));
}

#[test]
fn the_latest_example_of_each_bucket_is_kept() {
    let native = Some(NativeOptions::default());
    let histogram = Histogram::with_options(HistogramOptions { bounds: vec![1.0], native });
    assert_eq!(shown(&histogram).exemplars, [None, None]);
    histogram.observe_with_exemplar(0.5, &[("id", "a")], None);
    histogram.observe_with_exemplar(0.7, &[("id", "b")], None);
    assert_eq!(shown(&histogram).exemplars, [Some(("id=b".to_owned(), 0.7)), None]);
    histogram.observe_with_exemplar(9.0, &[("not a name", "c")], None);
    assert_eq!(histogram.rejected().exemplar, 1);
    assert_eq!(histogram.count(), 3);
    (0..100).for_each(|at| histogram.observe_with_exemplar(f64::from(at), &[], None));
    let kept = shown(&histogram).native_exemplars;
    assert!(kept.len() == 10 && kept.is_sorted(), "{kept:?}");
    assert!(kept.iter().any(|value| *value < 1.0) && kept.iter().any(|value| *value > 90.0), "{kept:?}");
}

/// Threads come and go, more than there are cells for the shared ones not to be used, while others read.
#[test]
fn threads_lose_nothing_and_readers_see_whole_observations() {
    let native = Some(NativeOptions { schema: 2, max_buckets: 12, ..NativeOptions::default() });
    let histogram = Histogram::with_options(HistogramOptions { bounds: vec![2.0, 5.0], native });
    let consistent = |shown: &Shown| {
        let count: u64 = shown.counts.iter().sum();
        let (_, zero, positive, negative) = shown.native.as_ref().unwrap();
        let natively: u64 = positive.iter().chain(negative).map(|(_, count)| count).sum::<u64>() + zero;
        assert_eq!((natively, shown.sum), (count, 3.0 * count as f64));
        count
    };
    std::thread::scope(|scope| {
        for _ in 0..300 {
            scope.spawn(|| (0..200).for_each(|_| histogram.observe(3.0)));
        }
        let mut last = 0;
        while last < 60_000 {
            let count = consistent(&shown(&histogram));
            assert!(count >= last);
            last = count;
        }
    });
    assert_eq!(shown(&histogram).counts, [0, 60_000, 0]);
}

#[test]
fn threads_without_cells_of_their_own_share() {
    let histogram = Histogram::new([1.0]);
    let barrier = std::sync::Barrier::new(300);
    std::thread::scope(|scope| {
        for _ in 0..300 {
            scope.spawn(|| {
                barrier.wait();
                histogram.observe(0.5);
                barrier.wait();
                histogram.observe(1.5);
                barrier.wait();
            });
        }
    });
    assert_eq!(shown(&histogram).counts, [300, 300]);
}

#[test]
fn resolution_falls_only_as_far_as_the_limit_asks() {
    let histogram =
        Histogram::native(NativeOptions { schema: 8, max_buckets: 10, ..NativeOptions::default() });
    (1..=1000).for_each(|at| histogram.observe(f64::from(at)));
    let (schema, zero, positive, negative) = shown(&histogram).native.unwrap();
    // 10 powers of two have values: one bucket for each, and the one that ends at 1, are more than ten.
    assert_eq!((schema, zero, negative.len()), (-1, 0, 0));
    assert_eq!(positive, [(0, 1), (1, 3), (2, 12), (3, 48), (4, 192), (5, 744)]);
}
