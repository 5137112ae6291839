//! Which panels are on screen at this moment.

use std::sync::Arc;

use parking_lot::RwLock;

use crate::PanelQuery;

/// The panels on screen, for those who work on their answers meanwhile.
#[derive(Debug, Default)]
pub(crate) struct LiveView {
    panels: RwLock<Arc<[PanelQuery]>>,
}

impl LiveView {
    /// Other panels are on screen.
    pub(crate) fn set(&self, panels: Vec<PanelQuery>) {
        *self.panels.write() = panels.into();
    }

    /// The panels on screen.
    pub(crate) fn get(&self) -> Arc<[PanelQuery]> {
        Arc::clone(&self.panels.read())
    }

    /// Whether a panel of `view`, which was on screen a moment ago, still is: perhaps with another query or at another time.
    pub(crate) fn still_shows(&self, view: &Arc<[PanelQuery]>, id: &str) -> bool {
        let panels = self.panels.read();
        Arc::ptr_eq(&panels, view) || panels.iter().any(|panel| panel.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnswerForm, PanelMode};

    fn panel(id: &str, end_ms: Option<i64>) -> PanelQuery {
        PanelQuery {
            id: id.to_owned(),
            exprs: Vec::new(),
            mode: PanelMode::Instant,
            end_ms,
            max_series: 1,
            form: AnswerForm::Series,
        }
    }

    #[test]
    fn a_panel_is_shown_until_it_leaves() {
        let live = LiveView::default();
        live.set(vec![panel("a", None), panel("b", None)]);
        let view = live.get();
        assert!(live.still_shows(&view, "a") && live.still_shows(&view, "b"));
        live.set(vec![panel("b", Some(1))]);
        assert!(!live.still_shows(&view, "a"), "it is gone");
        assert!(live.still_shows(&view, "b"), "it has moved");
    }
}
