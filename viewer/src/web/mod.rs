//! The viewer in a browser. The same program runs twice: in the page it draws, in a Web Worker it scrapes, stores and
//! answers. What they tell each other are the engine's commands and snapshots.
//!
//! | room | what is in it |
//! |---|---|
//! | `engine` | the worker's side: the engine |
//! | `feed` | the page's side: the way to it |
//! | `page` | the page: its canvas, its title, what it says where something is missing |
//! | `numbers` | the numbers on the cards as text, for who does not see the canvas |
//! | `targets` | what is scraped from the start |

mod engine;
mod feed;
mod numbers;
mod page;
mod problem;
mod targets;

use std::process::ExitCode;

use wasm_bindgen::JsCast as _;
use web_sys::DedicatedWorkerGlobalScope;

use problem::Problem;

/// Runs as the engine in a Web Worker, else as the window of a page; both go on after this has returned.
pub fn main() -> ExitCode {
    match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(worker) => engine::run(&worker),
        Err(_) => page::open(),
    }
    ExitCode::SUCCESS
}
