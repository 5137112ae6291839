//! `and`, `or`, `unless`.

use hashbrown::HashMap;

use super::evaluator::Evaluator;
use super::matching::signature;
use super::series::GridSeries;
use crate::model::Labels;
use crate::promql::ast::{BinaryExpr, BinaryOp};

impl Evaluator<'_> {
    pub(super) fn combine_sets(
        &self,
        mut lhs: Vec<GridSeries>,
        mut rhs: Vec<GridSeries>,
        binary: &BinaryExpr,
    ) -> Vec<GridSeries> {
        let steps = self.grid.count;
        let labels = binary.matching.labels.as_ref();
        match binary.op {
            BinaryOp::Or => {
                let taken = presence(&lhs, steps, |one| signature(labels, one));
                for one in &mut rhs {
                    if let Some(taken) = taken.get(&signature(labels, &one.labels)) {
                        clear_where(one, taken, true);
                    }
                }
                lhs.extend(rhs.into_iter().filter(|one| !one.is_empty()));
                lhs
            }
            op => {
                let partners = presence(&rhs, steps, |one| signature(labels, one));
                let nothing = vec![false; steps];
                for one in &mut lhs {
                    let present = partners.get(&signature(labels, &one.labels)).unwrap_or(&nothing);
                    clear_where(one, present, op == BinaryOp::Unless);
                }
                lhs.retain(|one| !one.is_empty());
                lhs
            }
        }
    }
}

/// For each signature, at which steps some series has a value.
fn presence(
    series: &[GridSeries],
    steps: usize,
    signature: impl Fn(&Labels) -> Labels,
) -> HashMap<Labels, Vec<bool>> {
    let mut presence: HashMap<Labels, Vec<bool>> = HashMap::new();
    for one in series {
        let present = presence.entry(signature(&one.labels)).or_insert_with(|| vec![false; steps]);
        present.iter_mut().enumerate().for_each(|(step, present)| *present |= one.has(step));
    }
    presence
}

/// Removes the values at the steps where `flags` says `flag`.
fn clear_where(series: &mut GridSeries, flags: &[bool], flag: bool) {
    let cleared = flags.iter().enumerate().filter(|(_, is)| **is == flag);
    cleared.for_each(|(step, _)| series.clear(step));
}
