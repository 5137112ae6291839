//! The receiving end for metrics that are pushed: frames of web pages, which count exactly once, and Pushgateway's
//! protocol. What it holds survives a restart, and is read at `/metrics`.
//!
//! ```
//! use axum::body::Body;
//! use axum::http::{Request, StatusCode};
//! use p95_clock::SystemClock;
//! use p95_gateway::{Gateway, GatewayOptions, Surface};
//! use tower::ServiceExt;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let gateway = Gateway::open(GatewayOptions::default(), SystemClock)?;
//! let frame = "# p95 1 00000000000000000000000000000001 1 shop\n# TYPE clicks counter\nclicks_total 3\n# EOF\n";
//! // The same frame twice, as where the first answer was lost: it counts once.
//! for _ in 0..2 {
//!     let request = Request::post("/p95").body(Body::from(frame)).unwrap();
//!     let answer = gateway.router(Surface::Whole).oneshot(request).await.unwrap();
//!     assert_eq!(answer.status(), StatusCode::NO_CONTENT);
//! }
//! gateway.close();
//! # Ok::<(), p95_gateway::GatewayError>(())
//! # }).unwrap();
//! ```

mod forward;
mod frame;
mod gateway;
mod http;
mod ledger;
mod log;
mod options;
mod own;
mod push;
mod reject;
mod state;
mod viewer;

pub use gateway::Gateway;
pub use http::Surface;
pub use log::GatewayError;
pub use options::{
    Access, Expiry, ForwardOptions, GatewayOptions, GaugeMerge, GaugeRule, GaugeRuleError, Limits, Secret,
    ViewerOptions,
};
