//! Vector matching: how the series of two vectors find each other.

use hashbrown::HashMap;

use super::binary::apply;
use super::error::EvalError;
use super::evaluator::Evaluator;
use super::series::{GridSeries, is_absent};
use crate::model::Labels;
use crate::model::labels::METRIC_NAME;
use crate::promql::ast::{BinaryExpr, MatchLabels, Side, Span};

/// The labels by which a series finds its partner. The metric's name counts only where `on` names it.
pub(super) fn signature(labels: Option<&MatchLabels>, series: &Labels) -> Labels {
    match labels {
        Some(MatchLabels::On(names)) => series.filter(|name| names.iter().any(|on| on == name)),
        Some(MatchLabels::Ignoring(names)) => {
            series.filter(|name| name != METRIC_NAME && !names.iter().any(|ignored| ignored == name))
        }
        None => series.without_metric_name(),
    }
}

/// The series of both sides that share a signature, as positions.
#[derive(Debug, Default)]
struct Group {
    many: Vec<usize>,
    one: Vec<usize>,
}

impl Evaluator<'_> {
    /// An arithmetic operator or comparison between two vectors.
    pub(super) fn combine_matching(
        &self,
        lhs: Vec<GridSeries>,
        rhs: Vec<GridSeries>,
        binary: &BinaryExpr,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let matching = &binary.matching;
        if matching.fill_left.is_some() || matching.fill_right.is_some() {
            return Err(EvalError::unsupported(binary.op_span, "fill"));
        }
        let many_side = matching.group.as_ref().map_or(Side::Left, |group| group.many_side);
        let (many, one) = if many_side == Side::Left { (lhs, rhs) } else { (rhs, lhs) };
        let one_side = if many_side == Side::Left { "right" } else { "left" };

        let mut out = Output::new(self.grid.count);
        for (signature, group) in groups(&many, &one, matching.labels.as_ref()) {
            for step in 0..self.grid.count {
                let Some((partner_at, partner)) = single(&group.one, &one, step).map_err(|(first, second)| {
                    let message = format!(
                        "found duplicate series for the match group {} on the {one_side} hand-side of the operation: \
                         [{}, {}];many-to-many matching not allowed: matching labels must be unique on one side",
                        in_braces(&signature),
                        in_braces(first.min(second)),
                        in_braces(first.max(second)),
                    );
                    EvalError::execution(span, message)
                })?
                else {
                    continue;
                };
                let Some(partner_value) = value_at(partner, step) else { continue };
                let mut is_matched = false;
                for (at, series) in group.many.iter().filter_map(|at| Some((*at, many.get(*at)?))) {
                    let Some(value) = value_at(series, step) else { continue };
                    if is_matched && matching.group.is_none() {
                        let message = "multiple matches for labels: many-to-one matching must be explicit \
                                       (group_left/group_right)";
                        return Err(EvalError::execution(span, message));
                    }
                    is_matched = true;
                    let (left, right) =
                        if many_side == Side::Left { (value, partner_value) } else { (partner_value, value) };
                    let result = apply(binary.op, left, right, binary.returns_bool);
                    if is_absent(result) {
                        continue;
                    }
                    let slot = out.slot((at, partner_at), || result_labels(series, partner, binary));
                    if !out.put(slot, step, result) {
                        let message =
                            "multiple matches for labels: grouping labels must ensure unique matches";
                        return Err(EvalError::execution(span, message));
                    }
                }
            }
        }
        Ok(out.series)
    }
}

/// The series of a result as they come up.
struct Output {
    /// Where the result of two partners goes, by their positions: their labels are put together once, not once a step.
    slots: HashMap<(usize, usize), usize>,
    index: HashMap<Labels, usize>,
    series: Vec<GridSeries>,
    steps: usize,
}

impl Output {
    fn new(steps: usize) -> Self {
        Self { slots: HashMap::new(), index: HashMap::new(), series: Vec::new(), steps }
    }

    /// The position of the series that two partners yield.
    fn slot(&mut self, partners: (usize, usize), labels: impl FnOnce() -> Labels) -> usize {
        *self.slots.entry(partners).or_insert_with(|| {
            *self.index.entry(labels()).or_insert_with_key(|labels| {
                self.series.push(GridSeries::absent(labels.clone(), self.steps));
                self.series.len() - 1
            })
        })
    }

    /// Sets a value; `false` where there is one already.
    fn put(&mut self, slot: usize, step: usize, value: f64) -> bool {
        match self.series.get_mut(slot).and_then(|series| series.values.get_mut(step)) {
            Some(free) if is_absent(*free) => {
                *free = value;
                true
            }
            _ => false,
        }
    }
}

/// Both sides by signature, in the order in which the signatures come up.
fn groups(many: &[GridSeries], one: &[GridSeries], labels: Option<&MatchLabels>) -> Vec<(Labels, Group)> {
    let mut index: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<(Labels, Group)> = Vec::new();
    let sides = many
        .iter()
        .map(|series| (series, true))
        .zip(0..)
        .chain(one.iter().map(|series| (series, false)).zip(0..));
    for ((series, is_many), position) in sides {
        let at = *index.entry(signature(labels, &series.labels)).or_insert_with_key(|signature| {
            groups.push((signature.clone(), Group::default()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(at) {
            if is_many { group.many.push(position) } else { group.one.push(position) }
        }
    }
    groups
}

/// The only series of a group that has a value at `step`, with its position, or two of several.
fn single<'s>(
    group: &[usize],
    series: &'s [GridSeries],
    step: usize,
) -> Result<Option<(usize, &'s GridSeries)>, (&'s Labels, &'s Labels)> {
    let members = group.iter().filter_map(|at| Some((*at, series.get(*at)?)));
    let mut present = members.filter(|(_, one)| value_at(one, step).is_some());
    let first = present.next();
    match (first, present.next()) {
        (Some((_, first)), Some((_, second))) => Err((&first.labels, &second.labels)),
        _ => Ok(first),
    }
}

fn value_at(series: &GridSeries, step: usize) -> Option<f64> {
    series.values.get(step).copied().filter(|value| !is_absent(*value))
}

/// The labels of a result: those of the many side, less what the operator drops, with what `group_*` takes over.
fn result_labels(many: &GridSeries, one: &GridSeries, binary: &BinaryExpr) -> Labels {
    let drops_name = !binary.op.is_comparison() || binary.returns_bool;
    let keeps = |name: &str| !(drops_name && name == METRIC_NAME);
    let Some(group) = &binary.matching.group else {
        return match &binary.matching.labels {
            Some(MatchLabels::On(names)) => {
                many.labels.filter(|name| keeps(name) && names.iter().any(|on| on == name))
            }
            Some(MatchLabels::Ignoring(names)) => {
                many.labels.filter(|name| keeps(name) && !names.iter().any(|ignored| ignored == name))
            }
            None => many.labels.filter(keeps),
        };
    };
    let labels = many.labels.filter(keeps);
    if group.include.is_empty() {
        return labels;
    }
    let mut builder = labels.to_builder();
    for name in &group.include {
        builder.set(name, one.labels.get(name).unwrap_or_default());
    }
    builder.build()
}

/// A label set as Prometheus shows it in errors: all labels in braces, the metric's name among them.
fn in_braces(labels: &Labels) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("{{{}}}", pairs.join(", "))
}
