//! Binary operators between numbers, and between a vector and a number.

use super::element::{Operator, Outcome};
use super::error::EvalError;
use super::evaluator::Evaluator;
use super::series::{ABSENT, GridSeries, GridValue, is_absent};
use crate::model::SampleValue;
use crate::promql::ast::{BinaryExpr, BinaryOp, Side, Span};

impl Evaluator<'_> {
    pub(super) fn eval_binary(&mut self, binary: &BinaryExpr, span: Span) -> Result<GridValue, EvalError> {
        let sides = if matches!(binary.op, BinaryOp::TrimUpper | BinaryOp::TrimLower) {
            self.for_buckets(|evaluator| evaluator.eval_sides(binary))
        } else {
            self.eval_sides(binary)
        };
        match sides? {
            (GridValue::Scalar(lhs), GridValue::Scalar(rhs)) => {
                let values = lhs.into_iter().zip(rhs).map(|(lhs, rhs)| of_numbers(binary.op, lhs, rhs));
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

    fn eval_sides(&mut self, binary: &BinaryExpr) -> Result<(GridValue, GridValue), EvalError> {
        Ok((self.eval(&binary.lhs)?, self.eval(&binary.rhs)?))
    }

    /// Applies the operator to each value of `series`, which stand on `side`, and the step's number.
    fn vector_with_numbers(
        &mut self,
        mut series: Vec<GridSeries>,
        numbers: &[f64],
        side: Side,
        binary: &BinaryExpr,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        for one in &mut series {
            if !one.histograms.is_empty() || is_trim(binary.op) {
                self.any_with_numbers(one, numbers, side, binary, span);
                continue;
            }
            for (value, number) in one.values.iter_mut().zip(numbers).filter(|(value, _)| !is_absent(**value))
            {
                let (lhs, rhs) = if side == Side::Left { (*value, *number) } else { (*number, *value) };
                *value = if !binary.op.is_comparison() || binary.returns_bool {
                    of_numbers(binary.op, lhs, rhs)
                } else if compare(binary.op, lhs, rhs) {
                    *value
                } else {
                    ABSENT
                };
            }
        }
        series.retain(|one| !one.is_empty());
        if changes_meaning(binary) { self.without_names(series, span) } else { Ok(series) }
    }

    /// The same where some values are histograms.
    fn any_with_numbers(
        &mut self,
        series: &mut GridSeries,
        numbers: &[f64],
        side: Side,
        binary: &BinaryExpr,
        span: Span,
    ) {
        let mut operator = Operator { op: binary.op, span, annotations: &mut self.annotations };
        for (step, number) in numbers.iter().enumerate() {
            let Some(value) = series.get(step) else { continue };
            let number = SampleValue::Float(*number);
            let outcome = if side == Side::Left {
                operator.apply(&value, &number)
            } else {
                operator.apply(&number, &value)
            };
            series.clear(step);
            match outcome {
                Outcome::Value(result) => series.set(step, result),
                Outcome::Holds(holds) if binary.returns_bool => series.set(step, truth(holds)),
                Outcome::Holds(true) => series.set(step, value),
                Outcome::Holds(false) | Outcome::Nothing => {}
            }
        }
    }
}

/// Whether the values of the result are no longer those of the left side's metric.
pub(super) fn changes_meaning(binary: &BinaryExpr) -> bool {
    !(binary.op.is_comparison() || is_trim(binary.op)) || binary.returns_bool
}

fn is_trim(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::TrimUpper | BinaryOp::TrimLower)
}

/// 1 or 0.
pub(super) fn truth(holds: bool) -> SampleValue {
    SampleValue::Float(f64::from(u8::from(holds)))
}

/// The result of an operator between two numbers; a comparison yields 1 or 0.
fn of_numbers(op: BinaryOp, lhs: f64, rhs: f64) -> f64 {
    if op.is_comparison() { f64::from(u8::from(compare(op, lhs, rhs))) } else { arithmetic(op, lhs, rhs) }
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
pub(super) fn compare(op: BinaryOp, lhs: f64, rhs: f64) -> bool {
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
