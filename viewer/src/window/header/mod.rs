//! The bar at the top: the name, the filter, the time, the targets.

mod chip;
mod filter;

use egui::{Align, Frame, Layout, Margin, Panel, RichText, Stroke, Theme, ThemePreference, Ui, vec2};
use p95_core::overview::{BaseUnit, Unit};

use super::actions::Action;
use super::keys::shortcuts_ui;
use super::scene::Scene;
use super::theme::{SMALL, STEP, VALUE};
use super::time::{TimeAction, TimeRange, TimeState, Zone};
use super::view::View;
use super::widgets::{as_float, grouped, small_button};
use chip::chip_ui;
pub(crate) use chip::target_ui;
use filter::filter_ui;

/// Draws the bar.
pub(crate) fn header_ui(ui: &mut Ui, scene: &Scene<'_>, view: &View, time: &TimeState, filter: &mut String) {
    let palette = scene.palette;
    let frame = Frame::new().fill(palette.bar).inner_margin(Margin::symmetric(12, 8));
    let bar = Panel::top("header").frame(frame).show_separator_line(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(2.0 * STEP, 2.0 * STEP);
        ui.horizontal(|ui| {
            let name = ui.label(RichText::new("p95").size(VALUE + 1.0).strong().color(palette.accent));
            name.on_hover_ui(shortcuts_ui);
            ui.add_space(STEP);
            if *view == View::Overview {
                filter_ui(ui, filter);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                theme_ui(ui, scene);
                time_ui(ui, scene, time);
                stored_ui(ui, scene);
            });
        });
        ui.horizontal_wrapped(|ui| {
            for target in &scene.snapshot.targets {
                chip_ui(ui, palette, target);
            }
        });
    });
    let edge = bar.response.rect;
    ui.painter().hline(edge.x_range(), edge.bottom() - 0.5, Stroke::new(1.0, palette.border));
}

/// The range, the way back, and whether time moves.
fn time_ui(ui: &mut Ui, scene: &Scene<'_>, time: &TimeState) {
    let label = if time.fixed.is_some() { "Paused" } else { "Live" };
    if ui.add(small_button(label)).clicked() {
        scene.act(Action::Time(TimeAction::TogglePause));
    }
    for range in TimeRange::ALL.into_iter().rev() {
        let is_chosen = time.fixed.is_none() && time.range == range;
        if ui.selectable_label(is_chosen, range.label()).clicked() {
            scene.act(Action::Time(TimeAction::SetRange(range)));
        }
    }
    let (zone, other) = match time.zone {
        Zone::Local => ("local time", Zone::Utc),
        Zone::Utc => ("UTC", Zone::Local),
    };
    if ui.add(small_button(zone)).clicked() {
        scene.act(Action::Time(TimeAction::SetZone(other)));
    }
    if time.has_past() && ui.add(small_button("Back")).clicked() {
        scene.act(Action::Time(TimeAction::Back));
    }
}

/// The other theme.
fn theme_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let (name, other) = match ui.theme() {
        Theme::Dark => ("Light", ThemePreference::Light),
        Theme::Light => ("Dark", ThemePreference::Dark),
    };
    if ui.add(small_button(name)).clicked() {
        scene.act(Action::SetTheme(other));
    }
}

/// What the store holds.
fn stored_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let store = &scene.snapshot.store;
    let size_bytes = as_float(u64::try_from(store.size_bytes).unwrap_or(u64::MAX));
    let size = Unit::of(BaseUnit::Bytes).format(size_bytes);
    let stored = format!("{} series · {size}", grouped(store.series));
    let stored = ui.label(RichText::new(stored).size(SMALL + 1.0).color(scene.palette.weak));
    stored.on_hover_text(format!("{} samples in memory", grouped(store.samples)));
}
