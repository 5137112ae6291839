//! Why the viewer does not run: one line.

use js_sys::{Error, JsString};
use wasm_bindgen::{JsCast as _, JsValue};

/// Why the viewer does not run: one line.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// The browser says so.
    #[error("{0}")]
    Browser(String),
    /// The page lacks a part.
    #[error("the page has no {0}")]
    Missing(&'static str),
    /// Page and worker are of different versions.
    #[error("{0}; reload the page")]
    Link(#[from] p95_engine::LinkError),
    /// The engine does not start.
    #[error(transparent)]
    Engine(#[from] p95_engine::StartError),
}

impl From<JsValue> for Problem {
    fn from(thrown: JsValue) -> Self {
        let text = match thrown.dyn_into::<Error>() {
            Ok(error) => error.message(),
            Err(other) => other.dyn_into::<JsString>().unwrap_or_else(|_| "it does not say why".into()),
        };
        Self::Browser(text.into())
    }
}
