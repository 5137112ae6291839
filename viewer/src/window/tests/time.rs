//! Live, paused, zoomed.

use egui::{Key, Modifiers};
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
