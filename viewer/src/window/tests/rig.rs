//! A window on a simulated engine.

use egui::{Event, Key, Modifiers, OutputCommand, PointerButton, Pos2, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use jiff::tz::TimeZone;
use p95_core::exposition::negotiate::ACCEPT;
use p95_engine::{Command, ScrapeFailure, Simulation, TargetId};
use p95_picture::Painter;

use crate::demo::Shop;
use crate::window::{View, Window};

/// When the first scrape begins: 2026-01-02 09:00 UTC, off the whole second as it is in life.
const FIRST_MS: i64 = 1_767_344_400_300;
/// The time from one scrape to the next.
const INTERVAL_MS: i64 = 1_000;
/// The size of the window, unless a test says otherwise.
pub(super) const SCREEN: Vec2 = vec2(1_280.0, 800.0);

/// A window, the engine behind it, and the demo's shop as its first target.
pub(super) struct Rig {
    pub(super) engine: Simulation,
    pub(super) now_ms: i64,
    /// What the window told the engine.
    pub(super) sent: Vec<Command>,
    view: View,
    shop: Shop,
    window: Option<Window>,
}

impl Rig {
    /// A shop that was scraped so many times, and then a window opens on it.
    pub(super) fn new(view: View, scrapes: u32) -> Self {
        let mut rig = Self::without_targets(view);
        rig.engine.add_target("localhost:8000").unwrap();
        for _ in 0..scrapes {
            rig.scrape();
        }
        rig
    }

    /// Nothing to be scraped.
    pub(super) fn without_targets(view: View) -> Self {
        let engine = Simulation::new().unwrap();
        let shop = Shop::open(FIRST_MS - 30_000).unwrap();
        let (sent, now_ms) = (Vec::new(), FIRST_MS);
        Self { engine, now_ms, sent, view, shop, window: None }
    }

    /// Another target than the shop, scraped so many times, a second apart: its pages by the number of the scrape, or why there
    /// is none.
    pub(super) fn on_pages(
        view: View,
        scrapes: u32,
        page: impl Fn(u32) -> Result<String, ScrapeFailure>,
    ) -> Self {
        let mut rig = Self::without_targets(view);
        let id = rig.engine.add_target("localhost:8000").unwrap();
        for scrape in 0..scrapes {
            rig.now_ms = FIRST_MS + i64::from(scrape) * INTERVAL_MS;
            let page = page(scrape);
            rig.engine.scrape(id, rig.now_ms, page.as_deref().map_err(Clone::clone));
        }
        rig.engine.refresh();
        rig
    }

    /// The shop's next scrape, a second after its last.
    pub(super) fn scrape(&mut self) {
        let is_first = self.engine.snapshot().first_ms.is_none();
        self.now_ms += if is_first { 0 } else { INTERVAL_MS };
        let page = String::from_utf8(self.shop.page(ACCEPT, self.now_ms).body).unwrap();
        self.engine.scrape(TargetId(0), self.now_ms, Ok(&page));
        self.engine.refresh();
    }

    /// One more target, scraped once: its page, or why there is none.
    pub(super) fn scrape_other(&mut self, target: &str, fetched: Result<&str, ScrapeFailure>) {
        let id = self.engine.add_target(target).unwrap();
        self.engine.scrape(id, self.now_ms, fetched);
        self.engine.refresh();
    }

    /// Opens the window.
    pub(super) fn open(self, size: Vec2) -> Harness<'static, Self> {
        // A question goes out with one frame, and its answer comes in with the next: a page takes a few.
        let builder = Harness::builder().with_size(size).with_max_steps(16).renderer(Painter::default());
        let mut harness = builder.build_ui_state(
            |ui, rig: &mut Self| {
                let window =
                    rig.window.get_or_insert_with(|| Window::new(ui.ctx(), rig.view.clone(), TimeZone::UTC));
                let commands = window.frame_ui(ui, rig.engine.snapshot(), rig.now_ms);
                if !commands.is_empty() {
                    ui.ctx().request_repaint();
                }
                for command in commands {
                    rig.sent.push(command.clone());
                    rig.engine.obey(command);
                }
            },
            self,
        );
        harness.run_ok();
        harness
    }

    /// All queries that the window asks at present.
    pub(super) fn asked(&self) -> Vec<String> {
        let views = self.sent.iter().rev().filter_map(|command| match command {
            Command::SetView { panels } => Some(panels),
            _ => None,
        });
        views.take(1).flatten().flat_map(|panel| panel.exprs.clone()).collect()
    }
}

/// What tests do with a window.
pub(super) trait Use {
    /// Clicks the first that has this name.
    fn click(&mut self, name: &str);
    /// Presses a key, and releases it.
    fn press(&mut self, modifiers: Modifiers, key: Key);
    /// Types, as if the keyboard sent a text.
    fn write(&mut self, text: &str);
    /// Drags from one place to another with the primary button.
    fn drag_across(&mut self, from: Pos2, to: Pos2);
    /// Whether there is anything of this name.
    fn has(&self, name: &str) -> bool;
    /// What was copied in the last frame.
    fn copied(&self) -> Option<String>;
}

impl Use for Harness<'_, Rig> {
    fn click(&mut self, name: &str) {
        let Some(node) = self.query_all_by_label(name).next() else { panic!("there is no {name:?}") };
        node.click();
        self.run_ok();
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.key_press_modifiers(modifiers, key);
        self.run_ok();
    }

    fn write(&mut self, text: &str) {
        self.event(Event::Text(text.to_owned()));
        self.run_ok();
    }

    fn drag_across(&mut self, from: Pos2, to: Pos2) {
        let button = |pos, pressed| Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        let middle = from + (to - from) / 2.0;
        for event in [
            Event::PointerMoved(from),
            button(from, true),
            Event::PointerMoved(middle),
            Event::PointerMoved(to),
            button(to, false),
            Event::PointerGone,
        ] {
            self.event(event);
            self.step();
        }
        self.run_ok();
    }

    fn has(&self, name: &str) -> bool {
        self.query_all_by_label(name).next().is_some()
    }

    fn copied(&self) -> Option<String> {
        self.output().platform_output.commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    }
}
