//! The page of one metric.

use super::rig::Use as _;
use super::{Rig, SCREEN};
use crate::window::View;

const REQUESTS: &str = "shop_http_requests";

#[test]
fn a_title_opens_its_metric_and_escape_leaves_it() {
    let mut window = Rig::new(View::Overview, 6).open(SCREEN);
    window.write("queue");
    window.click("shop_queue_depth");
    assert!(window.has("Orders that wait to be packed."));
    window.press(egui::Modifiers::NONE, egui::Key::Escape);
    assert!(!window.has("Orders that wait to be packed.") && window.has("shop_queue_depth"));
}

#[test]
fn a_label_groups_and_a_value_filters() {
    let mut window = Rig::new(View::Metric(REQUESTS.to_owned()), 12).open(egui::vec2(1_280.0, 2_400.0));
    let asks = |window: &egui_kittest::Harness<'_, Rig>, text: &str| {
        window.state().asked().iter().any(|expr| expr.contains(text))
    };
    window.click("group by route");
    assert!(asks(&window, "sum by (route) (rate(shop_http_requests_total["), "{:?}", window.state().asked());
    window.click("only route /cart");
    assert!(asks(&window, "shop_http_requests_total{route=\"/cart\"}"), "{:?}", window.state().asked());
}
