//! Binary operators between numbers, and between a vector and a number.

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::series::{ABSENT, GridSeries, GridValue, is_absent};
use crate::promql::ast::{BinaryExpr, BinaryOp, Side, Span};

impl Evaluator<'_> {
    pub(super) fn eval_binary(&mut self, binary: &BinaryExpr, span: Span) -> Result<GridValue, EvalError> {
        if matches!(binary.op, BinaryOp::TrimUpper | BinaryOp::TrimLower) {
            return Err(EvalError::unsupported(binary.op_span, "trimming a histogram"));
        }
        match (self.eval(&binary.lhs)?, self.eval(&binary.rhs)?) {
            (GridValue::Scalar(lhs), GridValue::Scalar(rhs)) => {
                let values = lhs.into_iter().zip(rhs).map(|(lhs, rhs)| apply(binary.op, lhs, rhs, true));
                Ok(GridValue::Scalar(values.collect()))
            }
            (GridValue::Vector(series), GridValue::Scalar(numbers)) => {
                self.vector_with_numbers(series, &numbers, Side::Left, binary, span).map(GridValue::Vector)
            }
            (GridValue::Scalar(numbers), GridValue::Vector(series)) => {
                self.vector_with_numbers(series, &numbers, Side::Right, binary, span).map(GridValue::Vector)
            }
            (GridValue::Vector(lhs), GridValue::Vector(rhs)) => {
                let series = if binary.op.is_set_operator() {
                    self.combine_sets(lhs, rhs, binary)
                } else {
                    self.combine_matching(lhs, rhs, binary, span)?
                };
                Ok(GridValue::Vector(series))
            }
            _ => Err(EvalError::execution(
                binary.op_span,
                format!("{} does not work on strings", binary.op.as_str()),
            )),
        }
    }

    /// Applies the operator to each value of `series`, which stand on `side`, and the step's number.
    fn vector_with_numbers(
        &self,
        mut series: Vec<GridSeries>,
        numbers: &[f64],
        side: Side,
        binary: &BinaryExpr,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let keeps_name = binary.op.is_comparison() && !binary.returns_bool;
        for one in &mut series {
            if !keeps_name {
                one.labels = one.labels.without_metric_name();
            }
            for (value, number) in one.values.iter_mut().zip(numbers).filter(|(value, _)| !is_absent(**value))
            {
                let (lhs, rhs) = if side == Side::Left { (*value, *number) } else { (*number, *value) };
                *value = if !binary.op.is_comparison() || binary.returns_bool {
                    apply(binary.op, lhs, rhs, true)
                } else if compare(binary.op, lhs, rhs) {
                    *value
                } else {
                    ABSENT
                };
            }
        }
        series.retain(|one| !one.is_empty());
        if keeps_name { Ok(series) } else { self.merge_same_labels(series, span) }
    }
}

/// The result of an operator between two numbers. A comparison yields 1 or 0 where `as_bool`; else the left number, or
/// [`ABSENT`] where it does not hold.
pub(super) fn apply(op: BinaryOp, lhs: f64, rhs: f64, as_bool: bool) -> f64 {
    if !op.is_comparison() {
        return arithmetic(op, lhs, rhs);
    }
    match (compare(op, lhs, rhs), as_bool) {
        (holds, true) => f64::from(u8::from(holds)),
        (true, false) => lhs,
        (false, false) => ABSENT,
    }
}

/// `lhs op rhs` by IEEE 754; NaN for operators that are not arithmetic.
pub(super) fn arithmetic(op: BinaryOp, lhs: f64, rhs: f64) -> f64 {
    match op {
        BinaryOp::Add => lhs + rhs,
        BinaryOp::Sub => lhs - rhs,
        BinaryOp::Mul => lhs * rhs,
        BinaryOp::Div => lhs / rhs,
        BinaryOp::Mod => lhs % rhs,
        BinaryOp::Pow => lhs.powf(rhs),
        BinaryOp::Atan2 => lhs.atan2(rhs),
        _ => f64::NAN,
    }
}

#[expect(clippy::float_cmp, reason = "PromQL compares exactly")]
fn compare(op: BinaryOp, lhs: f64, rhs: f64) -> bool {
    match op {
        BinaryOp::Equal => lhs == rhs,
        BinaryOp::NotEqual => lhs != rhs,
        BinaryOp::Less => lhs < rhs,
        BinaryOp::LessEqual => lhs <= rhs,
        BinaryOp::Greater => lhs > rhs,
        BinaryOp::GreaterEqual => lhs >= rhs,
        _ => false,
    }
}
