//! Everything on the screen.

use p95_core::overview::Card;
use p95_engine::{PanelQuery, Snapshot};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Stylize as _;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget as _};

use super::SPACE;
use super::card::{Columns, card_line};
use super::choice::{Choice, KEYS};
use super::rows::{Row, rows};
use super::targets::target_lines;
use super::text::{fitted, shortened, width};
use crate::output::escape::escape;
use crate::view::{panel_id, panel_query};

/// The width of the keys in their list.
const KEY_WIDTH: usize = 14;
/// What the keys' list says of the cards.
const EXPLANATION: &str =
    "  The blocks of a card are the newest values of the series that is named first, in its colour.";

/// What follows from where things are on the screen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawn {
    /// How many rows lie above the screen, at most as many as leave the last one on it.
    pub(super) scroll: usize,
    /// How many rows of cards there is room for.
    pub(super) page_rows: usize,
    /// What the cards ask that are on screen or less than a page away.
    pub(super) wanted: Vec<PanelQuery>,
}

/// Draws the targets, the cards and a line on the keys. `now_ms` is the time for countdowns, in milliseconds since the
/// Unix epoch. It depends on its arguments alone.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    snapshot: &Snapshot,
    choice: &Choice,
    now_ms: i64,
) -> Drawn {
    let max_width = usize::from(area.width);
    let height = usize::from(area.height);
    let mut lines = target_lines(snapshot, now_ms, max_width, (height / 3).max(1));
    lines.extend(snapshot.warnings.iter().map(|text| Line::from(escape(text).into_owned()).yellow()));
    lines.push(Line::default());
    let page_rows = height.saturating_sub(lines.len() + 1);

    let rows = rows(&snapshot.overview, &choice.filter);
    let scroll = choice.scroll.min(rows.len().saturating_sub(page_rows));
    let title_width = cards(&rows).map(|card| width(&escape(&card.title))).max().unwrap_or_default();
    let columns = Columns::new(max_width, title_width);
    if choice.shows_keys {
        lines.extend(KEYS.iter().map(|(key, text)| key_line(key, text)));
        lines.extend(["", EXPLANATION].map(Line::from));
    } else if rows.is_empty() {
        lines.push(Line::from(empty_text(snapshot, &choice.filter)).dim());
    }
    let on_screen = rows.iter().filter(|_| !choice.shows_keys).skip(scroll).take(page_rows);
    lines.extend(on_screen.map(|row| row_line(snapshot, *row, columns, max_width)));
    lines.truncate(height.saturating_sub(1));
    Paragraph::new(lines).render(area, buffer);

    let below = rows.len().saturating_sub(scroll + page_rows);
    let [_, bottom] = area.layout(&Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]));
    footer_line(&choice.filter, cards(&rows).count(), scroll, below, max_width).render(bottom, buffer);
    let near = rows.get(scroll.saturating_sub(page_rows)..).unwrap_or_default();
    Drawn { scroll, page_rows, wanted: wanted(snapshot, near.get(..3 * page_rows).unwrap_or(near)) }
}

fn key_line(key: &'static str, text: &'static str) -> Line<'static> {
    Line::from(vec![Span::from(format!("{SPACE}{}", fitted(key, KEY_WIDTH))).bold(), Span::from(text)])
}

fn cards<'a>(rows: &[Row<'a>]) -> impl Iterator<Item = &'a Card> {
    rows.iter().filter_map(|row| if let Row::Card(card) = row { Some(*card) } else { None })
}

/// Why there is no card.
fn empty_text(snapshot: &Snapshot, filter: &str) -> String {
    if snapshot.overview.cards().next().is_some() {
        format!("No card matches “{}”.", escape(filter.trim()))
    } else if snapshot.targets.iter().any(|target| target.failure.is_none()) {
        "The cards come with the first scrape…".to_owned()
    } else {
        "No target has answered yet.".to_owned()
    }
}

fn row_line(snapshot: &Snapshot, row: Row<'_>, columns: Columns, max_width: usize) -> Line<'static> {
    match row {
        Row::Heading { title, cards, folded } => {
            let count = match (folded, cards) {
                (false, count) => format!("  {count}"),
                (true, 1) => "  1 card, found by typing".to_owned(),
                (true, count) => format!("  {count} cards, found by typing"),
            };
            let title = shortened(&escape(title), max_width.saturating_sub(width(&count)));
            Line::from(vec![Span::from(title).bold(), Span::from(count).dim()])
        }
        Row::Card(card) => card_line(snapshot, card, columns),
        Row::Gap => Line::default(),
    }
}

/// The filter or what can be typed, and on the right what is above and below.
fn footer_line(filter: &str, cards: usize, above: usize, below: usize, max_width: usize) -> Line<'static> {
    let mut facts = if cards == 1 { "1 card".to_owned() } else { format!("{cards} cards") };
    if above > 0 {
        facts.push_str(&format!(" ↑{above}"));
    }
    if below > 0 {
        facts.push_str(&format!(" ↓{below}"));
    }
    let keys = if filter.is_empty() {
        "type to filter · ↑ ↓ scroll · ? keys · q quits".to_owned()
    } else {
        format!("filter: {}▏ · Esc clears", escape(filter))
    };
    let keys = fitted(&keys, max_width.saturating_sub(width(&facts) + 1));
    Line::from(vec![Span::from(keys), Span::from(" "), Span::from(facts)]).reversed()
}

/// What the cards ask: as many steps as a sparkline has blocks.
fn wanted(snapshot: &Snapshot, rows: &[Row<'_>]) -> Vec<PanelQuery> {
    let interval_ms = snapshot.window.map_or(1_000, |window| window.interval_ms.max(1));
    let steps = i64::try_from(Columns::MAX_STEPS).unwrap_or(i64::MAX);
    let mut wanted: Vec<PanelQuery> = Vec::new();
    for card in cards(rows) {
        let id = panel_id(card, 0);
        if wanted.iter().all(|query| query.id != id) {
            wanted.extend(panel_query(id, &card.face, interval_ms.saturating_mul(steps)));
        }
    }
    wanted
}
