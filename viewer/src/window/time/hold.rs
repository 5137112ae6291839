//! Time stands still while the pointer is on a chart.

use std::time::Duration;

use egui::Ui;

use super::TimeSpan;

/// How long time stands still after the pointer has left: on the way from chart to chart nothing jumps, in seconds.
const GRACE_SECS: f64 = 0.7;

/// Whether the pointer holds time still, and where.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hold {
    /// What is held, and until when, in egui's time.
    held: Option<(TimeSpan, f64)>,
}

impl Hold {
    /// What is held.
    pub(crate) fn span(self) -> Option<TimeSpan> {
        self.held.map(|(span, _)| span)
    }

    /// Lets go, as an action does that changes what is shown.
    pub(crate) fn release(&mut self) {
        self.held = None;
    }

    /// Takes hold of the stretch that is shown while the pointer is on a chart; lets go a moment after it left.
    pub(crate) fn update(&mut self, ui: &Ui, shown: TimeSpan, is_on_chart: bool) {
        let now_secs = ui.input(|input| input.time);
        match self.held {
            _ if is_on_chart => self.held = Some((shown, now_secs + GRACE_SECS)),
            Some((_, until_secs)) if now_secs >= until_secs => {
                self.held = None;
                ui.ctx().request_repaint();
            }
            Some((_, until_secs)) => {
                ui.ctx().request_repaint_after(Duration::from_secs_f64(until_secs - now_secs));
            }
            None => {}
        }
    }
}
