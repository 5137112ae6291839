//! Recent values as a line of blocks.

/// Blocks of an eighth to a whole cell.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A block for each value, and a space where there is none. The blocks stand on zero, or on the lower end of the axis
/// where the values have a fixed one.
pub(super) fn sparkline(values: impl Iterator<Item = Option<f64>> + Clone, axis: Option<[f64; 2]>) -> String {
    let finite = values.clone().flatten().filter(|value| value.is_finite());
    let [low, high] = axis
        .unwrap_or_else(|| finite.fold([0.0, 0.0], |[low, high], value| [value.min(low), value.max(high)]));
    values
        .map(|value| value.filter(|value| !value.is_nan()).map_or(' ', |value| block(value, low, high)))
        .collect()
}

/// The block for a value between `low` and `high`; what lies outside gets the block of the nearer end.
fn block(value: f64, low: f64, high: f64) -> char {
    let share = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number from 0 to 7")]
    let eighth = (share * 7.0).round() as usize;
    BLOCKS.get(eighth).copied().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_on_zero_and_gaps_stay() {
        #[track_caller]
        fn check(values: &[f64], axis: Option<[f64; 2]>, expect: &str) {
            assert_eq!(sparkline(values.iter().map(|value| Some(*value)), axis), expect, "{values:?}");
        }
        check(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], None, "▁▂▃▄▅▆▇█");
        check(&[98.0, 99.0, 100.0], None, "███");
        check(&[0.0, 0.0], None, "▁▁");
        check(&[-7.0, 0.0], None, "▁█");
        check(&[0.5, 1.0, 2.0], Some([0.0, 1.0]), "▅██");
        check(&[1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY], None, "█ █▁");
        assert_eq!(sparkline([Some(1.0), None, Some(1.0)].into_iter(), None), "█ █");
        assert_eq!(sparkline([None].into_iter(), None), " ");
    }
}
