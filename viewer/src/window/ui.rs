//! The window's state, and one frame of it.

use std::time::Duration;

use egui::{CentralPanel, Context, Frame, Margin, ScrollArea, Ui};
use jiff::tz::TimeZone;
use p95_engine::{Command, PanelQuery, Snapshot, TargetState};

use super::chart::MeshCache;
use super::header::{Bar, header_ui};
use super::keys;
use super::metric::{self, MetricState};
use super::overlay::{Overlay, overlay_ui};
use super::overview::{self, OverviewState, Sort};
use super::scene::{Outbox, Scene};
use super::targets::{self, TargetsState};
use super::theme::{self, Palette, STEP};
use super::time::{Hold, Live, TimeState, Zone};
use super::view::View;
use super::widgets::small_button;
use crate::output::escape::escape;

/// The order of the cards looks at this much of the past at most, in milliseconds.
const MAX_RANKING_MS: i64 = 3_600_000;

/// The window. It draws a snapshot and says what the engine is to be told; it computes no number.
pub struct Window {
    pub(super) view: View,
    pub(super) overview: OverviewState,
    pub(super) metric: MetricState,
    pub(super) targets: TargetsState,
    pub(super) time: TimeState,
    /// What the engine has, as of the last frame.
    pub(super) live: Live,
    local_zone: TimeZone,
    /// What the engine was last told of the panels on screen.
    asked: Vec<PanelQuery>,
    /// The same of the cards' ranking.
    asked_ranking_ms: Option<i64>,
    cursor_ms: Option<i64>,
    pub(super) hold: Hold,
    pub(super) meshes: MeshCache,
    /// What stands above the page.
    pub(super) overlay: Option<Overlay>,
    /// What the user is to know once.
    pub(super) notice: Option<String>,
}

impl Window {
    /// A window that shows a page, and writes times in the zone.
    pub fn new(ctx: &Context, view: View, local_zone: TimeZone) -> Self {
        theme::apply(ctx);
        Self {
            view,
            overview: OverviewState::default(),
            metric: MetricState::default(),
            targets: TargetsState::default(),
            time: TimeState::default(),
            live: Live::default(),
            local_zone,
            asked: Vec::new(),
            asked_ranking_ms: None,
            cursor_ms: None,
            hold: Hold::default(),
            meshes: MeshCache::default(),
            overlay: None,
            notice: None,
        }
    }

    /// The page that is shown.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What the title bar says: the name, the page, the targets' state.
    pub fn title(&self, snapshot: &Snapshot) -> String {
        let state = targets::states_text(snapshot.targets.iter().map(AsRef::as_ref));
        match &self.view {
            View::Metric(name) => format!("p95 — {} — {state}", escape(name)),
            View::Overview | View::Targets => format!("p95 — {state}"),
        }
    }

    /// One frame; returns what the engine is to be told. `now_ms` is the time for countdowns, in milliseconds since the
    /// Unix epoch.
    pub fn frame_ui(&mut self, ui: &mut Ui, snapshot: &Snapshot, now_ms: i64) -> Vec<Command> {
        self.live = live(snapshot, !self.is_still());
        let outbox = Outbox::default();
        outbox.actions.borrow_mut().extend(keys::pressed(ui));
        let zone = match self.time.zone {
            Zone::Local => self.local_zone.clone(),
            Zone::Utc => TimeZone::UTC,
        };
        let span = self.hold.span().unwrap_or_else(|| self.time.span(self.live));
        // The frame's own: the pages need the rest of the window while they draw.
        let mut meshes = std::mem::take(&mut self.meshes);
        meshes.next_frame();
        let scene = Scene {
            snapshot,
            palette: Palette::of(ui.style()),
            zone: &zone,
            // Where the machine's clock went back, the engine's did not.
            now_ms: now_ms.max(snapshot.now_ms),
            span,
            end_ms: self.is_still().then_some(span.end_ms),
            cursor_ms: self.cursor_ms,
            meshes: &meshes,
            outbox: &outbox,
        };
        let bar = Bar { view: &self.view, time: &self.time, overview: &mut self.overview };
        header_ui(ui, &scene, bar);
        self.page_ui(ui, &scene);
        if let Some(overlay) = &mut self.overlay {
            overlay_ui(ui.ctx(), &scene, overlay);
        }
        self.meshes = meshes;
        self.tick(ui.ctx(), snapshot);
        self.hold.update(ui, span, outbox.cursor_ms.get().is_some());
        self.finish(ui.ctx(), outbox)
    }

