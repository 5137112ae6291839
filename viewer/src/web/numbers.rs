//! The numbers on the cards as text, for who does not see the canvas.

use std::fmt::Write as _;

use p95_engine::{Snapshot, TargetState};

use crate::view::{named_series, panel_result, shown};

/// A line for each target, and one for each series on the cards that are on screen: what it is, and its newest value.
pub(super) fn numbers(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    for target in &snapshot.targets {
        let state = match (target.state, &target.failure) {
            (TargetState::Pending, _) => "first scrape".to_owned(),
            (TargetState::Up, _) => "up".to_owned(),
            (TargetState::Down, failure) => {
                format!("down: {}", failure.as_ref().map(ToString::to_string).unwrap_or_default())
            }
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}: {}", shown(&target.url), shown(&state));
    }
    for card in snapshot.overview.cards() {
        let Some(result) = panel_result(snapshot, &card.id) else { continue };
        for series in named_series(&card.face, result) {
            let (title, name) = (shown(&card.title), series.name());
            let name = if name == title { String::new() } else { format!(" {name}") };
            let value =
                series.last().map_or_else(|| "no value".to_owned(), |value| card.face.unit.format(value));
            let _ = writeln!(text, "{title}{name}: {value}");
        }
    }
    text
}
