//! All that the command palette offers.

use egui::{KeyboardShortcut, ThemePreference};
use p95_core::overview::{Card, LabelFilter, Opened};
use p95_engine::Command;

use crate::output::escape::escape;
use crate::window::actions::Action;
use crate::window::keys::SHORTCUTS;
use crate::window::metric::{MetricAction, value_text};
use crate::window::overview::{Density, OverviewAction, Sort};
use crate::window::recording::toggle;
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

/// What can be done now: the commands, what the opened metric offers, all metrics.
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
        entry(
            if scene.snapshot.server.is_some() { "ask the server now" } else { "scrape all targets now" },
            Action::Engine(Command::ScrapeNow(None)),
        ),
    ]);
    entries.extend(toggle(scene).map(|(title, action)| Entry { title, keys: None, action }));
    let is_server = scene.snapshot.server.is_some();
    for target in scene.snapshot.targets.iter().filter(|_| !is_server) {
        let url = escape(&target.url);
        let (scrape, remove) = (Command::ScrapeNow(Some(target.id)), Command::RemoveTarget(target.id));
        entries.push(entry(&format!("scrape {url} now"), Action::Engine(scrape)));
        entries.push(entry(&format!("remove {url}"), Action::Engine(remove)));
    }
    if let Some(opened) = scene.snapshot.metric.as_ref().and_then(|detail| detail.opened.as_ref()) {
        entries.extend(of_metric(opened));
    }
    entries.extend(scene.snapshot.overview.groups.iter().flat_map(|group| &group.cards).map(open_entry));
    entries
}

/// The charts of an opened metric, and its labels with their values.
fn of_metric(opened: &Opened) -> Vec<Entry> {
    let entry = |title, action| Entry { title, keys: None, action: Action::Metric(action) };
    let charts = opened.card.panels().enumerate();
    let mut entries = Vec::from_iter(charts.map(|(number, panel)| {
        entry(format!("chart: {}", escape(&panel.title)), MetricAction::ShowPanel(number))
    }));
    for label in &opened.labels {
        let name = escape(&label.name);
        if label.panel.is_some() {
            let labels = Some(vec![label.name.clone()]);
            entries.push(entry(format!("group by {name}"), MetricAction::GroupBy(labels)));
            let split = MetricAction::SplitBy(Some(label.name.clone()));
            entries.push(entry(format!("a chart for each {name}"), split));
        }
        entries.extend(label.values.iter().map(|value| {
            let filter = LabelFilter { name: label.name.clone(), value: value.clone(), is_not: false };
            entry(format!("only {name} = {}", value_text(value)), MetricAction::Filter(filter))
        }));
    }
    entries
}

/// Opens a card, which is found by its labels too.
fn open_entry(card: &Card) -> Entry {
    let by = if card.by.is_empty() { String::new() } else { format!(" by {}", card.by.join(", ")) };
    let title = format!("open {}{}", escape(&card.title), escape(&by));
    Entry { title, keys: None, action: Action::Show(View::Metric(card.id.clone())) }
}
