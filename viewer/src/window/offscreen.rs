//! The window without a display: its frames become pictures.

use egui::epaint::ClippedShape;
use egui::style::ScrollAnimation;
use egui::{Color32, Context, Pos2, RawInput, Rect, Theme, Vec2, ViewportId};
use jiff::tz::TimeZone;
use p95_engine::{Command, MetricView, PanelQuery, Snapshot};
use p95_picture::{Canvas, Painter, SvgOptions, encode_svg};

use super::chart::MeshCache;
use super::metric::MetricAction;
use super::theme::Palette;
use super::time::{Live, TimeAction, TimeRange};
use super::{View, Window};

/// The length of a frame, in seconds.
const FRAME_SECS: f64 = 0.25;

/// What a picture looks like.
#[derive(Clone, Debug)]
pub struct Look {
    /// The size of the window, in points.
    pub size: Vec2,
    /// The pixels of each point.
    pub scale: f32,
    /// Dark or light.
    pub theme: Theme,
    /// The label of the range that charts show, such as `5m`.
    pub range: String,
    /// The zone that times are written in.
    pub zone: TimeZone,
}

/// A window that nobody sees. It has no pointer and no animations; everything else is as on a screen.
pub struct Offscreen {
    ctx: Context,
    painter: Painter,
    window: Window,
    look: Look,
    time_secs: f64,
    shapes: Vec<ClippedShape>,
    /// What the engine was last told of the panels on screen.
    asked: Vec<PanelQuery>,
    /// And of the metric that is opened.
    opened: Option<MetricView>,
}

impl Offscreen {
    /// A window that shows a page. A range that no button has leaves the usual one.
    pub fn new(view: View, look: Look) -> Self {
        let ctx = Context::default();
        let mut window = Window::new(&ctx, view, look.zone.clone());
        window.meshes = MeshCache::off();
        ctx.set_theme(look.theme);
        ctx.all_styles_mut(|style| {
            style.visuals.text_cursor.blink = false;
            style.scroll_animation = ScrollAnimation::none();
            style.animation_time = 0.0;
        });
        if let Some(range) = TimeRange::ALL.into_iter().find(|range| range.label() == look.range) {
            window.time.apply(TimeAction::SetRange(range), Live::default());
        }
        Self {
            ctx,
            painter: Painter::default(),
            window,
            look,
            time_secs: 0.0,
            shapes: Vec::new(),
            asked: Vec::new(),
            opened: None,
        }
    }

    /// Shows another chart of the metric that is opened, by its number.
    pub fn show_panel(&mut self, number: usize) {
        self.window.metric.apply(MetricAction::ShowPanel(number));
    }

    /// Draws a frame; returns what the engine is to be told. `now_ms` is the time for countdowns, in milliseconds since the
    /// Unix epoch.
    pub fn frame(&mut self, snapshot: &Snapshot, now_ms: i64) -> Vec<Command> {
        self.time_secs += FRAME_SECS;
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.look.size)),
            time: Some(self.time_secs),
            ..RawInput::default()
        };
        if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
            viewport.native_pixels_per_point = Some(self.look.scale);
        }
        let mut commands = Vec::new();
        let mut output = self.ctx.run_ui(input, |ui| commands = self.window.frame_ui(ui, snapshot, now_ms));
        self.painter.update(&mut output.textures_delta);
        self.shapes = output.shapes;
        for command in &commands {
            match command {
                Command::SetView { panels } => self.asked.clone_from(panels),
                Command::OpenMetric(metric) => self.opened.clone_from(metric),
                _ => {}
            }
        }
        commands
    }

    /// Whether nothing would change in another frame: every panel on screen has its answer, and no part of the window
    /// wants to be drawn again at once.
    pub fn is_settled(&self, snapshot: &Snapshot) -> bool {
        let is_answered = |asked: &PanelQuery| snapshot.panels.iter().any(|result| result.id == asked.id);
        let is_opened = self.opened.as_ref().is_none_or(|view| {
            snapshot.targets.iter().all(|target| target.failure.is_some())
                || snapshot.metric.as_ref().is_some_and(|detail| detail.view == *view)
        });
        is_opened && self.asked.iter().all(is_answered) && !self.ctx.has_requested_repaint()
    }

    /// The last frame as pixels.
    pub fn canvas(&self) -> Canvas {
        let meshes = self.ctx.tessellate(self.shapes.clone(), self.look.scale);
        let size = self.look.size * self.look.scale;
        self.painter.paint(&meshes, [pixels(size.x), pixels(size.y)], self.look.scale, self.background())
    }

    /// The last frame as an SVG file.
    pub fn svg(&self, title: &str) -> String {
        let options = SvgOptions {
            title,
            size: self.look.size,
            pixels_per_point: self.look.scale,
            background: self.background(),
        };
        encode_svg(&self.shapes, &self.painter, &options)
    }

    fn background(&self) -> Color32 {
        Palette::of(&self.ctx.global_style()).background
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn pixels(length: f32) -> usize {
    length.round() as usize
}
