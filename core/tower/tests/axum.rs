//! The layer and the service, in an axum application.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::{any, get};
use http_body_util::BodyExt;
use p95_core::instrument::{Histogram, ManualClock, NativeOptions, Registry};
use p95_tower::{HttpMetricsLayer, MatchedRoute, MetricsService};
use tower::{Layer, ServiceExt};

/// An application, its registry and its clock.
struct App {
    router: Router,
    registry: Arc<Registry>,
    clock: ManualClock,
}

fn app() -> App {
    let clock = ManualClock::new(1_000);
    let mut registry = Registry::default();
    let layer = HttpMetricsLayer::register(&mut registry.scope(""), clock.clone()).unwrap();
    let registry = Arc::new(registry);
    let metrics = MetricsService::new(Arc::clone(&registry), clock.clone());
    let waits = {
        let clock = clock.clone();
        || async move {
            clock.advance_ms(500);
            std::future::pending::<StatusCode>().await
        }
    };
    let router = Router::new()
        .route("/users/{id}", any(|| async { "a user" }))
        .route("/teapot", get(|| async { StatusCode::IM_A_TEAPOT }))
        .route(
            "/panics",
            get(|| async {
                if true {
                    panic!("on purpose")
                }
            }),
        )
        .route("/waits", get(waits))
        .layer(layer)
        .route_service("/metrics", metrics);
    App { router, registry, clock }
}

impl App {
    /// The samples that contain `part`.
    fn samples(&self, part: &str) -> Vec<String> {
        let page = String::from_utf8(self.registry.page("", 0).body).unwrap();
        page.lines().filter(|line| !line.starts_with('#') && line.contains(part)).map(str::to_owned).collect()
    }

    async fn get(&self, method: &str, path: &str) -> axum::http::Response<Body> {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }
}

#[tokio::test]
async fn requests_count_by_method_route_and_status() {
    let app = app();
    for (method, path) in [
        ("GET", "/users/1"),
        ("GET", "/users/2"),
        ("POST", "/users/2"),
        ("BREW", "/users/3"),
        ("GET", "/teapot"),
        ("DELETE", "/teapot"),
        ("GET", "/nowhere/1"),
        ("GET", "/nowhere/2"),
    ] {
        app.get(method, path).await;
    }
    assert_eq!(
        app.samples("requests_total"),
        [
            r#"http_requests_total{method="GET",route="/users/{id}",status="200"} 2.0"#,
            r#"http_requests_total{method="POST",route="/users/{id}",status="200"} 1.0"#,
            r#"http_requests_total{method="other",route="/users/{id}",status="200"} 1.0"#,
            r#"http_requests_total{method="GET",route="/teapot",status="418"} 1.0"#,
            r#"http_requests_total{method="DELETE",route="/teapot",status="405"} 1.0"#,
            r#"http_requests_total{method="GET",route="unmatched",status="404"} 2.0"#,
        ]
    );
    assert_eq!(app.samples("in_flight"), ["http_requests_in_flight 0.0"]);
    assert_eq!(app.samples("seconds_count").len(), 6);
}

#[tokio::test]
async fn a_request_lasts_until_its_body_ends() {
    let app = app();
    let response = app.get("GET", "/users/1").await;
    app.clock.advance_ms(250);
    assert_eq!(app.samples("in_flight"), ["http_requests_in_flight 1.0"]);
    assert_eq!(app.samples("requests_total"), [""; 0]);
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "a user");
    assert_eq!(app.samples("in_flight"), ["http_requests_in_flight 0.0"]);
    let sum = r#"http_request_duration_seconds_sum{method="GET",route="/users/{id}"} 0.25"#;
    assert_eq!(app.samples("seconds_sum"), [sum]);
}

#[tokio::test]
async fn a_panic_counts_as_one_however_it_is_caught() {
    let app = app();
    let caught = tokio::spawn({
        let (router, request) = (app.router.clone(), Request::get("/panics").body(Body::empty()).unwrap());
        async move { router.oneshot(request).await }
    });
    assert!(caught.await.unwrap_err().is_panic());
    {
        // As a layer does that turns panics into answers: the future is dropped after the panic.
        let request = Request::get("/panics").body(Body::empty()).unwrap();
        let mut future = pin!(app.router.clone().oneshot(request));
        let poll = || future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        assert!(std::panic::catch_unwind(AssertUnwindSafe(poll)).is_err());
    }
    let expect = r#"http_requests_total{method="GET",route="/panics",status="panic"} 2.0"#;
    assert_eq!(app.samples("requests_total"), [expect]);
    assert_eq!(app.samples("in_flight"), ["http_requests_in_flight 0.0"]);
}

#[tokio::test]
async fn a_dropped_request_counts_as_cancelled() {
    let app = app();
    let request = Request::get("/waits").body(Body::empty()).unwrap();
    {
        let mut future = pin!(app.router.clone().oneshot(request));
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(app.samples("in_flight"), ["http_requests_in_flight 1.0"]);
    }
    let expect = r#"http_requests_total{method="GET",route="/waits",status="cancelled"} 1.0"#;
    assert_eq!(app.samples("requests_total"), [expect]);
    assert_eq!(app.samples("in_flight"), ["http_requests_in_flight 0.0"]);
    let sum = r#"http_request_duration_seconds_sum{method="GET",route="/waits"} 0.5"#;
    assert_eq!(app.samples("seconds_sum"), [sum]);
}

#[tokio::test]
async fn other_services_fail_and_name_their_routes() {
    let mut registry = Registry::default();
    let native = || Histogram::native(NativeOptions::default());
    let layer =
        HttpMetricsLayer::register_with(&mut registry.scope("my"), ManualClock::default(), native).unwrap();
    let fails = tower::service_fn(|_: Request<()>| async { Err::<axum::http::Response<String>, _>("no") });
    let mut request = Request::new(());
    request.extensions_mut().insert(MatchedRoute("/jobs/{id}".into()));
    assert_eq!(layer.layer(fails).oneshot(request).await.unwrap_err(), "no");
    let answers = tower::service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(axum::http::Response::new(String::new()))
    });
    layer.layer(answers).oneshot(Request::new(())).await.unwrap();
    let page = String::from_utf8(registry.page("", 0).body).unwrap();
    for sample in [
        r#"my_http_requests_total{method="GET",route="/jobs/{id}",status="error"} 1.0"#,
        r#"my_http_requests_total{method="GET",route="unmatched",status="200"} 1.0"#,
    ] {
        assert!(page.lines().any(|line| line == sample), "{page}");
    }
}

#[tokio::test]
async fn the_page_comes_in_the_format_that_was_asked_for() {
    async fn check(accept: &[&str], expect_type: &str, expect_end: &[u8]) {
        let app = app();
        let mut request = Request::get("/metrics").body(Body::empty()).unwrap();
        for accept in accept {
            request.headers_mut().append("accept", accept.parse().unwrap());
        }
        let response = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], expect_type);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(body.ends_with(expect_end), "{body:?}");
    }
    let openmetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";
    let text = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
    check(&[], text, b"http_requests_in_flight 0.0\n").await;
    check(&["application/openmetrics-text;version=1.0.0"], openmetrics, b"# EOF\n").await;
    check(&["text/plain;q=0.5", "application/openmetrics-text;version=1.0.0"], openmetrics, b"# EOF\n").await;

    let app = app();
    assert_eq!(app.get("HEAD", "/metrics").await.status(), StatusCode::OK);
    let refused = app.get("POST", "/metrics").await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    let allow: &HeaderMap = refused.headers();
    assert_eq!(allow["allow"], "GET, HEAD");
}
