//! What the values of a series are like.

/// What the values of a series are like, those that are NaN left out.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct SeriesStats {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The arithmetic mean over the steps that have a value.
    pub mean: f64,
    /// How far the mean of the later half of the values lies from the mean of the earlier half, as a share of the earlier
    /// one's distance from 0: 0.5 is half as much again, -1 is nothing left. Infinite where the earlier mean is 0 and the later
    /// one is not. `None` with fewer than four values, and where the infinite is among them. The middle one of an odd number
    /// belongs to no half.
    pub change: Option<f64>,
}

impl SeriesStats {
    /// Of these values, in order of time; `None` where none of them is a number.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let numbers: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        let min = numbers.iter().copied().reduce(f64::min)?;
        let max = numbers.iter().copied().reduce(f64::max)?;
        let half = numbers.len() / 2;
        let halves = numbers.get(..half).zip(numbers.get(numbers.len() - half..)).filter(|_| half >= 2);
        let change = halves.and_then(|(earlier, later)| relative(mean(earlier), mean(later)));
        Some(Self { min, max, mean: mean(&numbers), change })
    }
}

/// Each value is divided before it is added: the sum of finite values may not be finite.
fn mean(numbers: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a chart has fewer than 2^53 steps")]
    let count = numbers.len() as f64;
    let sum: f64 = numbers.iter().sum();
    if sum.is_finite() { sum / count } else { numbers.iter().map(|value| value / count).sum() }
}

fn relative(earlier: f64, later: f64) -> Option<f64> {
    if earlier == later {
        return Some(0.0);
    }
    let change = (later - earlier) / earlier.abs();
    (earlier.is_finite() && later.is_finite() && !change.is_nan()).then_some(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stats_leave_out_what_is_no_number() {
        #[track_caller]
        fn check(values: &[f64], expect: Option<[f64; 3]>) {
            let stats = SeriesStats::of(values).map(|stats| [stats.min, stats.max, stats.mean]);
            assert_eq!(stats, expect, "{values:?}");
        }
        check(&[1.0, 4.0, 1.0], Some([1.0, 4.0, 2.0]));
        check(&[f64::NAN, -1.0], Some([-1.0, -1.0, -1.0]));
        check(&[1.0, f64::INFINITY], Some([1.0, f64::INFINITY, f64::INFINITY]));
        check(&[f64::NAN], None);
        check(&[], None);
    }

    #[test]
    fn a_change_compares_the_halves() {
        #[track_caller]
        fn check(values: &[f64], expect: Option<f64>) {
            assert_eq!(SeriesStats::of(values).unwrap().change, expect, "{values:?}");
        }
        check(&[2.0, 2.0, 3.0, 3.0], Some(0.5));
        check(&[2.0, 2.0, f64::NAN, 3.0, 3.0], Some(0.5));
        check(&[2.0, 2.0, 99.0, 3.0, 3.0], Some(0.5));
        check(&[4.0, 4.0, 0.0, 0.0], Some(-1.0));
        check(&[-2.0, -2.0, -1.0, -1.0], Some(0.5));
        check(&[0.0, 0.0, 1.0, 1.0], Some(f64::INFINITY));
        check(&[0.0, 0.0, 0.0, 0.0], Some(0.0));
        check(&[1.0, 2.0, 3.0], None);
        check(&[1.0, 1.0, 1.0, f64::INFINITY], None);
    }
}
