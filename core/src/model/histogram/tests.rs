//! What can be done with native histograms; how it is estimated from them is tested by scripts.

use super::*;

/// A histogram of schema 0 with these buckets from index 0 on.
fn exponential(counts: &[f64]) -> NativeHistogram {
    let positive = (0..).zip(counts).map(|(index, count)| Bucket { index, count: *count }).collect();
    NativeHistogram { count: counts.iter().sum(), sum: 5.0, positive, ..NativeHistogram::default() }
}

fn custom(bounds: &[f64], counts: &[f64]) -> NativeHistogram {
    let schema = NativeHistogram::CUSTOM_BUCKETS;
    NativeHistogram { schema, custom_bounds: bounds.to_vec(), ..exponential(counts) }
}

fn counts(buckets: &[Bucket]) -> Vec<(i32, f64)> {
    buckets.iter().map(|bucket| (bucket.index, bucket.count)).collect()
}

#[test]
fn bounds_follow_from_the_schema() {
    #[track_caller]
    fn check(schema: i32, index: i32, expect: f64) {
        let histogram = NativeHistogram { schema, ..NativeHistogram::default() };
        assert_eq!(histogram.upper_bound(index), expect, "schema {schema}, bucket {index}");
    }
    check(0, 0, 1.0);
    check(0, 3, 8.0);
    check(0, -2, 0.25);
    check(1, 1, std::f64::consts::SQRT_2);
    check(-2, 1, 16.0);
    check(3, -8, 0.5);
    check(0, 1024, f64::MAX);
    check(8, 1024 << 8, f64::MAX);
    assert_eq!(custom(&[5.0], &[]).upper_bound(0), 5.0);
    assert_eq!(custom(&[5.0], &[]).upper_bound(1), f64::INFINITY);
    assert_eq!(custom(&[5.0], &[]).upper_bound(-1), f64::NEG_INFINITY);
}

#[test]
fn sums_have_the_coarser_resolution() {
    let fine = NativeHistogram { schema: 1, ..exponential(&[0.0, 1.0, 2.0, 4.0]) };
    let (sum, added) = fine.plus(&exponential(&[0.0, 8.0])).unwrap();
    // Buckets 1 and 2 of schema 1 are bucket 1 of schema 0; bucket 3 is a half of bucket 2.
    assert_eq!((sum.schema, sum.count, added), (0, 15.0, Added::default()));
    assert_eq!(counts(&sum.positive), [(0, 0.0), (1, 11.0), (2, 4.0)]);
    let (difference, _) = fine.minus(&fine).unwrap();
    assert_eq!(difference.compacted().positive, []);
    assert_eq!(fine.plus(&custom(&[1.0], &[1.0])), Err(IncompatibleBuckets));
}

#[test]
fn zero_buckets_are_widened_to_swallow_whole_buckets() {
    let narrow = NativeHistogram { zero_threshold: 0.1, zero_count: 1.0, ..exponential(&[2.0, 4.0]) };
    // 0.7 lies inside of (0.5, 1].
    let wide = NativeHistogram { zero_threshold: 0.7, zero_count: 8.0, ..exponential(&[]) };
    for (a, b) in [(&narrow, &wide), (&wide, &narrow)] {
        let (sum, _) = a.plus(b).unwrap();
        assert_eq!((sum.zero_threshold, sum.zero_count), (1.0, 11.0));
        assert_eq!(counts(&sum.positive), [(1, 4.0)]);
    }
}

#[test]
fn custom_bounds_are_reconciled_to_those_of_both() {
    let (sum, added) =
        custom(&[1.0, 2.0, 4.0], &[1.0; 4]).plus(&custom(&[2.0, 3.0, 4.0], &[1.0; 4])).unwrap();
    assert!(added.bounds_reconciled);
    assert_eq!(sum.custom_bounds, [2.0, 4.0]);
    assert_eq!(counts(&sum.positive), [(0, 3.0), (1, 3.0), (2, 2.0)]);
}

#[test]
fn hints_of_sums() {
    #[track_caller]
    fn check(a: ResetHint, b: ResetHint, expect: ResetHint, collide: bool) {
        let (sum, added) = exponential(&[1.0]).with_hint(a).plus(&exponential(&[1.0]).with_hint(b)).unwrap();
        assert_eq!((sum.reset_hint, added.hints_collide), (expect, collide), "{a:?} {b:?}");
    }
    check(ResetHint::NotReset, ResetHint::NotReset, ResetHint::NotReset, false);
    check(ResetHint::Gauge, ResetHint::Reset, ResetHint::Gauge, false);
    check(ResetHint::NotReset, ResetHint::Unknown, ResetHint::Unknown, false);
    check(ResetHint::NotReset, ResetHint::Reset, ResetHint::Unknown, true);
}

