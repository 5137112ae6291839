//! From the bytes of a frame to deltas that are known to be sound.

use p95_core::exposition::families::{self, Families, Family, Histogram, Metric, Summary, Value};
use p95_core::exposition::parse::{Format, ParseError};
use p95_core::model::labels::{BUCKET, QUANTILE};
use p95_core::model::{Labels, MetricType};

use super::{Delta, Envelope, FamilyDelta, Head, NameRules, stem};
use crate::reject::{Reason, Reject, refuse};

/// The label that names the app.
const APP: &str = "app";

/// A frame that can be applied, as far as it alone can tell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) envelope: Envelope,
    pub(crate) families: Vec<FamilyDelta>,
}

/// Reads what follows the first line of a frame.
pub(crate) fn read(envelope: Envelope, exposition: &[u8], rules: NameRules<'_>) -> Result<Frame, Reject> {
    let Families { families, duplicates } =
        families::read(exposition, Format::OpenMetrics).map_err(below_the_first_line)?;
    if duplicates > 0 {
        return refuse(Reason::Duplicate, format_args!("{duplicates} samples repeat a series"));
    }
    let reader = Reader { app: &envelope.app, rules };
    let families = families.iter().filter(|family| !family.metrics.is_empty());
    let families = families.map(|family| reader.family(family)).collect::<Result<_, _>>()?;
    Ok(Frame { envelope, families })
}

/// The parser has not seen the first line.
fn below_the_first_line(error: ParseError) -> Reject {
    Reject::new(Reason::Exposition, ParseError { line: error.line + 1, ..error })
}

struct Reader<'a> {
    app: &'a str,
    rules: NameRules<'a>,
}

impl Reader<'_> {
    fn family(&self, family: &Family) -> Result<FamilyDelta, Reject> {
        let metadata = &family.metadata;
        if matches!(metadata.metric_type, MetricType::Unknown | MetricType::GaugeHistogram) {
            return refuse(
                Reason::Type,
                format_args!("{}: samples without a type, or of one that cannot be added up", metadata.name),
            );
        }
        let name = stem(&metadata.name, metadata.metric_type);
        self.rules.metric(name)?;
        let mut read = FamilyDelta {
            name: name.to_owned(),
            head: Head {
                metric_type: metadata.metric_type,
                unit: metadata.unit.to_string(),
                help: metadata.help.to_string(),
            },
            bounds: bounds(family),
            points: Vec::new(),
        };
        for metric in &family.metrics {
            if metric.timestamp_ms.is_some() {
                return refuse(Reason::Timestamp, format_args!("{name}: a delta has no time of its own"));
            }
            self.metric(metric, &mut read)?;
        }
        Ok(read)
    }

    fn metric(&self, metric: &Metric, read: &mut FamilyDelta) -> Result<(), Reject> {
        let name = read.name.clone();
        for reserved in [BUCKET, QUANTILE].into_iter().chain((!self.app.is_empty()).then_some(APP)) {
            if metric.labels.get(reserved).is_some() {
                return refuse(
                    Reason::LabelName,
                    format_args!("{name}: the label {reserved} has a meaning here"),
                );
            }
        }
        let labels = metric.labels.to_builder().set(APP, self.app).build();
        let labels = if self.app.is_empty() { metric.labels.clone() } else { labels };
        self.rules.labels(&name, labels.iter())?;
        match &metric.value {
            Value::Counter(counter) => {
                let total = self.amount(&name, counter.total)?;
                read.points.push((labels, Delta::Counter(total)));
            }
            Value::Histogram(histogram) => {
                let delta = self.histogram(&name, histogram, &read.bounds)?;
                read.points.push((labels, delta));
            }
            Value::Summary(Summary { quantiles, sum, count, .. }) => {
                if !quantiles.is_empty() {
                    return refuse(Reason::Type, format_args!("{name}: quantiles cannot be added up"));
                }
                let delta =
                    Delta::Summary { count: self.amount(&name, *count)?, sum: self.amount(&name, *sum)? };
                read.points.push((labels, delta));
            }
            Value::Gauge(value) => read.points.push((labels, Delta::Gauge(finite(&name, *value)?))),
            Value::StateSet(states) => {
                for state in states {
                    self.rules.label(&name, &name, &state.name)?;
                    let labels = labels.to_builder().set(&name, &state.name).build();
                    read.points.push((labels, Delta::Gauge(f64::from(u8::from(state.enabled)))));
                }
            }
            Value::Info(_) => self.info(labels, read),
            // Refused with their families.
            Value::Unknown(_) | Value::GaugeHistogram(_) => {}
        }
        Ok(())
    }

    /// All label sets of an info are one value, of the series that has the app's label alone.
    fn info(&self, labels: Labels, read: &mut FamilyDelta) {
        match read.points.first_mut() {
            Some((_, Delta::Info(infos))) => infos.push(labels),
            _ => {
                let key =
                    if self.app.is_empty() { Labels::empty() } else { Labels::from_pairs([(APP, self.app)]) };
                read.points.push((key, Delta::Info(vec![labels])));
            }
        }
    }

    fn histogram(&self, name: &str, histogram: &Histogram, bounds: &[f64]) -> Result<Delta, Reject> {
        let own: Vec<f64> = histogram.buckets.iter().map(|bucket| bucket.upper_bound).collect();
        if own != bounds || own.last() != Some(&f64::INFINITY) {
            return refuse(
                Reason::Schema,
                format_args!("{name}: expected the same buckets for all series, the last up to +Inf"),
            );
        }
        let cumulative: Vec<f64> = histogram.buckets.iter().map(|bucket| bucket.cumulative_count).collect();
        cumulative.iter().try_for_each(|count| self.amount(name, Some(*count)).map(drop))?;
        let count = self.amount(name, histogram.count)?;
        let sum = self.amount(name, histogram.sum)?;
        if !cumulative.is_sorted() || cumulative.last() != Some(&count) {
            return refuse(Reason::Value, format_args!("{name}: expected buckets that grow up to the count"));
        }
        Ok(Delta::Histogram { cumulative, sum })
    }

    /// A number by which something grows.
    fn amount(&self, name: &str, number: Option<f64>) -> Result<f64, Reject> {
        let max = self.rules.limits.delta;
        match number {
            Some(number) if (0.0..=max).contains(&number) => Ok(number),
            Some(number) => refuse(
                Reason::Value,
                format_args!("{name}: expected a number from 0 to {max:e}, not {number}"),
            ),
            None => refuse(Reason::Value, format_args!("{name}: a total, count or sum is missing")),
        }
    }
}

/// The bounds of a family's first histogram, which all have to have.
fn bounds(family: &Family) -> Vec<f64> {
    match family.metrics.first().map(|metric| &metric.value) {
        Some(Value::Histogram(first)) => first.buckets.iter().map(|bucket| bucket.upper_bound).collect(),
        _ => Vec::new(),
    }
}

fn finite(name: &str, number: f64) -> Result<f64, Reject> {
    if number.is_finite() {
        return Ok(number);
    }
    refuse(Reason::Value, format_args!("{name}: expected a finite number, not {number}"))
}
