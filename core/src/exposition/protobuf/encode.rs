//! Families as protobuf.

use super::wire::{double, message, string, varint};
use super::{native, value};
use crate::exposition::Escaping;
use crate::exposition::encode::{
    BucketValue, CounterValue, ExemplarValue, FamilyHead, FamilyName, HistogramValue, LabelPairs,
    SummaryValue, Visitor, type_suffix,
};
use crate::exposition::families::Families;
use crate::model::MetricType;
use crate::model::labels::is_legacy_label_name;

/// The page in protobuf; [`project`](crate::exposition::families::project) says what it loses.
///
/// ```
/// use p95_core::exposition::{families, parse, protobuf};
///
/// let read = families::read(b"# TYPE up gauge\nup 1\n", parse::Format::Text)?;
/// assert_eq!(protobuf::decode(&protobuf::encode(&read))?, read);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(families: &Families) -> Vec<u8> {
    let mut encoder = ProtobufEncoder::new(Escaping::AllowUtf8);
    families.visit(&mut encoder);
    encoder.finish()
}

/// Writes what it visits as protobuf.
///
/// ```
/// use p95_core::exposition::Escaping;
/// use p95_core::exposition::protobuf::{self, ProtobufEncoder};
/// use p95_core::instrument::{Counter, Descriptor, Registry};
///
/// let mut registry = Registry::default();
/// registry.register(Descriptor::new("jobs", ""), Counter::default())?.inc();
/// let mut encoder = ProtobufEncoder::new(Escaping::AllowUtf8);
/// registry.visit(0, &mut encoder);
/// assert_eq!(&*protobuf::decode(&encoder.finish())?.families[0].metadata.name, "jobs_total");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProtobufEncoder {
    escaping: Escaping,
    out: Vec<u8>,
    /// The family that is being written, without its length.
    family: Vec<u8>,
    family_name: FamilyName,
    metric_type: MetricType,
    timestamp_ms: Option<i64>,
}

impl ProtobufEncoder {
    /// An encoder that has written nothing yet, for a reader that knows names under this scheme.
    pub fn new(escaping: Escaping) -> Self {
        Self {
            escaping,
            out: Vec::new(),
            family: Vec::new(),
            family_name: FamilyName::default(),
            metric_type: MetricType::Unknown,
            timestamp_ms: None,
        }
    }

    /// The whole page.
    pub fn finish(mut self) -> Vec<u8> {
        self.end_family();
        self.out
    }

    fn end_family(&mut self) {
        if !self.family.is_empty() {
            prost::encoding::encode_varint(self.family.len() as u64, &mut self.out);
            self.out.append(&mut self.family);
        }
    }

    /// Writes a metric: its labels, what `content` writes, its time.
    fn metric<'a>(
        &mut self,
        labels: impl IntoIterator<Item = &'a (&'a str, &'a str)>,
        content: impl FnOnce(&mut Vec<u8>),
    ) {
        let (escaping, timestamp_ms) = (self.escaping, self.timestamp_ms.take());
        message(&mut self.family, tag::METRIC, |out| {
            for (name, value) in labels {
                push_label(out, name, value, escaping);
            }
            content(out);
            if let Some(timestamp_ms) = timestamp_ms {
                varint(out, tag::TIMESTAMP_MS, timestamp_ms.cast_unsigned());
            }
        });
    }
}

/// The numbers of fields that have no message in `message.rs`, or stand there as numbers alone.
mod tag {
    pub(super) const FAMILY_NAME: u32 = 1;
    pub(super) const FAMILY_HELP: u32 = 2;
    pub(super) const FAMILY_TYPE: u32 = 3;
    pub(super) const METRIC: u32 = 4;
    pub(super) const FAMILY_UNIT: u32 = 5;
    pub(super) const LABEL: u32 = 1;
    pub(super) const GAUGE: u32 = 2;
    pub(super) const COUNTER: u32 = 3;
    pub(super) const SUMMARY: u32 = 4;
    pub(super) const UNTYPED: u32 = 5;
    pub(super) const TIMESTAMP_MS: u32 = 6;
    pub(super) const HISTOGRAM: u32 = 7;
}

impl Visitor for ProtobufEncoder {
    fn family(&mut self, head: &FamilyHead<'_>) {
        self.end_family();
        self.metric_type = head.metric_type;
        self.timestamp_ms = None;
        self.family_name.set(head, self.escaping);
        let name = format!("{}{}", self.family_name.as_str(), type_suffix(head.metric_type));
        string(&mut self.family, tag::FAMILY_NAME, &name);
        if !head.help.is_empty() {
            string(&mut self.family, tag::FAMILY_HELP, head.help);
        }
        varint(&mut self.family, tag::FAMILY_TYPE, value::type_number(head.metric_type));
        if !head.unit.is_empty() {
            string(&mut self.family, tag::FAMILY_UNIT, head.unit);
        }
    }

    fn at(&mut self, timestamp_ms: i64) {
        self.timestamp_ms = Some(timestamp_ms);
    }

    fn unknown(&mut self, labels: LabelPairs<'_>, value: f64) {
        self.metric(labels, |out| message(out, tag::UNTYPED, |out| double(out, 1, value)));
    }