#[test]
fn sums_are_compensated() {
    let of = |sum: f64| NativeHistogram { sum, ..exponential(&[1.0]) };
    let mut total = HistogramSum::new(&of(1.0));
    for sum in [1e100, 1.0, -1e100] {
        total.add(&of(sum)).unwrap();
    }
    assert_eq!((total.value().sum, total.has_overflown()), (2.0, false));
    let largest = NativeHistogram { count: f64::MAX, ..exponential(&[]) };
    let mut total = HistogramSum::new(&largest);
    total.add(&largest).unwrap();
    assert!(total.has_overflown());
}

#[test]
fn resets_are_found_in_any_count() {
    #[track_caller]
    fn check(previous: &NativeHistogram, now: &NativeHistogram, expect: bool) {
        assert_eq!(now.was_reset_since(previous), expect, "{previous} {now}");
        let hint = if expect { ResetHint::Unknown } else { ResetHint::NotReset };
        if previous.schema == now.schema && previous.zero_threshold == now.zero_threshold {
            assert_eq!(now.hint_after(Some(previous)), hint, "{previous} {now}");
        }
    }
    let base = exponential(&[1.0, 2.0]);
    check(&base, &base, false);
    check(&base, &exponential(&[1.0, 3.0]), false);
    check(&base, &exponential(&[0.0, 3.0]), true);
    check(&base, &exponential(&[3.0]), true);
    check(&base, &exponential(&[1.0, 1.0]), true);
    check(&exponential(&[0.0, 2.0]), &NativeHistogram { count: 3.0, ..exponential(&[0.0, 2.0]) }, false);
    let coarse = NativeHistogram { schema: -1, ..exponential(&[1.0, 2.0]) };
    check(&base, &coarse, false);
    check(&coarse, &base, true);
    let wide = NativeHistogram { zero_threshold: 1.0, zero_count: 1.0, ..base.clone() };
    check(&base, &NativeHistogram { positive: vec![Bucket { index: 1, count: 2.0 }], ..wide.clone() }, false);
    check(&base, &NativeHistogram { zero_count: 0.0, ..wide.clone() }, true);
    check(&base, &NativeHistogram { zero_threshold: 0.7, ..wide }, true);
    check(&base, &custom(&[1.0], &[3.0]), true);
    let hinted = exponential(&[0.0]).with_hint(ResetHint::NotReset);
    assert!(!hinted.was_reset_since(&base));
    assert!(base.clone().with_hint(ResetHint::Reset).was_reset_since(&base));
    assert_eq!(base.hint_after(None), ResetHint::Unknown);
    assert_eq!(base.clone().with_hint(ResetHint::Gauge).hint_after(Some(&base)), ResetHint::Gauge);
}

#[test]
fn custom_bounds_are_compared_where_both_have_them() {
    let before = custom(&[2.0, 4.0, 6.0], &[1.0, 2.0, 5.0, 7.0]);
    assert!(!custom(&[2.0, 3.0, 4.0, 6.0], &[1.0, 1.0, 1.0, 5.0, 7.0]).was_reset_since(&before));
    assert!(custom(&[2.0, 3.0, 4.0, 6.0], &[1.0, 0.0, 1.0, 5.0, 8.0]).was_reset_since(&before));
}

#[test]
fn dividing_by_zero_leaves_no_buckets() {
    let divided = exponential(&[1.0]).divided_by(0.0);
    assert_eq!((divided.count, divided.positive.len()), (f64::INFINITY, 0));
    assert_eq!(exponential(&[1.0]).multiplied_by(-2.0).reset_hint, ResetHint::Gauge);
}

#[test]
fn shown_as_prometheus_shows_them() {
    let histogram = NativeHistogram {
        count: 20.0,
        sum: 10.0,
        zero_count: 2.0,
        zero_threshold: 0.001,
        negative: vec![Bucket { index: 0, count: 1.0 }, Bucket { index: 1, count: 2.0 }],
        ..exponential(&[1.0, 0.0, 2.5e6])
    };
    let expect = "{count:20, sum:10, [-2,-1):2, [-1,-0.5):1, [-0.001,0.001]:2, (0.5,1]:1, (2,4]:2.5e+06}";
    assert_eq!(histogram.to_string(), expect);
    assert_eq!(custom(&[5.0], &[0.0, 1.0]).to_string(), "{count:1, sum:5, (5,+Inf]:1}");
}
