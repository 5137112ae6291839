//! Binary operators between two values, either of which may be a histogram.

use std::sync::Arc;

use super::binary::{arithmetic, compare};
use crate::model::histogram::{Added, KeptSide, ResetHint};
use crate::model::{NativeHistogram, SampleValue};
use crate::promql::annotations::Annotations;
use crate::promql::ast::{BinaryOp, Span};
use crate::promql::wording::{self, HistogramOperation};

/// What an operator makes of two values.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// A value.
    Value(SampleValue),
    /// Whether a comparison holds.
    Holds(bool),
    /// Nothing: the operator does not work on these.
    Nothing,
}

/// Applies operators and says what there is to be said of it.
pub(super) struct Operator<'a> {
    pub(super) op: BinaryOp,
    /// The whole expression, which remarks are about.
    pub(super) span: Span,
    pub(super) annotations: &'a mut Annotations,
}

impl Operator<'_> {
    /// What the operator makes of two values.
    pub(super) fn apply(&mut self, lhs: &SampleValue, rhs: &SampleValue) -> Outcome {
        match (lhs, rhs) {
            (SampleValue::Float(lhs), SampleValue::Float(rhs)) => self.of_floats(*lhs, *rhs),
            (SampleValue::Histogram(lhs), SampleValue::Float(rhs)) => self.of_histogram_and_float(lhs, *rhs),
            (SampleValue::Float(lhs), SampleValue::Histogram(rhs)) => match self.op {
                BinaryOp::Mul => value(NativeHistogram::clone(rhs).multiplied_by(*lhs)),
                _ => self.incompatible("float", "histogram"),
            },
            (SampleValue::Histogram(lhs), SampleValue::Histogram(rhs)) => self.of_histograms(lhs, rhs),
        }
    }

    fn of_floats(&mut self, lhs: f64, rhs: f64) -> Outcome {
        match self.op {
            BinaryOp::TrimUpper | BinaryOp::TrimLower => self.incompatible("float", "float"),
            op if op.is_comparison() => Outcome::Holds(compare(op, lhs, rhs)),
            op => Outcome::Value(SampleValue::Float(arithmetic(op, lhs, rhs))),
        }
    }

    fn of_histogram_and_float(&mut self, lhs: &NativeHistogram, rhs: f64) -> Outcome {
        match self.op {
            BinaryOp::Mul => value(lhs.clone().multiplied_by(rhs)),
            BinaryOp::Div => value(lhs.clone().divided_by(rhs)),
            BinaryOp::TrimUpper => value(lhs.trimmed(rhs, KeptSide::Below)),
            BinaryOp::TrimLower => value(lhs.trimmed(rhs, KeptSide::Above)),
            _ => self.incompatible("histogram", "float"),
        }
    }

    fn of_histograms(&mut self, lhs: &NativeHistogram, rhs: &NativeHistogram) -> Outcome {
        let (result, operation) = match self.op {
            BinaryOp::Equal => return Outcome::Holds(lhs.holds_same(rhs)),
            BinaryOp::NotEqual => return Outcome::Holds(!lhs.holds_same(rhs)),
            BinaryOp::Add => (lhs.plus(rhs), HistogramOperation::Addition),
            BinaryOp::Sub => {
                let gauge = |(difference, added): (NativeHistogram, Added)| {
                    (difference.with_hint(ResetHint::Gauge), added)
                };
                (lhs.minus(rhs).map(gauge), HistogramOperation::Subtraction)
            }
            _ => return self.incompatible("histogram", "histogram"),
        };
        let Ok((result, added)) = result else {
            self.annotations.warn(self.span, wording::incompatible_bucket_layout(self.op.as_str()));
            return Outcome::Nothing;
        };
        if added.hints_collide {
            self.annotations.warn(self.span, wording::conflicting_resets(operation));
        }
        if added.bounds_reconciled {
            self.annotations.info(self.span, wording::reconciled_bounds(operation));
        }
        value(result)
    }

    fn incompatible(&mut self, lhs: &str, rhs: &str) -> Outcome {
        self.annotations.info(self.span, wording::incompatible_types(lhs, self.op.as_str(), rhs));
        Outcome::Nothing
    }
}

fn value(histogram: NativeHistogram) -> Outcome {
    Outcome::Value(SampleValue::Histogram(Arc::new(histogram.compacted())))
}
