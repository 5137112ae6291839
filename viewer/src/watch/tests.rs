//! The screen, line by line.

use std::sync::Arc;

use p95_core::model::{Labels, Metadata, MetricType};
use p95_core::overview::{Overview, Seen, Window, overview};
use p95_engine::{
    PanelAnswer, PanelQuery, PanelResult, PanelSeries, QueryFailure, QueryFailureKind, ScrapeFailure,
    ScrapeRecord, Snapshot, Stage, TargetId, TargetState, TargetStatus,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::choice::Choice;
use super::screen::{Drawn, draw};

const STEP_MS: i64 = 1_000;
const END_MS: i64 = 100_000;

/// Two gauges by label, a stateset's worth of names, and a group that is folded.
fn gauges() -> Arc<Overview> {
    let mut seen = Seen::default();
    for name in ["queue_length", "room_temperature_celsius", "go_goroutines"] {
        seen.add_metadata(&Metadata {
            name: name.into(),
            metric_type: MetricType::Gauge,
            unit: "".into(),
            help: "".into(),
        });
    }
    seen.add_series(&Labels::from_pairs([("__name__", "queue_length")]));
    for room in ["hall", "a\x1b[31m"] {
        seen.add_series(&Labels::from_pairs([("__name__", "room_temperature_celsius"), ("room", room)]));
    }
    seen.add_series(&Labels::from_pairs([("__name__", "go_goroutines")]));
    Arc::new(overview(&seen, Window { interval_ms: STEP_MS, scrapes: 2, step_ms: 0 }))
}

fn target(url: &str, state: TargetState) -> TargetStatus {
    let failure = (state == TargetState::Down).then(|| ScrapeFailure {
        stage: Stage::Connect,
        message: "connection refused".to_owned(),
        hint: String::new(),
        place: None,
    });
    let scrape = ScrapeRecord {
        start_ms: END_MS,
        duration_secs: 0.012,
        ingest_secs: 0.001,
        body_bytes: 1_000,
        samples: 44,
        series_added: 0,
        duplicates: 2,
        dropped: 0,
        failure: failure.clone(),
    };
    TargetStatus {
        id: TargetId(0),
        url: url.to_owned(),
        labels: Labels::empty(),
        state,
        failure,
        interval_ms: 1_000,
        next_scrape_ms: Some(END_MS + 3_500),
        scraping: false,
        scrapes_total: 1,
        scrapes_in_a_row: 0,
        history: Some(scrape).filter(|_| state != TargetState::Pending).into_iter().collect(),
    }
}

/// The answer of a card: for each series its label and its values, one at each step up to the end; NaN is no value.
fn result(id: &str, series: &[(&str, &[f64])]) -> Arc<PanelResult> {
    let series: Vec<PanelSeries> = series
        .iter()
        .map(|(room, values)| {
            let first_ms = END_MS + STEP_MS - STEP_MS * i64::try_from(values.len()).unwrap();
            let times = (0..).map(|step| first_ms + STEP_MS * step);
            let points = times.zip(values.iter().copied()).filter(|(_, value)| !value.is_nan());
            let (timestamps_ms, values) = points.unzip();
            PanelSeries {
                labels: Labels::from_pairs([("room", *room)]),
                timestamps_ms,
                values,
                ..PanelSeries::default()
            }
        })
        .collect();
    let answer = PanelAnswer { series_total: series.len(), series, warnings: Vec::new() };
    Arc::new(PanelResult {
        id: id.to_owned(),
        start_ms: END_MS - 60_000,
        end_ms: END_MS,
        step_ms: STEP_MS,
        answers: vec![Ok(answer)],
    })
}

fn snapshot(targets: &[TargetStatus], panels: Vec<Arc<PanelResult>>) -> Snapshot {
    Snapshot {
        now_ms: END_MS,
        targets: targets.iter().cloned().map(Arc::new).collect(),
        overview: gauges(),
        panels,
        ..Snapshot::default()
    }
}

fn screen(snapshot: &Snapshot, filter: &str, scroll: usize, size: (u16, u16)) -> (Vec<String>, Drawn) {
    let choice = Choice { filter: filter.to_owned(), scroll, ..Choice::default() };
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let mut drawn = None;
    terminal
        .draw(|frame| {
            let area = frame.area();
            drawn = Some(draw(frame.buffer_mut(), area, snapshot, &choice, END_MS));
        })
        .unwrap();
    let cells = terminal.backend().buffer().content().chunks(usize::from(size.0));
    let lines = cells.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
    (lines.map(|line| line.trim_end().to_owned()).collect(), drawn.unwrap())
}

#[track_caller]
fn assert_line(lines: &[String], expect: &str) {
    assert!(lines.iter().any(|line| line == expect), "no line {expect:?} in\n{}", lines.join("\n"));
}

#[test]
fn targets_say_how_they_are() {
    #[track_caller]
    fn check(target: TargetStatus, expect: &str) {
        let (lines, _) = screen(&snapshot(&[target], Vec::new()), "", 0, (80, 20));
        assert_eq!(lines[0], expect);
    }
    check(target("http://a:1/metrics", TargetState::Pending), "● http://a:1/metrics  first scrape…");
    check(target("http://a:1/metrics", TargetState::Up), "● http://a:1/metrics  12 ms    42 series");
    check(
        target("http://a:1/metrics", TargetState::Down),
        "● http://a:1/metrics  next try in 4 s · connect: connection refused",
    );
    check(
        TargetStatus { scraping: true, ..target("http://a:1", TargetState::Down) },
        "● http://a:1  trying… · connect: connection refused",
    );
    check(
        TargetStatus { next_scrape_ms: None, ..target("http://a:1", TargetState::Down) },
        "● http://a:1  paused · connect: connection refused",
    );
    check(target("a\x1b[2J", TargetState::Pending), r"● a\u{1b}[2J  first scrape…");
}

#[test]
fn of_many_targets_those_that_are_down_come_first() {
    let mut targets = vec![target("up", TargetState::Up); 20];
    targets.push(target("down", TargetState::Down));
    let (lines, _) = screen(&snapshot(&targets, Vec::new()), "", 0, (80, 12));
    assert_eq!(lines[0], "● down  next try in 4 s · connect: connection refused");
    assert_eq!(lines[3], "  … and 18 more targets");
}

#[test]
fn cards_show_their_values() {
    #[track_caller]
    fn check(panel: Arc<PanelResult>, expect: &str) {
        let (lines, _) = screen(&snapshot(&[], vec![panel]), "", 0, (80, 20));
        assert_line(&lines, expect);
    }
    let (queue, rooms) = ("queue_length", "room_temperature_celsius");
    check(
        result(queue, &[("", &[0.0, 7.0, f64::NAN, 3.5])]),
        "  queue_length                          ▁█ ▅  3.5",
    );
    check(
        result(rooms, &[("hall", &[20.0, 20.0]), ("a", &[10.0])]),
        "  room_temperature_celsius                ██  hall 20 °C  a 10 °C",
    );
    // What a label says cannot steer the terminal.
    check(
        result(rooms, &[("a\x1b[31m", &[10.0])]),
        r"  room_temperature_celsius                 █  a\u{1b}[31m 10 °C",
    );
    // A series that has ended has no value now.
    check(
        result(rooms, &[("hall", &[20.0, f64::NAN, f64::NAN])]),
        "  room_temperature_celsius               █    hall –",
    );
    // What has no room is counted.
    check(
        result(rooms, &[("hall", &[20.0]), ("a quite large living room", &[10.0]), ("c", &[1.0])]),
        "  room_temperature_celsius                 █  hall 20 °C  +2",
    );
    // What all names begin with is said once.
    check(
        result(rooms, &[("room 1", &[20.0]), ("room 2", &[10.0])]),
        "  room_temperature_celsius                 █  room  1 20 °C  2 10 °C",
    );
    check(
        result(rooms, &[]),
        "  room_temperature_celsius                    no series in this window of time",
    );
    let failure = QueryFailure {
        kind: QueryFailureKind::Execution,
        message: "too many samples".to_owned(),
        span: None,
    };
    let failed = PanelResult { answers: vec![Err(failure)], ..Arc::unwrap_or_clone(result(rooms, &[])) };
    check(failed.into(), "  room_temperature_celsius                    too many samples");
}

#[test]
fn typing_filters_the_cards() {
    #[track_caller]
    fn check(filter: &str, expect: &str) {
        let (lines, _) = screen(&snapshot(&[], Vec::new()), filter, 0, (60, 20));
        assert_line(&lines, expect);
    }
    check("", "go  1 card, found by typing");
    check("gorout", "go  1");
    check("gorout", "  go_goroutines                …");
    check("gorout", "filter: gorout▏ · Esc clears                          1 card");
    check("nothing", "No card matches “nothing”.");
}

#[test]
fn the_list_of_keys_takes_the_place_of_the_cards() {
    let choice = Choice { shows_keys: true, ..Choice::default() };
    let mut terminal = Terminal::new(TestBackend::new(80, 20)).unwrap();
    let snapshot = snapshot(&[], Vec::new());
    terminal
        .draw(|frame| {
            let area = frame.area();
            draw(frame.buffer_mut(), area, &snapshot, &choice, END_MS);
        })
        .unwrap();
    let text = terminal.backend().to_string();
    assert!(text.contains("Esc, Ctrl+U") && !text.contains("queue_length"), "{text}");
}

#[test]
fn a_card_of_the_top_row_does_not_come_again() {
    let mut overview = Arc::unwrap_or_clone(gauges());
    overview.top.push(overview.groups[0].cards[0].clone());
    let snapshot = Snapshot { overview: Arc::new(overview), ..Snapshot::default() };
    let (lines, _) = screen(&snapshot, "", 0, (60, 20));
    assert_eq!(lines.iter().filter(|line| line.contains("queue_length")).count(), 1, "{}", lines.join("\n"));
}

#[test]
fn scrolling_ends_with_the_last_row() {
    let (lines, drawn) = screen(&snapshot(&[], Vec::new()), "", usize::MAX, (60, 5));
    assert_eq!((drawn.scroll, drawn.page_rows), (4, 3));
    assert_eq!(lines[3], "go  1 card, found by typing");
    assert!(lines[4].ends_with("2 cards ↑4"), "{}", lines[4]);
    let (lines, drawn) = screen(&snapshot(&[], Vec::new()), "", 1, (60, 5));
    assert_eq!(drawn.scroll, 1);
    assert!(lines[4].ends_with("2 cards ↑1 ↓3"), "{}", lines[4]);
}

#[test]
fn only_cards_near_the_screen_ask() {
    #[track_caller]
    fn check(filter: &str, height: u16, expect: &[&str]) {
        let (_, drawn) = screen(&snapshot(&[], Vec::new()), filter, 0, (60, height));
        let ids: Vec<&str> = drawn.wanted.iter().map(|PanelQuery { id, .. }| id.as_str()).collect();
        assert_eq!(ids, expect);
    }
    check("", 20, &["queue_length", "room_temperature_celsius"]);
    check("", 3, &["queue_length"]);
    check("room", 20, &["room_temperature_celsius"]);
}

#[test]
fn no_size_is_too_small() {
    let snapshot = snapshot(&[target("http://a:1", TargetState::Down)], vec![result("queue_length", &[])]);
    for (width, height) in [(1, 1), (1, 30), (30, 1), (2, 2), (10, 4), (40, 3), (300, 3)] {
        screen(&snapshot, "", usize::MAX, (width, height));
    }
}
