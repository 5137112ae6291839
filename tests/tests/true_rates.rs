//! A rate that is known beforehand, over real HTTP, from the second scrape on.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use p95_engine::{
    AnswerForm, Command, Engine, EngineConfig, PanelMode, PanelQuery, Snapshot, TargetOptions, parse_target,
};
use p95_tests::{Page, PageServer};

/// Short enough for a test, long enough that the scheduler's whims are a small part of it.
const INTERVAL_MS: u64 = 500;

#[test]
fn ten_a_second_is_ten_a_second_from_the_second_scrape_on() {
    let begun = Instant::now();
    let server = PageServer::start(move |_| {
        let counted = 1_000.0 + 10.0 * begun.elapsed().as_secs_f64();
        Page::text(format!("# TYPE work_total counter\nwork_total {counted}\n"))
    })
    .unwrap();
    let (changes, changed) = mpsc::channel();
    let engine = Engine::start(EngineConfig::default(), move || {
        let _ = changes.send(());
    })
    .unwrap();
    let options = TargetOptions { interval_ms: INTERVAL_MS, ..TargetOptions::default() };
    let target = server.url("/metrics");
    engine.send(Command::AddTarget { spec: parse_target(&target).unwrap(), options: Box::new(options) });

    let mut shown = Vec::new();
    let deadline = begun + Duration::from_secs(20);
    while shown.len() < 3 {
        let left = deadline.checked_duration_since(Instant::now()).unwrap();
        changed.recv_timeout(left).unwrap();
        let snapshot = engine.snapshot();
        let Some(query) = rate_query(&snapshot) else { continue };
        if !snapshot.panels.iter().any(|panel| panel.id == query) {
            // The window grows with the first scrapes, and the card's query with it.
            let panel = PanelQuery {
                id: query.clone(),
                exprs: vec![query],
                mode: PanelMode::Instant,
                end_ms: None,
                max_series: 1,
                form: AnswerForm::Series,
            };
            engine.send(Command::SetView { panels: vec![panel] });
            continue;
        }
        let answer = snapshot.panels[0].answers[0].as_ref().unwrap();
        if shown.last().is_some_and(|(last, _)| *last == query) {
            continue;
        }
        shown.push((query, answer.series[0].values[0]));
    }
    let queries = Vec::from_iter(shown.iter().map(|(query, _)| query.as_str()));
    let expect = ["1s", "1s500ms", "2s"].map(|window| format!("sum(rate(work_total[{window}]))"));
    assert_eq!(queries, expect, "{shown:?}");
    for (query, rate) in shown {
        assert!((rate - 10.0).abs() < 0.5, "{query} is {rate}");
    }
}

/// The query on the counter's card, once there is one.
fn rate_query(snapshot: &Arc<Snapshot>) -> Option<String> {
    let card = snapshot.overview.cards().find(|card| card.family == "work_total")?;
    card.face.queries.first().map(|query| query.expr.clone())
}
