//! The series that a script has loaded.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::buckets::custom_bucket_series;
use super::script::Load;
use crate::model::{FloatSample, HistogramSample, Labels, Matcher, NativeHistogram, SampleValue};
use crate::promql::select::{Select, SelectError, SelectedSeries, TimeRange};

/// The series that a script has loaded, by labels.
#[derive(Default)]
pub(super) struct Storage {
    series: BTreeMap<Labels, SelectedSeries>,
}

impl Storage {
    /// Adds samples behind those already there.
    pub(super) fn load(&mut self, load: &Load) {
        for series in &load.series {
            let times_ms = (0..).map(|step: i64| step * load.step_ms);
            let starts_ms = series.starts_ms.iter().copied().chain(std::iter::repeat(None));
            for ((timestamp_ms, value), start_ms) in times_ms.zip(&series.values).zip(starts_ms) {
                if let Some(value) = value {
                    let start_ms = start_ms.map_or(0, |start_ms| timestamp_ms + start_ms);
                    self.append(&series.labels, timestamp_ms, value, start_ms);
                }
            }
        }
        if load.with_custom_buckets {
            for (labels, timestamp_ms, histogram) in custom_bucket_series(load) {
                self.append(&labels, timestamp_ms, &SampleValue::Histogram(histogram), 0);
            }
        }
    }

    fn append(&mut self, labels: &Labels, timestamp_ms: i64, value: &SampleValue, start_ms: i64) {
        let series = self
            .series
            .entry(labels.clone())
            .or_insert_with(|| SelectedSeries { labels: labels.clone(), ..SelectedSeries::default() });
        match value {
            SampleValue::Float(value) => {
                let last_ms = series.samples.floats.last().map(|sample| sample.timestamp_ms);
                if last_ms.is_none_or(|last_ms| last_ms < timestamp_ms) {
                    series.samples.floats.push(FloatSample { timestamp_ms, value: *value });
                    series.start_timestamps_ms.push(start_ms);
                }
            }
            SampleValue::Histogram(histogram) => {
                let last_float_ms = series.samples.floats.last().map(|sample| sample.timestamp_ms);
                let previous = series.samples.histograms.last();
                let previous = previous.filter(|previous| Some(previous.timestamp_ms) > last_float_ms);
                let hint = histogram.hint_after(previous.map(|previous| &*previous.histogram));
                let histogram = Arc::new(NativeHistogram::clone(histogram).with_hint(hint));
                series.samples.histograms.push(HistogramSample { timestamp_ms, histogram });
                series.histogram_start_timestamps_ms.push(start_ms);
            }
        }
    }
}

impl Select for Storage {
    fn select(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
        max_samples: usize,
    ) -> Result<Vec<SelectedSeries>, SelectError> {
        let is_selected =
            |series: &&SelectedSeries| matchers.iter().all(|matcher| matcher.matches(&series.labels));
        let mut samples = 0;
        let mut selected = Vec::new();
        for series in self.series.values().filter(is_selected) {
            let series = within(series, range);
            samples += series.samples.weight();
            if samples > max_samples {
                return Err(SelectError::TooManySamples { limit: max_samples });
            }
            if !series.samples.is_empty() {
                selected.push(series);
            }
        }
        Ok(selected)
    }
}

/// The part of a series in a range of time.
fn within(series: &SelectedSeries, range: TimeRange) -> SelectedSeries {
    let contains = |timestamp_ms: i64| (range.start_ms..=range.end_ms).contains(&timestamp_ms);
    let mut part = SelectedSeries { labels: series.labels.clone(), ..SelectedSeries::default() };
    for (sample, start_ms) in series.samples.floats.iter().zip(&series.start_timestamps_ms) {
        if contains(sample.timestamp_ms) {
            part.samples.floats.push(*sample);
            part.start_timestamps_ms.push(*start_ms);
        }
    }
    for (sample, start_ms) in series.samples.histograms.iter().zip(&series.histogram_start_timestamps_ms) {
        if contains(sample.timestamp_ms) {
            part.samples.histograms.push(sample.clone());
            part.histogram_start_timestamps_ms.push(*start_ms);
        }
    }
    for starts_ms in [&mut part.start_timestamps_ms, &mut part.histogram_start_timestamps_ms] {
        if starts_ms.iter().all(|start_ms| *start_ms == 0) {
            starts_ms.clear();
        }
    }
    part
}
