//! The same targets, scraped by p95 and by a real Prometheus at the same time: do the answers agree?

use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};
use p95_tests::{python, requires};

use crate::answer::Answer;
use crate::compare::Tolerance;
use crate::driver::Burst;
use crate::expressions::{Apart, EXPRESSIONS, Expression, WINDOW_SECS};
use crate::lockstep::Lockstep;
use crate::programs::{Server, p95_queries};
use crate::verdict::{Pair, judge};

const BURST: Burst = Burst { quick_ms: 2, slow_ms: 30, spread_over: Duration::from_secs(10) };

/// Each scrapes at times of its own, so rates differ by what a scrape more or less in the window makes.
#[test]
fn agrees_with_prometheus_within_scrape_jitter() -> anyhow::Result<()> {
    let Some(services) = Services::start()? else { return Ok(()) };
    let ports = [services.shop.port, services.node_exporter.port];
    let targets = [services.shop.address(), services.node_exporter.address()];
    let folder = tempfile::tempdir()?;
    BURST.send(services.shop.port)?;
    let prometheus = Server::prometheus(folder.path(), "1s", "/metrics", &ports)?;

    let compared: Vec<Expression> =
        EXPRESSIONS.iter().filter(|expression| expression.apart != Apart::ByChance).copied().collect();
    let queries: Vec<&str> = compared.iter().map(|expression| expression.query).collect();
    // The load begins and ends inside the last window, so that its ends see counters at rest.
    let scraping_secs = WINDOW_SECS + 3;
    let answers = thread::scope(|scope| {
        let p95 = scope.spawn(|| {
            p95_queries(&queries, &targets, &["--for", &format!("{scraping_secs}s"), "--interval", "1s"])
        });
        thread::sleep(Duration::from_secs(6));
        BURST.send(services.shop.port)?;
        p95.join().map_err(|_| anyhow::anyhow!("p95's thread panicked"))?
    })?;
    let (_, time_ms) = answers.iter().find_map(Answer::span_ms).context("no answer at all")?;

    let pairs = compared.iter().zip(answers).map(|(expression, p95)| {
        let prometheus = prometheus.instant_query(expression.query, time_ms)?;
        let tolerance = expression.apart.tolerance().unwrap_or(Tolerance::ROUNDING);
        Ok(Pair { query: expression.query.to_owned(), prometheus, p95, tolerance })
    });
    judge(&pairs.collect::<anyhow::Result<Vec<_>>>()?, 95)
}

/// Both get the same samples, so nothing but rounding may lie between the answers.
#[test]
fn agrees_with_prometheus_on_equal_samples() -> anyhow::Result<()> {
    let Some(services) = Services::start()? else { return Ok(()) };
    let paths = ["/prometheus", "/p95-instant", "/p95-range"];
    let pages =
        [Lockstep::start(services.shop.port, &paths)?, Lockstep::start(services.node_exporter.port, &paths)?];
    let targets = |path: &str| pages.each_ref().map(|page| format!("127.0.0.1:{}{path}", page.port()));
    let folder = tempfile::tempdir()?;
    BURST.send(services.shop.port)?;
    let prometheus =
        Server::prometheus(folder.path(), "500ms", "/prometheus", &pages.each_ref().map(Lockstep::port))?;

    let queries: Vec<&str> = EXPRESSIONS.iter().map(|expression| expression.query).collect();
    let scraping = ["--for", "32s", "--interval", "500ms"];
    let range = [&scraping[..], &["--range", "12s", "--step", "1s"]].concat();
    let (instants, ranges) = thread::scope(|scope| {
        let instants = scope.spawn(|| p95_queries(&queries, &targets("/p95-instant"), &scraping));
        let ranges = scope.spawn(|| p95_queries(&queries, &targets("/p95-range"), &range));
        let load = scope.spawn(|| BURST.send(services.shop.port));
        let turning = pages.each_ref().map(|page| scope.spawn(|| page.turn(22)));
        let panicked = |_| anyhow::anyhow!("a thread panicked");
        for turning in turning {
            turning.join().map_err(panicked)??;
        }
        load.join().map_err(panicked)??;
        ensure!(!instants.is_finished() && !ranges.is_finished(), "p95 stopped before the last page");
        anyhow::Ok((instants.join().map_err(panicked)??, ranges.join().map_err(panicked)??))
    })?;
    let (_, time_ms) = instants.iter().find_map(Answer::span_ms).context("no answer at all")?;
    let spans_ms = ranges.iter().filter_map(Answer::span_ms);
    let span_ms =
        spans_ms.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).context("no answer over the range at all")?;

    let mut pairs = Vec::new();
    for ((expression, instant), range) in EXPRESSIONS.iter().zip(instants).zip(ranges) {
        let query = expression.query;
        pairs.push(Pair::of_equal_samples(query, prometheus.instant_query(query, time_ms)?, instant));
        let over_range = prometheus.range_query(query, span_ms, 1)?;
        pairs.push(Pair::of_equal_samples(query, over_range, range));
    }
    judge(&pairs, 95)
}

/// What both scrape.
struct Services {
    shop: Server,
    node_exporter: Server,
}

impl Services {
    /// Starts them; none where something is not installed.
    fn start() -> anyhow::Result<Option<Self>> {
        let (Some(python), true, true) =
            (python(), requires("prometheus"), requires("prometheus-node-exporter"))
        else {
            return Ok(None);
        };
        Ok(Some(Self { shop: Server::shop(&python)?, node_exporter: Server::node_exporter()? }))
    }
}
