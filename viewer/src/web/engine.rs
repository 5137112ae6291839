//! The engine in its Web Worker: commands come in as messages, snapshots go out as messages.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use js_sys::{Array, Uint8Array};
use p95_engine::{Engine, EngineConfig, EngineHandle, Snapshot, SnapshotWriter, read_command};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, throw_str};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::Problem;

/// The most memory that samples may take, in bytes: a page shares 4 GiB of addresses with much else.
const MEMORY_CAP_BYTES: usize = 256 << 20;

/// Runs the engine until the worker ends. What goes wrong is thrown, which the page hears.
pub(super) fn run(worker: &DedicatedWorkerGlobalScope) {
    let config = EngineConfig { memory_cap_bytes: MEMORY_CAP_BYTES, ..EngineConfig::default() };
    let running = Arc::new(OnceLock::<EngineHandle>::new());
    let (seen, writer) = (Arc::clone(&running), Mutex::new(SnapshotWriter::default()));
    let on_change = move || {
        if let Some(engine) = seen.get() {
            tell(&writer, &engine.snapshot()).unwrap_or_else(|problem| throw_str(&problem.to_string()));
        }
    };
    let engine = match Engine::start(config, on_change) {
        Ok(engine) => engine,
        Err(error) => throw_str(&error.to_string()),
    };
    // The engine takes its first turn after this one.
    let _ = running.set(engine.clone());
    let obey = move |message: MessageEvent| match read_command(&Uint8Array::new(&message.data()).to_vec()) {
        Ok(command) => engine.send(command),
        Err(error) => throw_str(&error.to_string()),
    };
    let obey = Closure::<dyn Fn(MessageEvent)>::new(obey).into_js_value();
    worker.set_onmessage(Some(obey.unchecked_ref()));
}

/// Sends the page a snapshot. Its bytes change hands; nothing is copied.
fn tell(writer: &Mutex<SnapshotWriter>, snapshot: &Snapshot) -> Result<(), Problem> {
    let bytes = writer.lock().unwrap_or_else(PoisonError::into_inner).write(snapshot)?;
    let bytes = Uint8Array::from(bytes.as_slice());
    let worker: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()))?;
    Ok(())
}
