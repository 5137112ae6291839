//! Whatever can be clicked or typed into has a name, on every page.

use egui::Vec2;
use egui::accesskit::{Action, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

use super::failures::refused;
use super::rig::Use as _;
use super::{Rig, SCREEN};
use crate::window::View;

/// Tall enough for a whole page.
const TALL: Vec2 = egui::vec2(1_280.0, 4_000.0);

#[track_caller]
fn check(rig: Rig, keys: &[&str], expect_at_least: usize) {
    let mut window = rig.open(TALL);
    keys.iter().for_each(|name| window.click(name));
    let mut count = 0;
    for node in window.query_all(by().predicate(|node| node.data().supports_action(Action::Click))) {
        count += 1;
        let node = node.accesskit_node();
        if node.role() == Role::ScrollBar {
            // egui's own; its role says all.
            continue;
        }
        // A text that can be selected is its own name.
        let name = node.label().or(node.value()).unwrap_or_default();
        assert!(!name.trim().is_empty(), "{:?} has no name", node.role());
        // What stands on it is no name.
        assert!(!["×", "≠", "‹"].contains(&name.trim()), "{name:?} says nothing");
    }
    assert!(count >= expect_at_least, "{count}");
}

#[test]
fn everything_that_can_be_clicked_has_a_name() {
    check(Rig::new(View::Overview, 12), &[], 40);
    check(Rig::new(View::Overview, 12), &["a row for each card"], 40);
    check(Rig::new(View::Overview, 0), &[], 10);
    check(Rig::new(View::Metric("shop_http_requests".to_owned()), 12), &[], 30);
    check(Rig::new(View::Metric("shop_http_request_duration_seconds".to_owned()), 12), &["heatmap"], 30);
    let mut rig = Rig::new(View::Targets, 6);
    rig.scrape_other("localhost:9100", Err(refused()));
    check(rig, &["Change http://localhost:9100/metrics"], 20);
}

#[test]
fn a_chart_is_read_out_with_its_values() {
    let mut window = Rig::new(View::Overview, 12).open(SCREEN);
    window.write("cache");
    assert!(window.query_by_label_contains("chart of shop_cache_hit_ratio: ").is_some());
}
