//! The gateway inside a viewer: what is pushed to it is scraped from it, as from any other target.

use std::future::pending;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::thread;

use anyhow::Context;
use p95_clock::SystemClock;
use p95_core::ingest::relabel::{Action, RelabelConfig};
use p95_engine::{TargetOptions, parse_target};
use p95_gateway::{Access, Gateway, GatewayOptions, Surface};
use tokio::net::TcpListener;

use super::listen::ListenArgs;
use super::target_args::Target;

/// What the gateway says of its own work, but for what it took and refused: nobody looks for it beside a page's metrics.
const OWN_WORK: &str = "p95_gateway_(families|forwarded|groups|http|log|series|sessions)(_.*)?";

/// Opens a gateway, for as long as the program runs; it is what is to be scraped, with these options. It keeps what it gets in
/// memory alone. Pages of servers on this machine may push: what is being developed is seldom at the gateway's own origin.
///
/// # Errors
/// Where the address cannot be had, or an origin is none.
pub(super) fn open(address: SocketAddr, args: &ListenArgs, options: TargetOptions) -> anyhow::Result<Target> {
    let access = Access { origins: args.origins.clone(), loopback_origins: true, ..Access::default() };
    let gateway = Gateway::open(GatewayOptions { access, ..GatewayOptions::default() }, SystemClock)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind(address)).with_context(|| {
        format!("cannot receive pushes at {address}; another address will do, and :0 is a port that is free")
    })?;
    let address = reached_at(listener.local_addr()?);
    eprintln!(
        "p95: pushes are taken at http://{address}: frames of web pages at /p95, groups at /metrics/job/JOB; they are kept in \
         memory alone"
    );
    let serve = move || runtime.block_on(gateway.serve(listener, Surface::Whole, pending()));
    thread::Builder::new().name("p95-gateway".to_owned()).spawn(serve)?;
    Ok(Target { spec: parse_target(&address.to_string())?, options: scraped_with(options) })
}

/// Where this machine reaches what listens at an address.
fn reached_at(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(any) if any.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, any.port()).into(),
        SocketAddr::V6(any) if any.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, any.port()).into(),
        other => other,
    }
}

/// The labels of groups are those that were pushed, and the gateway needs no credentials of other targets.
fn scraped_with(options: TargetOptions) -> TargetOptions {
    let own_work = RelabelConfig {
        source_labels: vec!["__name__".to_owned()],
        regex: OWN_WORK.to_owned(),
        action: Action::Drop,
        ..RelabelConfig::default()
    };
    TargetOptions {
        interval_ms: options.interval_ms,
        job: options.job,
        honor_labels: true,
        metric_relabel_configs: vec![own_work],
        ..TargetOptions::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_is_reached() {
        #[track_caller]
        fn check(address: &str, expect: &str) {
            assert_eq!(reached_at(address.parse().unwrap()).to_string(), expect);
        }
        check("0.0.0.0:9091", "127.0.0.1:9091");
        check("[::]:9091", "[::1]:9091");
        check("10.0.0.7:9091", "10.0.0.7:9091");
    }
}
