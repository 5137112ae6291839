//! The window: pages drawn from the engine's last finished snapshot.
//!
//! [`Window`] is all of it that can be seen. It needs egui, a [`Snapshot`](p95_engine::Snapshot) and the time, and gives
//! back the commands for the engine, so that a real window (`run`), a picture and a test draw the very same thing.
//!
//! | room | what is in it |
//! |---|---|
//! | `app`, `run` | the real window: eframe, the clock, the way from and to the engine |
//! | `frames` | how long frames take, for the log |
//! | `offscreen` | the window without a display: pictures |
//! | `ui` | [`Window`]: its state, and one frame of it |
//! | `scene` | what all parts of a frame share: the snapshot, the colours, the time; and their way to act and to ask |
//! | `actions` | what the parts of a frame want done, and the one place that does it |
//! | `view` | which page is shown |
//! | `keys`, `overlay/` | the shortcuts, as a table; their list, and the command palette |
//! | `recording` | the recording that is written: its beginning, its end, how it goes |
//! | `settings/`, `memory` | what is remembered from one start to the next |
//! | `icon` | the window's icon |
//! | `time/` | which stretch of time is shown: live or paused, zoom, pan, the way back; local time or UTC |
//! | `header/` | the bar at the top: filter, time, targets |
//! | `overview/` | the grid of cards |
//! | `metric/` | the page of one metric |
//! | `targets/` | the targets, and why one failed |
//! | `chart/` | one chart: axes, lines, heatmap, strips, rows, legend |
//! | `widgets/` | what is drawn in several rooms |
//! | `theme`, `pen` | colours, type and spacing; how a line looks |

mod actions;
#[cfg(feature = "gui")]
mod app;
mod chart;
#[cfg(feature = "gui")]
mod frames;
mod header;
#[cfg(all(feature = "gui", not(target_family = "wasm")))]
mod icon;
mod keys;
#[cfg(feature = "gui")]
mod memory;
mod metric;
mod offscreen;
mod overlay;
mod overview;
mod pen;
mod recording;
#[cfg(all(feature = "gui", not(target_family = "wasm")))]
mod run;
mod scene;
#[cfg(feature = "gui")]
mod settings;
mod targets;
#[cfg(test)]
mod tests;
mod theme;
mod time;
mod ui;
mod view;
mod widgets;

#[cfg(all(feature = "gui", target_family = "wasm"))]
pub(crate) use app::{App, Outside};
#[cfg(feature = "gui")]
pub(crate) use memory::Memory;
pub use offscreen::{Look, Offscreen};
#[cfg(all(feature = "gui", not(target_family = "wasm")))]
pub(crate) use run::{Waker, run};
#[cfg(test)]
pub(crate) use time::TimeRange;
pub use ui::Window;
pub use view::View;
