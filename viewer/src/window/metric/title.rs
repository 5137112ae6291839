//! The name of a metric, and what it says of itself.

use egui::{Label, RichText, Ui};
use p95_core::overview::Card;

use crate::output::escape::escape;
use crate::window::actions::Action;
use crate::window::scene::Scene;
use crate::window::theme::{BODY, STEP, VALUE};
use crate::window::view::View;
use crate::window::widgets::{grouped, small_button};

/// Draws the way back, the name, the type, the unit and the help text.
pub(super) fn title_ui(ui: &mut Ui, scene: &Scene<'_>, name: &str, card: Option<&Card>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0 * STEP;
        let back = ui.add(small_button("‹ All cards"));
        if back.on_hover_text("back to the overview (Esc)").clicked() {
            scene.act(Action::Show(View::Overview));
        }
        let title = RichText::new(escape(card.map_or(name, |card| &card.title))).size(VALUE);
        ui.add(Label::new(title.color(scene.palette.text)).selectable(true));
        if let Some(card) = card {
            ui.label(RichText::new(facts(card)).size(BODY).color(scene.palette.weak));
        }
    });
    if let Some(help) = card.map(|card| card.help.as_str()).filter(|help| !help.is_empty()) {
        let help = RichText::new(escape(help)).size(BODY).color(scene.palette.weak);
        ui.add(Label::new(help).wrap().selectable(true));
    }
}

/// The type, the unit, the number of series.
fn facts(card: &Card) -> String {
    let metric_type = (!card.family.is_empty()).then(|| card.metric_type.as_str().to_owned());
    let unit = Some(card.face.unit.base.word()).filter(|unit| !unit.is_empty());
    let unit = unit.map(|unit| format!("in {}", escape(unit)));
    let series = format!("{} series", grouped(card.series));
    [metric_type, unit, Some(series)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
