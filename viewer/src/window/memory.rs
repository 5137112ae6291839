//! What the window remembers while it runs, and when it writes that down.

use egui::Context;
use p95_engine::{Command, Snapshot};

use super::Window;
use super::settings::{Loaded, RememberedTarget, Settings, SettingsPlace};

/// How often it is looked whether something changed, in seconds.
const PERIOD_SECS: f64 = 1.0;

/// The smallest size of the window, in points.
pub(super) const MIN_SIZE: [f32; 2] = [400.0, 300.0];

/// What the window remembers, and where that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    /// Absent where the system has no place for settings.
    place: Option<SettingsPlace>,
    saved: Settings,
    notice: Option<String>,
    /// Whether the targets that are scraped are to be remembered. Those of a demo are not.
    keeps_targets: bool,
    next_secs: f64,
}

impl Memory {
    /// What was remembered last time.
    pub(crate) fn load(keeps_targets: bool) -> Self {
        let place = SettingsPlace::of_user();
        let Loaded { settings, notice } = place.as_ref().map(SettingsPlace::load).unwrap_or_default();
        Self { place, saved: settings, notice, keeps_targets, next_secs: 0.0 }
    }

    /// The commands that add the targets of last time.
    pub(crate) fn targets(&self) -> impl Iterator<Item = Command> {
        let opened = self.saved.targets.iter().filter_map(RememberedTarget::open);
        opened.map(|(spec, options)| Command::AddTarget { spec, options: Box::new(options) })
    }

    /// The window's size, in points.
    #[cfg(not(target_family = "wasm"))]
    pub(super) fn size(&self) -> [f32; 2] {
        self.saved.size
    }

    /// Has the window look as it did.
    pub(super) fn restore(&mut self, ctx: &Context, window: &mut Window) {
        window.restore(ctx, &self.saved);
        window.notice = self.notice.take();
    }

    /// Writes down what changed, now and then.
    pub(super) fn update(&mut self, ctx: &Context, window: &Window, snapshot: &Snapshot) {
        let now_secs = ctx.input(|input| input.time);
        if now_secs < self.next_secs {
            return;
        }
        self.next_secs = now_secs + PERIOD_SECS;
        let settings = self.settings(ctx, window, snapshot);
        let Some(place) = self.place.clone().filter(|_| settings != self.saved) else { return };
        self.saved = settings.clone();
        place.save_soon(settings);
    }

    /// Writes down what changed, before the program ends.
    pub(super) fn finish(&mut self, ctx: &Context, window: &Window, snapshot: &Snapshot) {
        let settings = self.settings(ctx, window, snapshot);
        if let Some(place) = self.place.as_ref().filter(|_| settings != self.saved) {
            place.save_now(&settings);
        }
    }

    fn settings(&self, ctx: &Context, window: &Window, snapshot: &Snapshot) -> Settings {
        let mut settings = window.settings(ctx);
        // A window that is minimised has no size worth keeping.
        let is_seen = settings.size.iter().zip(MIN_SIZE).all(|(size, least)| *size >= least);
        if !is_seen {
            settings.size = self.saved.size;
        }
        settings.targets = if self.keeps_targets {
            let scraped = snapshot.targets.iter().filter(|target| !snapshot.is_recorded(target.id));
            scraped.filter_map(|target| RememberedTarget::of(target)).collect()
        } else {
            self.saved.targets.clone()
        };
        settings
    }
}
