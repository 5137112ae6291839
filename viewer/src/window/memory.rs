//! What the window remembers while it runs, and when it writes that down.

use std::thread;

use egui::Context;
use p95_engine::{Command, Snapshot};

use super::Window;
use super::settings::{Loaded, RememberedTarget, Settings, SettingsFile};

/// How often it is looked whether something changed, in seconds.
const PERIOD_SECS: f64 = 1.0;

/// The smallest size of the window, in points.
pub(super) const MIN_SIZE: [f32; 2] = [400.0, 300.0];

/// What the window remembers, and the file that it is in.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    /// Absent where the system has no place for settings.
    file: Option<SettingsFile>,
    saved: Settings,
    notice: Option<String>,
    /// Whether the targets that are scraped are to be remembered. Those of a demo are not.
    keeps_targets: bool,
    next_secs: f64,
}

impl Memory {
    /// What was remembered last time.
    pub(crate) fn load(keeps_targets: bool) -> Self {
        let file = SettingsFile::of_user();
        let Loaded { settings, notice } = file.as_ref().map(SettingsFile::load).unwrap_or_default();
        Self { file, saved: settings, notice, keeps_targets, next_secs: 0.0 }
    }

    /// The commands that add the targets of last time.
    pub(crate) fn targets(&self) -> impl Iterator<Item = Command> {
        let opened = self.saved.targets.iter().filter_map(RememberedTarget::open);
        opened.map(|(spec, options)| Command::AddTarget { spec, options: Box::new(options) })
    }

    /// The window's size, in points.
    pub(super) fn size(&self) -> [f32; 2] {
        self.saved.size
    }

    /// Has the window look as it did.
    pub(super) fn restore(&mut self, ctx: &Context, window: &mut Window) {
        window.restore(ctx, &self.saved);
        window.notice = self.notice.take();
    }

    /// Writes down what changed, now and then, on a thread of its own.
    pub(super) fn update(&mut self, ctx: &Context, window: &Window, snapshot: &Snapshot) {
        let now_secs = ctx.input(|input| input.time);
        if now_secs < self.next_secs {
            return;
        }
        self.next_secs = now_secs + PERIOD_SECS;
        let settings = self.settings(ctx, window, snapshot);
        let Some(file) = self.file.clone().filter(|_| settings != self.saved) else { return };
        self.saved = settings.clone();
        thread::spawn(move || save(&file, &settings));
    }

    /// Writes down what changed, before the program ends.
    pub(super) fn finish(&mut self, ctx: &Context, window: &Window, snapshot: &Snapshot) {
        let settings = self.settings(ctx, window, snapshot);
        if let Some(file) = self.file.as_ref().filter(|_| settings != self.saved) {
            save(file, &settings);
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
            snapshot.targets.iter().filter_map(|target| RememberedTarget::of(target)).collect()
        } else {
            self.saved.targets.clone()
        };
        settings
    }
}

fn save(file: &SettingsFile, settings: &Settings) {
    if let Err(problem) = file.save(settings) {
        tracing::warn!("the window's settings cannot be saved: {problem}");
    }
}
