//! What the window remembers from one start to the next: layout and targets, never a secret.

#[cfg(target_family = "wasm")]
mod browser;
#[cfg(not(target_family = "wasm"))]
mod file;
mod target;

use std::collections::BTreeMap;

use egui::{Context, ThemePreference};

use super::Window;
use super::overview::{Density, Sort};
use super::time::{TimeRange, Zone};
#[cfg(target_family = "wasm")]
pub(crate) use browser::SettingsPlace;
#[cfg(not(target_family = "wasm"))]
pub(crate) use file::SettingsPlace;
pub(crate) use target::RememberedTarget;

/// What the window remembers. What an older or newer version does not know keeps its default.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// The colours: `system`, `dark` or `light`.
    pub(crate) theme: Theme,
    /// How much of the past charts show.
    pub(crate) range: TimeRange,
    /// The zone that times are written in.
    pub(crate) zone: Zone,
    /// How much room a card takes.
    pub(crate) density: Density,
    /// In which order cards stand.
    pub(crate) sort: Sort,
    /// Groups that were folded or unfolded by hand, by prefix.
    pub(crate) unfolded: BTreeMap<String, bool>,
    /// The window's size, in points.
    pub(crate) size: [f32; 2],
    /// What was scraped.
    pub(crate) targets: Vec<RememberedTarget>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            range: TimeRange::default(),
            zone: Zone::default(),
            density: Density::default(),
            sort: Sort::default(),
            unfolded: BTreeMap::new(),
            size: [1280.0, 800.0],
            targets: Vec::new(),
        }
    }
}

/// What was read of a place for settings.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// The settings; the defaults where there were none.
    pub(crate) settings: Settings,
    /// What the user is to know: that they could not be read, and where they are kept.
    pub(crate) notice: Option<String>,
}

/// Whose colours are used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    /// Those of the system.
    #[default]
    System,
    /// The dark ones.
    Dark,
    /// The light ones.
    Light,
}

impl From<ThemePreference> for Theme {
    fn from(preference: ThemePreference) -> Self {
        match preference {
            ThemePreference::System => Self::System,
            ThemePreference::Dark => Self::Dark,
            ThemePreference::Light => Self::Light,
        }
    }
}

impl From<Theme> for ThemePreference {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::System => Self::System,
            Theme::Dark => Self::Dark,
            Theme::Light => Self::Light,
        }
    }
}

impl Window {
    /// Looks as it did.
    pub(super) fn restore(&mut self, ctx: &Context, settings: &Settings) {
        ctx.set_theme(ThemePreference::from(settings.theme));
        self.time.range = settings.range;
        self.time.zone = settings.zone;
        self.overview.density = settings.density;
        self.overview.sort = settings.sort;
        self.overview.unfolded = settings.unfolded.clone().into_iter().collect();
    }

    /// How it looks; the targets are not its own.
    pub(super) fn settings(&self, ctx: &Context) -> Settings {
        let size = ctx.content_rect().size();
        Settings {
            theme: Theme::from(ctx.options(|options| options.theme_preference)),
            range: self.time.range,
            zone: self.time.zone,
            density: self.overview.density,
            sort: self.overview.sort,
            unfolded: self.overview.unfolded.clone().into_iter().collect(),
            size: [size.x.round(), size.y.round()],
            targets: Vec::new(),
        }
    }
}
