//! Text within a width.

use egui::text::LayoutJob;
use egui::{Align2, Color32, FontId, Pos2, Ui};

/// One line of text to be painted.
pub(crate) struct Line<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// Its font.
    pub(crate) font: FontId,
    /// Its colour.
    pub(crate) color: Color32,
    /// It is shortened to this width.
    pub(crate) max_width: f32,
}

impl Line<'_> {
    /// Paints it; returns the width that it takes.
    pub(crate) fn paint(self, ui: &Ui, position: Pos2, anchor: Align2) -> f32 {
        let mut job = LayoutJob::simple_singleline(self.text.to_owned(), self.font, self.color);
        job.wrap.max_width = self.max_width.max(1.0);
        job.wrap.max_rows = 1;
        job.wrap.break_anywhere = true;
        let galley = ui.painter().layout_job(job);
        let size = galley.size();
        ui.painter().galley(anchor.anchor_size(position, size).min, galley, self.color);
        size.x
    }
}
