//! A request into the store.

use super::{WriteRequest, WrittenSeries};
use crate::store::{Appended, Store};

/// What became of a request's samples.
///
/// ```
/// use p95_core::model::{FloatSample, Labels};
/// use p95_core::remote::write::{WriteRequest, WrittenSeries};
/// use p95_core::store::{Store, StoreOptions};
///
/// let series = WrittenSeries {
///     labels: Labels::from_pairs([("__name__", "up")]),
///     samples: [2_000, 1_000].map(|timestamp_ms| FloatSample { timestamp_ms, value: 1.0 }).into(),
///     ..WrittenSeries::default()
/// };
/// let request = WriteRequest { series: vec![series], ..WriteRequest::default() };
/// let report = request.store(&mut Store::new(StoreOptions::default()), 2_000);
/// assert_eq!((report.samples, report.out_of_order, report.refused()), (1, 1, 1));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct WriteReport {
    /// Numbers that are in the store now.
    pub samples: usize,
    /// Native histograms that are in the store now.
    pub histograms: usize,
    /// Exemplars that are in the store now.
    pub exemplars: usize,
    /// Samples that lie before the newest one of their series.
    pub out_of_order: usize,
    /// Samples whose series has another value at their time.
    pub conflicting: usize,
    /// Samples that are older than what the store keeps.
    pub too_old: usize,
}

impl WriteReport {
    /// The samples that were refused.
    pub fn refused(&self) -> usize {
        self.out_of_order + self.conflicting + self.too_old
    }

    /// Notes what became of a sample; whether it is in the store.
    fn note(&mut self, appended: Appended) -> bool {
        match appended {
            Appended::Stored | Appended::AlreadyThere => return true,
            Appended::OutOfOrder | Appended::NoSeries => self.out_of_order += 1,
            Appended::Conflicting => self.conflicting += 1,
        }
        false
    }
}

impl WriteRequest {
    /// Puts the samples into the store: each that fits, whatever becomes of the others.
    pub fn store(&self, store: &mut Store, now_ms: i64) -> WriteReport {
        let oldest_ms = now_ms.saturating_sub(store.options().retention_ms);
        let mut report = WriteReport::default();
        for series in &self.series {
            series.store(store, oldest_ms, now_ms, &mut report);
        }
        for family in &self.metadata {
            store.set_metadata(family);
        }
        store.enforce_limits(now_ms);
        report
    }
}

impl WrittenSeries {
    fn store(&self, store: &mut Store, oldest_ms: i64, now_ms: i64, report: &mut WriteReport) {
        let samples = self.samples.iter().filter(|sample| sample.timestamp_ms >= oldest_ms);
        let histograms = self.histograms.iter().filter(|sample| sample.timestamp_ms >= oldest_ms);
        let kept = samples.clone().count() + histograms.clone().count();
        report.too_old += self.samples.len() + self.histograms.len() - kept;
        if kept == 0 && self.exemplars.is_empty() {
            return;
        }
        let id = store.series_for(&self.labels);
        // A series without a sample would stay for ever.
        if kept == 0 && store.is_ended(id) {
            store.remove_empty([id]);
            return;
        }
        for sample in samples {
            report.samples += usize::from(report.note(store.append(id, sample.timestamp_ms, sample.value)));
            if let Some(start_ms) = self.start_ms {
                store.set_start_timestamp(id, sample.timestamp_ms, start_ms);
            }
        }
        for sample in histograms {
            let appended = store.append_histogram(id, sample.timestamp_ms, &sample.histogram);
            report.histograms += usize::from(report.note(appended));
        }
        for exemplar in &self.exemplars {
            report.exemplars += usize::from(store.append_exemplar(id, exemplar.clone(), now_ms));
        }
    }
}