    /// Whether charts stay where they are: paused, or under the pointer.
    fn is_still(&self) -> bool {
        self.time.fixed.is_some() || self.hold.span().is_some()
    }

    fn page_ui(&mut self, ui: &mut Ui, scene: &Scene<'_>) {
        let frame = Frame::new().fill(scene.palette.background).inner_margin(Margin {
            left: 12,
            right: 0,
            top: 0,
            bottom: 0,
        });
        CentralPanel::no_frame().frame(frame).show(ui, |ui| {
            // Each page keeps its own place while another one is shown.
            let area = ScrollArea::vertical().id_salt(&self.view).auto_shrink([false, false]);
            area.show(ui, |ui| {
                let margin = Margin { left: 0, right: 12, top: 12, bottom: 12 };
                Frame::new().inner_margin(margin).show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0 * STEP;
                    notice_ui(ui, scene, &mut self.notice);
                    match &self.view {
                        View::Overview => overview::overview_ui(ui, scene, &mut self.overview),
                        View::Metric(name) => metric::metric_ui(ui, scene, &mut self.metric, name),
                        View::Targets => targets::targets_ui(ui, scene, &mut self.targets),
                    }
                });
            });
        });
    }

    /// Does what the frame wants done, and tells the engine which panels are on screen where that changed.
    fn finish(&mut self, ctx: &Context, outbox: Outbox) -> Vec<Command> {
        let mut commands = Vec::new();
        for action in outbox.actions.into_inner() {
            self.apply(ctx, action, &mut commands);
        }
        // The crosshair of all charts moves one frame after the pointer.
        if self.cursor_ms != outbox.cursor_ms.get() {
            self.cursor_ms = outbox.cursor_ms.get();
            ctx.request_repaint();
        }
        let ranking_ms = self.ranking_ms();
        if self.asked_ranking_ms != ranking_ms {
            self.asked_ranking_ms = ranking_ms;
            commands.push(Command::SetRanking(ranking_ms));
        }
        commands.extend(self.metric.open_command(&self.view));
        let panels = outbox.panels.into_inner();
        if self.asked != panels {
            self.asked.clone_from(&panels);
            commands.push(Command::SetView { panels });
        }
        commands
    }

    /// How much of the past the order of the cards looks at, where it needs to.
    fn ranking_ms(&self) -> Option<i64> {
        let is_ranked = self.view == View::Overview && self.overview.sort != Sort::Name;
        is_ranked.then(|| self.time.range.length_ms().min(MAX_RANKING_MS))
    }

    /// A countdown is the only thing that moves between two snapshots.
    fn tick(&self, ctx: &Context, snapshot: &Snapshot) {
        if snapshot.targets.iter().any(|target| target.state == TargetState::Down) {
            ctx.request_repaint_after(Duration::from_millis(500));
        }
    }
}

/// What the user is to know once, and the button that takes it away.
fn notice_ui(ui: &mut Ui, scene: &Scene<'_>, notice: &mut Option<String>) {
    let Some(text) = notice else { return };
    let is_read = ui
        .horizontal_wrapped(|ui| {
            ui.colored_label(scene.palette.warn, escape(text));
            ui.add(small_button("Close this note")).clicked()
        })
        .inner;
    if is_read {
        *notice = None;
    }
}

/// What the engine has. While charts follow the newest scrape, time moves when the answers do, not a moment earlier.
fn live(snapshot: &Snapshot, is_following: bool) -> Live {
    let last_ms =
        || snapshot.targets.iter().filter_map(|target| target.last_scrape()).map(|last| last.start_ms).max();
    let answered_ms = snapshot.panels.iter().map(|panel| panel.end_ms).max().filter(|_| is_following);
    let last_ms = answered_ms.or_else(last_ms).unwrap_or(snapshot.now_ms);
    Live { first_ms: snapshot.first_ms.map_or(last_ms, |first_ms| first_ms.min(last_ms)), last_ms }
}
