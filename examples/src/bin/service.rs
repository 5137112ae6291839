//! A web service whose requests, process and orders are measured.
//!
//! ```text
//! cargo run -p p95-examples --bin service -- 127.0.0.1:8000
//! cargo run -- localhost:8000
//! ```

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use clap::Parser;
use p95_clock::SystemClock;
use p95_core::instrument::{Calls, Counter, Descriptor, LabelValue, Labels, Registry, TypedFamily};
use p95_process::ProcessCollector;
use p95_tower::{HttpMetricsLayer, MetricsService};
use tokio::net::TcpListener;

/// A web service whose metrics are at /metrics.
#[derive(Parser)]
struct Arguments {
    /// Where it listens; port 0 takes any that is free.
    #[arg(default_value = "127.0.0.1:8000")]
    listen: SocketAddr,
}

#[derive(Labels)]
struct Order {
    kind: Kind,
    is_gift: bool,
}

#[derive(LabelValue)]
enum Kind {
    Book,
    Game,
}

/// What the service counts by itself.
#[derive(Clone)]
struct Metrics {
    orders: TypedFamily<Counter, Order>,
    payments: Calls,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut registry = Registry::with_clock(SystemClock);
    registry.register_collector(ProcessCollector::new()?)?;
    let requests = HttpMetricsLayer::register(&mut registry.scope(""), SystemClock)?;
    let mut shop = registry.scope("shop");
    let metrics = Metrics {
        orders: shop
            .register_typed(Descriptor::new("orders", "Orders, by what was ordered."), Counter::default)?,
        payments: Calls::register(&mut shop, "payment", "Payments.", SystemClock)?,
    };

    let app = Router::new()
        .route("/", get(|| async { "Order something at /orders/book or /orders/game.\n" }))
        .route("/orders/{kind}", post(move |path| order(metrics.clone(), path)))
        .layer(requests)
        .route_service("/metrics", MetricsService::new(Arc::new(registry), SystemClock));
    let listener = TcpListener::bind(arguments.listen).await?;
    println!("http://{}/metrics", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn order(metrics: Metrics, Path(kind): Path<String>) -> Result<&'static str, StatusCode> {
    let kind = match kind.as_str() {
        "book" => Kind::Book,
        "game" => Kind::Game,
        _ => return Err(StatusCode::NOT_FOUND),
    };
    metrics.payments.run_future(pay()).await.map_err(|()| StatusCode::PAYMENT_REQUIRED)?;
    metrics.orders.inc(&Order { kind, is_gift: fastrand::bool() });
    Ok("Thank you.\n")
}

/// One payment in five is refused.
async fn pay() -> Result<(), ()> {
    tokio::time::sleep(Duration::from_millis(fastrand::u64(5..50))).await;
    if fastrand::u8(0..5) == 0 { Err(()) } else { Ok(()) }
}
