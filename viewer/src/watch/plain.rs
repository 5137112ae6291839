//! Plain tables, for pipes and files.

use std::io;

use comfy_table::{Cell, CellAlignment, Table, TableStyle};
use p95_engine::{Snapshot, TargetState};

use super::shown;
use crate::output::escape::escape;
use crate::view::{named_series, panel_result};

/// Writes the targets, then the newest value of every series on the cards.
pub(super) fn write(out: &mut dyn io::Write, snapshot: &Snapshot) -> io::Result<()> {
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
    for card in shown(&snapshot.overview) {
        let Some(result) = panel_result(snapshot, &card.id) else {
            let note = card.note.as_deref().unwrap_or_default();
            table.add_row([escape(&card.title), "".into(), note.into()]);
            continue;
        };
        for series in named_series(&card.face, result) {
            let value = series.last().map_or_else(|| "–".to_owned(), |value| card.face.unit.format(value));
            let value = Cell::new(value).set_alignment(CellAlignment::Right);
            table.add_row([Cell::new(escape(&card.title)), Cell::new(series.name()), value]);
        }
    }
    writeln!(out, "{}\n", table.trim_fmt())
}
