//! What a store may take, and what it holds.

/// What a store may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StoreOptions {
    /// How long samples are kept, in milliseconds. They go in chunks, so some stay a little longer.
    pub retention_ms: i64,
    /// The most memory that series and samples may take, in bytes; the oldest samples go first.
    pub memory_cap_bytes: usize,
}

impl Default for StoreOptions {
    /// Six hours, 1 GiB.
    fn default() -> Self {
        Self { retention_ms: 6 * 3_600_000, memory_cap_bytes: 1 << 30 }
    }
}

/// What a store holds, and what it let go. The `_total`s count from the store's beginning.
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
}
