//! Everything without a pointer.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::rig::Use as _;
use super::{Rig, SCREEN};
use crate::window::View;

#[test]
fn tab_reaches_a_card_and_enter_opens_it() {
    let mut window = Rig::new(View::Overview, 6).open(SCREEN);
    window.write("queue");
    for _ in 0..60 {
        if window.get_by_label("shop_queue_depth").is_focused() {
            break;
        }
        window.press(Modifiers::NONE, Key::Tab);
    }
    assert!(window.get_by_label("shop_queue_depth").is_focused(), "Tab does not get there");
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.has("Orders that wait to be packed."));
}

#[test]
fn pages_have_keys() {
    let mut window = Rig::new(View::Overview, 6).open(SCREEN);
    window.press(Modifiers::COMMAND, Key::Num2);
    assert!(window.has("Add: place of the target"));
    window.press(Modifiers::COMMAND, Key::Num1);
    assert!(window.has("filter cards"));
}

#[test]
fn escape_empties_the_filter() {
    let mut window = Rig::new(View::Overview, 6).open(SCREEN);
    window.write("queue");
    assert!(!window.has("shop_cache_hit_ratio"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.has("shop_cache_hit_ratio"));
}
