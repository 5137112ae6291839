//! A store with one target.

use std::time::Duration;

use p95_core::exposition::parse::Format;
use p95_core::ingest::{ScrapeOptions, ScrapeReport, Scraper};
use p95_core::model::Labels;
use p95_core::promql::eval::{EngineOptions, EvalError, Evaluated, instant, range};
use p95_core::promql::{ParseOptions, parse};
use p95_core::store::{Store, StoreOptions};

use crate::answer;

/// What marks the end of OpenMetrics text, and of no other format.
const OPENMETRICS_END: &str = "# EOF";

/// A store with one target, and the questions that it answers.
#[derive(Debug)]
pub(crate) struct Engine {
    store: Store,
    scraper: Scraper,
    options: EngineOptions,
}

impl Engine {
    /// An engine whose series have the labels `instance` and `job`.
    pub(crate) fn new(instance: &str, job: &str, options: StoreOptions) -> Self {
        let target = Labels::from_pairs([("instance", instance), ("job", job)]);
        Self {
            store: Store::new(options),
            scraper: Scraper::new(target, ScrapeOptions::default()),
            options: EngineOptions::default(),
        }
    }

    /// Takes a page, in OpenMetrics or Prometheus' text format, whole or not at all; answers with what it brought.
    pub(crate) fn ingest(&mut self, page: &str, at_ms: i64, elapsed: Duration) -> String {
        let is_openmetrics = page.trim_end().ends_with(OPENMETRICS_END);
        let format = if is_openmetrics { Format::OpenMetrics } else { Format::Text };
        let taken = self.scraper.ingest(&mut self.store, page.as_bytes(), format, at_ms, || elapsed);
        self.store.enforce_limits(at_ms);
        match taken {
            Ok(report) => answer::success::<ScrapeReport>(&report),
            Err(error) => answer::failure("bad_data", &error),
        }
    }

    /// Answers a query at one time.
    pub(crate) fn query(&self, expr: &str, at_ms: i64) -> String {
        self.evaluate(expr, at_ms, |expr| instant(&self.store, expr, at_ms, &self.options))
    }

    /// Answers a query at `start_ms` and every `step_ms` after it up to `end_ms`.
    pub(crate) fn query_range(&self, expr: &str, start_ms: i64, end_ms: i64, step_ms: i64) -> String {
        self.evaluate(expr, end_ms, |expr| range(&self.store, expr, start_ms, end_ms, step_ms, &self.options))
    }

    fn evaluate(
        &self,
        query: &str,
        at_ms: i64,
        evaluate: impl FnOnce(&p95_core::promql::ast::Expr) -> Result<Evaluated, EvalError>,
    ) -> String {
        let expr = match parse(query, &ParseOptions::default()) {
            Ok(expr) => expr,
            Err(error) => return answer::failure("bad_data", &error),
        };
        match evaluate(&expr) {
            Ok(evaluated) => answer::evaluated(&evaluated, query, at_ms),
            Err(error) => answer::failure("execution", &error),
        }
    }

    /// What the store holds.
    pub(crate) fn stats(&self) -> String {
        answer::success(&self.store.stats())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine() -> Engine {
        Engine::new("tab", "page", StoreOptions::default())
    }

    fn ingest(engine: &mut Engine, page: &str, at_ms: i64) -> String {
        engine.ingest(page, at_ms, Duration::from_millis(2))
    }

    #[test]
    fn rates_and_quantiles_come_from_two_pages() {
        #[track_caller]
        fn check(query: &str, expect: &str) {
            let mut engine = engine();
            for (at_ms, low, high) in [(1_000, 0, 0), (11_000, 60, 100)] {
                let page = format!(
                    "# TYPE clicks counter\nclicks_total {low}\n# TYPE load histogram\nload_bucket{{le=\"1.0\"}} {low}\n\
                     load_bucket{{le=\"2.0\"}} {high}\nload_bucket{{le=\"+Inf\"}} {high}\n# EOF\n"
                );
                ingest(&mut engine, &page, at_ms);
            }
            assert_eq!(engine.query(query, 11_000), expect);
        }
        let vector = |labels: &str, value: &str| {
            format!(
                r#"{{"status":"success","data":{{"resultType":"vector","result":[{{"metric":{labels},"value":[11,"{value}"]}}]}}}}"#
            )
        };
        let target = r#"{"instance":"tab","job":"page"}"#;
        check("increase(clicks_total[10001ms])", &vector(target, "60"));
        check("histogram_quantile(0.8, sum by (le) (rate(load_bucket[10001ms])))", &vector("{}", "1.5"));
        check("scrape_duration_seconds * 0 + 1", &vector(target, "1"));
    }

    #[test]
    fn a_range_has_its_steps() {
        let mut engine = engine();
        for at_ms in [1_000, 2_000, 3_000] {
            ingest(&mut engine, &format!("x {at_ms}\n"), at_ms);
        }
        let found = engine.query_range("sum(x)", 1_000, 3_000, 1_000);
        let expect =
            r#"{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1000"],[2,"2000"],[3,"3000"]]}]}"#;
        assert_eq!(found, format!(r#"{{"status":"success","data":{expect}}}"#));
    }

    #[test]
    fn mistakes_have_their_place() {
        let mut engine = engine();
        let found = ingest(&mut engine, "x{ 1\n", 1_000);
        assert!(
            found.starts_with(r#"{"status":"error","errorType":"bad_data","error":"line 1, column "#),
            "{found}"
        );
        let found = engine.query("rate(x)", 1_000);
        assert!(found.contains(r#""errorType":"bad_data","error":"position 1:6: rate expects"#), "{found}");
        let found = engine.query_range("x", 2_000, 1_000, 1_000);
        assert!(found.contains(r#""errorType":"execution""#), "{found}");
        assert!(
            engine.query("up", 1_000).contains(r#"[1,"0"]"#),
            "a page that cannot be read is one that failed"
        );
    }

    #[test]
    fn a_remark_comes_with_the_answer() {
        let mut engine = engine();
        ingest(&mut engine, "x 1\n", 1_000);
        ingest(&mut engine, "x 2\n", 2_000);
        let found = engine.query("rate(x[5s])", 2_000);
        assert!(found.contains(r#""infos":["PromQL info: metric might not be a counter"#), "{found}");
    }

    #[test]
    fn what_is_older_than_the_retention_goes() {
        let options = StoreOptions { retention_ms: 60_000, ..StoreOptions::default() };
        let mut engine = Engine::new("tab", "page", options);
        let samples = |engine: &Engine| {
            let stats = engine.stats();
            let (_, rest) = stats.split_once(r#""samples":"#).unwrap();
            rest.split(',').next().unwrap().parse::<u64>().unwrap()
        };
        let mut most = 0;
        for second in 1..=3_600 {
            ingest(&mut engine, &format!("x {second}\n"), second * 1_000);
            most = most.max(samples(&engine));
        }
        assert!(most < 6 * 500, "{most} samples");
    }
}
