//! The window's state, and one frame of it.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use egui::{CentralPanel, Context, Frame, Margin, RichText, ScrollArea, Ui};
use jiff::tz::TimeZone;
use p95_engine::{Command, PanelQuery, Snapshot, TargetState, TargetStatus};

use super::cards::{CardsState, skeletons_ui};
use super::chart::Scene;
use super::failure::failure_ui;
use super::header::header_ui;
use super::theme::{self, BODY, Palette, STEP};
use crate::view::Feed;

/// The longest stretch of time that charts show, in milliseconds.
const MAX_RANGE_MS: i64 = 5 * 60_000;
/// The shortest one, so that the first points of a chart do not leap.
const MIN_RANGE_MS: i64 = 30_000;

/// The window. It reads the feed's last finished snapshot and sends commands; it computes nothing.
pub(super) struct App<F> {
    feed: F,
    cards: CardsState,
    /// What the engine was last told of the panels on screen.
    asked: Vec<PanelQuery>,
    cursor_ms: Option<i64>,
    zone: TimeZone,
    now_ms: fn() -> i64,
}

impl<F: Feed> App<F> {
    /// A window on what the feed has. `now_ms` is the clock for countdowns, in milliseconds since the Unix epoch.
    pub(super) fn new(ctx: &Context, feed: F, zone: TimeZone, now_ms: fn() -> i64) -> Self {
        theme::apply(ctx);
        Self { feed, cards: CardsState::default(), asked: Vec::new(), cursor_ms: None, zone, now_ms }
    }

    /// One frame.
    pub(super) fn frame_ui(&mut self, ui: &mut Ui) {
        let snapshot = self.feed.snapshot();
        let palette = Palette::of(ui.style());
        if let Some(command) = header_ui(ui, palette, &snapshot, &mut self.cards.filter) {
            self.feed.send(command);
        }
        let next_cursor_ms = Cell::new(None);
        let frame = Frame::new().fill(palette.background).inner_margin(Margin {
            left: 12,
            right: 0,
            top: 0,
            bottom: 0,
        });
        CentralPanel::no_frame().frame(frame).show(ui, |ui| {
            let scene = Scene {
                snapshot: &snapshot,
                palette,
                zone: &self.zone,
                range_ms: range_ms(&snapshot),
                cursor_ms: self.cursor_ms,
                next_cursor_ms: &next_cursor_ms,
            };
            let commands = ScrollArea::vertical()
                .auto_shrink([false, false])
                .show(ui, |ui| {
                    Frame::new()
                        .inner_margin(Margin { left: 0, right: 12, top: 12, bottom: 12 })
                        .show(ui, |ui| body_ui(ui, &scene, &mut self.cards, (self.now_ms)()))
                        .inner
                })
                .inner;
            commands.into_iter().for_each(|command| self.feed.send(command));
        });
        self.move_cursor(ui.ctx(), next_cursor_ms.get());
        self.ask();
        self.tick(ui.ctx(), &snapshot);
    }

    /// The crosshair of all charts moves one frame after the pointer.
    fn move_cursor(&mut self, ctx: &Context, cursor_ms: Option<i64>) {
        if self.cursor_ms != cursor_ms {
            self.cursor_ms = cursor_ms;
            ctx.request_repaint();
        }
    }

    /// Tells the engine which panels are on screen, where that changed.
    fn ask(&mut self) {
        if self.asked != self.cards.wanted {
            self.asked.clone_from(&self.cards.wanted);
            self.feed.send(Command::SetView { panels: self.asked.clone() });
        }
    }

    /// A countdown is the only thing that moves between two snapshots.
    fn tick(&self, ctx: &Context, snapshot: &Snapshot) {
        if snapshot.targets.iter().any(|target| target.state == TargetState::Down) {
            ctx.request_repaint_after(Duration::from_millis(500));
        }
    }
}

impl<F: Feed> eframe::App for App<F> {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.frame_ui(ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

fn body_ui(ui: &mut Ui, scene: &Scene<'_>, cards: &mut CardsState, now_ms: i64) -> Vec<Command> {
    ui.spacing_mut().item_spacing.y = 2.0 * STEP;
    let snapshot = scene.snapshot;
    let mut commands = Vec::new();
    for warning in &snapshot.warnings {
        ui.label(RichText::new(crate::output::escape::escape(warning)).size(BODY).color(scene.palette.warn));
    }
    for target in &snapshot.targets {
        if let Some(failure) = &target.failure {
            commands.extend(failure_ui(ui, scene, target, failure, now_ms));
        }
    }
    let is_empty = snapshot.overview.top.is_empty() && snapshot.overview.groups.is_empty();
    if !is_empty {
        cards.overview_ui(ui, scene, &snapshot.overview);
    } else if snapshot.targets.iter().all(|target| target.state == TargetState::Pending) {
        skeletons_ui(ui, scene, 8);
    } else if snapshot.targets.iter().any(|target| target.state == TargetState::Up) {
        ui.vertical_centered(|ui| {
            ui.add_space(16.0 * STEP);
            ui.label("The targets answer, but their pages hold no metrics.");
        });
    }
    commands
}

/// How much of the past charts show: what there is, within bounds.
fn range_ms(snapshot: &Snapshot) -> i64 {
    let first = |target: &Arc<TargetStatus>| target.history.front().map(|scrape| scrape.start_ms);
    let first_ms = snapshot.targets.iter().filter_map(first).min().unwrap_or(snapshot.now_ms);
    // Whole half minutes: the axis grows in steps, not with every frame.
    let age_ms = (snapshot.now_ms - first_ms).max(1);
    let steps = (age_ms + MIN_RANGE_MS - 1) / MIN_RANGE_MS;
    (steps * MIN_RANGE_MS).clamp(MIN_RANGE_MS, MAX_RANGE_MS)
}
