//! Sums that do not depend on the order of what is added.

/// A sum that keeps what rounding takes (Neumaier's variant of Kahan's).
///
/// Infinities and NaN go the way of plain addition.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    /// Adds one value.
    pub(crate) fn add(&mut self, value: f64) {
        let total = self.sum + value;
        if total.is_infinite() {
            self.lost = 0.0;
        } else if self.sum.abs() >= value.abs() {
            self.lost += (self.sum - total) + value;
        } else {
            self.lost += (value - total) + self.sum;
        }
        self.sum = total;
    }

    /// Adds another sum, with what it lost.
    pub(crate) fn merge(&mut self, other: Self) {
        self.add(other.sum);
        if other.lost != 0.0 {
            self.add(other.lost);
        }
    }

    /// Applies `f` to the sum and to what it lost; right for multiplication and division alone.
    pub(crate) fn scale(&mut self, f: impl Fn(f64) -> f64) {
        self.sum = f(self.sum);
        self.lost = f(self.lost);
    }

    /// Whether the running sum is infinite.
    pub(crate) fn is_infinite(self) -> bool {
        self.sum.is_infinite()
    }

    /// The sum.
    pub(crate) fn value(self) -> f64 {
        if self.sum.is_infinite() { self.sum } else { self.sum + self.lost }
    }
}

impl From<f64> for Compensated {
    fn from(value: f64) -> Self {
        Self { sum: value, lost: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost() {
        let mut sum = Compensated::default();
        [1.0, 1e100, 1.0, -1e100].into_iter().for_each(|value| sum.add(value));
        assert_eq!(sum.value(), 2.0);
        let mut twice = sum;
        twice.merge(sum);
        assert_eq!(twice.value(), 4.0);
        twice.scale(|value| value / 4.0);
        assert_eq!(twice.value(), 1.0);
    }
}
