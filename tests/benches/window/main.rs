//! A real window: how soon it is there, what it takes while nobody touches it, and a minute with a moving pointer, on the demo
//! and on a node exporter: how long its frames take.
//!
//! `cargo bench -p p95-tests --bench window` needs Xvfb, xdotool, prometheus-node-exporter, and a `p95` that was built
//! with `--release`. `-- start`, `rest`, `demo` or `node` runs one of the four.

mod rest;
mod start;

use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::ensure;
use p95_tests::{Program, Window, free_port, http, requires};

const MINUTE: Duration = Duration::from_secs(60);
/// What it takes to start is not measured.
const START: Duration = Duration::from_secs(2);

fn main() -> anyhow::Result<()> {
    // Cargo passes `--bench` besides what the user asked for.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runs =
        |name: &str| wanted.is_empty() || wanted.iter().any(|argument| name.contains(argument.as_str()));
    if !(requires("Xvfb") && requires("xdotool")) {
        return Ok(());
    }
    if runs("start") {
        start::measure()?;
    }
    if runs("rest") {
        rest::measure()?;
    }
    if !(runs("demo") || runs("node")) {
        return Ok(());
    }
    println!(
        "| a minute of | frames | middle frame, ms | 99 % of frames, ms | longest frame, ms | longest gap, ms |"
    );
    println!("|---|---|---|---|---|---|");
    if runs("demo") {
        watch("the demo", &["--demo"])?;
    }
    if runs("node") && requires("prometheus-node-exporter") {
        let port = free_port()?;
        let listen = format!("--web.listen-address=127.0.0.1:{port}");
        let mut exporter = Program::start(Command::new("prometheus-node-exporter").arg(listen))?;
        let url = http::url(port, "/metrics");
        exporter.wait_ready(&url, MINUTE)?;
        watch("a node exporter", &[&url])?;
    }
    Ok(())
}

/// Watches the window for a minute, and prints a row of the table.
///
/// # Errors
/// Where the window goes, or logs a warning.
fn watch(name: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let mut window = Window::open(arguments)?;
    thread::sleep(START);
    window.news();
    let _hand = window.move_pointer(MINUTE)?;
    thread::sleep(MINUTE);
    let news = window.news();
    ensure!(window.is_open()?, "{name}: the window is gone: {:?}", news.lines);
    ensure!(news.alarms().is_empty(), "{name}: {:?}", news.alarms());
    println!(
        "| {name} | {} | {:.1} | {:.1} | {:.1} | {:.1} |",
        news.frames.len(),
        news.frame_quantile_ms(0.5),
        news.frame_quantile_ms(0.99),
        news.frame_quantile_ms(1.0),
        news.gap_quantile_ms(1.0)
    );
    Ok(())
}
