//! The overview as a screen that follows what happens.

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyEventKind};
use p95_engine::{Command, PanelQuery};
use ratatui::DefaultTerminal;

use super::choice::Choice;
use super::screen::{Drawn, draw};
use super::signals::Signals;
use super::targets::countdowns_secs;
use crate::view::Feed;

/// How often it is looked for something new, at least.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Takes the terminal until the reader quits, and gives it back as it was, whatever happens. A signal that ends programs
/// ends this one once that is done.
///
/// # Errors
/// Where the terminal can be neither read nor written.
pub(super) fn run(feed: &impl Feed) -> io::Result<()> {
    let signals = Signals::notice()?;
    // Where this ends half-way, the terminal is half taken: it is given back all the same.
    let outcome = ratatui::try_init().and_then(|mut terminal| follow(&mut terminal, feed, &signals));
    let restored = ratatui::try_restore();
    signals.obey()?;
    outcome.and(restored)
}

/// Draws whenever there is a new snapshot, a key, another size, or another second of a countdown; until the reader quits or
/// a signal comes.
fn follow(terminal: &mut DefaultTerminal, feed: &impl Feed, signals: &Signals) -> io::Result<()> {
    let mut choice = Choice::default();
    let mut asked: Vec<PanelQuery> = Vec::new();
    let mut page_rows = 0;
    let mut shown = None;
    let mut arrival = (0, Instant::now());
    while !signals.has_come() {
        let snapshot = feed.snapshot();
        if arrival.0 != snapshot.revision {
            arrival = (snapshot.revision, Instant::now());
        }
        let age_ms = i64::try_from(arrival.1.elapsed().as_millis()).unwrap_or(i64::MAX);
        let now_ms = snapshot.now_ms.saturating_add(age_ms);
        let next = Some((snapshot.revision, countdowns_secs(&snapshot, now_ms)));
        if shown != next {
            let mut drawn = None;
            terminal.draw(|frame| {
                let area = frame.area();
                drawn = Some(draw(frame.buffer_mut(), area, &snapshot, &choice, now_ms));
            })?;
            if let Some(Drawn { scroll, page_rows: rows, wanted }) = drawn {
                choice.scroll = scroll;
                page_rows = rows;
                if wanted != asked {
                    feed.send(Command::SetView { panels: wanted.clone() });
                    asked = wanted;
                }
            }
            shown = next;
        }
        let mut patience = LOOK_AGAIN;
        while event::poll(patience)? {
            patience = Duration::ZERO;
            // Whatever it was: the screen may look different now.
            shown = None;
            if let Event::Key(key) = event::read()?
                && key.kind != KeyEventKind::Release
                && choice.press(key, page_rows).is_break()
            {
                return Ok(());
            }
        }
    }
    Ok(())
}
