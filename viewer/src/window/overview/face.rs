//! What a card says, whatever its size: title, remarks, query.

use std::sync::Arc;

use egui::{Align2, CursorIcon, Rect, Sense, Stroke, Ui};
use p95_core::overview::{Card, Chart, Panel};
use p95_engine::PanelResult;

use crate::output::escape::escape;
use crate::output::shorten::shorten;
use crate::view::{panel_id, panel_result, shown};
use crate::window::chart::cut_text;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, SMALL, STEP};
use crate::window::widgets::{Line, elided, grouped};

/// The most characters of a help text.
const MAX_HELP_CHARS: usize = 1_000;
/// The size of a title.
const TITLE: f32 = BODY + 1.0;

/// What a card on screen shows: the face of a metric, or one of its details.
#[derive(Clone, Copy)]
pub(crate) struct Face<'a> {
    /// The metric's card.
    pub(crate) card: &'a Card,
    /// The panel that is drawn.
    pub(crate) panel: &'a Panel,
    /// Its number: 0 is the face.
    pub(crate) number: usize,
}

impl<'a> Face<'a> {
    /// The face of a card.
    pub(crate) fn of(card: &'a Card) -> Self {
        Self { card, panel: &card.face, number: 0 }
    }

    /// The detail that goes below a card's strips where these leave room for it: the first one that is drawn as lines.
    pub(crate) fn below(&self) -> Option<Self> {
        let is_strips = self.number == 0 && self.panel.chart == Chart::Status;
        let (at, panel) =
            self.card.details.iter().enumerate().find(|(_, panel)| panel.chart == Chart::Lines)?;
        is_strips.then_some(Self { card: self.card, panel, number: at + 1 })
    }

    /// The name under which the panel is asked for.
    pub(crate) fn id(&self) -> String {
        panel_id(self.card, self.number)
    }

    /// Its answer, where there is one.
    pub(super) fn result<'s>(&self, scene: &Scene<'s>) -> Option<&'s Arc<PanelResult>> {
        panel_result(scene.snapshot, &self.id())
    }

    /// What it is called.
    pub(super) fn title(&self) -> String {
        if self.number == 0 {
            shown(&self.card.title)
        } else {
            format!("{} · {}", shown(&self.card.title), shown(&self.panel.title))
        }
    }

    /// The queries, one after the other.
    pub(super) fn query_text(&self) -> String {
        let exprs: Vec<&str> = self.panel.queries.iter().map(|query| query.expr.as_str()).collect();
        exprs.join("\n")
    }

    /// What has to be said beside the numbers: "since start", "20 highest of 341".
    pub(super) fn remark(&self, result: Option<&Arc<PanelResult>>) -> String {
        let note = self.card.note.as_deref().filter(|_| !self.panel.queries.is_empty());
        let cut = result.and_then(|result| cut_text(result));
        [note.map(str::to_owned), cut].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Whether it counts what should not happen, and that happens now.
    fn has_errors(&self, scene: &Scene<'_>) -> bool {
        let answers = self.result(scene).into_iter().flat_map(|result| result.answers.iter().flatten());
        let mut last = answers.flat_map(|answer| &answer.series).filter_map(|series| series.values.last());
        self.card.error_like && last.any(|value| *value > 0.0)
    }

    /// Why there is no answer to wait for, where there is none.
    pub(super) fn waiting(&self) -> Option<&'a str> {
        self.card.note.as_deref().filter(|_| self.panel.queries.is_empty())
    }
}

/// Draws the title, which opens the metric; returns whether it was clicked. Hovering it tells what the metric says of itself.
pub(super) fn title_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, face: Face<'_>) -> bool {
    let palette = scene.palette;
    let color = if face.has_errors(scene) { palette.bad } else { palette.text };
    let title = face.title();
    let text = elided(ui, &title, TITLE, rect.width());
    // The whole row takes the click, not the letters alone.
    let id = ui.scope_id().with((panel_id(face.card, face.number), "title"));
    let response = ui.interact(rect, id, Sense::click());
    let painted = ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, text, theme::font(TITLE), color);
    if response.hovered() || response.has_focus() {
        ui.painter().hline(painted.x_range(), painted.bottom(), Stroke::new(1.0, color));
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &title));
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    response.on_hover_ui(|ui| about_ui(ui, &title, face.card)).clicked()
}

/// Draws a remark at the right end of `rect`; returns what is left of it.
pub(super) fn remark_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, remark: &str) -> Rect {
    if remark.is_empty() {
        return rect;
    }
    let (font, color) = (theme::font(SMALL), scene.palette.warn);
    let line = Line { text: remark, font, color, max_width: rect.width() * 0.6 };
    let width = line.paint(ui, rect.right_center(), Align2::RIGHT_CENTER);
    rect.with_max_x(rect.right() - width - 2.0 * STEP)
}

/// What a metric says of itself.
fn about_ui(ui: &mut Ui, title: &str, card: &Card) {
    ui.strong(title);
    if !card.help.is_empty() {
        ui.label(escape(&shorten(&card.help, MAX_HELP_CHARS)));
    }
    let series = format!("{} series", grouped(card.series));
    ui.weak(if card.family.is_empty() { series } else { format!("{} · {series}", card.metric_type) });
    if !card.by.is_empty() {
        ui.weak(format!("by {}", shown(&card.by.join(", "))));
    }
}
