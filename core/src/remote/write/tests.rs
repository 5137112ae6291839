//! Messages of remote write, as others send them.

use prost::Message as _;

use super::message::{
    BucketSpan, ExemplarV1, ExemplarV2, Histogram, Label, MetadataV1, MetadataV2, RequestV1, RequestV2,
    Sample, SeriesV1, SeriesV2,
};
use super::*;
use crate::model::Matcher;
use crate::model::histogram::Bucket;
use crate::model::select::TimeRange;
use crate::store::{Store, StoreOptions};

const ALWAYS: TimeRange = TimeRange { start_ms: i64::MIN, end_ms: i64::MAX };

fn label(name: &str, value: &str) -> Label {
    Label { name: name.to_owned(), value: value.to_owned() }
}

fn series(labels: &[(&str, &str)], samples: &[(i64, f64)]) -> SeriesV1 {
    SeriesV1 {
        labels: labels.iter().map(|(name, value)| label(name, value)).collect(),
        samples: samples
            .iter()
            .map(|(timestamp, value)| Sample { timestamp: *timestamp, value: *value })
            .collect(),
        exemplars: Vec::new(),
        histograms: Vec::new(),
    }
}

fn read_v1(series: Vec<SeriesV1>) -> Result<WriteRequest, WriteError> {
    let request = RequestV1 { timeseries: series, metadata: Vec::new() };
    WriteRequest::read(WriteVersion::V1, &request.encode_to_vec())
}

fn histogram() -> Histogram {
    Histogram {
        count_int: Some(6),
        sum: 4.5,
        schema: 1,
        zero_threshold: 0.001,
        zero_count_int: Some(1),
        positive_spans: vec![BucketSpan { offset: -1, length: 2 }, BucketSpan { offset: 3, length: 1 }],
        positive_deltas: vec![2, -1, 1],
        reset_hint: 2,
        timestamp: 1_000,
        ..Histogram::default()
    }
}

#[test]
fn both_versions_say_the_same() {
    let v1 = RequestV1 {
        timeseries: vec![SeriesV1 {
            histograms: vec![histogram()],
            exemplars: vec![ExemplarV1 {
                labels: vec![label("code", "Hits.")],
                value: 0.5,
                timestamp: 1_500,
            }],
            ..series(&[("__name__", "hits_total"), ("code", "200")], &[(1_000, 1.5), (2_000, 2.5)])
        }],
        metadata: vec![MetadataV1 {
            type_number: 1,
            family_name: "hits_total".to_owned(),
            help: "Hits.".to_owned(),
            unit: String::new(),
        }],
    };
    let symbols = ["", "__name__", "hits_total", "code", "200", "Hits."].map(str::to_owned).to_vec();
    let v2 = RequestV2 {
        symbols,
        timeseries: vec![SeriesV2 {
            labels_refs: vec![1, 2, 3, 4],
            samples: v1.timeseries[0].samples.clone(),
            histograms: vec![histogram()],
            exemplars: vec![ExemplarV2 { labels_refs: vec![3, 5], value: 0.5, timestamp: 1_500 }],
            metadata: Some(MetadataV2 { type_number: 1, help_ref: 5, unit_ref: 0 }),
            created_timestamp: 0,
        }],
    };
    let read = WriteRequest::read(WriteVersion::V1, &v1.encode_to_vec()).unwrap();
    assert_eq!(read, WriteRequest::read(WriteVersion::V2, &v2.encode_to_vec()).unwrap());
    for version in [WriteVersion::V1, WriteVersion::V2] {
        assert_eq!(WriteRequest::read(version, &read.encode(version)).as_ref(), Ok(&read), "{version:?}");
    }
    let labels = Labels::from_pairs([("code", "Hits.")]);
    assert_eq!(read.series[0].exemplars, [Exemplar { labels, value: 0.5, timestamp_ms: Some(1_500) }]);
    assert_eq!(read.series[0].labels.to_string(), r#"hits_total{code="200"}"#);
    assert_eq!(read.metadata[0].metric_type, MetricType::Counter);
    let found = &read.series[0].histograms[0].histogram;
    let buckets = [(-1, 2.0), (0, 1.0), (4, 2.0)].map(|(index, count)| Bucket { index, count });
    assert_eq!((found.count, found.zero_count, &found.positive[..]), (6.0, 1.0, &buckets[..]));
}

#[test]
fn what_no_series_can_be_is_refused() {
    #[track_caller]
    fn check(labels: &[(&str, &str)], expect: &str) {
        let error = read_v1(vec![series(&[("__name__", "up")], &[]), series(labels, &[])]).unwrap_err();
        assert_eq!(error.to_string(), expect);
    }
    check(&[], "series 2: it has no metric name");
    check(&[("job", "a")], "series 2: it has no metric name");
    check(&[("__name__", "up"), ("", "a")], "series 2: a label has no name");
    check(&[("__name__", "up"), ("a", "1"), ("a", "2")], "series 2: a label comes twice");

    let mut misfit = series(&[("__name__", "h")], &[]);
    misfit.histograms = vec![Histogram { positive_deltas: vec![1], ..histogram() }];
    let error = read_v1(vec![misfit]).unwrap_err().to_string();
    assert_eq!(error, "series 1: a native histogram: expected as many counts as the spans have buckets");

    let request = RequestV2 {
        symbols: vec![String::new()],
        timeseries: vec![SeriesV2 { labels_refs: vec![0, 7], ..SeriesV2::default() }],
    };
    let error = WriteRequest::read(WriteVersion::V2, &request.encode_to_vec()).unwrap_err().to_string();
    assert_eq!(error, "series 1: it points at a text that is not in the table");
    assert!(matches!(WriteRequest::read(WriteVersion::V1, b"\xff"), Err(WriteError::Message(_))));
}

#[test]
fn what_fits_is_stored_and_the_rest_is_counted() {
    let mut store = Store::new(StoreOptions { retention_ms: 10_000, ..StoreOptions::default() });
    let write = |store: &mut Store, samples: &[(i64, f64)]| {
        read_v1(vec![series(&[("__name__", "a")], samples)]).unwrap().store(store, 100_000)
    };
    let report = write(&mut store, &[(1_000, 1.0), (95_000, 1.0), (96_000, 2.0)]);
    assert_eq!((report.samples, report.too_old, report.refused()), (2, 1, 1));
    let report = write(&mut store, &[(95_000, 1.0), (96_000, 3.0), (96_000, 2.0), (97_000, 1.0)]);
    assert_eq!((report.samples, report.out_of_order, report.conflicting), (2, 1, 1));
    assert_eq!(write(&mut store, &[(1, 1.0)]).too_old, 1);
    assert_eq!(store.label_values("__name__", &[Matcher::equal("__name__", "a")]), ["a"]);
    assert_eq!(store.stats().samples, 3);
}

#[test]
fn exemplars_come_after_their_samples_and_never_alone() {
    let mut store = Store::new(StoreOptions::default());
    let mut write = |samples: &[(i64, f64)]| {
        let exemplar = ExemplarV1 { labels: vec![label("trace", "8f")], value: 0.5, timestamp: 99_000 };
        let written = SeriesV1 { exemplars: vec![exemplar], ..series(&[("__name__", "a")], samples) };
        let report = read_v1(vec![written]).unwrap().store(&mut store, 100_000);
        (report.exemplars, store.stats().series, store.exemplars(&[], ALWAYS).len())
    };
    assert_eq!(write(&[]), (0, 0, 0));
    assert_eq!(write(&[(95_000, 1.0)]), (1, 1, 1));
    assert_eq!(write(&[]), (1, 1, 1));
}
