//! Makes the pictures in `docs/pictures`, with `p95 snapshot`: `cargo xtask snapshots`.
//!
//! The services run at their usual ports, as a reader knows them. Where one is not installed, its pictures stay as they are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use p95_tests::{Page, PageServer, Program, http, p95_binary, python, requires};

/// How long a service may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(60);

const NODE_PORT: u16 = 9100;
const PROMETHEUS_PORT: u16 = 9090;
const SHOP_PORT: u16 = 8000;

/// A picture: its name, the targets, and the other arguments.
type Picture = (&'static str, &'static [&'static str], &'static [&'static str]);

const DEMO: &[&str] = &["--demo"];
const NODE: &[&str] = &["localhost:9100"];
const PROMETHEUS: &[&str] = &["localhost:9090"];
const SHOP: &[&str] = &["localhost:8000"];

const DEMO_PICTURES: &[Picture] = &[
    ("demo.png", DEMO, &[]),
    ("demo.svg", DEMO, &[]),
    ("demo-light.png", DEMO, &["--theme", "light"]),
    ("demo-800x600.png", DEMO, &["--size", "800x600"]),
    ("demo-metric.png", DEMO, &["--view", "metric:shop_http_requests"]),
    ("demo-latency.png", DEMO, &["--view", "metric:shop_http_request_duration_seconds"]),
    (
        "demo-heatmap.png",
        DEMO,
        &["--view", "metric:shop_http_request_duration_seconds", "--panel", "heatmap"],
    ),
    (
        "demo-heatmap-light.png",
        DEMO,
        &["--view", "metric:shop_http_request_duration_seconds", "--panel", "heatmap", "--theme", "light"],
    ),
];
const NODE_PICTURES: &[Picture] = &[
    ("node-exporter.png", NODE, &[]),
    ("targets.png", &["localhost:9100", "localhost:9101"], &["--view", "targets"]),
];
const PROMETHEUS_PICTURES: &[Picture] = &[("prometheus.png", PROMETHEUS, &[])];
const SHOP_PICTURES: &[Picture] = &[("python.png", SHOP, &[])];

fn main() -> ExitCode {
    match make_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("snapshots: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make_all() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let only = arguments.next().unwrap_or_default();
    let folder = Path::new("docs/pictures");
    fs::create_dir_all(folder)?;
    let mut running = Vec::new();
    let mut start = |pictures: &[Picture]| -> io::Result<()> {
        for picture in pictures.iter().filter(|(name, ..)| name.contains(&only)) {
            running.push((picture.0, snapshot(folder, picture)?));
        }
        Ok(())
    };
    start(DEMO_PICTURES)?;
    let _node = if requires("prometheus-node-exporter") {
        let mut command = Command::new("prometheus-node-exporter");
        command.arg(format!("--web.listen-address=127.0.0.1:{NODE_PORT}"));
        let node = ready(&mut command, NODE_PORT)?;
        start(NODE_PICTURES)?;
        Some(node)
    } else {
        None
    };
    let data = std::env::temp_dir().join("p95-snapshots");
    let _prometheus = if requires("prometheus") {
        let prometheus = start_prometheus(&data)?;
        start(PROMETHEUS_PICTURES)?;
        Some(prometheus)
    } else {
        None
    };
    let _shop = match python() {
        Some(python) => {
            let mut command = Command::new(python);
            command.args(["tests/services/shop.py", &SHOP_PORT.to_string()]);
            let shop = (ready(&mut command, SHOP_PORT)?, Customers::start());
            start(SHOP_PICTURES)?;
            Some(shop)
        }
        None => None,
    };
    let many = many_series()?;
    let url = many.url("/metrics");
    if "many-series.png".contains(&only) {
        running.push(("many-series.png", snapshot(folder, &("many-series.png", &[&url], &[]))?));
    }
    let failed = running.into_iter().filter_map(|(name, mut picture)| match picture.wait() {
        Ok(status) if status.success() => None,
        Ok(status) => Some(format!("{name}: {status}")),
        Err(error) => Some(format!("{name}: {error}")),
    });
    let failed = Vec::from_iter(failed);
    // What Prometheus stored is of no use any more.
    let _ = fs::remove_dir_all(data);
    if failed.is_empty() { Ok(()) } else { Err(io::Error::other(failed.join("; "))) }
}

/// Begins a picture; it is there when the process has ended.
fn snapshot(
    folder: &Path,
    (name, targets, arguments): &(&str, &[&str], &[&str]),
) -> io::Result<std::process::Child> {
    let file: PathBuf = folder.join(name);
    let mut command = Command::new(p95_binary()?);
    command.arg("snapshot").args(*targets).arg("--output").arg(file).args(["--for", "85s"]).args(*arguments);
    command.stdin(Stdio::null()).env("TZ", "UTC").spawn()
}

fn ready(command: &mut Command, port: u16) -> io::Result<Program> {
    let mut program = Program::start(command)?;
    program.wait_ready(&http::url(port, "/metrics"), START_TIMEOUT)?;
    Ok(program)
}

/// A Prometheus that scrapes itself, so that its own metrics move.
fn start_prometheus(folder: &Path) -> io::Result<Program> {
    fs::create_dir_all(folder)?;
    let config = folder.join("prometheus.yml");
    let text = format!(
        "scrape_configs:\n- job_name: prometheus\n  scrape_interval: 1s\n  static_configs:\n  - targets: \
         ['127.0.0.1:{PROMETHEUS_PORT}']\n"
    );
    fs::write(&config, text)?;
    let mut command = Command::new("prometheus");
    command.arg(format!("--config.file={}", config.display()));
    command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
    command.arg(format!("--web.listen-address=127.0.0.1:{PROMETHEUS_PORT}"));
    ready(&mut command, PROMETHEUS_PORT)
}

/// A page whose families have 200 series each.
fn many_series() -> io::Result<PageServer> {
    let begun = Instant::now();
    PageServer::start(move |_| {
        let secs = begun.elapsed().as_secs_f64();
        let mut page = String::from(
            "# HELP worker_queue_length Jobs that wait.\n# TYPE worker_queue_length gauge\n\
             # HELP worker_jobs_total Jobs done.\n# TYPE worker_jobs_total counter\n",
        );
        for worker in 0..200_u8 {
            let pace = f64::from(worker) / 20.0;
            let length = (20.0 + pace * 4.0 + 15.0 * (secs / 8.0 + pace).sin()).round();
            page += &format!("worker_queue_length{{worker=\"w{worker:03}\"}} {length}\n");
        }
        for worker in 0..200_u8 {
            let pace = f64::from(worker) / 20.0;
            let done = (1_000.0 * pace + secs * (5.0 + pace) + 20.0 * (secs / 10.0 + pace).sin()).round();
            page += &format!("worker_jobs_total{{worker=\"w{worker:03}\"}} {done}\n");
        }
        Page::text(page)
    })
}

/// Those who keep the Python service busy, until this is dropped.
struct Customers {
    are_served: Arc<AtomicBool>,
}

impl Customers {
    fn start() -> Self {
        let are_served = Arc::new(AtomicBool::new(true));
        for customer in 0..4_u32 {
            let are_served = Arc::clone(&are_served);
            thread::spawn(move || {
                for request in 0_u32.. {
                    if !are_served.load(Ordering::Relaxed) {
                        return;
                    }
                    let work_ms =
                        3 + (request * 7 + customer * 31) % 40 + if request % 19 == 0 { 250 } else { 0 };
                    let status = if (request + customer) % 23 == 0 { 500 } else { 200 };
                    let path = match customer {
                        0 | 1 => format!("/items?work_ms={work_ms}&status={status}"),
                        2 => format!("/items/{request}?work_ms={}&status={status}", work_ms * 2),
                        _ => format!("/orders?value_euros={}&work_ms={}", request % 90, work_ms * 3),
                    };
                    let method = if customer == 3 { "POST" } else { "GET" };
                    // A service that ends takes its customers with it.
                    if http::send(method, &http::url(SHOP_PORT, &path), &[]).is_err() {
                        return;
                    }
                }
            });
        }
        Self { are_served }
    }
}

impl Drop for Customers {
    fn drop(&mut self) {
        self.are_served.store(false, Ordering::Relaxed);
    }
}
