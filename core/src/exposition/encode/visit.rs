//! The way from metrics to an encoder: one call for each family, then one for each of its label sets.

use crate::model::MetricType;

/// Labels by name and value, none twice.
pub type LabelPairs<'a> = &'a [(&'a str, &'a str)];

/// What a family says of itself.
#[derive(Clone, Copy, Debug)]
pub struct FamilyHead<'a> {
    /// The name without the suffix that its type asks for: a counter's without `_total`, an info's without `_info`.
    pub name: &'a str,
    /// The type.
    pub metric_type: MetricType,
    /// The unit, which the name ends with, or empty.
    pub unit: &'a str,
    /// The help text, or empty.
    pub help: &'a str,
}

/// A classic histogram at one moment.
#[derive(Clone, Copy, Debug)]
pub struct HistogramValue<'a> {
    /// The upper bounds, ascending, without `+Inf`.
    pub bounds: &'a [f64],
    /// The observations in each bucket (not cumulative), one more than there are bounds.
    pub counts: &'a [u64],
    /// The sum of all observations.
    pub sum: f64,
}

/// A summary at one moment.
#[derive(Clone, Copy, Debug)]
pub struct SummaryValue<'a> {
    /// Quantiles with their values, by ascending quantile.
    pub quantiles: &'a [(f64, f64)],
    /// The number of all observations.
    pub count: u64,
    /// The sum of all observations.
    pub sum: f64,
}

/// What takes metrics in: an encoder, or anything else that has a use for them.
///
/// After [`Visitor::family`] follow only calls of that family's type, so nobody has to build families in memory.
pub trait Visitor {
    /// A family begins.
    fn family(&mut self, head: &FamilyHead<'_>);
    /// A counter's total.
    fn counter(&mut self, labels: LabelPairs<'_>, total: f64);
    /// A gauge's value.
    fn gauge(&mut self, labels: LabelPairs<'_>, value: f64);
    /// A histogram.
    fn histogram(&mut self, labels: LabelPairs<'_>, value: &HistogramValue<'_>);
    /// A summary.
    fn summary(&mut self, labels: LabelPairs<'_>, value: &SummaryValue<'_>);
    /// An info: its content is a second set of labels.
    fn info(&mut self, labels: LabelPairs<'_>, content: LabelPairs<'_>);
    /// A stateset: whether each state holds.
    fn stateset(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]);
}
