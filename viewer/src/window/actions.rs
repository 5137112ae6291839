//! What the parts of a frame want done, and the one place that does it.
//!
//! Drawing code changes no state but its own text fields. It sends an [`Action`] through
//! [`Scene::act`](super::scene::Scene::act); after the frame is drawn, [`Window::apply`] obeys them in order.

use egui::{Context, ThemePreference};
use p95_engine::Command;

use super::metric::MetricAction;
use super::overlay::{Overlay, OverlayKind};
use super::overview::OverviewAction;
use super::time::TimeAction;
use super::{View, Window};

/// What a part of a frame wants done.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Shows a page.
    Show(View),
    /// Shows the list of keys, or the command palette, above the page.
    Open(OverlayKind),
    /// Leaves what is open: what stands above the page, the page of a metric, then the filter.
    Close,
    /// Changes which cards the overview shows, and how.
    Overview(OverviewAction),
    /// Changes what is shown of a metric.
    Metric(MetricAction),
    /// Changes which stretch of time is shown, and how.
    Time(TimeAction),
    /// Chooses the colours.
    SetTheme(ThemePreference),
    /// Tells the engine something.
    Engine(Command),
}

impl Window {
    /// Does what was asked for. What concerns the engine goes into `commands`.
    pub(super) fn apply(&mut self, ctx: &Context, action: Action, commands: &mut Vec<Command>) {
        match action {
            Action::Show(view) => self.view = view,
            Action::Open(kind) => self.overlay = Some(Overlay::new(kind)),
            Action::Close => self.close(),
            Action::Overview(action) => self.overview.apply(action),
            Action::Metric(action) => self.metric.apply(action),
            Action::Time(action) => {
                self.hold.release();
                self.time.apply(action, self.live);
            }
            Action::SetTheme(theme) => ctx.set_theme(theme),
            Action::Engine(command) => commands.push(command),
        }
        ctx.request_repaint();
    }

    fn close(&mut self) {
        if self.overlay.take().is_some() {
            return;
        }
        if self.view == View::Overview {
            self.overview.filter.clear();
        } else {
            self.view = View::Overview;
        }
    }
}
