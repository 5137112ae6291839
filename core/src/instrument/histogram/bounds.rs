//! Upper bounds of classic buckets.

/// Bounds in seconds that suit requests over a network: 5 ms to 10 s.
///
/// ```
/// use p95_core::instrument::{Histogram, bounds};
/// let latency = Histogram::new(bounds::LATENCY_SECS);
/// latency.observe(0.03);
/// ```
pub const LATENCY_SECS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// `count` bounds, `width` apart, of which `start` is the first.
///
/// ```
/// use p95_core::instrument::bounds;
/// assert_eq!(bounds::linear(10.0, 5.0, 3).collect::<Vec<f64>>(), [10.0, 15.0, 20.0]);
/// ```
pub fn linear(start: f64, width: f64, count: usize) -> impl Iterator<Item = f64> + Clone {
    (0..count).map(move |at| start + width * at as f64)
}

/// `count` bounds, each `factor` times the one before, of which `start` is the first.
///
/// ```
/// use p95_core::instrument::bounds;
/// assert_eq!(bounds::exponential(1.0, 4.0, 3).collect::<Vec<f64>>(), [1.0, 4.0, 16.0]);
/// ```
pub fn exponential(start: f64, factor: f64, count: usize) -> impl Iterator<Item = f64> + Clone {
    std::iter::successors(Some(start), move |bound| Some(bound * factor)).take(count)
}

/// `count` bounds from `first` to `last`, each the same multiple of the one before. Both have to be positive.
///
/// ```
/// use p95_core::instrument::bounds;
/// let bounds: Vec<f64> = bounds::exponential_range(0.001, 10.0, 5).collect();
/// assert!(bounds.iter().zip([0.001, 0.01, 0.1, 1.0, 10.0]).all(|(found, expect)| (found / expect - 1.0).abs() < 1e-12));
/// ```
pub fn exponential_range(first: f64, last: f64, count: usize) -> impl Iterator<Item = f64> + Clone {
    let steps = count.saturating_sub(1).max(1) as f64;
    exponential(first, (last / first).powf(steps.recip()), count)
}

/// Bounds as a histogram keeps them: finite, ascending, none twice.
pub(super) fn ordered(bounds: impl IntoIterator<Item = f64>) -> Box<[f64]> {
    // Adding zero makes a negative zero a plain one, which would be the same bound under another name.
    let bounds = bounds.into_iter().filter(|bound| bound.is_finite()).map(|bound| bound + 0.0);
    let mut ordered: Vec<f64> = Vec::new();
    // There are few, mostly in order; and a sort is a lot of code for a module that must be small.
    for bound in bounds {
        let at = ordered.iter().rposition(|before| *before <= bound).map_or(0, |before| before + 1);
        if at == 0 || ordered.get(at - 1) != Some(&bound) {
            ordered.insert(at, bound);
        }
    }
    ordered.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_put_in_order() {
        #[track_caller]
        fn check(bounds: &[f64], expect: &[f64]) {
            assert_eq!(&*ordered(bounds.iter().copied()), expect);
        }
        check(&[2.0, 1.0, 2.0, f64::INFINITY, f64::NAN, 0.0, -0.0], &[0.0, 1.0, 2.0]);
        check(&[], &[]);
        check(&[-1.0, -2.0], &[-2.0, -1.0]);
    }
}
