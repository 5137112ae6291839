//! What all parts of a frame share.

use std::cell::{Cell, RefCell};

use jiff::tz::TimeZone;
use p95_engine::{PanelQuery, Snapshot};

use super::actions::Action;
use super::chart::MeshCache;
use super::theme::Palette;
use super::time::TimeSpan;

/// What all parts of a frame share, and their way to act and to ask.
pub(crate) struct Scene<'a> {
    /// What is shown.
    pub(crate) snapshot: &'a Snapshot,
    /// The colours.
    pub(crate) palette: Palette,
    /// The time zone that times are written in.
    pub(crate) zone: &'a TimeZone,
    /// Now, in milliseconds since the Unix epoch: for countdowns and ages alone.
    pub(crate) now_ms: i64,
    /// The stretch of time that charts show.
    pub(crate) span: TimeSpan,
    /// Where panels end that are asked for now: `None` follows the newest scrape.
    pub(crate) end_ms: Option<i64>,
    /// The time under the pointer, wherever it is: one crosshair for all charts.
    pub(crate) cursor_ms: Option<i64>,
    /// What was drawn before and may be drawn again.
    pub(crate) meshes: &'a MeshCache,
    /// What the frame leaves behind.
    pub(crate) outbox: &'a Outbox,
}

/// What a frame leaves behind: it is read after everything is drawn.
#[derive(Default)]
pub(crate) struct Outbox {
    /// What is to be done, in order.
    pub(crate) actions: RefCell<Vec<Action>>,
    /// What the panels on screen ask the engine.
    pub(crate) panels: RefCell<Vec<PanelQuery>>,
    /// The time under the pointer.
    pub(crate) cursor_ms: Cell<Option<i64>>,
}

impl Scene<'_> {
    /// Has something done after the frame.
    pub(crate) fn act(&self, action: Action) {
        self.outbox.actions.borrow_mut().push(action);
    }

    /// Asks the engine for a panel, for as long as each frame asks again. Of two panels with one name the first counts.
    pub(crate) fn ask(&self, panel: PanelQuery) {
        let mut panels = self.outbox.panels.borrow_mut();
        if !panels.iter().any(|asked| asked.id == panel.id) {
            panels.push(PanelQuery { end_ms: panel.end_ms.or(self.end_ms), ..panel });
        }
    }

    /// Leaves the time under the pointer for the next frame.
    pub(crate) fn point_at(&self, time_ms: i64) {
        self.outbox.cursor_ms.set(Some(time_ms));
    }
}
