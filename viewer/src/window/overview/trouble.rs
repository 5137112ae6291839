//! Targets that do not answer, or not always.

use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use p95_engine::TargetStatus;

use crate::view::shown;
use crate::window::actions::Action;
use crate::window::scene::Scene;
use crate::window::targets::failure_ui;
use crate::window::theme::{self, BODY, GAP, RADIUS, STEP};
use crate::window::view::View;
use crate::window::widgets::Line;

/// A target that answered within this time is not down but unsteady, in milliseconds.
const STEADY_MS: i64 = 5_000;
/// How long failures are remembered, in milliseconds: a note that came and went with each scrape could not be read.
const REMEMBERED_MS: i64 = 30_000;

/// Says of each target what is wrong with it: in full where it is down, in a line where it answers on and off.
pub(super) fn trouble_ui(ui: &mut Ui, scene: &Scene<'_>) {
    for target in &scene.snapshot.targets {
        match (&target.failure, Unsteady::of(target)) {
            (_, Some(unsteady)) => unsteady_ui(ui, scene, target, &unsteady),
            (Some(failure), None) => failure_ui(ui, scene, target, failure),
            (None, None) => {}
        }
    }
}

/// A target that fails on and off.
#[derive(Debug, Eq, PartialEq)]
struct Unsteady {
    failed: usize,
    scrapes: usize,
    /// The last failure, in one line.
    failure: String,
}

impl Unsteady {
    /// `None` for a target that does not fail, and for one that does nothing else.
    fn of(target: &TargetStatus) -> Option<Self> {
        let last_ms = target.last_scrape()?.start_ms;
        let age_ms = |start_ms: i64| last_ms.saturating_sub(start_ms);
        let recent =
            || target.history.iter().rev().take_while(|scrape| age_ms(scrape.start_ms) < REMEMBERED_MS);
        let last_good = target.history.iter().rev().find(|scrape| scrape.failure.is_none())?;
        let failed = || recent().filter_map(|scrape| scrape.failure.as_ref());
        let failure = failed().next()?;
        let is_steady = age_ms(last_good.start_ms) > STEADY_MS;
        (!is_steady).then(|| Self {
            failed: failed().count(),
            scrapes: recent().count(),
            failure: failure.to_string(),
        })
    }
}

fn unsteady_ui(ui: &mut Ui, scene: &Scene<'_>, target: &TargetStatus, unsteady: &Unsteady) {
    let palette = scene.palette;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 9.0 * STEP), Sense::click());
    let Unsteady { failed, scrapes, failure } = unsteady;
    let url = shown(&target.url);
    let text = format!("{url}: {failed} of the last {scrapes} scrapes failed. {failure}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
    let stroke = Stroke::new(1.0, palette.bad.gamma_multiply(0.5));
    ui.painter().rect(rect, RADIUS, palette.bad_well, stroke, StrokeKind::Inside);
    let bar = Rect::from_min_size(rect.min, vec2(STEP, rect.height()));
    let radius = egui::CornerRadius { nw: RADIUS, sw: RADIUS, ne: 0, se: 0 };
    ui.painter().rect_filled(bar, radius, palette.bad);
    let (font, max_width) = (theme::font(BODY), rect.width() - 2.0 * GAP - STEP);
    let line = Line { text: &text, font, color: palette.text, max_width };
    line.paint(ui, pos2(rect.left() + GAP + STEP, rect.center().y), Align2::LEFT_CENTER);
    if response.on_hover_text(&text).clicked() {
        scene.act(Action::Show(View::Targets));
    }
}

#[cfg(test)]
mod tests {
    use p95_core::model::Labels;
    use p95_engine::{ScrapeFailure, ScrapeRecord, Stage, TargetId, TargetState};

    use super::*;

    /// Scrapes a second apart, good (`+`) or bad (`-`), oldest first.
    #[track_caller]
    fn check(scrapes: &str, expect: Option<(usize, usize)>) {
        let record = |(at, c): (usize, char)| ScrapeRecord {
            start_ms: at as i64 * 1_000,
            duration_secs: 0.0,
            ingest_secs: 0.0,
            body_bytes: 0,
            samples: 0,
            series_added: 0,
            duplicates: 0,
            dropped: 0,
            failure: (c == '-').then(|| ScrapeFailure {
                stage: Stage::Connect,
                message: "refused".to_owned(),
                hint: String::new(),
                place: None,
            }),
        };
        let target = TargetStatus {
            id: TargetId(0),
            url: "http://localhost:1/metrics".to_owned(),
            labels: Labels::empty(),
            state: TargetState::Up,
            failure: None,
            interval_ms: 1_000,
            next_scrape_ms: None,
            scraping: false,
            scrapes_total: 0,
            scrapes_in_a_row: 0,
            history: scrapes.chars().enumerate().map(record).collect(),
        };
        let found = Unsteady::of(&target).map(|unsteady| (unsteady.failed, unsteady.scrapes));
        assert_eq!(found, expect, "{scrapes}");
    }

    #[test]
    fn on_and_off_is_neither_up_nor_down() {
        check("", None);
        check("++++", None);
        check("----", None);
        check("+-+-+-", Some((3, 6)));
        check("+-", Some((1, 2)));
        check("+------", None);
        check("-+", Some((1, 2)));
        check(&format!("-{}", "+".repeat(29)), Some((1, 30)));
        check(&format!("-{}", "+".repeat(30)), None);
    }
}
