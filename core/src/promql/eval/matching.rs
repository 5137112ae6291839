//! Vector matching: how the series of two vectors find each other.

use hashbrown::HashMap;

use super::binary::{changes_meaning, truth};
use super::element::{Operator, Outcome};
use super::error::EvalError;
use super::evaluator::Evaluator;
use super::series::GridSeries;
use crate::model::labels::{METRIC_NAME, is_metadata};
use crate::model::{Labels, SampleValue};
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
        &mut self,
        lhs: Vec<GridSeries>,
        rhs: Vec<GridSeries>,
        binary: &BinaryExpr,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let matching = &binary.matching;
        let many_side = matching.group.as_ref().map_or(Side::Left, |group| group.many_side);
        // As Prometheus does it, also where the many stand on the right: `fill_left` stands for one of the many, `fill_right`
        // for the one.
        let (fill_many, fill_one) = (matching.fill_left, matching.fill_right);
        let (many, one) = if many_side == Side::Left { (lhs, rhs) } else { (rhs, lhs) };
        let sides = Sides { many, one, fill_many, fill_one };
        let grid_steps = self.grid.count;
        let operator = Operator { op: binary.op, span, annotations: &mut self.annotations };
        let mut join = Join { binary, many_side, operator, out: Output::new(grid_steps) };
        for (signature, group) in groups(&sides.many, &sides.one, matching.labels.as_ref()) {
            let many: Vec<(usize, &GridSeries)> = at_positions(&group.many, &sides.many).collect();
            let one: Vec<(usize, &GridSeries)> = at_positions(&group.one, &sides.one).collect();
            // What stands for a missing partner has the labels that both would share.
            let filled = |fill: Option<f64>| {
                let series = GridSeries::new(signature.clone(), Vec::new());
                fill.map(|value| (usize::MAX, series, SampleValue::Float(value)))
            };
            let (fill_many, fill_one) = (filled(sides.fill_many), filled(sides.fill_one));
            for step in 0..grid_steps {
                let partner = only_present(&one, step)
                    .map_err(|(first, second)| many_to_many(span, many_side, &signature, first, second))?;
                let present = many.iter().filter_map(|(at, series)| Some((*at, *series, series.get(step)?)));
                let partner = partner
                    .or_else(|| fill_one.as_ref().map(|(at, series, value)| (*at, series, value.clone())));
                let Some(partner) = partner else { continue };
                let is_real = partner.0 != usize::MAX;
                let mut is_matched = false;
                for element in present {
                    if is_matched && matching.group.is_none() {
                        let message = "multiple matches for labels: many-to-one matching must be explicit \
                                       (group_left/group_right)";
                        return Err(EvalError::execution(span, message));
                    }
                    is_matched = true;
                    join.pair(&element, &partner, step)?;
                }
                if let Some((at, series, value)) = fill_many.as_ref().filter(|_| is_real && !is_matched) {
                    join.pair(&(*at, series, value.clone()), &partner, step)?;
                }
            }
        }
        Ok(join.out.series)
    }
}

/// A series with its position and its value at a step.
type Element<'s> = (usize, &'s GridSeries, SampleValue);

/// Both vectors, with what stands for a missing value of each.
struct Sides {
    many: Vec<GridSeries>,
    one: Vec<GridSeries>,
    fill_many: Option<f64>,
    fill_one: Option<f64>,
}

/// The join of two vectors, as far as it has come.
struct Join<'a> {
    binary: &'a BinaryExpr,
    many_side: Side,
    operator: Operator<'a>,
    out: Output,
}

impl Join<'_> {
    /// Adds what the operator makes of two partners at a step.
    fn pair(&mut self, many: &Element<'_>, one: &Element<'_>, step: usize) -> Result<(), EvalError> {
        let (left, right) = if self.many_side == Side::Left { (many, one) } else { (one, many) };
        let result = match self.operator.apply(&left.2, &right.2) {
            Outcome::Value(value) => value,
            Outcome::Holds(holds) if self.binary.returns_bool => truth(holds),
            Outcome::Holds(true) => left.2.clone(),
            Outcome::Holds(false) | Outcome::Nothing => return Ok(()),
        };
        let binary = self.binary;
        let slot = self.out.slot((many.0, one.0), || {
            let mut series = GridSeries::absent(result_labels(many.1, one.1, binary), 0);
            series.drops_name = many.1.drops_name && !changes_meaning(binary);
            series
        });
        if self.out.put(slot, step, result) {
            return Ok(());
        }
        let message = "multiple matches for labels: grouping labels must ensure unique matches";
        Err(EvalError::execution(self.operator.span, message))
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

    /// The position of the series that two partners yield. Where a partner is made up, its labels decide.
    fn slot(&mut self, partners: (usize, usize), series: impl FnOnce() -> GridSeries) -> usize {
        let made_up = partners.0 == usize::MAX || partners.1 == usize::MAX;
        if let Some(known) = self.slots.get(&partners).filter(|_| !made_up) {
            return *known;
        }
        let series = series();
        let slot = *self.index.entry(series.labels).or_insert_with_key(|labels| {
            let mut empty = GridSeries::absent(labels.clone(), self.steps);
            empty.drops_name = series.drops_name;
            self.series.push(empty);
            self.series.len() - 1
        });
        if !made_up {
            self.slots.insert(partners, slot);
        }
        slot
    }

    /// Sets a value; `false` where there is one already.
    fn put(&mut self, slot: usize, step: usize, value: SampleValue) -> bool {
        let Some(series) = self.series.get_mut(slot).filter(|series| !series.has(step)) else { return false };
        series.set(step, value);
        true
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

fn at_positions<'s>(
    positions: &'s [usize],
    series: &'s [GridSeries],
) -> impl Iterator<Item = (usize, &'s GridSeries)> {
    positions.iter().filter_map(|at| Some((*at, series.get(*at)?)))
}

/// The only series of a group that has a value at `step`, or the labels of two of several.
fn only_present<'s>(
    group: &[(usize, &'s GridSeries)],
    step: usize,
) -> Result<Option<Element<'s>>, (&'s Labels, &'s Labels)> {
    let mut present = group.iter().filter_map(|(at, one)| Some((*at, *one, one.get(step)?)));
    let first = present.next();
    match (&first, present.next()) {
        (Some((_, first, _)), Some((_, second, _))) => Err((&first.labels, &second.labels)),
        _ => Ok(first),
    }
}

fn many_to_many(
    span: Span,
    many_side: Side,
    signature: &Labels,
    first: &Labels,
    second: &Labels,
) -> EvalError {
    let message = format!(
        "found duplicate series for the match group {} on the {} hand-side of the operation: [{}, {}];many-to-many \
         matching not allowed: matching labels must be unique on one side",
        in_braces(signature),
        if many_side == Side::Left { "right" } else { "left" },
        in_braces(first.min(second)),
        in_braces(first.max(second)),
    );
    EvalError::execution(span, message)
}

/// The labels of a result: those of the many side, less what the operator drops, with what `group_*` takes over.
fn result_labels(many: &GridSeries, one: &GridSeries, binary: &BinaryExpr) -> Labels {
    let drops_metadata = changes_meaning(binary);
    let keeps = |name: &str| !(drops_metadata && is_metadata(name));
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
