//! HTTP requests as metrics: a [tower](https://docs.rs/tower) layer for axum and its like, and a service for `/metrics`.
//!
//! ```
//! use std::sync::Arc;
//! use axum::Router;
//! use axum::routing::get;
//! use p95_clock::SystemClock;
//! use p95_core::instrument::Registry;
//! use p95_tower::{HttpMetricsLayer, MetricsService};
//!
//! let mut registry = Registry::with_clock(SystemClock);
//! let measured = HttpMetricsLayer::register(&mut registry.scope(""), SystemClock)?;
//! let metrics = MetricsService::new(Arc::new(registry), SystemClock);
//! let app: Router = Router::new()
//!     .route("/users/{id}", get(|| async { "a user" }))
//!     .layer(measured)
//!     .route_service("/metrics", metrics);
//! # Ok::<(), p95_core::instrument::RegisterError>(())
//! ```

mod body;
mod future;
mod layer;
mod page;
mod request;
mod route;

pub use body::MeasuredBody;
pub use future::ResponseFuture;
pub use layer::{HttpMetrics, HttpMetricsLayer};
pub use page::MetricsService;
pub use route::MatchedRoute;
