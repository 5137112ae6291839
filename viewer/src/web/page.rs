//! The page: its canvas, its title, what it says where something is missing.

use eframe::{WebOptions, WebRunner};
use egui::{Context, Ui};
use jiff::tz::{Offset, TimeZone};
use url::Url;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element, HtmlCanvasElement};
use web_time::{SystemTime, UNIX_EPOCH};

use super::feed::WorkerFeed;
use super::numbers::numbers;
use super::{Problem, targets};
use crate::view::Feed as _;
use crate::window::{App, Memory, Outside, View};

/// How often the text beside the canvas follows, in seconds.
const TEXT_EVERY_SECS: f64 = 1.0;

/// Opens the window in the page's canvas.
pub(super) fn open() {
    spawn_local(async {
        match start().await {
            Ok(()) => show_state("running"),
            Err(problem) => fail(&problem),
        }
    });
}

/// Says why the viewer does not run, where its canvas would be.
pub(super) fn fail(problem: &Problem) {
    if let Ok(place) = element("problem") {
        place.set_text_content(Some(&problem.to_string()));
    }
    show_state("failed");
}

async fn start() -> Result<(), Problem> {
    let canvas = element("canvas")?;
    let canvas = canvas.dyn_into::<HtmlCanvasElement>().map_err(|_| Problem::Missing("canvas"))?;
    let text = element("numbers")?;
    let feed = WorkerFeed::start()?;
    let memory = Memory::load(true);
    for target in targets::wanted(&address()?, &memory).await {
        feed.send(target);
    }
    let open = move |creation: &eframe::CreationContext<'_>| {
        let ctx = &creation.egui_ctx;
        feed.wake(ctx.clone());
        let outside = Outside { now_ms, entitle };
        let app = App::new(ctx, feed.clone(), View::Overview, zone(), memory, outside);
        Ok(Box::new(Page { app, feed, text, told_secs: 0.0, told: String::new() }) as Box<dyn eframe::App>)
    };
    Ok(WebRunner::new().start(canvas, WebOptions::default(), Box::new(open)).await?)
}

/// The window, and the text beside it.
struct Page {
    app: App<WorkerFeed>,
    feed: WorkerFeed,
    text: Element,
    /// When the text was looked at, in seconds.
    told_secs: f64,
    /// What it says.
    told: String,
}

impl Page {
    fn tell(&mut self, ctx: &Context) {
        let now_secs = ctx.input(|input| input.time);
        if now_secs - self.told_secs < TEXT_EVERY_SECS {
            return;
        }
        self.told_secs = now_secs;
        let text = numbers(&self.feed.snapshot());
        if self.told != text {
            self.text.set_text_content(Some(&text));
            self.told = text;
        }
    }
}

impl eframe::App for Page {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.app.ui(ui, frame);
        self.tell(ui.ctx());
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        self.app.clear_color(visuals)
    }
}

fn document() -> Result<Document, Problem> {
    web_sys::window().and_then(|window| window.document()).ok_or(Problem::Missing("document"))
}

fn element(id: &'static str) -> Result<Element, Problem> {
    document()?.get_element_by_id(id).ok_or(Problem::Missing(id))
}

/// The page's own address.
fn address() -> Result<Url, Problem> {
    let window = web_sys::window().ok_or(Problem::Missing("window"))?;
    Url::parse(&window.location().href()?).map_err(|_| Problem::Missing("address"))
}

/// The styles of the page follow this state: `loading`, `running` or `failed`.
fn show_state(state: &str) {
    let root = document().ok().and_then(|document| document.document_element());
    if let Some(root) = root {
        // Only a name that is no name could be refused.
        let _ = root.set_attribute("data-state", state);
    }
}

fn entitle(_ctx: &Context, title: &str) {
    if let Ok(document) = document() {
        document.set_title(title);
    }
}

/// The browser's zone as it is now. Its rules would be 100 kB more to download, and what is shown is hours old at most.
fn zone() -> TimeZone {
    let ahead_minutes = -js_sys::Date::new_0().get_timezone_offset();
    #[expect(clippy::cast_possible_truncation, reason = "a day has 1,440 minutes")]
    let offset = Offset::from_seconds((ahead_minutes * 60.0) as i32);
    offset.map_or(TimeZone::UTC, TimeZone::fixed)
}

/// Milliseconds since the Unix epoch.
fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
