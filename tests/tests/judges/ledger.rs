//! A service written by others, driven by a client that keeps its own ledger: does p95 say what the ledger says?

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail, ensure};
use p95_tests::python;

use crate::answer::{Answer, Point};
use crate::compare::Tolerance;
use crate::driver::{Burst, Ledger};
use crate::programs::{Server, p95_queries, p95_query};

const ROUTES: [&str; 3] = ["/items", "/items/{item}", "/orders"];

/// The windows below, in milliseconds: longer than a burst, shorter than two with the rest between them.
const WINDOW_MS: i64 = 10_000;

const QUICK: Burst = Burst { quick_ms: 1, slow_ms: 15, spread_over: Duration::from_secs(4) };
const SLOW: Burst = Burst { quick_ms: 5, slow_ms: 60, spread_over: Duration::from_secs(4) };
const REST: Duration = Duration::from_secs(4);

/// Longer than the time between two scrapes, so that each rest is seen by one.
const SCRAPE_MS: i64 = 1_200;

#[test]
fn agrees_with_the_ledger_of_a_client() -> anyhow::Result<()> {
    let Some(python) = python() else { return Ok(()) };
    let shop = Server::shop(&python)?;
    // The service has run for a while when p95 first sees it.
    let mut ledger = QUICK.send(shop.port)?;

    let p95_of_window =
        "histogram_quantile(0.95, sum by (endpoint, le) (rate(shop_request_duration_seconds_bucket[10s])))";
    let p95_since_start =
        "histogram_quantile(0.95, sum by (endpoint, le) (shop_request_duration_seconds_bucket))";
    let error_ratio = r#"sum by (endpoint) (rate(shop_requests_total{status=~"5.."}[10s]))
                         / sum by (endpoint) (rate(shop_requests_total[10s]))"#;
    let queries = [p95_of_window, p95_since_start, error_ratio];
    let while_it_runs = ["--for", "26s", "--interval", "1s", "--range", "26s", "--step", "1s"];
    let (before, after, answers) = thread::scope(|scope| {
        let watching = scope.spawn(|| p95_queries(&queries, &[shop.address()], &while_it_runs));
        // The first scrape must come before the burst, also where starting takes a moment.
        thread::sleep(REST + Duration::from_secs(2));
        let before = Phase::send(QUICK, shop.port)?;
        thread::sleep(REST);
        let after = Phase::send(SLOW, shop.port)?;
        let answers = watching.join().map_err(|_| anyhow::anyhow!("p95's thread panicked"))??;
        anyhow::Ok((before, after, answers))
    })?;
    let [p95_of_window, p95_since_start, error_ratio] = &answers[..] else {
        bail!("not an answer for each query")
    };

    let mut since_start = ledger.clone();
    for phase in [&before, &after] {
        since_start.add(phase.ledger.clone());
        for route in ROUTES {
            let endpoint = [("endpoint", route)];
            let p95 = phase.value_at_rest(p95_of_window.points(&endpoint)?)?;
            ensure_in(p95, phase.ledger.p95_bucket_secs(route)?, route)?;
            let p95 = phase.value_at_rest(p95_since_start.points(&endpoint)?)?;
            ensure_in(p95, since_start.p95_bucket_secs(route)?, route)?;
            let ratio = phase.value_at_rest(error_ratio.points(&endpoint)?)?;
            let expected = phase.ledger.error_ratio(route);
            ensure!(Tolerance::ROUNDING.accepts(ratio, expected), "{route}: errors {ratio}, not {expected}");
        }
    }
    for route in ROUTES {
        let (before, after) = (before.ledger.p95_bucket_secs(route)?, after.ledger.p95_bucket_secs(route)?);
        ensure!(before.1 <= after.0, "{route}: the latencies did not shift: {before:?}, then {after:?}");
    }

    ledger.add(before.ledger);
    ledger.add(after.ledger);
    let everything =
        p95_query(r#"{__name__=~"shop_.+"}"#, &[shop.address()], &["--for", "2s", "--interval", "1s"])?;
    check_totals(&ledger, &everything)
}

/// Every number that the service has kept since its start, against the ledger.
fn check_totals(ledger: &Ledger, everything: &Answer) -> anyhow::Result<()> {
    let counters = everything.series.keys().filter(|labels| labels.metric_name() == "shop_requests_total");
    ensure!(
        counters.count() == ledger.requests.len(),
        "{:?}, not {:?}",
        everything.series.keys(),
        ledger.requests
    );
    for ((method, endpoint, status), count) in &ledger.requests {
        let labels = [
            ("__name__", "shop_requests_total"),
            ("method", method),
            ("endpoint", endpoint),
            ("status", status),
        ];
        ensure_same(everything, &labels, *count as f64)?;
    }
    for (route, durations) in &ledger.durations_secs {
        let of_route = |name| [("__name__", name), ("endpoint", route.as_str())];
        ensure_same(everything, &of_route("shop_request_duration_seconds_count"), durations.len() as f64)?;
        ensure_near(everything, &of_route("shop_request_duration_seconds_sum"), durations.iter().sum())?;
        let up_to_25_ms = durations.iter().filter(|duration| **duration <= 0.025).count() as f64;
        let bucket =
            [("__name__", "shop_request_duration_seconds_bucket"), ("endpoint", route), ("le", "0.025")];
        ensure_same(everything, &bucket, up_to_25_ms)?;
    }
    let orders = ledger.order_values_euros.len() as f64;
    ensure_same(everything, &[("__name__", "shop_orders_open")], orders)?;
    ensure_same(everything, &[("__name__", "shop_order_value_euros_count")], orders)?;
    ensure_near(
        everything,
        &[("__name__", "shop_order_value_euros_sum")],
        ledger.order_values_euros.iter().sum(),
    )?;
    let flags = "say \"hi\" {to=\"all\"}, \\n is no newline\nbut this was one";
    ensure_same(everything, &[("__name__", "shop_build_info"), ("flags", flags), ("version", "1.0")], 1.0)
}

fn ensure_same(answer: &Answer, labels: &[(&str, &str)], expected: f64) -> anyhow::Result<()> {
    let value = answer.value(labels)?;
    ensure!(value == expected, "{labels:?} is {value}, not {expected}");
    Ok(())
}

/// As [`ensure_same`], for a sum whose order is not known.
fn ensure_near(answer: &Answer, labels: &[(&str, &str)], expected: f64) -> anyhow::Result<()> {
    let value = answer.value(labels)?;
    ensure!(Tolerance::ROUNDING.accepts(value, expected), "{labels:?} is {value}, not {expected}");
    Ok(())
}

fn ensure_in(p95_secs: f64, (above, up_to): (f64, f64), route: &str) -> anyhow::Result<()> {
    ensure!(
        p95_secs > above && p95_secs <= up_to,
        "{route}: a p95 of {p95_secs} s, and the ledger's lies above {above} and up to {up_to} s"
    );
    Ok(())
}

/// A burst, and when it was.
struct Phase {
    ledger: Ledger,
    start_ms: i64,
    end_ms: i64,
}

impl Phase {
    fn send(burst: Burst, port: u16) -> anyhow::Result<Self> {
        let start_ms = now_ms()?;
        let ledger = burst.send(port)?;
        Ok(Self { ledger, start_ms, end_ms: now_ms()? })
    }

    /// The value at a time at which nothing moves, and whose window holds this burst, all of it, and no other.
    fn value_at_rest(&self, points: &[Point]) -> anyhow::Result<f64> {
        let rests_ms = REST.as_millis() as i64;
        let seen_at_rest = |time_ms: i64| {
            let window_start_ms = time_ms - WINDOW_MS;
            let after = (self.end_ms + SCRAPE_MS..self.end_ms + rests_ms).contains(&time_ms);
            let before = (self.start_ms - rests_ms..self.start_ms - SCRAPE_MS).contains(&window_start_ms);
            after && before
        };
        let point = points.iter().find(|point| seen_at_rest(point.timestamp_ms));
        Ok(point.with_context(|| format!("no point at rest; the machine is too slow: {points:?}"))?.value)
    }
}

fn now_ms() -> anyhow::Result<i64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64)
}
