//! Updates that a metric cannot take, counted.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many updates a metric refused, and why.
///
/// A registry shows these for each family, as `p95_rejected_updates_total`, once there are any.
///
/// ```
/// use p95_core::instrument::{Counter, Metric, Rejected};
///
/// let counter = Counter::default();
/// counter.add(f64::NAN);
/// assert_eq!(counter.rejected(), Rejected { nan: 1, ..Rejected::default() });
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Rejected {
    /// A counter was to fall.
    pub negative: u64,
    /// The value was NaN.
    pub nan: u64,
    /// The value was infinite.
    pub infinite: u64,
    /// The labels of an exemplar are too long or not valid; the update itself counted.
    pub exemplar: u64,
}

impl Rejected {
    /// All reasons with their counts.
    pub(super) fn reasons(&self) -> [(&'static str, u64); 4] {
        let Self { negative, nan, infinite, exemplar } = *self;
        [("negative", negative), ("nan", nan), ("infinite", infinite), ("exemplar", exemplar)]
    }

    /// What came after `before`.
    pub(super) fn since(&self, before: Self) -> Self {
        Self {
            negative: self.negative.saturating_sub(before.negative),
            nan: self.nan.saturating_sub(before.nan),
            infinite: self.infinite.saturating_sub(before.infinite),
            exemplar: self.exemplar.saturating_sub(before.exemplar),
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.negative += other.negative;
        self.nan += other.nan;
        self.infinite += other.infinite;
        self.exemplar += other.exemplar;
    }
}

/// The counts of one metric, which takes no memory for them until there is something to count.
#[derive(Debug, Default)]
pub(super) struct Rejections(OnceLock<Box<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    negative: AtomicU64,
    nan: AtomicU64,
    infinite: AtomicU64,
    exemplar: AtomicU64,
}

impl Rejections {
    /// `amount` would make a counter fall, or is not finite.
    #[cold]
    pub(super) fn amount(&self, amount: f64) {
        if amount.is_finite() { add(&self.counts().negative) } else { self.not_finite(amount) }
    }

    #[cold]
    pub(super) fn not_finite(&self, value: f64) {
        let counts = self.counts();
        add(if value.is_nan() { &counts.nan } else { &counts.infinite });
    }

    #[cold]
    pub(super) fn exemplar(&self) {
        add(&self.counts().exemplar);
    }

    pub(super) fn get(&self) -> Rejected {
        let get = |cell: &AtomicU64| cell.load(Ordering::Relaxed);
        self.0.get().map_or(Rejected::default(), |counts| Rejected {
            negative: get(&counts.negative),
            nan: get(&counts.nan),
            infinite: get(&counts.infinite),
            exemplar: get(&counts.exemplar),
        })
    }

    fn counts(&self) -> &Counts {
        self.0.get_or_init(Box::default)
    }
}

fn add(cell: &AtomicU64) {
    cell.fetch_add(1, Ordering::Relaxed);
}
