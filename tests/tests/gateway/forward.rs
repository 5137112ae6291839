//! Remote write to a real Prometheus: old ones take version 2.0 for success and write nothing.

use std::fs;
use std::process::Command;
use std::time::Duration;

use p95_tests::{Client, Program, free_port, http, requires};
use tempfile::TempDir;

use crate::process::GatewayProcess;
use crate::prometheus::wait_for;

#[test]
fn a_real_prometheus_gets_what_is_forwarded() {
    if !requires("prometheus") {
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let config = folder.path().join("prometheus.yml");
    fs::write(&config, "global: {}\n").expect("a file");
    let port = free_port().expect("a port");
    let mut prometheus = Command::new("prometheus");
    prometheus
        .arg("--web.enable-remote-write-receiver")
        .arg(format!("--config.file={}", config.display()))
        .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"));
    let mut prometheus = Program::start(&mut prometheus).expect("Prometheus");
    prometheus.wait_ready(&http::url(port, "/-/ready"), Duration::from_secs(60)).expect("Prometheus");

    let url = http::url(port, "/api/v1/write");
    let args = ["--forward", &url, "--forward-every", "200ms", "--forward-label", "site=here"];
    let gateway = GatewayProcess::start(&args).expect("a gateway");
    let mut client = Client::new(gateway.port);
    for sequence in 1..=2 {
        let frame =
            format!("# p95 1 {:032x} {sequence} shop\n# TYPE clicks counter\nclicks_total 21\n# EOF\n", 1);
        assert_eq!(client.send("POST", "/p95", &[], frame.as_bytes()).expect("an answer").status, 204);
    }
    wait_for(port, "clicks_total{app=\"shop\",site=\"here\"}", "42");
    wait_for(port, "increase(clicks_total{app=\"shop\"}[1m]) > bool 0", "1");
    let failed = gateway.value("p95_gateway_forwarded_samples_total{outcome=\"failed\"}").expect("a page");
    assert!(failed.is_none_or(|failed| failed == 0.0), "{failed:?}");
    assert!(
        gateway.value("p95_gateway_forwarded_samples_total{outcome=\"sent\"}").expect("a page") > Some(0.0)
    );
}
