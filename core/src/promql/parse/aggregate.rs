//! Aggregations.

use super::super::ast::{AggregateExpr, AggregateOp, Expr, ExprKind, Grouping, Span, ValueType};
use super::super::error::ParseError;
use super::super::typecheck::count_of;
use super::parser::{Node, Parser};

impl Parser<'_> {
    /// An aggregation whose operator has been taken: the grouping stands before or behind the arguments.
    pub(super) fn aggregate(&mut self, op: AggregateOp, op_span: Span) -> Result<Node, ParseError> {
        let name = op.as_str();
        if op.is_experimental() && !self.options.experimental_functions {
            return Err(self.experimental(op_span, name, "enable experimental functions"));
        }
        let mut grouping = self.grouping()?;
        let (args, close, height) = self.args(name)?;
        let mut span = op_span.to(close);
        if grouping.is_none() {
            grouping = self.grouping()?;
            span.end = self.last_end;
        }
        self.finish_aggregate(op, args, grouping, span, height)
    }

    fn finish_aggregate(
        &self,
        op: AggregateOp,
        args: Vec<Expr>,
        grouping: Option<Grouping>,
        span: Span,
        height: usize,
    ) -> Result<Node, ParseError> {
        let given = args.len();
        let mut args = args.into_iter();
        let (param, expr) = match (op.param_type(), args.next(), args.next(), args.next()) {
            (None, Some(expr), None, _) => (None, expr),
            (Some(_), param, Some(expr), None) => (param, expr),
            (param_type, ..) => return Err(wrong_count(op, param_type, given, span)),
        };
        let aggregate = AggregateExpr { op, param, expr, grouping };
        self.node(ExprKind::Aggregate(Box::new(aggregate)), span, height)
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, ParseError> {
        if self.take_keyword("by")? {
            return Ok(Some(Grouping::By(self.label_names("by")?)));
        }
        if self.take_keyword("without")? {
            return Ok(Some(Grouping::Without(self.label_names("without")?)));
        }
        Ok(None)
    }
}

fn wrong_count(op: AggregateOp, param_type: Option<ValueType>, given: usize, span: Span) -> ParseError {
    let expected = count_of(1 + usize::from(param_type.is_some()), "argument");
    let error = ParseError::new(span, format!("{op} expects {expected}, and this has {given}"));
    match param_type {
        Some(ValueType::String) => error.suggest(&format!("write {op}(\"label\", vector)")),
        Some(_) => error.suggest(&format!("write {op}(number, vector)")),
        None if given > 1 => error.suggest("join vectors with or"),
        None => error.suggest(&format!("write {op}(vector)")),
    }
}
