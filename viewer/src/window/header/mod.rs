//! The bar at the top: the name, the filter, the time, the targets.

mod arrange;
mod chip;
mod clock;
mod filter;

use egui::{
    Align, Align2, Button, Frame, Layout, Margin, Panel, RichText, Role, Sense, Stroke, Ui, WidgetInfo, vec2,
};
use p95_core::overview::{BaseUnit, Unit};

use super::actions::Action;
use super::overlay::OverlayKind;
use super::overview::OverviewState;
use super::recording::recording_mark_ui;
use super::scene::Scene;
use super::theme::{self, SMALL, STEP, VALUE};
use super::time::TimeState;
use super::view::View;
use super::widgets::{Line, as_float, grouped};
use arrange::arrange_ui;
use chip::chip_ui;
use clock::time_ui;
use filter::filter_ui;

/// Where there is less room beside the targets, what the store holds is left to the page of targets.
const STORED_FROM_WIDTH: f32 = 150.0 * STEP;

/// What the bar says of the window.
pub(crate) struct Bar<'a> {
    /// Which page is shown.
    pub(crate) view: &'a View,
    /// Which stretch of time.
    pub(crate) time: &'a TimeState,
    /// What was chosen of the cards.
    pub(crate) overview: &'a mut OverviewState,
}

/// Draws the bar.
pub(crate) fn header_ui(ui: &mut Ui, scene: &Scene<'_>, bar: Bar<'_>) {
    let palette = scene.palette;
    let frame = Frame::new().fill(palette.bar).inner_margin(Margin::symmetric(12, 8));
    let panel = Panel::top("header").frame(frame).show_separator_line(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(2.0 * STEP, 2.0 * STEP);
        ui.horizontal(|ui| {
            let name = RichText::new("p95").size(VALUE + 1.0).strong().color(palette.accent);
            let name = ui.add(Button::new(name).frame(false));
            name.widget_info(|| WidgetInfo::labeled(Role::Button, true, "p95: the list of keys"));
            if name.on_hover_text("the keys (?) · everything that can be done (Ctrl+K)").clicked() {
                scene.act(Action::Open(OverlayKind::Keys));
            }
            ui.add_space(STEP);
            if *bar.view == View::Overview {
                filter_ui(ui, &mut bar.overview.filter);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| time_ui(ui, scene, bar.time));
        });
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                if *bar.view == View::Overview {
                    arrange_ui(ui, scene, bar.overview);
                }
                recording_mark_ui(ui, scene);
                if ui.available_width() >= STORED_FROM_WIDTH && scene.snapshot.server.is_none() {
                    stored_ui(ui, scene);
                }
                ui.with_layout(Layout::left_to_right(Align::Min).with_main_wrap(true), |ui| {
                    for target in &scene.snapshot.targets {
                        chip_ui(ui, scene, target);
                    }
                });
            });
        });
    });
    let edge = panel.response.rect;
    ui.painter().hline(edge.x_range(), edge.bottom() - 0.5, Stroke::new(1.0, palette.border));
}

/// What the store holds.
fn stored_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let store = &scene.snapshot.store;
    let size_bytes = as_float(u64::try_from(store.size_bytes).unwrap_or(u64::MAX));
    let size = Unit::of(BaseUnit::Bytes).format(size_bytes);
    let text = format!("{} series · {size}", grouped(store.series));
    let line = || Line {
        text: &text,
        font: theme::font(SMALL + 1.0),
        color: scene.palette.weak,
        max_width: f32::INFINITY,
    };
    let size = vec2(line().width(ui) + 2.0 * STEP, 6.0 * STEP);
    let (rect, stored) = ui.allocate_exact_size(size, Sense::hover());
    stored.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    line().paint(ui, rect.right_center(), Align2::RIGHT_CENTER);
    stored.on_hover_text(format!("{} samples in memory", grouped(store.samples)));
}
