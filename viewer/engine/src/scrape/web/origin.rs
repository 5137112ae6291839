//! The server that the program came from, and its proxy for the pages of others.

use js_sys::{Reflect, global};
use url::Url;
use wasm_bindgen::JsValue;

/// Where the proxy is, seen from the scripts of the viewer.
const PROXY: &str = "proxy";

/// The place that the program was loaded from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The URL of the worker's script, or of the page.
    own: Url,
}

impl Origin {
    /// The place of the worker or page that this runs in; `None` where it has none.
    pub(super) fn here() -> Option<Self> {
        let get = |from: &JsValue, name: &str| Reflect::get(from, &JsValue::from_str(name)).ok();
        let location = get(&global(), "location")?;
        let own = Url::parse(&get(&location, "href")?.as_string()?).ok()?;
        Some(Self { own })
    }

    /// The URL under which the page of `target` can be fetched: its own where that is this server's, else the proxy's.
    pub(super) fn route(&self, target: &Url) -> Option<Url> {
        if target.origin() == self.own.origin() {
            return Some(target.clone());
        }
        let mut proxy = self.own.join(PROXY).ok()?;
        proxy.query_pairs_mut().append_pair("target", target.as_str());
        Some(proxy)
    }
}
