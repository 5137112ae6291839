//! The way to the engine in its Web Worker.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use egui::Context;
use js_sys::Uint8Array;
use p95_engine::{Command, Snapshot, SnapshotReader, write_command};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{Problem, page};
use crate::view::Feed;

/// The worker's script, beside the page.
const SCRIPT: &str = "worker.js";

/// The way to the engine. Clones reach the same one.
#[derive(Clone)]
pub(super) struct WorkerFeed {
    worker: Worker,
    reader: Rc<RefCell<SnapshotReader>>,
    /// What is drawn again when a snapshot comes, once it is there.
    ctx: Rc<OnceCell<Context>>,
}

impl WorkerFeed {
    /// Starts the worker, with the program that runs here: nothing is downloaded or compiled twice.
    pub(super) fn start() -> Result<Self, Problem> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options)?;
        worker.post_message(&wasm_bindgen::module())?;
        let feed = Self { worker, reader: Rc::default(), ctx: Rc::default() };
        let (reader, ctx) = (Rc::clone(&feed.reader), Rc::clone(&feed.ctx));
        let note = move |message: MessageEvent| {
            let bytes = Uint8Array::new(&message.data()).to_vec();
            match reader.borrow_mut().read(&bytes) {
                Ok(_) => ctx.get().into_iter().for_each(Context::request_repaint),
                Err(error) => page::fail(&error.into()),
            }
        };
        let note = Closure::<dyn Fn(MessageEvent)>::new(note).into_js_value();
        feed.worker.set_onmessage(Some(note.unchecked_ref()));
        let stopped = |event: ErrorEvent| {
            page::fail(&Problem::Browser(format!("its engine stopped: {}", event.message())));
        };
        let stopped = Closure::<dyn Fn(ErrorEvent)>::new(stopped).into_js_value();
        feed.worker.set_onerror(Some(stopped.unchecked_ref()));
        Ok(feed)
    }

    /// Has `ctx` drawn again whenever there is a new snapshot.
    pub(super) fn wake(&self, ctx: Context) {
        // There is one window, which is opened once.
        let _ = self.ctx.set(ctx);
    }
}

impl Feed for WorkerFeed {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.reader.borrow().last()
    }

    fn send(&self, command: Command) {
        let sent = write_command(&command)
            .map_err(Problem::from)
            .and_then(|bytes| Ok(self.worker.post_message(&Uint8Array::from(bytes.as_slice()))?));
        if let Err(problem) = sent {
            page::fail(&problem);
        }
    }
}
