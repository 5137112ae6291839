//! All that the command palette offers.

use egui::{KeyboardShortcut, ThemePreference};
use p95_engine::Command;

use crate::output::escape::escape;
use crate::window::actions::Action;
use crate::window::keys::SHORTCUTS;
use crate::window::overview::{Density, OverviewAction, Sort};
use crate::window::scene::Scene;
use crate::window::time::{TimeAction, TimeRange, Zone};
use crate::window::view::View;

/// Something that can be done.
#[derive(Debug)]
pub(super) struct Entry {
    /// What it is called.
    pub(super) title: String,
    /// The key that does it too.
    pub(super) keys: Option<KeyboardShortcut>,
    /// What is done.
    pub(super) action: Action,
}

/// What can be done now, the commands before the metrics.
pub(super) fn entries(scene: &Scene<'_>) -> Vec<Entry> {
    let entry = |title: &str, action| Entry { title: title.to_owned(), keys: None, action };
    let overview = |action| Action::Overview(action);
    let mut entries: Vec<Entry> = SHORTCUTS
        .iter()
        .filter(|shortcut| !matches!(shortcut.action, Action::Close | Action::Open(_)))
        .map(|shortcut| Entry {
            title: shortcut.text.to_owned(),
            keys: Some(shortcut.keys),
            action: shortcut.action.clone(),
        })
        .collect();
    for range in TimeRange::ALL {
        entries.push(entry(&format!("time: {}", range.name()), Action::Time(TimeAction::SetRange(range))));
    }
    entries.extend([
        entry("time: in the local zone", Action::Time(TimeAction::SetZone(Zone::Local))),
        entry("time: in UTC", Action::Time(TimeAction::SetZone(Zone::Utc))),
        entry("colours: as the system has them", Action::SetTheme(ThemePreference::System)),
        entry("colours: dark", Action::SetTheme(ThemePreference::Dark)),
        entry("colours: light", Action::SetTheme(ThemePreference::Light)),
        entry("cards: comfortable", overview(OverviewAction::SetDensity(Density::Comfortable))),
        entry("cards: compact", overview(OverviewAction::SetDensity(Density::Compact))),
        entry("cards: rows", overview(OverviewAction::SetDensity(Density::Rows))),
        entry("cards: by name", overview(OverviewAction::SetSort(Sort::Name))),
        entry("cards: most changed first", overview(OverviewAction::SetSort(Sort::Changed))),
        entry("cards: highest first", overview(OverviewAction::SetSort(Sort::Highest))),
        entry("scrape all targets now", Action::Engine(Command::ScrapeNow(None))),
    ]);
    for target in &scene.snapshot.targets {
        let url = escape(&target.url);
        let (scrape, remove) = (Command::ScrapeNow(Some(target.id)), Command::RemoveTarget(target.id));
        entries.push(entry(&format!("scrape {url} now"), Action::Engine(scrape)));
        entries.push(entry(&format!("remove {url}"), Action::Engine(remove)));
    }
    let groups = scene.snapshot.overview.groups.iter().flat_map(|group| &group.cards);
    for card in groups {
        let open = Action::Show(View::Metric(card.id.clone()));
        entries.push(entry(&format!("open {}", escape(&card.title)), open));
    }
    entries
}
