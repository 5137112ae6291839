//! The routes.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post, put};
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::services::ServeDir;

use super::{Service, frames, groups, page};
use crate::viewer;

/// How long a browser may remember that an origin is allowed.
const PREFLIGHT_AGE: Duration = Duration::from_secs(3600);

/// Which routes there are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Surface {
    /// Frames, pushes, `/metrics`, the viewer, and the assets.
    #[default]
    Whole,
    /// All but `/metrics` and the viewer.
    Push,
    /// `/metrics` and the viewer alone.
    Metrics,
}

/// The routes, with the checks in front of them.
pub(crate) fn router(service: &Arc<Service>, surface: Surface) -> Router {
    let mut router = Router::new().route("/-/ready", get(ready)).route("/-/healthy", get(ready));
    if surface != Surface::Metrics {
        let known = Arc::clone(service);
        let cors = CorsLayer::new()
            .allow_origin(AllowOrigin::predicate(move |origin, _| known.guard.is_listed(origin)))
            .allow_methods([Method::POST])
            .allow_headers([header::AUTHORIZATION, header::CONTENT_ENCODING, header::CONTENT_TYPE])
            // Without it a page of another origin would not see when to come back.
            .expose_headers([header::RETRY_AFTER])
            .max_age(PREFLIGHT_AGE);
        let change = put(groups::change).post(groups::change).delete(groups::change);
        router = router
            .route(&service.options.endpoint, post(frames::post).layer(cors))
            .route("/metrics/{*group}", change);
        if let Some(folder) = &service.options.assets {
            router = router.fallback_service(ServeDir::new(folder));
        }
    }
    if surface != Surface::Push {
        router = router.route("/metrics", get(page::get)).merge(viewer::routes(service));
    }
    router
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(Arc::clone(service), guard))
        .layer(service.own.http.clone())
        .with_state(Arc::clone(service))
}

async fn ready() -> &'static str {
    "ready\n"
}

async fn guard(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    if let Err(reject) = service.guard.check(request.method(), request.headers()) {
        return service.refused(&reject);
    }
    next.run(request).await
}

/// The address that a request comes from, which the server puts into its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerAddress(pub(crate) IpAddr);

impl<S: Sync> FromRequestParts<S> for PeerAddress {
    type Rejection = Infallible;

    /// Where another server runs the routes and says nothing, all requests come from one address.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let unknown = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Ok(parts.extensions.get().copied().unwrap_or(unknown))
    }
}
