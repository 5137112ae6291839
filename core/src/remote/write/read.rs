//! From messages to series.

use std::sync::Arc;

use prost::Message as _;

use super::message::{Histogram, RequestV1, RequestV2, Sample};
use super::{WriteError, WriteRequest, WrittenSeries, histogram, type_of};
use crate::model::labels::METRIC_NAME;
use crate::model::{Exemplar, FloatSample, HistogramSample, Labels, Metadata};

pub(super) fn v1(bytes: &[u8]) -> Result<WriteRequest, WriteError> {
    let request = RequestV1::decode(bytes)?;
    let series = request.timeseries.iter().zip(1..).map(|(series, number)| {
        let pairs = series.labels.iter().map(|label| (label.name.as_str(), label.value.as_str()));
        let labels = labels(pairs, number)?;
        let histograms = histograms(&series.histograms, number)?;
        let exemplars = series.exemplars.iter().map(|found| {
            let labels = found.labels.iter().map(|label| (label.name.as_str(), label.value.as_str()));
            exemplar(Labels::from_pairs(labels), found.value, found.timestamp)
        });
        Ok(WrittenSeries {
            labels,
            samples: samples(&series.samples),
            histograms,
            exemplars: exemplars.collect(),
            start_ms: None,
        })
    });
    let described = request.metadata.iter();
    Ok(WriteRequest {
        series: series.collect::<Result<_, WriteError>>()?,
        metadata: described
            .map(|family| metadata(&family.family_name, family.type_number, &family.unit, &family.help))
            .collect(),
    })
}

pub(super) fn v2(bytes: &[u8]) -> Result<WriteRequest, WriteError> {
    let request = RequestV2::decode(bytes)?;
    let symbol = |at: u32| request.symbols.get(at as usize).map(String::as_str);
    let mut read = WriteRequest::default();
    for (series, number) in request.timeseries.iter().zip(1..) {
        let unknown =
            || WriteError::Labels { number, reason: "it points at a text that is not in the table" };
        let pairs = |refs: &[u32]| -> Option<Vec<(&str, &str)>> {
            let pair = |pair: &[u32]| match pair {
                [name, value] => Some((symbol(*name)?, symbol(*value)?)),
                _ => None,
            };
            refs.chunks(2).map(pair).collect()
        };
        let labels = labels(pairs(&series.labels_refs).ok_or_else(unknown)?.into_iter(), number)?;
        let exemplars = series.exemplars.iter().map(|found| {
            let labels = Labels::from_pairs(pairs(&found.labels_refs)?);
            Some(exemplar(labels, found.value, found.timestamp))
        });
        let exemplars = exemplars.collect::<Option<_>>().ok_or_else(unknown)?;
        if let Some(described) = &series.metadata {
            let help = symbol(described.help_ref).ok_or_else(unknown)?;
            let unit = symbol(described.unit_ref).ok_or_else(unknown)?;
            let name = labels.get(METRIC_NAME).unwrap_or_default();
            if described.type_number != 0 || !help.is_empty() || !unit.is_empty() {
                read.metadata.push(metadata(name, described.type_number, unit, help));
            }
        }
        read.series.push(WrittenSeries {
            labels,
            samples: samples(&series.samples),
            histograms: histograms(&series.histograms, number)?,
            exemplars,
            start_ms: (series.created_timestamp != 0).then_some(series.created_timestamp),
        });
    }
    Ok(read)
}

/// An exemplar; a time of 0 is none.
fn exemplar(labels: Labels, value: f64, timestamp_ms: i64) -> Exemplar {
    Exemplar { labels, value, timestamp_ms: (timestamp_ms != 0).then_some(timestamp_ms) }
}

fn metadata(name: &str, type_number: i32, unit: &str, help: &str) -> Metadata {
    let (name, unit, help) = (Arc::from(name), Arc::from(unit), Arc::from(help));
    Metadata { name, metric_type: type_of(type_number), unit, help }
}

/// A label set with a metric name, and no name that is empty or comes twice.
fn labels<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    number: usize,
) -> Result<Labels, WriteError> {
    let mut names: Vec<&str> = pairs.clone().map(|(name, _)| name).collect();
    names.sort_unstable();
    let reason = if names.iter().any(|name| name.is_empty()) {
        "a label has no name"
    } else if names.windows(2).any(|pair| pair.first() == pair.last()) {
        "a label comes twice"
    } else if !pairs.clone().any(|(name, value)| name == METRIC_NAME && !value.is_empty()) {
        "it has no metric name"
    } else {
        return Ok(Labels::from_pairs(pairs));
    };
    Err(WriteError::Labels { number, reason })
}

fn samples(samples: &[Sample]) -> Vec<FloatSample> {
    samples.iter().map(|sample| FloatSample { timestamp_ms: sample.timestamp, value: sample.value }).collect()
}

fn histograms(histograms: &[Histogram], number: usize) -> Result<Vec<HistogramSample>, WriteError> {
    let read = histograms.iter().map(|message| {
        let histogram =
            histogram::read(message).map_err(|reason| WriteError::Histogram { number, reason })?;
        Ok(HistogramSample { timestamp_ms: message.timestamp, histogram: Arc::new(histogram) })
    });
    read.collect()
}
