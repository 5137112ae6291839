//! The window, found by its accessible names.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use jiff::tz::TimeZone;
use p95_core::model::{Labels, Metadata, MetricType};
use p95_core::overview::{Seen, Window, overview};
use p95_engine::{PagePlace, ScrapeFailure, Snapshot, Stage, TargetId, TargetState, TargetStatus};

use super::{View, Window as PicturedWindow};

fn window(failure: Option<ScrapeFailure>) -> Harness<'static> {
    let mut seen = Seen::default();
    for name in ["queue_length", "room_temperature_celsius"] {
        seen.add_metadata(&Metadata {
            name: name.into(),
            metric_type: MetricType::Gauge,
            unit: "".into(),
            help: "".into(),
        });
        seen.add_series(&Labels::from_pairs([("__name__", name)]));
    }
    let state = if failure.is_some() { TargetState::Down } else { TargetState::Up };
    let target = TargetStatus {
        id: TargetId(0),
        url: "http://localhost:9100/metrics".to_owned(),
        labels: Labels::empty(),
        state,
        failure,
        interval_ms: 1_000,
        next_scrape_ms: Some(4_000),
        scraping: false,
        scrapes_total: 1,
        scrapes_in_a_row: 0,
        history: std::collections::VecDeque::new(),
    };
    let snapshot = Snapshot {
        targets: vec![target.into()],
        overview: Arc::new(overview(&seen, Window { interval_ms: 1_000, scrapes: 2 })),
        ..Snapshot::default()
    };
    let mut window = None;
    Harness::builder().with_size([1280.0, 800.0]).build_ui(move |ui| {
        let window =
            window.get_or_insert_with(|| PicturedWindow::new(ui.ctx(), View::default(), TimeZone::UTC));
        window.frame_ui(ui, &snapshot, 1_000);
    })
}

#[test]
fn typing_anywhere_filters_the_cards() {
    let mut harness = window(None);
    harness.run();
    harness.get_by_label("queue_length");
    harness.get_by_label("room_temperature_celsius");
    harness.event(egui::Event::Text("queue".to_owned()));
    harness.run_steps(4);
    harness.get_by_label("queue_length");
    assert!(harness.query_by_label("room_temperature_celsius").is_none());
}

#[test]
fn a_failure_shows_its_place_the_line_and_the_countdown() {
    let mut harness = window(Some(ScrapeFailure {
        stage: Stage::Parse,
        message: "expected a value".to_owned(),
        hint: "write a number".to_owned(),
        place: Some(PagePlace { line: 7, column: 3, text: "a b c".to_owned() }),
    }));
    harness.run_steps(4);
    harness.get_by_label("line 7, column 3");
    harness.get_by_label("7 │ a b c");
    harness.get_by_label("next try in 3 s");
    harness.get_by_label("Retry now");
    // What was known before stays.
    harness.get_by_label("queue_length");
}
