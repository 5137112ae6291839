//! A target with native histograms, over real HTTP: asked for protobuf, scraped, and answered for.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::thread;
use std::time::{Duration, Instant};

use p95_core::exposition::Escaping;
use p95_core::exposition::protobuf::ProtobufEncoder;
use p95_core::instrument::{Descriptor, Histogram, NativeOptions, Registry};
use p95_core::promql::eval::QueryValue;
use p95_engine::{
    Command, Engine, EngineConfig, EngineHandle, QuerySource as _, TargetOptions, parse_target,
};
use p95_tests::{Page, PageServer};

#[test]
fn quantiles_of_a_native_histogram_that_was_scraped() {
    let mut registry = Registry::default();
    let descriptor = Descriptor::new("latency_seconds", "How long it took.").with_unit("seconds");
    let native = NativeOptions { schema: 5, ..NativeOptions::default() };
    let latency = registry.register(descriptor, Histogram::native(native)).unwrap();
    let server = PageServer::start(move |_| {
        // Each scrape finds a thousand observations more, from 0.001 to 1.
        (1..=1_000).for_each(|at| latency.observe(f64::from(at) / 1_000.0));
        let mut encoder = ProtobufEncoder::new(Escaping::AllowUtf8);
        registry.visit(0, &mut encoder);
        Page::protobuf(encoder.finish())
    })
    .unwrap();
    let engine = Engine::start(EngineConfig::default(), || ()).unwrap();
    let options = TargetOptions { interval_ms: 200, native_histograms: true, ..TargetOptions::default() };
    let spec = parse_target(&server.url("/metrics")).unwrap();
    engine.send(Command::AddTarget { spec, options: Box::new(options) });
    let at_ms = time_of_scrape(&engine, 4);

    #[track_caller]
    fn check(engine: &EngineHandle, at_ms: i64, query: &str, expect: f64) {
        let answer = engine.wait(engine.source().instant(query, at_ms)).unwrap();
        let QueryValue::Vector(series) = answer.value else { panic!("{query} is no vector") };
        let found: Vec<f64> = series.iter().map(|series| series.sample.value).collect();
        let is_near = found.len() == 1 && found.iter().all(|value| (value / expect - 1.0).abs() < 0.02);
        assert!(is_near, "{query}: {found:?}, and not {expect}");
    }
    check(&engine, at_ms, "histogram_quantile(0.5, latency_seconds)", 0.5);
    check(&engine, at_ms, "histogram_quantile(0.95, rate(latency_seconds[1m]))", 0.95);
    check(&engine, at_ms, "histogram_avg(increase(latency_seconds[1m]))", 0.5005);
    check(&engine, at_ms, "histogram_count(latency_seconds) % 1000 + 1", 1.0);
}

/// When the target's scrape of this number, from 1, began, in milliseconds since the Unix epoch.
fn time_of_scrape(engine: &EngineHandle, number: u64) -> i64 {
    let begun = Instant::now();
    loop {
        let snapshot = engine.snapshot();
        let target = snapshot.targets.first().filter(|target| target.scrapes_total >= number);
        if let Some(target) = target {
            assert_eq!(target.failure, None);
            return target.last_scrape().unwrap().start_ms;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{snapshot:?}");
        thread::sleep(Duration::from_millis(10));
    }
}
