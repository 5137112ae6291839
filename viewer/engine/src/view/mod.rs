//! The answers that the panels on screen need.

mod answer;
mod grid;
mod kept;

use futures_util::future::join_all;
use p95_core::promql::ast::{Expr, ExprKind};
use p95_core::promql::{ParseOptions, parse};

use crate::panel::{PanelMode, PanelQuery, PanelResult};
use crate::source::QuerySource;
use answer::{of_instant, over_time};
use grid::{Grid, step_ms};
pub(crate) use kept::KeptSteps;
use kept::{RangeAnswer, Steps};

/// What the panels' times follow from. Times are milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ViewTimes {
    /// The newest scrape.
    pub(crate) last_ms: i64,
    /// The oldest one.
    pub(crate) first_ms: i64,
    /// The time between two scrapes.
    pub(crate) interval_ms: i64,
    /// A time at which a scrape began that the others keep in step with.
    pub(crate) phase_ms: i64,
    /// The window that the overview's rates look at.
    pub(crate) window_ms: i64,
}

/// Evaluates one panel.
pub(crate) async fn evaluate(
    panel: &PanelQuery,
    source: &dyn QuerySource,
    times: ViewTimes,
    kept: &KeptSteps,
) -> PanelResult {
    match panel.mode {
        PanelMode::Instant => evaluate_instant(panel, source, panel.end_ms.unwrap_or(times.last_ms)).await,
        PanelMode::Range { range_ms, max_points } => {
            let step_ms = step_ms(range_ms, max_points, times.interval_ms);
            evaluate_range(panel, source, times, kept, range_ms, step_ms).await
        }
    }
}

async fn evaluate_instant(panel: &PanelQuery, source: &dyn QuerySource, at_ms: i64) -> PanelResult {
    let answer_to = async |query: &String| Ok(of_instant(panel, source.instant(query, at_ms).await?));
    PanelResult {
        id: panel.id.clone(),
        start_ms: at_ms,
        end_ms: at_ms,
        step_ms: 0,
        answers: join_all(panel.exprs.iter().map(answer_to)).await,
    }
}

/// Evaluates at steps that are in phase with the scrapes, so that each value is drawn where it was seen, and that stay where
/// they are, so that a chart's past stays as it was when it moves on; and at the end, so that it is never old. Nothing is
/// evaluated after the newest scrape: a value that is looked back for would invent a line.
async fn evaluate_range(
    panel: &PanelQuery,
    source: &dyn QuerySource,
    times: ViewTimes,
    kept: &KeptSteps,
    range_ms: i64,
    step_ms: i64,
) -> PanelResult {
    let asked_ms = panel.end_ms.unwrap_or(times.last_ms);
    let start_ms = asked_ms.saturating_sub(range_ms.max(0));
    let end_ms = asked_ms.min(times.last_ms);
    let grid = Grid { step_ms, phase_ms: times.phase_ms.rem_euclid(times.interval_ms.max(1)) };
    let answer_to = async |query: &String| {
        // What cannot be read here, the source may understand.
        let expr = parse(query, &ParseOptions::default()).ok();
        // From the step before the first one shown, so that lines begin at the edge.
        let mut from_ms = grid.down(start_ms);
        if expr.as_ref().is_some_and(looks_back) {
            // A window that begins before the first scrape holds less than its length, and its rate is too low.
            from_ms = from_ms.max(times.first_ms + times.window_ms - times.interval_ms);
        }
        let steps = Steps { first_ms: grid.up(from_ms), last_ms: grid.down(end_ms) };
        let range = if steps.first_ms <= steps.last_ms {
            kept.range(source, query, expr.as_ref(), steps, grid).await?
        } else {
            RangeAnswer::empty()
        };
        let mut end = None;
        if start_ms <= end_ms && steps.last_ms < end_ms {
            end = Some(source.instant(query, end_ms).await?);
        }
        Ok(over_time(panel, &range, end))
    };
    PanelResult {
        id: panel.id.clone(),
        start_ms,
        end_ms,
        step_ms,
        answers: join_all(panel.exprs.iter().map(answer_to)).await,
    }
}

/// The longest time between two points of the panels, in milliseconds; 0 where none of them has several.
pub(crate) fn longest_step_ms(panels: &[PanelQuery], interval_ms: i64) -> i64 {
    let step_ms = |panel: &PanelQuery| match panel.mode {
        PanelMode::Instant => 0,
        PanelMode::Range { range_ms, max_points } => step_ms(range_ms, max_points, interval_ms),
    };
    panels.iter().map(step_ms).max().unwrap_or_default()
}

/// Whether an expression looks at a window of samples.
fn looks_back(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Selector(_) => false,
        ExprKind::Matrix(_) | ExprKind::Subquery(_) => true,
        ExprKind::Unary(unary) => looks_back(&unary.expr),
        ExprKind::Binary(binary) => looks_back(&binary.lhs) || looks_back(&binary.rhs),
        ExprKind::Aggregate(aggregate) => {
            looks_back(&aggregate.expr) || aggregate.param.as_ref().is_some_and(looks_back)
        }
        ExprKind::Call(call) => call.args.iter().any(looks_back),
        ExprKind::Paren(inner) => looks_back(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_found_wherever_they_stand() {
        #[track_caller]
        fn check(query: &str, expect: bool) {
            assert_eq!(looks_back(&parse(query, &ParseOptions::default()).unwrap()), expect, "{query}");
        }
        check("up", false);
        check(r#"sum by (a) (up{b="[5m]"}) / 2"#, false);
        check("sum by (a) (rate(x[5m]))", true);
        check("1 - (-max_over_time(x[1m]))", true);
        check("max_over_time(up[5m:1m])", true);
        check("topk(scalar(sum(rate(x[1m]))), up)", true);
    }
}
