//! The grid of cards.

use egui_kittest::kittest::Queryable as _;

use super::rig::Use as _;
use super::{Rig, SCREEN};
use crate::window::View;

#[test]
fn typing_anywhere_filters_the_cards() {
    let mut window = Rig::new(View::Overview, 6).open(SCREEN);
    assert!(window.has("shop_http_requests") && window.has("shop_cache_hit_ratio"));
    window.write("cache");
    assert!(!window.has("shop_http_requests") && window.has("shop_cache_hit_ratio"));
    window.write("x");
    assert!(window.has("No card matches “cachex”."));
    window.click("Clear the filter");
    assert!(window.has("shop_http_requests"));
}

#[test]
fn a_group_is_folded_away_and_back() {
    let mut window = Rig::new(View::Overview, 6).open(SCREEN);
    for is_shown in [false, true] {
        window.get_by_label_contains("fold shop,").click();
        window.run_ok();
        assert_eq!(window.has("shop_cache_hit_ratio"), is_shown);
    }
}

#[test]
fn a_card_gives_its_query_away() {
    let mut window = Rig::new(View::Overview, 6).open(SCREEN);
    window.get_by_label("copy query of shop_cache_hit_ratio").click();
    window.step();
    assert_eq!(window.copied().as_deref(), Some("shop_cache_hit_ratio"));
}

#[test]
fn the_numbers_are_those_of_the_engine() {
    let mut window = Rig::new(View::Overview, 12).open(SCREEN);
    window.write("queue");
    let (rig, id) = (window.state(), "shop_queue_depth");
    let panel = rig.engine.snapshot().panels.iter().find(|panel| panel.id == id).unwrap();
    let answer = panel.answers.first().unwrap().as_ref().unwrap();
    let last = answer.series.first().unwrap().values.last().unwrap();
    assert!(window.has(&format!("chart of shop_queue_depth: shop_queue_depth {last}")), "{last}");
}

#[test]
fn what_was_searched_for_is_not_folded_away() {
    let mut window = Rig::new(View::Overview, 6).open(SCREEN);
    assert!(window.query_by_label_contains("fold shop, 12 cards").is_some());
    window.write("queue");
    assert!(window.query_by_label_contains("fold shop").is_none(), "a button that does nothing is none");
    assert!(window.has("shop_queue_depth"));
}
