//! Plain tables, for pipes and files.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use comfy_table::{Cell, CellAlignment, Table, TableStyle};
use p95_core::overview::{Card, Overview};
use p95_engine::{Command, PanelQuery, Snapshot, TargetState, TargetStatus};

use super::rows::rest;
use crate::order::order;
use crate::output::escape::escape;
use crate::view::{Feed, named_series, panel_id, panel_query, panel_result};

/// How much of the past is asked for, in milliseconds.
const RANGE_MS: i64 = 60_000;
/// The most cards of a server.
const MAX_OF_SERVER: usize = 100;

/// Writes the overview at each interval until nobody reads it any more.
///
/// # Errors
/// Where stdout cannot be written.
pub(super) fn run(feed: &impl Feed, mut interval_ms: i64) -> io::Result<()> {
    let mut asked: Vec<PanelQuery> = Vec::new();
    let mut written = Vec::new();
    loop {
        thread::sleep(Duration::from_millis(interval_ms.unsigned_abs()));
        let snapshot = feed.snapshot();
        // A server has nothing new before its next scrape.
        let server_ms =
            snapshot.window.filter(|_| snapshot.server.is_some()).map(|window| window.interval_ms);
        interval_ms = server_ms.unwrap_or(interval_ms);
        let wanted = wanted(&snapshot);
        if wanted != asked {
            feed.send(Command::SetView { panels: wanted.clone() });
            asked = wanted;
        }
        let is_recorded = is_recorded(&snapshot);
        let has_asked = snapshot.targets.is_empty() || !asked.is_empty();
        let is_answered = has_asked && asked.iter().all(|query| panel_result(&snapshot, &query.id).is_some());
        if is_recorded && !is_answered {
            continue;
        }
        let mut table = Vec::new();
        write(&mut table, &snapshot)?;
        // That a target is still not there needs no saying each second.
        if !(asked.is_empty() && table == written) {
            match io::stdout().lock().write_all(&table) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                other => other?,
            }
        }
        written = table;
        // Nothing new will come.
        if is_recorded && snapshot.is_read() {
            snapshot.warnings.iter().for_each(|warning| eprintln!("p95: {}", escape(warning)));
            return Ok(());
        }
    }
}

/// Whether all that is shown was recorded.
fn is_recorded(snapshot: &Snapshot) -> bool {
    let is_recorded = |target: &Arc<TargetStatus>| snapshot.is_recorded(target.id);
    !snapshot.recordings.is_empty() && snapshot.targets.iter().all(is_recorded)
}

/// Writes the targets, then the newest value of every series on the cards.
fn write(out: &mut dyn io::Write, snapshot: &Snapshot) -> io::Result<()> {
    for target in &snapshot.targets {
        let state = match (target.state, &target.failure) {
            (TargetState::Pending, _) => "first scrape…".to_owned(),
            (TargetState::Up, _) => "up".to_owned(),
            (TargetState::Down, Some(failure)) => format!("down: {failure}"),
            (TargetState::Down, None) => "down".to_owned(),
        };
        writeln!(out, "{}  {}", escape(&target.url), escape(&state))?;
    }
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    for card in shown(snapshot) {
        let Some(result) = panel_result(snapshot, &card.id) else {
            let note = card.note.as_deref().unwrap_or_default();
            table.add_row([escape(&card.title), "".into(), note.into()]);
            continue;
        };
        let mut series = named_series(&card.face, result);
        order(&mut series, &card.face, result);
        for series in series {
            let value = series.last().map_or_else(|| "–".to_owned(), |value| card.face.unit.format(value));
            let value = Cell::new(value).set_alignment(CellAlignment::Right);
            table.add_row([Cell::new(escape(&card.title)), Cell::new(series.name()), value]);
        }
    }
    let (shown, all) = (shown(snapshot).count(), unfolded(&snapshot.overview).count());
    let cut = if shown < all {
        format!("\n{shown} of {all} cards: choose by name with --metrics")
    } else {
        String::new()
    };
    writeln!(out, "{}{cut}\n", table.trim_fmt())
}

/// What the cards ask that are shown.
fn wanted(snapshot: &Snapshot) -> Vec<PanelQuery> {
    let mut wanted: Vec<PanelQuery> = Vec::new();
    for card in shown(snapshot) {
        let id = panel_id(card, 0);
        if wanted.iter().all(|query| query.id != id) {
            wanted.extend(panel_query(id, &card.face, RANGE_MS));
        }
    }
    wanted
}

/// The cards that are not folded away, the top row first; of a server's the first ones only, since it is asked for all of
/// them at each interval.
fn shown(snapshot: &Snapshot) -> impl Iterator<Item = &Card> {
    let most = if snapshot.server.is_some() { MAX_OF_SERVER } else { usize::MAX };
    unfolded(&snapshot.overview).take(most)
}

/// The cards that are not folded away, the top row first.
fn unfolded(overview: &Overview) -> impl Iterator<Item = &Card> {
    let groups = overview.groups.iter().filter(|group| !group.folded);
    overview.top.iter().chain(groups.flat_map(|group| rest(overview, group)))
}
