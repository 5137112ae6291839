//! Opening the window.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eframe::{NativeOptions, Renderer};
use egui::{Context, ViewportBuilder, ViewportCommand};
use jiff::tz::TimeZone;
use p95_engine::EngineHandle;

use super::View;
use super::app::{App, Outside};
use super::icon::icon;
use super::memory::{MIN_SIZE, Memory};

/// How long news wait for more: that a scrape begins, that it ended and what follows from it mostly come within this time, and
/// one frame shows them all.
const GATHER: Duration = Duration::from_millis(40);

/// Why there is no window: one line.
#[derive(Debug, thiserror::Error)]
#[error("no window can be opened: {0}")]
pub(crate) struct RunError(String);

impl From<eframe::Error> for RunError {
    fn from(error: eframe::Error) -> Self {
        Self(error.to_string().lines().next().unwrap_or_default().to_owned())
    }
}

/// The way to wake the window, from any thread; until it is open nothing happens.
#[derive(Clone, Default)]
pub(crate) struct Waker(Arc<OnceLock<Context>>);

impl Waker {
    /// Has the window draw itself again, soon.
    pub(crate) fn wake(&self) {
        if let Some(ctx) = self.0.get() {
            ctx.request_repaint_after(GATHER);
        }
    }
}

/// Opens the window on an engine, at a page, and stays until it is closed. Where wgpu finds no adapter, OpenGL draws it.
///
/// # Errors
/// Where there is no display, or nothing can draw on it.
pub(crate) fn run(
    handle: &EngineHandle,
    waker: &Waker,
    view: &View,
    memory: &Memory,
) -> Result<(), RunError> {
    let open = |renderer| open(handle, waker, view, memory, renderer);
    let wgpu = open(Renderer::Wgpu);
    match wgpu {
        Err(eframe::Error::Wgpu(problem)) => {
            tracing::info!("wgpu cannot draw the window, OpenGL is tried: {problem}");
            Ok(open(Renderer::Glow)?)
        }
        other => Ok(other?),
    }
}

fn open(
    handle: &EngineHandle,
    waker: &Waker,
    view: &View,
    memory: &Memory,
    renderer: Renderer,
) -> eframe::Result {
    let viewport = ViewportBuilder::default()
        .with_title("p95")
        .with_app_id("p95")
        .with_icon(icon())
        .with_inner_size(memory.size())
        .with_min_inner_size(MIN_SIZE);
    let options = NativeOptions { viewport, renderer, ..NativeOptions::default() };
    let (handle, waker, view, memory) = (handle.clone(), waker.clone(), view.clone(), memory.clone());
    eframe::run_native(
        "p95",
        options,
        Box::new(move |creation| {
            // A second renderer after a failed first one brings a context of its own; only one is ever shown.
            let _ = waker.0.set(creation.egui_ctx.clone());
            let outside = Outside { now_ms, entitle };
            Ok(Box::new(App::new(&creation.egui_ctx, handle, view, TimeZone::system(), memory, outside)))
        }),
    )
}

fn entitle(ctx: &Context, title: &str) {
    ctx.send_viewport_cmd(ViewportCommand::Title(title.to_owned()));
}

/// Milliseconds since the Unix epoch.
fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
