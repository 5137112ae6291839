//! Live, paused, zoomed.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use p95_engine::{Command, PanelMode, PanelQuery};

use super::rig::Use as _;
use super::{Rig, SCREEN};
use crate::window::View;

/// What the window asks of a card.
fn asked(rig: &Rig, id: &str) -> PanelQuery {
    let asked = rig.sent.iter().rev().find_map(|command| match command {
        Command::SetView { panels } => Some(panels),
        _ => None,
    });
    asked.unwrap().iter().find(|panel| panel.id == id).unwrap().clone()
}

fn range_ms(panel: &PanelQuery) -> i64 {
    let PanelMode::Range { range_ms, .. } = panel.mode else { panic!("{panel:?}") };
    range_ms
}

#[test]
fn space_pauses_and_goes_on() {
    let mut window = Rig::new(View::Overview, 12).open(SCREEN);
    assert_eq!(asked(window.state(), "shop_cache_hit_ratio").end_ms, None);
    let paused_ms = window.state().now_ms;
    window.press(Modifiers::NONE, Key::Space);
    window.state_mut().scrape();
    window.run_ok();
    assert_eq!(asked(window.state(), "shop_cache_hit_ratio").end_ms, Some(paused_ms));
    assert!(window.has("paused: go on"));
    window.click("paused: go on");
    assert_eq!(asked(window.state(), "shop_cache_hit_ratio").end_ms, None);
}

#[test]
fn a_drag_zooms_every_chart_and_the_way_back_leads_out() {
    let mut window = Rig::new(View::Overview, 60).open(SCREEN);
    let before = asked(window.state(), "shop_cache_hit_ratio");
    let axis = window.get_by_label("time axis of shop_cache_hit_ratio").rect();
    window.drag_across(axis.left_center() + egui::vec2(axis.width() / 4.0, 0.0), axis.center());
    let zoomed = asked(window.state(), "shop_cache_hit_ratio");
    let quarter_ms = range_ms(&before) / 4;
    assert!((range_ms(&zoomed) - quarter_ms).abs() < 200, "{zoomed:?} {quarter_ms}");
    assert_eq!(asked(window.state(), "shop_http_requests").end_ms, zoomed.end_ms);
    // A refresh undoes no zoom.
    window.state_mut().scrape();
    window.run_ok();
    assert_eq!(asked(window.state(), "shop_cache_hit_ratio"), zoomed);
    window.click("Back");
    assert_eq!(asked(window.state(), "shop_cache_hit_ratio").end_ms, None);
}

#[test]
fn a_range_is_chosen() {
    let mut window = Rig::new(View::Overview, 90).open(SCREEN);
    assert_eq!(range_ms(&asked(window.state(), "shop_cache_hit_ratio")), 90_000);
    window.click("the last minute");
    assert_eq!(range_ms(&asked(window.state(), "shop_cache_hit_ratio")), 60_000);
}

#[test]
fn nothing_moves_under_the_pointer() {
    let mut window = Rig::new(View::Overview, 60).open(SCREEN);
    let axis = window.get_by_label("time axis of shop_cache_hit_ratio").rect();
    let held_ms = window.state().now_ms;
    window.hover_at(axis.center());
    window.run_ok();
    for _ in 0..3 {
        window.state_mut().scrape();
        window.run_ok();
        assert_eq!(asked(window.state(), "shop_cache_hit_ratio").end_ms, Some(held_ms));
    }
    window.event(egui::Event::PointerGone);
    // A moment later it goes on.
    (0..8).for_each(|_| window.step());
    assert_eq!(asked(window.state(), "shop_cache_hit_ratio").end_ms, None);
}

/// The texts of the tooltip's layer.
fn tooltip(window: &Harness<'_, Rig>) -> Vec<String> {
    let time = |text: &str| text.len() == 8 && text.matches(':').count() == 2;
    let texts = window.output().shapes.iter().filter_map(|clipped| match &clipped.shape {
        egui::Shape::Text(text) => Some((clipped.clip_rect, text)),
        _ => None,
    });
    let screen = window.ctx.content_rect();
    // What stands above everything is clipped by nothing but the screen, and comes last.
    let texts = Vec::from_iter(
        texts.filter(|(clip, _)| clip.contains_rect(screen)).map(|(_, text)| text.galley.text().to_owned()),
    );
    let from = texts.iter().rposition(|text| time(text)).unwrap_or(texts.len());
    texts.into_iter().skip(from).collect()
}

#[test]
fn values_are_there_with_the_first_frame_after_the_pointer_came_and_whichever_chart_it_goes_to() {
    let mut window = Rig::new(View::Overview, 60).open(SCREEN);
    assert_eq!(tooltip(&window), [""; 0]);
    for name in ["shop_http_requests error rate", "highest p95 latencies", "shop_cache_hit_ratio"] {
        let axis = window.get_by_label(&format!("time axis of {name}")).rect();
        window.event(egui::Event::PointerMoved(axis.center()));
        // The crosshair follows a frame after the pointer; its values come with it.
        window.step();
        window.step();
        let texts = tooltip(&window);
        assert!(texts.len() >= 3, "{name}: {texts:?}");
    }
}
