//! A `p95 serve` to ask.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use p95_tests::{Program, free_port, http, p95_binary};
use serde_json::Value;

/// How long a program may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A p95 that serves its demo, and has scraped it for long enough to tell rates.
pub struct Served {
    pub port: u16,
    program: Program,
}

impl Served {
    /// One with the usual flags.
    pub fn demo() -> anyhow::Result<Self> {
        Self::start(&[])
    }

    /// One with these flags.
    pub fn start(flags: &[&str]) -> anyhow::Result<Self> {
        let served = Self::with(&[&["--demo"], flags].concat())?;
        served.wait_for("count(rate(shop_http_requests_total[1s]))")?;
        Ok(served)
    }

    /// One that scrapes what these arguments say.
    pub fn with(args: &[&str]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(p95_binary()?);
        command.args(["serve", "--interval", "200ms", "--listen", &format!("127.0.0.1:{port}")]);
        command.args(args);
        let mut program = Program::start(&mut command)?;
        program.wait_ready(&http::url(port, "/-/ready"), PATIENCE)?;
        Ok(Self { port, program })
    }

    /// The address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What a path answers.
    pub fn get(&self, call: &str) -> anyhow::Result<http::Response> {
        Ok(http::get(&http::url(self.port, call))?)
    }

    /// The `data` of a call that succeeds.
    pub fn data(&self, call: &str) -> anyhow::Result<Value> {
        let response = self.get(call)?;
        ensure!(response.status == 200, "{call}: {}", response.body);
        ensure!(response.header("content-type") == Some("application/json"), "{call}: {}", response.head);
        let mut answer: Value = serde_json::from_str(&response.body)?;
        ensure!(answer.get("status").is_some_and(|status| status == "success"), "{call}: {answer}");
        answer.get_mut("data").map(Value::take).context("no data")
    }

    /// Waits until a query has an answer that is not empty.
    pub fn wait_for(&self, query: &str) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let call = format!("/api/v1/query?query={}", encoded(query));
        while self.data(&call)?.pointer("/result/0").is_none() {
            ensure!(Instant::now() < deadline, "{query} stays without an answer");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// How much memory `work` takes at most, in bytes, on top of what the process had taken.
    pub fn memory_bytes_of(&self, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<u64> {
        let process = format!("/proc/{}", self.program.id());
        // The peak is counted anew.
        fs::write(format!("{process}/clear_refs"), "5")?;
        let peak_bytes = || -> anyhow::Result<u64> {
            let status = fs::read_to_string(format!("{process}/status"))?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
            Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
        };
        let before_bytes = peak_bytes()?;
        work()?;
        Ok(peak_bytes()?.saturating_sub(before_bytes))
    }
}

/// A text as a part of a URL.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
