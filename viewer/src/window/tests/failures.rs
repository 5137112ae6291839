//! Targets that fail.

use p95_engine::{ScrapeFailure, Stage};

use super::rig::Use as _;
use super::{Rig, SCREEN};
use crate::window::View;

/// A page with a mistake in its second line.
const BROKEN: &str = "# TYPE a gauge\na b c\n";

/// What a port says that nobody listens on.
pub(super) fn refused() -> ScrapeFailure {
    ScrapeFailure {
        stage: Stage::Connect,
        message: "connection to localhost:9100 refused".to_owned(),
        hint: "is the service running, and does it listen on this port?".to_owned(),
        place: None,
    }
}

#[test]
fn a_broken_page_shows_its_place_the_line_and_the_countdown() {
    let mut rig = Rig::new(View::Overview, 6);
    rig.scrape_other("localhost:9100", Ok(BROKEN));
    let window = rig.open(SCREEN);
    assert!(window.has("line 2, column 3") && window.has("2 │ a b c"));
    assert!(window.has("next try in 1 s"));
    // What the other target says stays.
    assert!(window.has("shop_cache_hit_ratio"));
}

#[test]
fn a_target_is_removed_in_the_window() {
    let mut rig = Rig::new(View::Targets, 6);
    rig.scrape_other("localhost:9100", Err(refused()));
    let mut window = rig.open(SCREEN);
    assert!(window.has("1 of 2 targets failing"));
    window.click("Remove http://localhost:9100/metrics");
    assert!(window.has("1 target up"));
}
