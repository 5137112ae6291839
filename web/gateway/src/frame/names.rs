//! Which names and values of labels are taken.

use p95_core::model::MetricType;
use p95_core::model::labels::{is_legacy_label_name, is_legacy_metric_name};

use crate::options::{Limits, fits};
use crate::reject::{Reason, Reject, refuse};

/// The names that the gateway's own metrics begin with.
const OWN_PREFIX: &str = "p95_gateway_";
/// What Pushgateway's protocol adds to every group.
const RESERVED: [&str; 2] = ["push_time_seconds", "push_failure_time_seconds"];

/// The rules for names and label values, of frames and of pushes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameRules<'a> {
    pub(crate) limits: &'a Limits,
    /// The names of metrics that are taken; empty for all.
    pub(crate) metrics: &'a [String],
}

impl NameRules<'_> {
    /// Whether a family may have this name.
    pub(crate) fn metric(&self, name: &str) -> Result<(), Reject> {
        if !is_legacy_metric_name(name) || name.len() > self.limits.name_bytes {
            let max = self.limits.name_bytes;
            return refuse(
                Reason::MetricName,
                format_args!("{}: expected a name of letters, digits, _ and :, at most {max}", shown(name)),
            );
        }
        if name.starts_with(OWN_PREFIX) || RESERVED.contains(&name) {
            return refuse(Reason::MetricName, format_args!("{name}: this name is the gateway's own"));
        }
        if !self.metrics.is_empty() && !self.metrics.iter().any(|pattern| fits(pattern, name)) {
            return refuse(Reason::MetricName, format_args!("{name}: not among the metrics that are taken"));
        }
        Ok(())
    }

    /// Whether a series of this metric may have these labels.
    pub(crate) fn labels<'l>(
        &self,
        metric: &str,
        labels: impl Iterator<Item = (&'l str, &'l str)>,
    ) -> Result<(), Reject> {
        let mut count = 0;
        for (name, value) in labels {
            self.label(metric, name, value)?;
            count += 1;
        }
        if count > self.limits.labels {
            return refuse(
                Reason::LabelCount,
                format_args!("{metric}: {count} labels, and {} are allowed", self.limits.labels),
            );
        }
        Ok(())
    }

    /// Whether a series of this metric may have this label.
    pub(crate) fn label(&self, metric: &str, name: &str, value: &str) -> Result<(), Reject> {
        let Limits { name_bytes, label_value_bytes, .. } = *self.limits;
        if !is_legacy_label_name(name) || name.starts_with("__") || name.len() > name_bytes {
            return refuse(
                Reason::LabelName,
                format_args!(
                    "{metric}: label {}: expected a name of letters, digits and _, at most {name_bytes}, without __ in front",
                    shown(name)
                ),
            );
        }
        if value.len() > label_value_bytes {
            return refuse(
                Reason::LabelLength,
                format_args!(
                    "{metric}: the value of {name} has {} bytes, and {label_value_bytes} are allowed",
                    value.len()
                ),
            );
        }
        Ok(())
    }
}

/// A family's name without the suffix that its type asks for.
pub(crate) fn stem(name: &str, metric_type: MetricType) -> &str {
    let suffix = match metric_type {
        MetricType::Counter => "_total",
        MetricType::Info => "_info",
        _ => "",
    };
    name.strip_suffix(suffix).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

/// A name as an answer may show it.
fn shown(name: &str) -> String {
    name.chars().take(64).flat_map(char::escape_debug).collect()
}
