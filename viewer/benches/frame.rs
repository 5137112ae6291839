//! What a frame of the window costs the processor: drawing its parts, and cutting them into triangles. No GPU takes part.
//!
//! The snapshots are made up: gauges with sine waves. Their panels are those that the window asks for.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use egui::{Context, Event, RawInput, Rect, pos2, vec2};
use jiff::tz::TimeZone;
use p95::window::{View, Window};
use p95_core::model::{Labels, Metadata, MetricType};
use p95_core::overview::{Seen, Window as RateWindow, overview};
use p95_engine::{Command, PanelAnswer, PanelQuery, PanelResult, PanelSeries, SeriesStats, Snapshot};

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// When the made-up past ends.
const END_MS: i64 = 1_700_000_000_000;

/// How much there is to be drawn.
#[derive(Clone, Copy)]
struct Load {
    panels: usize,
    series: usize,
    points: usize,
}

/// The window with a made-up snapshot.
struct Bench {
    ctx: Context,
    window: Window,
    snapshot: Snapshot,
    frames: u32,
}

impl Bench {
    fn new(load: Load) -> Self {
        let mut seen = Seen::default();
        for panel in 0..load.panels {
            let name = format!("bench_value_{panel:02}");
            seen.add_metadata(&Metadata {
                name: name.as_str().into(),
                metric_type: MetricType::Gauge,
                unit: "".into(),
                help: "".into(),
            });
            for series in 0..load.series {
                let line = format!("line {series}");
                seen.add_series(&Labels::from_pairs([("__name__", name.as_str()), ("line", line.as_str())]));
            }
        }
        let snapshot = Snapshot {
            now_ms: END_MS,
            first_ms: Some(END_MS - 300_000),
            overview: Arc::new(overview(&seen, RateWindow { interval_ms: 1_000, scrapes: 4, step_ms: 0 })),
            ..Snapshot::default()
        };
        let ctx = Context::default();
        let window = Window::new(&ctx, View::Overview, TimeZone::UTC);
        let mut bench = Self { ctx, window, snapshot, frames: 0 };
        // The window says which panels it wants, and gets them; the third frame is drawn in full.
        for _ in 0..3 {
            if let Some(panels) = bench.frame() {
                bench.snapshot.panels = panels.iter().map(|panel| Arc::new(answer(panel, load))).collect();
            }
        }
        assert!(!bench.snapshot.panels.is_empty(), "the window asks for panels");
        bench
    }

    /// One frame, with its triangles; returns the panels that the window asks for now. The pointer moves, as it does when a
    /// frame is drawn though nothing is new.
    fn frame(&mut self) -> Option<Vec<PanelQuery>> {
        self.frames += 1;
        let pointer = pos2(100.0 + (self.frames % 100) as f32, 10.0);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1_920.0, 1_200.0))),
            events: vec![Event::PointerMoved(pointer)],
            ..RawInput::default()
        };
        let mut commands = Vec::new();
        let output = self.ctx.run_ui(input, |ui| {
            commands = self.window.frame_ui(ui, &self.snapshot, END_MS);
        });
        let triangles = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        assert!(!triangles.is_empty(), "something is drawn");
        commands.into_iter().find_map(|command| match command {
            Command::SetView { panels } => Some(panels),
            _ => None,
        })
    }

    /// The same answers, as new ones: every line is drawn anew.
    fn renew(&mut self) {
        self.snapshot.panels =
            self.snapshot.panels.iter().map(|panel| Arc::new(PanelResult::clone(panel))).collect();
    }
}

fn answer(panel: &PanelQuery, load: Load) -> PanelResult {
    let step_ms = (300_000 / load.points as i64).max(1);
    let timestamps_ms: Vec<i64> =
        (0..load.points as i64).map(|at| END_MS - (load.points as i64 - 1 - at) * step_ms).collect();
    let series = (0..load.series).map(|number| {
        let wave = |at: usize| (at as f64 / 9.0 + number as f64).sin() * 10.0 + 20.0 + number as f64;
        PanelSeries {
            labels: Labels::from_pairs([("line", format!("line {number}"))]),
            timestamps_ms: timestamps_ms.clone(),
            values: (0..load.points).map(wave).collect(),
            stats: Some(SeriesStats {
                min: 10.0,
                max: 30.0 + load.series as f64,
                mean: 20.0,
                change: Some(0.1),
            }),
        }
    });
    let answer =
        PanelAnswer { series: series.collect(), series_total: load.series, ..PanelAnswer::default() };
    PanelResult {
        id: panel.id.clone(),
        start_ms: END_MS - 300_000,
        end_ms: END_MS,
        step_ms,
        answers: vec![Ok(answer)],
    }
}

fn frames(criterion: &mut Criterion) {
    let loads = [
        ("20 panels x 10 series x 300 points", Load { panels: 20, series: 10, points: 300 }),
        ("1 panel x 10 series x 100,000 points", Load { panels: 1, series: 10, points: 100_000 }),
        ("1 panel x 1,000 series x 300 points", Load { panels: 1, series: 1_000, points: 300 }),
    ];
    for (name, load) in loads {
        let mut group = criterion.benchmark_group(name);
        let mut bench = Bench::new(load);
        group.bench_function("nothing new", |bencher| bencher.iter(|| bench.frame()));
        group.bench_function("all answers new", |bencher| {
            bencher.iter_custom(|frames| {
                let timed = |_| {
                    bench.renew();
                    let begun = Instant::now();
                    black_box(bench.frame());
                    begun.elapsed()
                };
                (0..frames).map(timed).sum()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, frames);
criterion_main!(benches);
