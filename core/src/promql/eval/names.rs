//! What becomes of metrics' names, and of series that are the same without them.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::series::GridSeries;
use crate::model::Labels;
use crate::promql::ast::Span;

impl Evaluator<'_> {
    /// Takes the metric's name away, now or, with delayed removal, at the end.
    pub(crate) fn drop_name(&self, series: &mut GridSeries) {
        if self.options.delayed_name_removal {
            series.drops_name = true;
        } else {
            series.labels = series.labels.without_metadata();
        }
    }

    /// The same for all series, and unites those that so have become the same.
    pub(crate) fn without_names(
        &self,
        mut series: Vec<GridSeries>,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        series.iter_mut().for_each(|one| self.drop_name(one));
        self.merge_same_labels(series, span)
    }

    /// Takes the names away whose time has come.
    pub(crate) fn with_names_settled(&self, mut series: Vec<GridSeries>) -> Vec<GridSeries> {
        for one in series.iter_mut().filter(|one| one.drops_name) {
            one.labels = one.labels.without_metadata();
        }
        series
    }

    /// Unites series that have become the same, as by losing their names, where they never have a value at once.
    pub(crate) fn merge_same_labels(
        &self,
        series: Vec<GridSeries>,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let mut index: HashMap<Labels, usize> = HashMap::with_capacity(series.len());
        let mut merged: Vec<GridSeries> = Vec::with_capacity(series.len());
        for one in series {
            match index.entry(one.labels.clone()) {
                Entry::Vacant(free) => {
                    free.insert(merged.len());
                    merged.push(one);
                }
                Entry::Occupied(taken) => {
                    let Some(earlier) = merged.get_mut(*taken.get()) else { continue };
                    unite(earlier, &one, span)?;
                }
            }
        }
        Ok(merged)
    }

    /// Checks that no two series are the same.
    pub(crate) fn check_unique(&self, series: &[GridSeries], span: Span) -> Result<(), EvalError> {
        let mut seen = hashbrown::HashSet::with_capacity(series.len());
        let present = series.iter().filter(|one| !one.is_empty());
        if present.map(|one| &one.labels).all(|labels| seen.insert(labels)) {
            Ok(())
        } else {
            Err(same_labels(span))
        }
    }
}

fn unite(into: &mut GridSeries, one: &GridSeries, span: Span) -> Result<(), EvalError> {
    into.drops_name |= one.drops_name;
    for step in 0..one.values.len() {
        let Some(value) = one.get(step) else { continue };
        if into.has(step) {
            return Err(same_labels(span));
        }
        into.set(step, value);
    }
    Ok(())
}

fn same_labels(span: Span) -> EvalError {
    EvalError::execution(span, "vector cannot contain metrics with the same labelset")
}
