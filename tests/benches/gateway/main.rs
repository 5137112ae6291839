//! `p95 gateway` beside the real Pushgateway: requests a second and how long they take; and what a million refusals leave.
//!
//! `cargo build --release -p p95 --no-default-features --features gateway`, then
//! `P95_BIN=target/release/p95 cargo bench -p p95-tests --bench gateway`; `-- rejects` for the refusals.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use p95_tests::{Client, Program, free_port, http, p95_binary, requires};
use tempfile::TempDir;

const DURATION: Duration = Duration::from_secs(4);
const CONNECTIONS: [u64; 3] = [1, 16, 64];
/// The series of one push.
const SERIES: u64 = 20;
const REJECTS: u64 = 1_000_000;
const JOBS: u64 = 100_000;

fn main() -> anyhow::Result<()> {
    let wants_rejects = std::env::args().any(|arg| arg == "rejects");
    if wants_rejects { rejects() } else { pushes() }
}

/// Pushes as fast as the answers come.
fn pushes() -> anyhow::Result<()> {
    println!(
        "| pushes of {SERIES} series | connections | requests a second | median, ms | 99th of 100, ms |"
    );
    println!("|---|---|---|---|---|");
    for connections in CONNECTIONS {
        let (ours, _folder) = gateway()?;
        measure("p95, frames, on the disk before the answer", connections, ours.port, frame)?;
        measure("p95, groups, on the disk before the answer", connections, ours.port, group)?;
        drop(ours);
        if requires("prometheus-pushgateway") {
            let (theirs, _folder) = pushgateway()?;
            measure("Pushgateway 1.5, groups, in memory", connections, theirs.port, group)?;
        }
    }
    Ok(())
}

/// A request, from the number of its connection and its own.
type Push = fn(u64, u64) -> (String, String);

fn frame(connection: u64, number: u64) -> (String, String) {
    let samples: String = (0..SERIES).map(|n| format!("clicks_total{{button=\"{n}\"}} 1\n")).collect();
    let body = format!("# p95 1 {connection:032x} {number} shop\n# TYPE clicks counter\n{samples}# EOF\n");
    ("/p95".to_owned(), body)
}

fn group(connection: u64, number: u64) -> (String, String) {
    let samples: String = (0..SERIES).map(|n| format!("jobs_total{{queue=\"{n}\"}} {number}\n")).collect();
    (format!("/metrics/job/{connection}"), format!("# TYPE jobs_total counter\n{samples}"))
}

fn measure(name: &str, connections: u64, port: u16, push: Push) -> anyhow::Result<()> {
    let begun = Instant::now();
    let workers: Vec<_> = (1..=connections)
        .map(|connection| {
            thread::spawn(move || -> anyhow::Result<Vec<Duration>> {
                let (mut client, mut times) = (Client::new(port), Vec::new());
                while begun.elapsed() < DURATION {
                    let (path, body) = push(connection, times.len() as u64 + 1);
                    let sent = Instant::now();
                    let answer = client.send("POST", &path, &[], body.as_bytes())?;
                    times.push(sent.elapsed());
                    ensure!((200..300).contains(&answer.status), "{}: {}", answer.status, answer.body);
                }
                Ok(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.join().ok().context("a connection panicked")??);
    }
    let took = begun.elapsed();
    times.sort_unstable();
    let quantile_ms = |share: f64| {
        let at = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
        times.get(at).copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    println!(
        "| {name} | {connections} | {:.0} | {:.2} | {:.2} |",
        times.len() as f64 / took.as_secs_f64(),
        quantile_ms(0.5),
        quantile_ms(0.99)
    );
    Ok(())
}

/// Sends what is refused, and what goes beyond the limit, and looks at the memory.
fn rejects() -> anyhow::Result<()> {
    let (ours, _folder) = gateway()?;
    println!("| sent | memory, MiB | p95_gateway_series |");
    println!("|---|---|---|");
    let row = |sent: &str| -> anyhow::Result<()> {
        let page = http::get(&http::url(ours.port, "/metrics"))?.body;
        let series =
            page.lines().find_map(|line| line.strip_prefix("p95_gateway_series ")).context("no series")?;
        println!("| {sent} | {:.1} | {series} |", memory_mib(&ours.program)?);
        Ok(())
    };
    row("nothing")?;
    let send = |numbers: u64, expect: &[u16], push: Push| -> anyhow::Result<()> {
        let mut client = Client::new(ours.port);
        for number in 0..numbers {
            let (path, body) = push(0, number);
            let status = client.send("PUT", &path, &[], body.as_bytes())?.status;
            ensure!(expect.contains(&status), "{status} for {path}");
        }
        Ok(())
    };
    let broken: Push =
        |_, number| (format!("/metrics/job/{number}"), format!("x{{n=\"{number}\"}} broken\n"));
    send(REJECTS / 10, &[400], broken)?;
    row("100,000 pushes that are refused")?;
    send(REJECTS - REJECTS / 10, &[400], broken)?;
    row("1,000,000 of them")?;
    send(JOBS, &[200, 400], |_, number| (format!("/metrics/job/{number}"), "x 1\n".to_owned()))?;
    row("100,000 jobs with a limit of 100,000 series")
}

/// A server that runs until it is dropped.
struct Server {
    port: u16,
    program: Program,
}

fn gateway() -> anyhow::Result<(Server, TempDir)> {
    // Not in memory, as /tmp may be.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let port = free_port()?;
    let mut command = Command::new(p95_binary()?);
    command.args(["gateway", "--address-rate", "0", "--app-rate", "0", "--folder"]).arg(folder.path());
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    let mut program = Program::start(&mut command)?;
    program.wait_ready(&http::url(port, "/-/ready"), Duration::from_secs(30))?;
    Ok((Server { port, program }, folder))
}

fn pushgateway() -> anyhow::Result<(Server, TempDir)> {
    let folder = TempDir::new()?;
    let port = free_port()?;
    let mut command = Command::new("prometheus-pushgateway");
    command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
    command.arg(format!("--persistence.file={}", folder.path().join("groups").display()));
    let mut program = Program::start(&mut command)?;
    program.wait_ready(&http::url(port, "/-/ready"), Duration::from_secs(30))?;
    Ok((Server { port, program }, folder))
}

fn memory_mib(program: &Program) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", program.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}
