//! Pictures of the pages, compared with those in `viewer/tests/snapshots`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p p95 --lib pictures` makes them anew.

use egui::{Theme, Vec2, vec2};
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotOptions};

use super::Rig;
use super::failures::refused;
use crate::window::View;

/// Small enough for the repository, large enough for everything that a page has.
const SMALL: Vec2 = vec2(680.0, 460.0);

#[track_caller]
fn check(name: &str, rig: Rig, theme: Theme) {
    check_at(name, rig, theme, SMALL);
}

/// Compares a window of this size with its picture; returns it for more questions.
#[track_caller]
pub(super) fn check_at(name: &str, rig: Rig, theme: Theme, size: Vec2) -> Harness<'static, Rig> {
    let mut window = rig.open(size);
    window.ctx.set_theme(theme);
    window.run_ok();
    check_window(name, &mut window);
    window
}

/// The same of a window that is open.
#[track_caller]
fn check_window(name: &str, window: &mut Harness<'_, Rig>) {
    // A line's pixels may differ by a step where another machine's floats do.
    let options = SnapshotOptions::new().output_path("tests/snapshots").threshold(0.6).max_failed_pixels(20);
    window.snapshot_options(name, &options);
}

#[test]
fn overview() {
    check("overview", Rig::new(View::Overview, 90), Theme::Dark);
}

#[test]
fn overview_light() {
    check("overview-light", Rig::new(View::Overview, 90), Theme::Light);
}

#[test]
fn before_the_first_scrape() {
    check("before-the-first-scrape", Rig::new(View::Overview, 0), Theme::Dark);
}

#[test]
fn after_the_first_scrape() {
    check("after-the-first-scrape", Rig::new(View::Overview, 1), Theme::Dark);
}

#[test]
fn metric() {
    check("metric", Rig::new(View::Metric("shop_http_request_duration_seconds".to_owned()), 90), Theme::Dark);
}

#[test]
fn heatmap_with_what_is_under_the_pointer() {
    let mut window =
        Rig::new(View::Metric("shop_http_request_duration_seconds".to_owned()), 90).open(vec2(760.0, 560.0));
    window.get_by_label("heatmap").click();
    window.run_ok();
    let axis = window.get_by_label("time axis of shop_http_request_duration_seconds").rect();
    window.hover_at(axis.lerp_inside(vec2(0.7, 0.4)));
    window.run_ok();
    check_window("heatmap", &mut window);
}

#[test]
fn targets() {
    let mut rig = Rig::new(View::Targets, 40);
    rig.scrape_other("localhost:9100", Err(refused()));
    check("targets", rig, Theme::Dark);
}
