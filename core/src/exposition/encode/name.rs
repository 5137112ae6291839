//! The name of the family that is being written.

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

/// Writes a label's name, escaped, in quotes where it needs them.
#[inline]
pub(super) fn push_label_name(out: &mut String, name: &str, escaping: Escaping) {
    if escaping != Escaping::Dots && is_legacy_label_name(name) {
        return out.push_str(name);
    }
    let escaped = escaping.label_name(name);
    if is_legacy_label_name(&escaped) {
        out.push_str(&escaped);
    } else {
        out.push('"');
        push_quoted(out, &escaped);
        out.push('"');
    }
}
