//! Names as they are written: of the family, of labels.

use super::escape::push_quoted;
use super::visit::FamilyHead;
use crate::exposition::Escaping;
use crate::model::MetricType;
use crate::model::labels::{is_legacy_label_name, is_legacy_metric_name};

/// The name of the family that is being written, escaped; its samples add suffixes.
#[derive(Clone, Debug, Default)]
pub(in crate::exposition) struct FamilyName {
    text: String,
    /// Whether it can only stand in quotes.
    pub(super) is_quoted: bool,
}

impl FamilyName {
    pub(in crate::exposition) fn set(&mut self, head: &FamilyHead<'_>, escaping: Escaping) {
        self.text.clear();
        self.text.push_str(head.name);
        if escaping == Escaping::Dots || !is_legacy_metric_name(head.name) {
            // The suffix is part of what Prometheus' clients escape, and the family's name is what stands before it.
            let suffix = type_suffix(head.metric_type);
            self.text.push_str(suffix);
            self.text = escaping.metric_name(&self.text).into_owned();
            if let Some(stem) = self.text.strip_suffix(suffix).map(str::len) {
                self.text.truncate(stem);
            }
        }
        self.is_quoted = !is_legacy_metric_name(&self.text);
    }

    /// The name without quotes or escapes.
    pub(in crate::exposition) fn as_str(&self) -> &str {
        &self.text
    }

    /// Writes the name with a suffix, in quotes where it needs them.
    #[inline]
    pub(super) fn push(&self, out: &mut String, suffix: &str) {
        if self.is_quoted {
            out.push('"');
            push_quoted(out, &self.text);
            out.push_str(suffix);
            out.push('"');
        } else {
            out.push_str(&self.text);
            out.push_str(suffix);
        }
    }
}

/// What the samples of a type that has one kind of sample are called beyond their family.
pub(in crate::exposition) fn type_suffix(metric_type: MetricType) -> &'static str {
    match metric_type {
        MetricType::Counter => "_total",
        MetricType::Info => "_info",
        _ => "",
    }
}

/// Names of labels as they are written, by their place in a label set: series of one family have the same ones.
#[derive(Clone, Debug, Default)]
pub(super) struct LabelNames(Vec<LabelName>);

#[derive(Clone, Debug, Default)]
struct LabelName {
    name: String,
    /// All that stands before the value, beginning with the end of the label before: `",name="`.
    before_value: String,
}

impl LabelNames {
    /// What stands before the value of the label at this place.
    #[inline]
    pub(super) fn before_value(&mut self, at: usize, name: &str, escaping: Escaping) -> &str {
        if self.0.get(at).is_none_or(|known| known.name != name) {
            self.learn(at, name, escaping);
        }
        self.0.get(at).map_or("", |known| &known.before_value)
    }

    #[cold]
    fn learn(&mut self, at: usize, name: &str, escaping: Escaping) {
        if self.0.len() <= at {
            self.0.resize_with(at + 1, LabelName::default);
        }
        if let Some(known) = self.0.get_mut(at) {
            name.clone_into(&mut known.name);
            known.before_value.clear();
            known.before_value.push_str(if at == 0 { "" } else { "\"," });
            push_label_name(&mut known.before_value, name, escaping);
            known.before_value.push_str("=\"");
        }
    }
}

/// Writes a label's name, escaped, in quotes where it needs them.
fn push_label_name(out: &mut String, name: &str, escaping: Escaping) {
    let escaped = escaping.label_name(name);
    if is_legacy_label_name(&escaped) {
        out.push_str(&escaped);
    } else {
        out.push('"');
        push_quoted(out, &escaped);
        out.push('"');
    }
}
