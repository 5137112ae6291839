//! The demo: a small simulated shop, instrumented with p95-core and served over real HTTP on a free loopback port.

mod metrics;
mod server;
mod shop;
mod simulation;

pub(crate) use server::Demo;
pub(crate) use shop::Shop;
