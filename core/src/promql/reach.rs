//! How far an expression looks from the time at which it is evaluated.

use super::ast::{AggregateOp, DurationExpr, DurationKind, Expr, ExprKind, TimeModifiers, VectorSelector};
use super::eval::EngineOptions;
use super::functions::Function;

/// How far an expression looks from the time `t` at which it is evaluated: its value is the same for the same samples in
/// `(t - back_ms, t + ahead_ms]`, whatever the other steps of the query.
///
/// ```
/// use p95_core::promql::eval::EngineOptions;
/// use p95_core::promql::{ParseOptions, Reach, parse};
///
/// let reach = |query| parse(query, &ParseOptions::default()).map(|expr| Reach::of(&expr, &EngineOptions::default()));
/// assert_eq!(reach("rate(hits_total[1m] offset 10s)")?, Some(Reach { back_ms: 70_000, ahead_ms: 0 }));
/// assert_eq!(reach("up offset -5s")?, Some(Reach { back_ms: 295_000, ahead_ms: 5_000 }));
/// assert_eq!(reach("up @ end()")?, None);
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Reach {
    /// How far back it looks, in milliseconds; not below 0.
    pub back_ms: i64,
    /// How far ahead it looks, in milliseconds; not below 0.
    pub ahead_ms: i64,
}

impl Reach {
    /// The reach of an expression. `None` where its value at a time hangs on other steps or on the query's ends, and where it
    /// looks at fixed times.
    pub fn of(expr: &Expr, options: &EngineOptions) -> Option<Self> {
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::String(_) => Some(Self::default()),
            ExprKind::Selector(selector) => of_selector(selector, options.lookback_ms),
            ExprKind::Matrix(matrix) => of_selector(&matrix.selector, literal_ms(&matrix.range)?),
            ExprKind::Subquery(subquery) => {
                // Its steps lie at absolute times, also where it takes the step of the options.
                subquery.step.as_ref().map_or(Some(0), literal_ms)?;
                let window = shifted(&subquery.modifiers, literal_ms(&subquery.range)?)?;
                Some(window.and_then(Self::of(&subquery.expr, options)?))
            }
            ExprKind::Unary(unary) => Self::of(&unary.expr, options),
            ExprKind::Binary(binary) => {
                Some(Self::of(&binary.lhs, options)?.or(Self::of(&binary.rhs, options)?))
            }
            // Which ones are the first k may hang on all that are there in the whole query.
            ExprKind::Aggregate(aggregate) if aggregate.op == AggregateOp::Limitk => None,
            ExprKind::Aggregate(aggregate) => {
                let param = aggregate.param.as_ref().map(|param| Self::of(param, options));
                Some(Self::of(&aggregate.expr, options)?.or(param.unwrap_or(Some(Self::default()))?))
            }
            ExprKind::Call(call) => match call.function {
                Function::Start | Function::End | Function::Range | Function::Info => None,
                _ => {
                    let mut args = call.args.iter();
                    args.try_fold(Self::default(), |reach, arg| Some(reach.or(Self::of(arg, options)?)))
                }
            },
            ExprKind::Paren(inner) => Self::of(inner, options),
        }
    }

    /// As far as either.
    fn or(self, other: Self) -> Self {
        Self { back_ms: self.back_ms.max(other.back_ms), ahead_ms: self.ahead_ms.max(other.ahead_ms) }
    }

    /// As far as `inner` looks from anywhere in this.
    fn and_then(self, inner: Self) -> Self {
        Self {
            back_ms: self.back_ms.saturating_add(inner.back_ms),
            ahead_ms: self.ahead_ms.saturating_add(inner.ahead_ms),
        }
    }
}

fn of_selector(selector: &VectorSelector, back_ms: i64) -> Option<Reach> {
    if selector.extension.is_some() {
        return None;
    }
    shifted(&selector.modifiers, back_ms)
}

/// A look `back_ms` back, from where the modifiers say.
fn shifted(modifiers: &TimeModifiers, back_ms: i64) -> Option<Reach> {
    if modifiers.at.is_some() {
        return None;
    }
    let offset_ms = modifiers.offset.as_ref().map_or(Some(0), literal_ms)?;
    Some(Reach {
        back_ms: back_ms.saturating_add(offset_ms).max(0),
        ahead_ms: offset_ms.saturating_neg().max(0),
    })
}

/// A duration that does not hang on the query's ends.
fn literal_ms(duration: &DurationExpr) -> Option<i64> {
    match duration.kind {
        DurationKind::Literal(duration_ms) => Some(duration_ms),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::{ParseOptions, parse};

    #[test]
    fn reaches() {
        #[track_caller]
        fn check(query: &str, expect_secs: Option<(i64, i64)>) {
            let expr = parse(query, &ParseOptions::experimental()).unwrap();
            let reach = Reach::of(&expr, &EngineOptions::default());
            let found = reach.map(|reach| (reach.back_ms / 1_000, reach.ahead_ms / 1_000));
            assert_eq!(found, expect_secs, "{query}");
        }
        check("1 + time()", Some((0, 0)));
        check("up", Some((300, 0)));
        check("-(up)", Some((300, 0)));
        check("up offset 1m", Some((360, 0)));
        check("up offset -1m", Some((240, 60)));
        check("up offset -10m", Some((0, 600)));
        check("rate(x[5s])", Some((5, 0)));
        check("sum by (a) (rate(x[5s])) / on (a) up", Some((300, 0)));
        check("topk(scalar(sum(rate(x[9m]))), rate(x[1m]))", Some((540, 0)));
        check("max_over_time(rate(x[1m])[5m:10s])", Some((360, 0)));
        check("max_over_time(rate(x[1m] offset -2m)[5m:] offset 1m)", Some((360, 120)));
        check("histogram_quantile(0.9, rate(x[1m]))", Some((60, 0)));
        for unknown in [
            "up @ 10",
            "up @ start()",
            "rate(x[1m] @ end())",
            "max_over_time(up[5m:1m] @ 10)",
            "x[step()]",
            "rate(x[1m * 2])",
            "up offset step()",
            "max_over_time(up[5m:step()])",
            "rate(x[1m] smoothed)",
            "rate(x[1m] anchored)",
            "up - start()",
            "up - range()",
            "limitk(3, up)",
            "info(up)",
        ] {
            check(unknown, None);
        }
    }
}
