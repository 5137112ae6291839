//! What runs the engine's tasks: threads natively, the turns of a Web Worker's event loop on the web. Both sides have the
//! same face.
//!
//! | name | what it does |
//! |---|---|
//! | `Runtime` | runs the engine until it ends |
//! | `Handle` | runs blocking work from outside |
//! | `spawn` | runs a task beside the others |
//! | `spawn_heavy` | runs a task that takes its time between its waits |
//! | `spawn_blocking` | runs work that takes its time; resolves to its result, or to why there is none |
//! | `sleep` | waits |

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(not(target_family = "wasm"))]
pub(crate) use native::{Handle, Runtime, sleep, spawn, spawn_blocking, spawn_heavy};
#[cfg(target_family = "wasm")]
pub(crate) use web::{Handle, Runtime, sleep, spawn, spawn_blocking, spawn_heavy};
