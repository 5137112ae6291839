//! Pictures of the pages, compared with those in `viewer/tests/snapshots`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p p95 --lib pictures` makes them anew.

use egui::{Theme, Vec2, vec2};
use egui_kittest::SnapshotOptions;

use super::Rig;
use super::failures::refused;
use crate::window::View;

/// Small enough for the repository, large enough for everything that a page has.
const SMALL: Vec2 = vec2(680.0, 460.0);

#[track_caller]
fn check(name: &str, rig: Rig, theme: Theme) {
    let mut window = rig.open(SMALL);
    window.ctx.set_theme(theme);
    window.run_ok();
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
fn targets() {
    let mut rig = Rig::new(View::Targets, 40);
    rig.scrape_other("localhost:9100", Err(refused()));
    check("targets", rig, Theme::Dark);
}
