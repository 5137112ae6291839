//! The same samples, written to p95 and to a real Prometheus: do all kinds of queries have the same answers?

use std::collections::BTreeSet;
use std::thread;

use anyhow::ensure;
use p95_core::promql::functions::Function;
use p95_tests::requires;

use crate::backfill::Backfill;
use crate::chance::random;
use crate::compare::Tolerance;
use crate::departures::{DEPARTURES, NEWER_FUNCTIONS};
use crate::programs::Server;
use crate::shapes::{shape, templated};
use crate::verdict::{Pair, judge};

/// How many queries are put together by chance.
const BY_CHANCE: usize = 400;

/// The least number of queries of different shape.
const SHAPES: usize = 500;

/// The step of range queries: no window of theirs ends where another begins.
const STEP_SECS: u32 = 35;

/// A piece of a query that all must have had an answer with.
const MODIFIERS: &[&str] = &[
    " offset 7m",
    " offset -5m",
    " @ start()",
    " @ end()",
    " @ 1",
    ":]",
    ":30s]",
    " by (",
    " without (",
    " on (",
    " ignoring (",
    " group_left (",
    " group_right (",
    " bool ",
    "=~",
    "!~",
    "!=\"",
];

const OPERATORS: &[&str] =
    &["+", "-", "*", "/", "%", "^", "atan2", "==", "!=", "<", "<=", ">", ">=", "and", "or", "unless"];

const AGGREGATIONS: &[&str] = &[
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "count_values",
    "group",
    "topk",
    "bottomk",
    "quantile",
    "stddev",
    "stdvar",
];

#[test]
fn agrees_with_prometheus_on_all_kinds_of_queries() -> anyhow::Result<()> {
    let Some(both) = Both::start()? else { return Ok(()) };
    let mut queries = templated(&both.time());
    queries.extend(random(BY_CHANCE));
    let shapes: BTreeSet<String> = queries.iter().map(|query| shape(query)).collect();
    ensure!(shapes.len() >= SHAPES, "only {} shapes", shapes.len());

    let pairs = both.pairs(&queries)?;
    judge(&pairs, 90)?;
    println!("{} queries of {} shapes", queries.len(), shapes.len());
    let answered: Vec<&str> = pairs
        .iter()
        .filter(|pair| !pair.prometheus.series.is_empty())
        .map(|pair| pair.query.as_str())
        .collect();
    let missing = not_asked(&answered);
    ensure!(missing.is_empty(), "no answer with {missing:?}");
    Ok(())
}

/// Where Prometheus has changed since 2.42, and p95 answers as it does now.
#[test]
fn departs_from_prometheus_2_42_where_prometheus_3_does() -> anyhow::Result<()> {
    let Some(both) = Both::start()? else { return Ok(()) };
    for departure in DEPARTURES {
        let query = departure.query.replace("$SAMPLE", &both.sample_time());
        let pair = both.pair_at_end(&query)?;
        ensure!(!pair.differences(1.0).is_empty(), "{query}: no difference, though {}", departure.change);
        let values: Vec<f64> = pair.p95.series.values().flatten().map(|point| point.value).collect();
        let is_now = values.len() == departure.now.len()
            && values.iter().zip(departure.now).all(|(a, b)| Tolerance::ROUNDING.accepts(*a, *b));
        ensure!(is_now, "{query}: {values:?}, though {}", departure.change);
    }
    Ok(())
}

/// The two servers with the same samples.
struct Both {
    samples: Backfill,
    prometheus: Server,
    p95: Server,
    _folder: tempfile::TempDir,
}

impl Both {
    /// Starts and fills them; none where Prometheus is not installed.
    fn start() -> anyhow::Result<Option<Self>> {
        if !requires("prometheus") {
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        let (prometheus, p95) = (Server::prometheus_receiver(folder.path())?, Server::p95_receiver()?);
        let samples = Backfill::until_now()?;
        samples.write(prometheus.port)?;
        samples.write(p95.port)?;
        Ok(Some(Self { samples, prometheus, p95, _folder: folder }))
    }

    /// Just behind a sample, and at no whole second: there the subqueries' steps are.
    fn end_ms(&self) -> i64 {
        self.samples.end_ms - 19_300
    }

    /// Ten minutes before, as a query writes it.
    fn time(&self) -> String {
        format!("{}.7", (self.end_ms() - 600_000) / 1000)
    }

    /// The time of a sample five minutes before the last one, as a query writes it.
    fn sample_time(&self) -> String {
        let first_ms = self.samples.start_ms();
        let time_ms = first_ms + (self.end_ms() - 300_000 - first_ms) / 15_000 * 15_000;
        format!("{}.{:03}", time_ms / 1000, time_ms % 1000)
    }

    /// The answers to each query at the end and over the forty minutes before it.
    fn pairs(&self, queries: &[String]) -> anyhow::Result<Vec<Pair>> {
        let span_ms = (self.end_ms() - 2_400_000, self.end_ms());
        let ask = |server: &Server| {
            let both = |query: &String| {
                [server.instant_query(query, self.end_ms()), server.range_query(query, span_ms, STEP_SECS)]
            };
            queries.iter().flat_map(both).collect::<Vec<_>>()
        };
        let (theirs, ours) = thread::scope(|scope| {
            let theirs = scope.spawn(|| ask(&self.prometheus));
            let ours = ask(&self.p95);
            (theirs.join(), ours)
        });
        let theirs = theirs.map_err(|_| anyhow::anyhow!("a thread panicked"))?;
        let (mut pairs, mut refused) = (Vec::new(), Vec::new());
        for (query, (theirs, ours)) in
            queries.iter().flat_map(|query| [query; 2]).zip(theirs.into_iter().zip(ours))
        {
            match (theirs, ours) {
                (Ok(theirs), Ok(ours)) => pairs.push(Pair::of_equal_samples(query, theirs, ours)),
                (theirs, ours) => {
                    refused.push(format!("{query}: {:?}, and p95: {:?}", theirs.err(), ours.err()))
                }
            }
        }
        ensure!(refused.is_empty(), "{} were refused:\n{}", refused.len(), refused.join("\n"));
        Ok(pairs)
    }

    fn pair_at_end(&self, query: &str) -> anyhow::Result<Pair> {
        let theirs = self.prometheus.instant_query(query, self.end_ms())?;
        Ok(Pair::of_equal_samples(query, theirs, self.p95.instant_query(query, self.end_ms())?))
    }
}

/// The parts of the language that none of the queries has.
fn not_asked(queries: &[&str]) -> Vec<String> {
    let has = |part: &str| queries.iter().any(|query| query.contains(part));
    let calls = |name: &str| {
        let is_call = |query: &&str| {
            query.match_indices(name).any(|(at, _)| {
                let (before, after) =
                    (query.get(..at).unwrap_or_default(), query.get(at + name.len()..).unwrap_or_default());
                !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                    && after.trim_start().starts_with(['(', 'b', 'w'])
            })
        };
        queries.iter().any(is_call)
    };
    let stable = Function::ALL.iter().filter(|function| !function.signature().is_experimental);
    let functions = stable.map(|function| function.name()).filter(|name| !NEWER_FUNCTIONS.contains(name));
    let not_called =
        functions.chain(AGGREGATIONS.iter().copied()).filter(|name| !calls(name)).map(str::to_owned);
    let operators = OPERATORS.iter().map(|operator| format!(" {operator} "));
    let parts = operators.chain(MODIFIERS.iter().map(|part| (*part).to_owned()));
    not_called.chain(parts.filter(|part| !has(part))).collect()
}
