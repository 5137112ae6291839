//! What a store may take, and what it holds.

/// What a store may take.
///
/// ```
/// use p95_core::store::{Store, StoreOptions};
///
/// let an_hour = StoreOptions { retention_ms: 3_600_000, ..StoreOptions::default() };
/// assert_eq!(Store::new(an_hour).options().memory_cap_bytes, 1 << 30);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StoreOptions {
    /// How long samples are kept, in milliseconds. They go in chunks, so some stay a little longer.
    pub retention_ms: i64,
    /// The most memory that series and samples may take, in bytes; the oldest samples go first.
    pub memory_cap_bytes: usize,
    /// The most exemplars that are kept, of all series together; the oldest go first.
    pub max_exemplars: usize,
}

impl Default for StoreOptions {
    /// Six hours, 1 GiB, 10,000 exemplars.
    fn default() -> Self {
        Self { retention_ms: 6 * 3_600_000, memory_cap_bytes: 1 << 30, max_exemplars: 10_000 }
    }
}

/// What a store holds, and what it let go. The `_total`s count from the store's beginning.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let up = store.series_for(&Labels::from_pairs([("__name__", "up")]));
/// store.append(up, 1_000, 1.0);
/// store.append(up, 500, 1.0);
/// let stats = store.stats();
/// assert_eq!((stats.series, stats.samples, stats.out_of_order_total), (1, 1, 1));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StoreStats {
    /// Series with at least one sample, or about to get one.
    pub series: usize,
    /// Samples, stale markers among them.
    pub samples: u64,
    /// The memory that series, samples and index take, in bytes, as far as it can be accounted for.
    pub size_bytes: usize,
    /// Samples that were refused because a later one was there already.
    pub out_of_order_total: u64,
    /// Samples that were refused because another value was there at the same time.
    pub conflicting_total: u64,
    /// Samples that grew older than the retention.
    pub expired_samples_total: u64,
    /// Samples that went for the memory cap's sake.
    pub evicted_samples_total: u64,
    /// Series that lost their last sample and went with it.
    pub dropped_series_total: u64,
    /// Exemplars.
    pub exemplars: usize,
    /// Exemplars that went to make room for newer ones.
    pub dropped_exemplars_total: u64,
    /// Exemplars that were refused: older than the newest of their series, or with too long labels.
    pub refused_exemplars_total: u64,
}
