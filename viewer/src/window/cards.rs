//! The cards of the overview, section by section.

use std::collections::HashMap;

use egui::{Align2, CursorIcon, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use p95_core::overview::{Card, Overview};
use p95_engine::PanelQuery;

use super::card::{Face, card_ui, skeleton_ui, small_button};
use super::chart::Scene;
use super::layout::{CardGrid, Line};
use super::theme::{self, BODY, GAP, RADIUS, SMALL, STEP};
use crate::output::escape::escape;
use crate::view::{matches_filter, panel_query};

/// What the user chose of the cards.
#[derive(Debug, Default)]
pub(super) struct CardsState {
    /// What is typed into the filter.
    pub(super) filter: String,
    /// Groups that were folded or unfolded by hand, by prefix.
    unfolded: HashMap<String, bool>,
    /// The card whose details are on screen.
    pub(super) opened: Option<String>,
    /// What the cards on screen ask; refilled in each frame.
    pub(super) wanted: Vec<PanelQuery>,
}

impl CardsState {
    /// Draws everything that the overview has, or the details of one card.
    pub(super) fn overview_ui(&mut self, ui: &mut Ui, scene: &Scene<'_>, overview: &Overview) {
        self.wanted.clear();
        if let Some(id) = self.opened.clone() {
            match overview.cards().find(|card| card.id == id) {
                Some(card) => return self.details_ui(ui, scene, card),
                None => self.opened = None,
            }
        }
        let is_filtered = !self.filter.trim().is_empty();
        let top: Vec<&Card> = overview.top.iter().filter(|card| matches_filter(card, &self.filter)).collect();
        let mut found = top.len();
        if !top.is_empty() {
            heading_ui(ui, scene, "Overview", top.len());
            self.grid_ui(ui, scene, "top", top.into_iter().map(Face::of).collect());
        }
        for group in &overview.groups {
            let cards: Vec<&Card> =
                group.cards.iter().filter(|card| matches_filter(card, &self.filter)).collect();
            if cards.is_empty() {
                continue;
            }
            found += cards.len();
            let is_open = is_filtered || self.unfolded.get(&group.prefix).copied().unwrap_or(!group.folded);
            if folding_heading_ui(ui, scene, &group.prefix, cards.len(), is_open) {
                self.unfolded.insert(group.prefix.clone(), !is_open);
            }
            if is_open {
                self.grid_ui(ui, scene, &group.prefix, cards.into_iter().map(Face::of).collect());
            }
        }
        if found == 0 && is_filtered {
            self.nothing_found_ui(ui);
        }
    }

    fn details_ui(&mut self, ui: &mut Ui, scene: &Scene<'_>, card: &Card) {
        ui.horizontal(|ui| {
            if ui.add(small_button("Back to all cards")).clicked() {
                self.opened = None;
            }
            ui.heading(escape(&card.title));
            ui.weak(card.metric_type.as_str());
        });
        if !card.help.is_empty() {
            ui.weak(escape(&card.help));
        }
        let panels = card.panels().enumerate().map(|(number, panel)| Face { card, panel, number });
        self.grid_ui(ui, scene, "details", panels.collect());
    }

    fn grid_ui(&mut self, ui: &mut Ui, scene: &Scene<'_>, section: &str, faces: Vec<Face<'_>>) {
        let rects = CardGrid::new(ui.available_width()).place(ui, faces.len());
        let screen = ui.clip_rect();
        // Answers for cards about to scroll into view are asked for ahead.
        let near = screen.expand2(vec2(0.0, screen.height() / 2.0));
        for (face, rect) in faces.into_iter().zip(rects) {
            if near.intersects(rect)
                && !self.wanted.iter().any(|query| query.id == face.id())
                && let Some(query) = panel_query(face.id(), face.panel, scene.range_ms)
            {
                self.wanted.push(query);
            }
            if screen.intersects(rect) && card_ui(ui, scene, rect, section, face) {
                self.opened = Some(face.card.id.clone());
            }
        }
    }

    fn nothing_found_ui(&mut self, ui: &mut Ui) {
        ui.vertical_centered(|ui| {
            ui.add_space(16.0 * STEP);
            ui.label(format!("No card matches “{}”.", self.filter.trim()));
            if ui.add(small_button("Clear the filter")).clicked() {
                self.filter.clear();
            }
        });
    }
}

/// Cards that are not there yet.
pub(super) fn skeletons_ui(ui: &mut Ui, scene: &Scene<'_>, count: usize) {
    let palette = scene.palette;
    for rect in CardGrid::new(ui.available_width()).place(ui, count) {
        ui.painter().rect(rect, RADIUS, palette.card, Stroke::new(1.0, palette.border), StrokeKind::Inside);
        let inner = rect.shrink(GAP);
        let title = Rect::from_min_size(inner.min, vec2(inner.width() * 0.6, 3.0 * STEP));
        ui.painter().rect_filled(title, 4.0, palette.well);
        skeleton_ui(ui, scene, inner.with_min_y(title.bottom() + 2.0 * STEP));
    }
}

fn heading_ui(ui: &mut Ui, scene: &Scene<'_>, title: &str, count: usize) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 6.0 * STEP), Sense::hover());
    heading_text(ui, scene, rect, rect.left(), title, count);
}

/// A heading that folds its group; returns whether it was clicked.
fn folding_heading_ui(ui: &mut Ui, scene: &Scene<'_>, prefix: &str, count: usize, is_open: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 6.0 * STEP), Sense::click());
    let action = if is_open { "fold" } else { "unfold" };
    response
        .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{action} {prefix}, {count} cards")));
    let color =
        if response.hovered() || response.has_focus() { scene.palette.text } else { scene.palette.weak };
    let center = pos2(rect.left() + STEP, rect.center().y);
    let triangle = if is_open {
        [vec2(-4.0, -2.0), vec2(4.0, -2.0), vec2(0.0, 3.0)]
    } else {
        [vec2(-2.0, -4.0), vec2(3.0, 0.0), vec2(-2.0, 4.0)]
    };
    let points = triangle.iter().map(|offset| center + *offset).collect();
    ui.painter().add(egui::Shape::convex_polygon(points, color, Stroke::NONE));
    heading_text(ui, scene, rect, rect.left() + 4.0 * STEP, prefix, count);
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}

fn heading_text(ui: &Ui, scene: &Scene<'_>, rect: Rect, left: f32, title: &str, count: usize) {
    let title_line = Line {
        text: &escape(title),
        font: theme::font(BODY + 2.0),
        color: scene.palette.text,
        max_width: rect.width() * 0.8,
    };
    let width = title_line.paint(ui, pos2(left, rect.center().y), Align2::LEFT_CENTER);
    let count_left = left + width + 2.0 * STEP;
    let count = count.to_string();
    let count_line =
        Line { text: &count, font: theme::font(SMALL), color: scene.palette.weak, max_width: 80.0 };
    count_line.paint(ui, pos2(count_left, rect.center().y + 1.0), Align2::LEFT_CENTER);
}
