//! `p95 snapshot`: a picture of the window, made without a display or a driver.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use jiff::tz::TimeZone;
use p95_engine::{Command, EngineHandle, Snapshot, TargetState};
use p95_picture::encode_png;

use super::SnapshotArgs;
use super::hints::nearest;
use super::picture::{PictureFormat, PictureTheme, PictureView};
use super::record::size_text;
use super::wait::{POLL, await_scrapes, check_opened, report_failures};
use crate::output::escape::escape;
use crate::window::{Look, Offscreen, View};

/// The longest time that the last answers may take after the scrapes have ended.
const SETTLE: Duration = Duration::from_secs(10);

/// Checks what can be checked before anything is scraped.
///
/// # Errors
/// Where the picture's folder is not there, or a flag is of no use.
pub(super) fn check(args: &SnapshotArgs) -> anyhow::Result<()> {
    let path = &args.output.path;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        bail!("cannot write {}: there is no folder {}", path.display(), folder.display());
    }
    if args.panel.is_some() && !matches!(args.view, PictureView::Metric(_)) {
        bail!("--panel is for --view metric:NAME");
    }
    Ok(())
}

/// Scrapes for the time that was asked for and draws what the window would show then.
///
/// # Errors
/// Where no target has the metric of the view, or the file cannot be written.
pub(super) fn run(args: &SnapshotArgs, engine: &EngineHandle) -> anyhow::Result<ExitCode> {
    let mut window = Offscreen::new(view(&args.view), look(args));
    let mut revision = None;
    // What a server has is there at once.
    let wait_ms = Some(args.for_ms).filter(|_| args.server.server.is_none());
    let scraped = await_scrapes(engine, wait_ms, 1, |snapshot| {
        if revision.replace(snapshot.revision) != Some(snapshot.revision) {
            draw(&mut window, engine, snapshot);
        }
    });
    check_opened(&scraped)?;
    let failed = report_failures(&scraped);
    let scraped = await_told(engine);
    if let PictureView::Metric(name) = &args.view {
        check_metric(&scraped, name)?;
        if let Some(title) = &args.panel {
            window.show_panel(panel_number(&scraped, name, title)?);
        }
    }
    settle(&mut window, engine);
    let path = &args.output.path;
    let file = match args.output.format {
        PictureFormat::Png => encode_png(&window.canvas())?,
        PictureFormat::Svg => window.svg(&title(&scraped)).into_bytes(),
    };
    fs::write(path, &file).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!(
        "p95: {}, {}x{} points, {}",
        escape(&path.display().to_string()),
        args.size.width,
        args.size.height,
        size_text(file.len() as u64)
    );
    Ok(if failed == scraped.targets.len() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn look(args: &SnapshotArgs) -> Look {
    Look {
        size: egui::vec2(f32::from(args.size.width), f32::from(args.size.height)),
        scale: args.scale,
        theme: match args.theme {
            PictureTheme::Dark => egui::Theme::Dark,
            PictureTheme::Light => egui::Theme::Light,
        },
        range: args.range.clone(),
        zone: TimeZone::system(),
    }
}

fn view(view: &PictureView) -> View {
    match view {
        PictureView::Overview => View::Overview,
        PictureView::Targets => View::Targets,
        PictureView::Metric(name) => View::Metric(name.clone()),
    }
}

/// Draws one frame; the engine hears what it needs. Whether it needs anything new.
fn draw(window: &mut Offscreen, engine: &EngineHandle, snapshot: &Snapshot) -> bool {
    let commands: Vec<Command> = window.frame(snapshot, snapshot.now_ms);
    let is_new = !commands.is_empty();
    commands.into_iter().for_each(|command| engine.send(command));
    is_new
}

/// Draws until every panel on screen has its answer, and the picture stands still.
fn settle(window: &mut Offscreen, engine: &EngineHandle) {
    let begun = Instant::now();
    let mut still_frames = 0;
    while still_frames < 3 && begun.elapsed() < SETTLE {
        let snapshot = engine.snapshot();
        let is_still = !draw(window, engine, &snapshot) && window.is_settled(&snapshot) && is_told(&snapshot);
        still_frames = if is_still { still_frames + 1 } else { 0 };
        thread::sleep(POLL);
    }
}

/// Waits until it is known what there is to be shown.
fn await_told(engine: &EngineHandle) -> Arc<Snapshot> {
    let begun = Instant::now();
    loop {
        let snapshot = engine.snapshot();
        if is_told(&snapshot) || begun.elapsed() >= SETTLE {
            return snapshot;
        }
        thread::sleep(POLL);
    }
}

/// Whether it is known what there is to be shown; a server takes a while to say.
fn is_told(snapshot: &Snapshot) -> bool {
    let is_failed = snapshot.targets.iter().all(|target| target.failure.is_some());
    snapshot.server.is_none() || is_failed || snapshot.overview.cards().next().is_some()
}

/// Whether a target has the metric. Where none answers, nobody can say.
fn check_metric(snapshot: &Snapshot, name: &str) -> anyhow::Result<()> {
    let names = || snapshot.overview.cards().flat_map(|card| [card.id.as_str(), card.family.as_str()]);
    if names().any(|known| known == name) {
        return Ok(());
    }
    if !snapshot.targets.iter().any(|target| target.state == TargetState::Up) {
        return Ok(());
    }
    match nearest(name, names()) {
        Some(nearest) => bail!("no target has a metric {name:?}; did you mean metric:{nearest}?"),
        None => bail!("no target has a metric {name:?}; the view overview shows what there is"),
    }
}

/// The number of a metric's panel, by its title.
fn panel_number(snapshot: &Snapshot, name: &str, title: &str) -> anyhow::Result<usize> {
    let card = snapshot.overview.cards().find(|card| card.id == name || card.family == name);
    let titles = Vec::from_iter(card.iter().flat_map(|card| card.panels()).map(|panel| panel.title.as_str()));
    let number = titles.iter().position(|known| known.eq_ignore_ascii_case(title));
    number.with_context(|| format!("{name:?} has no chart {title:?}; there are: {}", titles.join("; ")))
}

/// What the picture shows, in words.
fn title(snapshot: &Snapshot) -> String {
    let urls: Vec<&str> = snapshot.targets.iter().map(|target| target.url.as_str()).collect();
    format!("p95: {}", urls.join(", "))
}
