//! From series to messages.

use std::collections::HashMap;

use prost::Message as _;

use super::message::{
    ExemplarV1, ExemplarV2, Label, MetadataV1, MetadataV2, RequestV1, RequestV2, Sample, SeriesV1, SeriesV2,
};
use super::{WriteRequest, WrittenSeries, histogram, type_number};
use crate::model::labels::METRIC_NAME;
use crate::model::{Exemplar, Labels, Metadata};

pub(super) fn v1(request: &WriteRequest) -> Vec<u8> {
    let label = |(name, value): (&str, &str)| Label { name: name.to_owned(), value: value.to_owned() };
    let exemplar = |exemplar: &Exemplar| ExemplarV1 {
        labels: exemplar.labels.iter().map(label).collect(),
        value: exemplar.value,
        timestamp: exemplar.timestamp_ms.unwrap_or_default(),
    };
    let series = request.series.iter().map(|series| SeriesV1 {
        labels: series.labels.iter().map(label).collect(),
        samples: samples(series),
        exemplars: series.exemplars.iter().map(exemplar).collect(),
        histograms: series.histograms.iter().map(histogram::message).collect(),
    });
    let metadata = request.metadata.iter().map(|family| MetadataV1 {
        type_number: type_number(family.metric_type),
        family_name: family.name.to_string(),
        help: family.help.to_string(),
        unit: family.unit.to_string(),
    });
    RequestV1 { timeseries: series.collect(), metadata: metadata.collect() }.encode_to_vec()
}

pub(super) fn v2(request: &WriteRequest) -> Vec<u8> {
    let mut symbols = Symbols::default();
    let by_name: HashMap<&str, &Metadata> =
        request.metadata.iter().map(|family| (&*family.name, family)).collect();
    let series = request.series.iter().map(|series| SeriesV2 {
        labels_refs: symbols.numbers(&series.labels),
        samples: samples(series),
        histograms: series.histograms.iter().map(histogram::message).collect(),
        metadata: series.labels.get(METRIC_NAME).and_then(|name| by_name.get(name)).map(|family| {
            MetadataV2 {
                type_number: type_number(family.metric_type),
                help_ref: symbols.number(&family.help),
                unit_ref: symbols.number(&family.unit),
            }
        }),
        exemplars: series
            .exemplars
            .iter()
            .map(|exemplar| ExemplarV2 {
                labels_refs: symbols.numbers(&exemplar.labels),
                value: exemplar.value,
                timestamp: exemplar.timestamp_ms.unwrap_or_default(),
            })
            .collect(),
        created_timestamp: series.start_ms.unwrap_or_default(),
    });
    let timeseries = series.collect();
    RequestV2 { symbols: symbols.texts, timeseries }.encode_to_vec()
}

fn samples(series: &WrittenSeries) -> Vec<Sample> {
    let sample = series.samples.iter();
    sample.map(|sample| Sample { value: sample.value, timestamp: sample.timestamp_ms }).collect()
}

/// The texts of a request, each once.
struct Symbols<'a> {
    texts: Vec<String>,
    numbers: HashMap<&'a str, u32>,
}

impl Default for Symbols<'_> {
    /// The first text is the empty one.
    fn default() -> Self {
        Self { texts: vec![String::new()], numbers: HashMap::from([("", 0)]) }
    }
}

impl<'a> Symbols<'a> {
    /// The names and values of labels in turn.
    fn numbers(&mut self, labels: &'a Labels) -> Vec<u32> {
        labels.iter().flat_map(<[&str; 2]>::from).map(|text| self.number(text)).collect()
    }

    fn number(&mut self, text: &'a str) -> u32 {
        *self.numbers.entry(text).or_insert_with(|| {
            self.texts.push(text.to_owned());
            u32::try_from(self.texts.len() - 1).unwrap_or_default()
        })
    }
}
