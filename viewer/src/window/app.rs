//! The real window: eframe, the clock, and the way from and to the engine.

use egui::{Context, Ui};
use jiff::tz::TimeZone;
use p95_engine::Snapshot;

use super::frames::Frames;
use super::memory::Memory;
use super::{View, Window};
use crate::view::Feed;

/// A [`Window`] on what a feed has.
pub(crate) struct App<F> {
    feed: F,
    window: Window,
    frames: Frames,
    memory: Memory,
    /// What the title bar says.
    title: String,
    ctx: Context,
    outside: Outside,
}

/// What a window needs of where it runs.
#[derive(Clone, Copy)]
pub(crate) struct Outside {
    /// The clock, in milliseconds since the Unix epoch.
    pub(crate) now_ms: fn() -> i64,
    /// Writes the title bar.
    pub(crate) entitle: fn(&Context, &str),
}

impl<F: Feed> App<F> {
    /// A window on what the feed has, as it is remembered.
    pub(crate) fn new(
        ctx: &Context,
        feed: F,
        view: View,
        zone: TimeZone,
        mut memory: Memory,
        outside: Outside,
    ) -> Self {
        let mut window = Window::new(ctx, view, zone);
        memory.restore(ctx, &mut window);
        let (frames, title) = (Frames::default(), String::new());
        Self { feed, window, frames, memory, title, ctx: ctx.clone(), outside }
    }

    /// Writes the state of the targets into the title bar.
    fn entitle(&mut self, ctx: &Context, snapshot: &Snapshot) {
        let title = self.window.title(snapshot);
        if self.title != title {
            (self.outside.entitle)(ctx, &title);
            self.title = title;
        }
    }
}

impl<F: Feed> eframe::App for App<F> {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.frames.begin(ui.ctx(), frame);
        let snapshot = self.feed.snapshot();
        // In a recording alone, the present is its last moment.
        let is_past = !snapshot.recordings.is_empty()
            && snapshot.targets.iter().all(|target| snapshot.is_recorded(target.id));
        let now_ms = if is_past { snapshot.now_ms } else { (self.outside.now_ms)() };
        let commands = self.window.frame_ui(ui, &snapshot, now_ms);
        commands.into_iter().for_each(|command| self.feed.send(command));
        self.entitle(ui.ctx(), &snapshot);
        self.memory.update(ui.ctx(), &self.window, &snapshot);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.memory.finish(&self.ctx, &self.window, &self.feed.snapshot());
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