    fn counter(&mut self, labels: LabelPairs<'_>, value: &CounterValue<'_>) {
        let escaping = self.escaping;
        self.metric(labels, |out| {
            message(out, tag::COUNTER, |out| {
                if let Some(total) = value.total {
                    double(out, 1, total);
                }
                if let Some(exemplar) = &value.exemplar {
                    push_exemplar(out, 2, exemplar, escaping);
                }
                push_time(out, 3, value.created_ms);
            });
        });
    }

    fn gauge(&mut self, labels: LabelPairs<'_>, value: f64) {
        self.metric(labels, |out| message(out, tag::GAUGE, |out| double(out, 1, value)));
    }

    fn histogram(&mut self, labels: LabelPairs<'_>, value: &HistogramValue<'_>) {
        let escaping = self.escaping;
        self.metric(labels, |out| {
            message(out, tag::HISTOGRAM, |out| push_histogram(out, value, escaping));
        });
    }

    fn summary(&mut self, labels: LabelPairs<'_>, value: &SummaryValue<'_>) {
        self.metric(labels, |out| {
            message(out, tag::SUMMARY, |out| {
                if let Some(count) = value.count {
                    // There is no field for one that is not whole.
                    varint(out, 1, count.round() as u64);
                }
                if let Some(sum) = value.sum {
                    double(out, 2, sum);
                }
                for (quantile, at_quantile) in value.quantiles {
                    message(out, 3, |out| {
                        double(out, 1, *quantile);
                        double(out, 2, *at_quantile);
                    });
                }
                push_time(out, 4, value.created_ms);
            });
        });
    }

    fn info(&mut self, labels: LabelPairs<'_>, content: LabelPairs<'_>) {
        self.metric(labels.iter().chain(content), |out| message(out, tag::GAUGE, |out| double(out, 1, 1.0)));
    }

    fn stateset(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]) {
        // The label that names the state has the name of the family.
        let name = self.family_name.as_str().to_owned();
        let timestamp_ms = self.timestamp_ms;
        for (state, holds) in states {
            self.timestamp_ms = timestamp_ms;
            let value = f64::from(u8::from(*holds));
            self.metric(labels.iter().chain(&[(name.as_str(), *state)]), |out| {
                message(out, tag::GAUGE, |out| double(out, 1, value));
            });
        }
        self.timestamp_ms = None;
    }
}

fn push_histogram(out: &mut Vec<u8>, value: &HistogramValue<'_>, escaping: Escaping) {
    let native = value.native.filter(|native| native::is_writable(native));
    let last = value.buckets.last().filter(|last| last.upper_bound == f64::INFINITY);
    let count = value.count.or(native.map(|native| native.count)).or(last.map(|last| last.cumulative_count));
    let is_float = native.is_some_and(native::is_float) && count.is_some_and(|count| count > 0.0);
    match count {
        Some(count) if is_float => double(out, 4, count),
        Some(count) => push_count(out, 1, 4, count),
        None => {}
    }
    if let Some(sum) = value.sum.or(native.map(|native| native.sum)) {
        double(out, 2, sum);
    }
    for bucket in value.buckets {
        push_bucket(out, bucket, escaping);
    }
    if let Some(native) = native {
        native::push(out, native);
    }
    push_time(out, 15, value.created_ms);
    for exemplar in value.native_exemplars {
        push_exemplar(out, 16, exemplar, escaping);
    }
}

fn push_bucket(out: &mut Vec<u8>, bucket: &BucketValue<'_>, escaping: Escaping) {
    message(out, 3, |out| {
        push_count(out, 1, 4, bucket.cumulative_count);
        double(out, 2, bucket.upper_bound);
        if let Some(exemplar) = &bucket.exemplar {
            push_exemplar(out, 3, exemplar, escaping);
        }
    });
}

/// A count in the field for whole ones, or in the other.
fn push_count(out: &mut Vec<u8>, whole_tag: u32, float_tag: u32, count: f64) {
    match value::whole(count) {
        Some(whole) => varint(out, whole_tag, whole),
        None => double(out, float_tag, count),
    }
}

fn push_exemplar(out: &mut Vec<u8>, tag: u32, exemplar: &ExemplarValue<'_>, escaping: Escaping) {
    message(out, tag, |out| {
        for (name, value) in exemplar.labels {
            push_label(out, name, value, escaping);
        }
        double(out, 2, exemplar.value);
        push_time(out, 3, exemplar.timestamp_ms);
    });
}

fn push_label(out: &mut Vec<u8>, name: &str, value: &str, escaping: Escaping) {
    message(out, tag::LABEL, |out| {
        if escaping != Escaping::Dots && is_legacy_label_name(name) {
            string(out, 1, name);
        } else {
            string(out, 1, &escaping.label_name(name));
        }
        string(out, 2, value);
    });
}

/// A `google.protobuf.Timestamp`, if there is one.
fn push_time(out: &mut Vec<u8>, tag: u32, time_ms: Option<i64>) {
    let Some(time_ms) = time_ms else { return };
    message(out, tag, |out| {
        varint(out, 1, time_ms.div_euclid(1000).cast_unsigned());
        varint(out, 2, time_ms.rem_euclid(1000).cast_unsigned() * 1_000_000);
    });
}
