//! `p95 query`: scrapes for a moment and prints the answer to one query.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::bail;
use p95_core::promql::ast::{AggregateOp, Expr, ExprKind};
use p95_core::promql::eval::QueryValue;
use p95_core::promql::{ParseOptions, parse};
use p95_engine::{EngineHandle, QueryFailure, QueryRange, QuerySource};

use super::QueryArgs;
use super::hints::hints;
use super::wait::{await_scrapes, check_opened, report_failures};
use crate::output::escape::escape;
use crate::output::{write_answer, write_explanation};

/// The good scrapes that a query over a window of time waits for.
const SCRAPES_FOR_RATES: u64 = 4;

/// Waits for the scrapes that the query needs, then prints its answer.
///
/// # Errors
/// Where the query has a mistake, or stdout takes no answer.
pub(super) fn run(args: &QueryArgs, engine: &EngineHandle) -> anyhow::Result<ExitCode> {
    let is_remote = args.server.server.is_some();
    let wait_ms = args.for_ms.or(args.range_ms).filter(|_| !is_remote);
    let scrapes = if !is_remote && needs_rates(&args.expr)? { SCRAPES_FOR_RATES } else { 1 };
    let snapshot = await_scrapes(engine, wait_ms, scrapes, |_| ());
    check_opened(&snapshot)?;
    let failed = report_failures(&snapshot);
    if failed == snapshot.targets.len() {
        return Ok(ExitCode::FAILURE);
    }
    // The time of the newest scrape.
    let newest = snapshot.targets.iter().filter_map(|target| Some(target.last_scrape()?.start_ms)).max();
    let at_ms = newest.unwrap_or(snapshot.now_ms);
    if args.explain && is_remote {
        bail!(
            "--explain counts series in p95's own store; with --server, ask for count(…) of a part of the query"
        );
    } else if args.explain {
        let explained = answered(engine, engine.source().explain(&args.expr, at_ms))?;
        write_explanation(&mut io::stdout().lock(), args.output, &explained)?;
    } else {
        let interval_ms = snapshot.window.map_or(args.targets.interval_ms(), |window| window.interval_ms);
        let value = ask(args, engine, at_ms, interval_ms)?;
        write_answer(&mut io::stdout().lock(), args.output, value, at_ms)?;
    }
    Ok(if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Checks a query; whether it looks at windows of time.
///
/// # Errors
/// Where it has a mistake: one line with its position and the remedy.
pub(super) fn needs_rates(expr: &str) -> anyhow::Result<bool> {
    let parsed = parse(expr, &ParseOptions::default())?;
    Ok(!matches!(parsed.kind, ExprKind::Selector(_) | ExprKind::Number(_)) && expr.contains('['))
}

/// The answer at one time, or at each step of the range that ends there.
fn ask(args: &QueryArgs, engine: &EngineHandle, at_ms: i64, interval_ms: i64) -> anyhow::Result<QueryValue> {
    let source = engine.queries();
    let is_remote = args.server.server.is_some();
    if !is_remote {
        hint(args, engine, &*source)?;
    }
    let evaluated = match args.range_ms {
        Some(range_ms) => {
            let step_ms = args.step_ms.unwrap_or(interval_ms);
            let range = QueryRange { start_ms: at_ms - range_ms, end_ms: at_ms, step_ms };
            answered(engine, source.range(&args.expr, range))?
        }
        None => answered(engine, source.instant(&args.expr, at_ms))?,
    };
    for warning in evaluated.annotations.warnings() {
        eprintln!("p95: {}", escape(&warning.message));
    }
    // A server has many names: they are looked through only where nothing was found.
    if is_remote && evaluated.value.series_count() == 0 {
        hint(args, engine, &*source)?;
    }
    // Stdout may be piped into something that ends early; what was said on stderr stays.
    let _ = io::stderr().flush();
    // What only a server understands stays as the server has it.
    Ok(match parse(&args.expr, &ParseOptions::default()) {
        Ok(expr) => sorted(evaluated.value, &expr),
        Err(_) => evaluated.value,
    })
}

/// An instant answer by its labels, unless the query itself puts it in order.
fn sorted(mut value: QueryValue, expr: &Expr) -> QueryValue {
    if let QueryValue::Vector(samples) = &mut value
        && !has_order(expr)
    {
        samples.sort_by(|a, b| a.labels.cmp(&b.labels));
    }
    value
}

/// Whether the order of a query's answer means something.
fn has_order(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => has_order(inner),
        ExprKind::Call(call) => call.function.name().starts_with("sort"),
        ExprKind::Aggregate(aggregate) => matches!(aggregate.op, AggregateOp::Topk | AggregateOp::Bottomk),
        _ => false,
    }
}

/// Says which names of the query nothing has.
fn hint(args: &QueryArgs, engine: &EngineHandle, source: &dyn QuerySource) -> anyhow::Result<()> {
    // What only a server understands has no hints.
    let Ok(expr) = parse(&args.expr, &ParseOptions::default()) else { return Ok(()) };
    for hint in answered(engine, hints(&expr, source))? {
        eprintln!("p95: {}", escape(&hint));
    }
    Ok(())
}

fn answered<T>(
    engine: &EngineHandle,
    answer: impl Future<Output = Result<T, QueryFailure>>,
) -> anyhow::Result<T> {
    engine.wait(answer).map_err(|failure| anyhow::anyhow!("{failure}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_one_line_with_its_position() {
        let message = needs_rates("sum(rate(up)").unwrap_err().to_string();
        assert!(message.starts_with("position 1:") && !message.contains('\n'), "{message}");
        let message = needs_rates("rate(up)").unwrap_err().to_string();
        assert!(message.contains("[5m]"), "{message}");
    }

    #[test]
    fn an_order_that_was_asked_for_stays() {
        #[track_caller]
        fn check(query: &str, expect: bool) {
            assert_eq!(has_order(&parse(query, &ParseOptions::default()).unwrap()), expect, "{query}");
        }
        check("up", false);
        check("sum by (job) (topk(2, up))", false);
        check("(topk(2, up))", true);
        check("bottomk(2, up)", true);
        check("sort_desc(up)", true);
        check("sort(up)", true);
    }

    #[test]
    fn only_windows_of_time_wait_for_more_scrapes() {
        assert!(!needs_rates("up").unwrap());
        assert!(!needs_rates("sum by (job) (up)").unwrap());
        assert!(needs_rates("rate(x[5s])").unwrap());
    }
}
