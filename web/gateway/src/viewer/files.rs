//! The viewer's files.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use tower_http::services::ServeDir;

/// The folder of the viewer among the assets.
const FOLDER: &str = "viewer";

/// What the page may do: run its own scripts and WebAssembly, and ask its own server. Nobody may put it into a frame.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Serves the viewer's files.
pub(super) fn files<S: Clone + Send + Sync + 'static>(assets: &Path) -> Router<S> {
    let folder = ServeDir::new(assets.join(FOLDER)).precompressed_gzip();
    Router::new().nest_service("/viewer/", folder).layer(map_response(guarded))
}

async fn guarded(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Its files fit each other alone: a browser asks whether it has the newest ones.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
