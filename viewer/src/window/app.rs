//! The real window: eframe, the clock, and the way from and to the engine.

use egui::{Context, Ui};
use jiff::tz::TimeZone;

use super::frames::Frames;
use super::{View, Window};
use crate::view::Feed;

/// A [`Window`] on what a feed has.
pub(crate) struct App<F> {
    feed: F,
    window: Window,
    frames: Frames,
    now_ms: fn() -> i64,
}

impl<F: Feed> App<F> {
    /// A window on what the feed has. `now_ms` is the clock, in milliseconds since the Unix epoch.
    pub(crate) fn new(ctx: &Context, feed: F, zone: TimeZone, now_ms: fn() -> i64) -> Self {
        let window = Window::new(ctx, View::default(), zone);
        Self { feed, window, frames: Frames::default(), now_ms }
    }
}

impl<F: Feed> eframe::App for App<F> {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.frames.begin(ui.ctx(), frame);
        let commands = self.window.frame_ui(ui, &self.feed.snapshot(), (self.now_ms)());
        commands.into_iter().for_each(|command| self.feed.send(command));
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
