//! Buckets as protobuf carries them: spans of neighbours, and counts or the differences between counts.

use super::Bucket;

/// The buckets of `spans`, which are the distance from the end of the span before and the length. Counts are `floats`
/// where there are any, else those whose differences are `deltas`.
///
/// # Errors
/// Where spans and counts do not fit together.
pub(crate) fn buckets_of_spans(
    spans: impl Iterator<Item = (i32, u32)> + Clone,
    deltas: &[i64],
    floats: &[f64],
) -> Result<Vec<Bucket>, &'static str> {
    const MISFIT: &str = "expected as many counts as the spans have buckets";
    let counts: Vec<f64> = if floats.is_empty() { counts(deltas)? } else { floats.to_vec() };
    // Checked before any bucket is made: a span can claim four billion.
    let claimed: u64 = spans.clone().map(|(_, length)| u64::from(length)).sum();
    if claimed != counts.len() as u64 || !(floats.is_empty() || deltas.is_empty()) {
        return Err(MISFIT);
    }
    let mut counts = counts.into_iter();
    let mut buckets = Vec::with_capacity(counts.len());
    let mut index = 0_i32;
    for (at, (offset, length)) in spans.enumerate() {
        if at > 0 && offset < 0 {
            return Err("expected spans in ascending order");
        }
        index = index.checked_add(offset).ok_or("expected bucket indices within 32 bits")?;
        for count in counts.by_ref().take(length as usize) {
            buckets.push(Bucket { index, count });
            index = index.checked_add(1).ok_or("expected bucket indices within 32 bits")?;
        }
    }
    Ok(buckets)
}

/// The counts whose differences are given.
fn counts(deltas: &[i64]) -> Result<Vec<f64>, &'static str> {
    let mut count = 0_i64;
    let counts = deltas.iter().map(|delta| {
        count = count.checked_add(*delta).filter(|count| *count >= 0)?;
        Some(count as f64)
    });
    counts.collect::<Option<_>>().ok_or("expected counts that are not negative")
}
