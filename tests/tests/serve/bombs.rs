//! Queries that mean harm: each is refused at once, in little memory, and others are served meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use p95_tests::Client;
use serde_json::Value;

use crate::served::{Served, encoded};

const TIME_LIMIT: Duration = Duration::from_millis(100);

const MEMORY_LIMIT_BYTES: u64 = 64 << 20;

/// How often a bomb is thrown; the quickest answer counts, since the machine is busy with other tests.
const TIMES: usize = 5;

/// The bombs: a part of the call that makes one, and of the error.
fn bombs() -> Vec<(String, &'static str)> {
    let query = |text: &str| format!("query={}", encoded(text));
    let nested = |open: &str, inner: &str, close: &str, depth| {
        query(&format!("{}{inner}{}", open.repeat(depth), close.repeat(depth)))
    };
    vec![
        (query("sum_over_time(sum_over_time(up[1y:1ms])[1y:1ms])"), "max_samples"),
        (query("count_over_time(up[100y:1ms])"), "max_samples"),
        (query("max_over_time(rate(up[1y:1s])[1y:1s])"), "max_"),
        (nested("(", "1", ")", 50_000), "nested deeper"),
        (nested("-", "1", "", 50_000), "nested deeper"),
        (nested("abs(", "up", ")", 50_000), "nested deeper"),
        (nested("1+", "1", "", 50_000), "nested deeper"),
        (nested("up or ", "up", "", 40_000), "nested deeper"),
        (nested("{", "", "", 50_000), "expected"),
        (
            query(&format!(r#"label_replace(up, "a", "{}", "job", "(.*)")"#, "$1".repeat(100_000))),
            "are allowed",
        ),
        (query(r#"{__name__=~"((a{1000}){1000}){1000}"}"#), "size limit"),
        (query(r#"{__name__=~"(\\pL{500}){500}"}"#), "size limit"),
        (nested("label_replace(", "up", r#", "job", "$1$1", "job", "(.*)")"#, 60), "are allowed"),
        (nested("label_join(", "up", r#", "job", "", "job", "job")"#, 60), "are allowed"),
        (query(&format!("up{{a=\"{}\"}}", "x".repeat(2 << 20))), "are allowed"),
        (query("up[5m] offset 99999999999999y"), "duration"),
        (format!("start=0&end=1e9&step=1&{}", query("up")), "11,000 points"),
        (format!("start=0&end=10000&step=1&{}", query("count_over_time(up[10y:1s])")), "max_"),
    ]
}

#[test]
fn bombs_are_refused_and_others_are_served() -> anyhow::Result<()> {
    let served = Served::demo()?;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            let mut answers = 0;
            while !over.load(Ordering::Relaxed) {
                let found = served.data("/api/v1/query?query=sum(up)")?;
                ensure!(found["result"][0]["value"][1] == "1", "{found}");
                answers += 1;
            }
            Ok(answers)
        });
        let thrown = bombs().into_iter().map(|(call, expect)| {
            let taken_bytes = served.memory_bytes_of(|| throw(&served, &call, expect))?;
            let shown: String = call.chars().take(120).collect();
            ensure!(taken_bytes < MEMORY_LIMIT_BYTES, "{shown}: {taken_bytes} bytes were taken");
            Ok(())
        });
        let failed: Vec<String> = thrown.filter_map(Result::err).map(|error| format!("{error:#}")).collect();
        over.store(true, Ordering::Relaxed);
        let answers = other.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        ensure!(failed.is_empty(), "{}", failed.join("\n"));
        ensure!(answers > 0, "nobody else was served");
        Ok(())
    })
}

fn throw(served: &Served, call: &str, expect: &str) -> anyhow::Result<()> {
    let shown: String = call.chars().take(120).collect();
    let endpoint = if call.starts_with("start=") { "query_range" } else { "query" };
    let mut client = Client::new(served.port);
    let mut quickest = Duration::MAX;
    for _ in 0..TIMES {
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let begun = Instant::now();
        let answer = client.send("POST", &format!("/api/v1/{endpoint}"), &headers, call.as_bytes());
        quickest = quickest.min(begun.elapsed());
        let answer = answer.with_context(|| shown.clone())?;
        let told: String = answer.body.chars().take(300).collect();
        ensure!(matches!(answer.status, 400 | 422), "{shown}: {} {told}", answer.status);
        let error: Value = serde_json::from_str(&answer.body)?;
        let message = error.get("error").and_then(Value::as_str).unwrap_or_default();
        ensure!(message.contains(expect), "{shown}: {told}");
        ensure!(answer.body.len() < 4_096, "{shown}: an error of {} bytes", answer.body.len());
    }
    ensure!(quickest < TIME_LIMIT, "{shown}: {quickest:?}");
    Ok(())
}
