//! What is pushed, as it is kept.

use std::collections::BTreeMap;

use hashbrown::HashSet;
use p95_core::exposition::encode::Format as TextFormat;
use p95_core::exposition::families::{self, Family, Metric, Value, project};
use p95_core::exposition::parse::Format;
use p95_core::exposition::{ContentType, WireFormat, protobuf};
use p95_core::model::{Labels, MetricType};

use crate::frame::{Head, NameRules, stem};
use crate::reject::{Reason, Reject, refuse};

/// A push that can be made, as far as it alone can tell.
#[derive(Clone, Debug)]
pub(crate) struct Push {
    pub(crate) group: Labels,
    /// Whether families that are not among the pushed ones go.
    pub(crate) replaces_all: bool,
    /// The families by name, without the suffix that their types ask for.
    pub(crate) families: BTreeMap<String, GroupFamily>,
    /// The same in the text format.
    pub(crate) text: String,
}

/// A family of a group. Its metrics do not have the group's labels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GroupFamily {
    pub(crate) head: Head,
    pub(crate) metrics: Vec<Metric>,
}

/// The format of a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PushFormat {
    Text,
    OpenMetrics,
    Protobuf,
}

impl PushFormat {
    /// As the header `Content-Type` says; what is unknown is text.
    pub(crate) fn of(content_type: &str) -> Self {
        match ContentType::parse(content_type).format {
            WireFormat::Text004 | WireFormat::Text100 => Self::Text,
            WireFormat::OpenMetrics001 | WireFormat::OpenMetrics100 => Self::OpenMetrics,
            WireFormat::Protobuf => Self::Protobuf,
        }
    }
}

/// Reads a body that was pushed to a group.
pub(crate) fn read(
    group: Labels,
    replaces_all: bool,
    body: &[u8],
    format: PushFormat,
    rules: NameRules<'_>,
) -> Result<Push, Reject> {
    let mut read = match format {
        PushFormat::Text => families::read(body, Format::Text).map_err(broken)?,
        PushFormat::OpenMetrics => families::read(body, Format::OpenMetrics).map_err(broken)?,
        PushFormat::Protobuf => protobuf::decode(body).map_err(broken)?,
    };
    if read.duplicates > 0 {
        return refuse(Reason::Duplicate, format_args!("{} samples repeat a series", read.duplicates));
    }
    // What has no sample in the end is not kept.
    read.families.retain(|family| !family.metrics.is_empty());
    for family in &mut read.families {
        if format != PushFormat::OpenMetrics {
            keep_name(family);
        }
        check(family, &group, rules)?;
    }
    let text = project(&read, WireFormat::Text004).encode(TextFormat::Text);
    Ok(Push { group, replaces_all, families: families_of(&text), text })
}

/// The families of a text that was checked before it was kept.
pub(crate) fn families_of(text: &str) -> BTreeMap<String, GroupFamily> {
    let read = families::read(text.as_bytes(), Format::Text).unwrap_or_default();
    let with_metrics = read.families.into_iter().filter(|family| !family.metrics.is_empty());
    let by_name = with_metrics.map(|Family { metadata, metrics }| {
        let head = Head {
            metric_type: metadata.metric_type,
            unit: metadata.unit.to_string(),
            help: metadata.help.to_string(),
        };
        (stem(&metadata.name, metadata.metric_type).to_owned(), GroupFamily { head, metrics })
    });
    by_name.collect()
}

/// Pages of old clients have counters whose names do not end in `_total`. They would be written with it; as families of
/// unknown type they keep their names.
fn keep_name(family: &mut Family) {
    let metadata = &mut family.metadata;
    if metadata.metric_type != MetricType::Counter || metadata.name.ends_with("_total") {
        return;
    }
    metadata.metric_type = MetricType::Unknown;
    for metric in &mut family.metrics {
        if let Value::Counter(counter) = &metric.value {
            metric.value = Value::Unknown(counter.total.unwrap_or_default());
        }
    }
}

fn check(family: &mut Family, group: &Labels, rules: NameRules<'_>) -> Result<(), Reject> {
    let name = stem(&family.metadata.name, family.metadata.metric_type).to_owned();
    rules.metric(&name)?;
    let mut seen = HashSet::new();
    for metric in &mut family.metrics {
        if metric.timestamp_ms.is_some() {
            return refuse(Reason::Timestamp, format_args!("{name}: what is pushed has no time of its own"));
        }
        metric.labels = metric.labels.filter(|label| group.get(label).is_none());
        rules.labels(&name, metric.labels.iter().chain(group))?;
        if !seen.insert(metric.labels.clone()) {
            return refuse(
                Reason::Duplicate,
                format_args!("{name}: with the group's labels a series stands twice"),
            );
        }
    }
    Ok(())
}

fn broken(error: impl std::fmt::Display) -> Reject {
    Reject::new(Reason::Exposition, error)
}
