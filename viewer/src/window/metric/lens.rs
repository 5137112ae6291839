//! Filters and groups, as chips that can be added and removed.

use egui::{Button, Popup, PopupCloseBehavior, RichText, ScrollArea, Ui};
use p95_core::model::labels::QUANTILE;
use p95_core::overview::{Card, CardLabel, LabelFilter, Opened};

use super::{MetricAction, MetricState};
use crate::output::escape::escape;
use crate::window::actions::Action;
use crate::window::scene::Scene;
use crate::window::theme::{BODY, STEP};
use crate::window::widgets::small_button;

/// The most characters of a value in a chip or a menu; hovering shows all of it.
const MAX_CHARS: usize = 40;

/// Draws the filters, the groups, and what adds to them.
pub(super) fn lens_ui(ui: &mut Ui, scene: &Scene<'_>, state: &MetricState, opened: &Opened) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0 * STEP;
        for filter in &state.lens.filters {
            let text = filter_text(filter);
            if chip_ui(ui, scene, &text, &format!("remove the filter {text}")) {
                scene.act(Action::Metric(MetricAction::Unfilter(filter.clone())));
            }
        }
        filter_menu(ui, scene, &opened.labels);
        group_menu(ui, scene, state, opened);
    });
}

/// The filter as people write it: `route = /cart`.
fn filter_text(filter: &LabelFilter) -> String {
    let op = if filter.is_not { "≠" } else { "=" };
    format!("{} {op} {}", escape(&filter.name), value_text(&filter.value))
}

/// A label's value, made safe; one that is empty is the lack of the label.
pub(super) fn whole_text(value: &str) -> String {
    if value.is_empty() { "(none)".to_owned() } else { escape(value).into_owned() }
}

/// The same made short, for buttons and for names that are read out.
pub(crate) fn value_text(value: &str) -> String {
    let value = whole_text(value);
    if value.chars().count() <= MAX_CHARS {
        return value;
    }
    value.chars().take(MAX_CHARS - 1).chain(['…']).collect()
}

/// Something that was chosen; returns whether it was taken away.
fn chip_ui(ui: &mut Ui, scene: &Scene<'_>, text: &str, action: &str) -> bool {
    let label = RichText::new(format!("{text}  ×")).size(BODY).color(scene.palette.text);
    let chip = Button::new(label).fill(scene.palette.accent.gamma_multiply(0.25)).corner_radius(12);
    let response = ui.add(chip);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, action));
    response.on_hover_text(action).clicked()
}

/// The labels, and the values of each.
fn filter_menu(ui: &mut Ui, scene: &Scene<'_>, labels: &[CardLabel]) {
    let button = ui.add(small_button("Filter…"));
    Popup::menu(&button).show(|ui| {
        if labels.is_empty() {
            ui.label("These series have no labels.");
        }
        for label in labels {
            ui.menu_button(escape(&label.name), |ui| {
                ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                    for value in &label.values {
                        let filter =
                            LabelFilter { name: label.name.clone(), value: value.clone(), is_not: false };
                        if ui.button(value_text(value)).clicked() {
                            scene.act(Action::Metric(MetricAction::Filter(filter)));
                            ui.close();
                        }
                    }
                    if label.has_more {
                        ui.weak(format!("showing {} values; there are more", label.values.len()));
                    }
                });
            });
        }
    });
}

/// The labels that tell the lines of the chart apart.
fn groups(state: &MetricState, card: &Card) -> Vec<String> {
    if let Some(chosen) = &state.lens.group_by {
        return chosen.clone();
    }
    let labels = state.panel(card).queries.first().map(|query| query.legend_labels.as_slice());
    labels.unwrap_or_default().iter().filter(|name| *name != QUANTILE).cloned().collect()
}

/// The labels to group by; several can be chosen.
fn group_menu(ui: &mut Ui, scene: &Scene<'_>, state: &MetricState, opened: &Opened) {
    let by = groups(state, &opened.card);
    let shown = by.iter().map(|name| escape(name)).collect::<Vec<_>>().join(", ");
    let text = if by.is_empty() { "Group by…".to_owned() } else { format!("By {shown}…") };
    let button = ui.add(small_button(&text));
    let choose = |labels| scene.act(Action::Metric(MetricAction::GroupBy(labels)));
    Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        for label in opened.labels.iter().filter(|label| label.panel.is_some()) {
            let mut is_chosen = by.contains(&label.name);
            if ui.checkbox(&mut is_chosen, escape(&label.name)).changed() {
                let mut labels: Vec<String> =
                    by.iter().filter(|name| **name != label.name).cloned().collect();
                if is_chosen {
                    labels.push(label.name.clone());
                }
                choose(Some(labels));
            }
        }
        ui.separator();
        if ui.button("All in one").clicked() {
            choose(Some(Vec::new()));
            ui.close();
        }
        if state.lens.group_by.is_some() && ui.button("As the card does").clicked() {
            choose(None);
            ui.close();
        }
    });
}
