//! What an expression is made of.

use super::{Expr, ExprKind, VectorSelector};

impl Expr {
    /// The expressions right below this one, in the order in which they are written.
    ///
    /// ```
    /// use p95_core::promql::{ParseOptions, parse};
    ///
    /// let expr = parse("topk(3, rate(hits_total[5m]))", &ParseOptions::default())?;
    /// let parts = expr.parts().into_iter().map(ToString::to_string);
    /// assert_eq!(Vec::from_iter(parts), ["3", "rate(hits_total[5m])"]);
    /// # Ok::<(), p95_core::promql::ParseError>(())
    /// ```
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Selector(_) | ExprKind::Matrix(_) => {
                Vec::new()
            }
            ExprKind::Subquery(subquery) => vec![&subquery.expr],
            ExprKind::Unary(unary) => vec![&unary.expr],
            ExprKind::Binary(binary) => vec![&binary.lhs, &binary.rhs],
            ExprKind::Aggregate(aggregate) => {
                aggregate.param.iter().chain(std::iter::once(&aggregate.expr)).collect()
            }
            ExprKind::Call(call) => call.args.iter().collect(),
            ExprKind::Paren(inner) => vec![inner],
        }
    }

    /// All selectors in the expression, those of range vectors too, in the order in which they are written.
    ///
    /// ```
    /// use p95_core::promql::{ParseOptions, parse};
    ///
    /// let expr = parse("rate(hits_total[5m]) / on (job) max_over_time(up[5m:])", &ParseOptions::default())?;
    /// let names: Vec<_> = expr.selectors().iter().map(|selector| selector.name.as_deref()).collect();
    /// assert_eq!(names, [Some("hits_total"), Some("up")]);
    /// # Ok::<(), p95_core::promql::ParseError>(())
    /// ```
    pub fn selectors(&self) -> Vec<&VectorSelector> {
        match &self.kind {
            ExprKind::Selector(selector) => vec![selector],
            ExprKind::Matrix(matrix) => vec![&matrix.selector],
            _ => self.parts().into_iter().flat_map(Self::selectors).collect(),
        }
    }
}
