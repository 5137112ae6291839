//! `p95 record`, `open` and `export` as programs: killed, on a full disk, damaged, and beside a real Prometheus.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use p95_core::session::RecordingReader;
use p95_tests::requires::not_run;
use p95_tests::{Program, free_port, http, p95_binary, requires};
use serde_json::Value;
use tempfile::TempDir;

/// How long a program may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often recordings in these tests are written to the disk.
const FLUSH: Duration = Duration::from_millis(200);

fn p95(words: &[&str]) -> io::Result<Output> {
    Command::new(p95_binary()?).args(words).output()
}

fn record_demo(path: &Path) -> io::Result<Program> {
    let mut command = Command::new(p95_binary()?);
    command.args(["record", "--demo", "--interval", "20ms", "--flush", "200ms", "-o"]).arg(path);
    Program::start(&mut command)
}

/// The times of the scrapes that a recording has, and whether all of it can be read.
fn read(path: &Path) -> anyhow::Result<(Vec<i64>, bool)> {
    let file = fs::read(path)?;
    let mut reader = RecordingReader::new(file.as_slice(), 1 << 20)?;
    let mut times_ms = Vec::new();
    while let Some((_, scrape)) = reader.next_scrape()? {
        times_ms.push(scrape.at_ms);
    }
    Ok((times_ms, reader.losses().is_empty()))
}

fn now_ms() -> anyhow::Result<i64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis().try_into()?)
}

/// Waits until a recording has so many bytes.
fn wait_for_bytes(path: &Path, bytes: u64) {
    let deadline = Instant::now() + PATIENCE;
    while fs::metadata(path).map_or(0, |file| file.len()) < bytes {
        assert!(Instant::now() < deadline, "{} does not grow", path.display());
        thread::sleep(Duration::from_millis(5));
    }
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

#[test]
fn a_killed_recording_opens_and_lacks_one_flush_at_most() {
    let folder = TempDir::new().unwrap();
    for round in 0..8 {
        let path = folder.path().join(format!("{round}.p95"));
        let program = record_demo(&path).unwrap();
        wait_for_bytes(&path, 1_000);
        thread::sleep(Duration::from_millis(fastrand::u64(0..600)));
        let killed_ms = now_ms().unwrap();
        // SIGKILL.
        drop(program);
        let (times_ms, _) = read(&path).unwrap();
        let last_ms = *times_ms.last().unwrap();
        // What was on its way to the disk, and a busy machine, come on top.
        let lacks_ms = killed_ms - last_ms;
        assert!(lacks_ms < FLUSH.as_millis() as i64 + 1_000, "{lacks_ms} ms are missing");
        let begun = Instant::now();
        let output = p95(&["query", "count_over_time(up[1h])", path.to_str().unwrap(), "-o", "csv"]).unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(begun.elapsed() < Duration::from_secs(5));
        let count = times_ms.len().to_string();
        assert!(text(&output.stdout).contains(&count), "{count} scrapes: {}", text(&output.stdout));
        assert!(text(&output.stderr).contains("was not ended"), "{}", text(&output.stderr));
    }
}

#[test]
fn a_damaged_recording_says_what_it_lost_and_stays() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("run.p95");
    let program = record_demo(&path).unwrap();
    wait_for_bytes(&path, 8_000);
    drop(program);
    let (whole_ms, _) = read(&path).unwrap();
    let mut file = fs::read(&path).unwrap();
    let middle = file.len() / 2;
    file[middle] ^= 0xff;
    fs::write(&path, &file).unwrap();
    let (left_ms, is_whole) = read(&path).unwrap();
    assert!(left_ms.len() < whole_ms.len() && !left_ms.is_empty() && !is_whole);
    let output = p95(&["query", "up", path.to_str().unwrap()]).unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stderr);
    let lost = format!("{} scrapes are lost", whole_ms.len() - left_ms.len());
    assert!(said.contains("damaged") && said.contains(&lost), "{lost}: {said}");
    assert_eq!(fs::read(&path).unwrap(), file, "the damaged file is left as it is");
}

#[test]
fn what_cannot_be_written_or_read_is_one_line() {
    let folder = TempDir::new().unwrap();
    let there = folder.path().join("there.p95");
    fs::write(&there, "mine").unwrap();
    #[track_caller]
    fn check(words: &[&str], expect: &str) {
        let output = p95(words).unwrap();
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains(expect) && said.lines().count() == 1, "{said}");
    }
    let there = there.to_str().unwrap();
    check(&["record", "--demo", "-o", there], "is there already, and is left as it is");
    check(&["record", "--demo", "-o", "/nowhere/run.p95"], "there is no such folder");
    check(&["export", there, "-o", "/tmp/never.om"], "this is no recording of p95");
    check(&["export", "/nowhere/run.p95", "-o", "-"], "there is no such file");
    assert_eq!(fs::read(there).unwrap(), b"mine");
}

#[test]
fn a_full_disk_ends_the_recording_and_keeps_it() {
    let folder = TempDir::new().unwrap();
    let mount = |words: &[&str]| {
        let status = Command::new(words[0]).args(&words[1..]).arg(folder.path()).status();
        status.is_ok_and(|status| status.success())
    };
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs"]) {
        return not_run("only root can mount a small disk");
    }
    let path = folder.path().join("run.p95");
    let output = p95(&[
        "record",
        "--demo",
        "--interval",
        "10ms",
        "--flush",
        "50ms",
        "--for",
        "5m",
        "-o",
        path.to_str().unwrap(),
    ])
    .unwrap();
    let said = text(&output.stderr);
    let (times_ms, is_whole) = read(&path).unwrap();
    mount(&["umount"]);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("the recording has stopped") && said.contains("No space left"), "{said}");
    assert!(said.contains(&format!("{} scrapes are safe", times_ms.len())), "{said}");
    assert!(is_whole && !times_ms.is_empty());
}

#[test]
fn prometheus_answers_on_the_export_as_p95_on_the_recording() {
    if !requires("promtool") || !requires("prometheus") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let (recording, om) = (folder.path().join("run.p95"), folder.path().join("out.om"));
    let output =
        p95(&["record", "--demo", "--interval", "100ms", "--for", "12s", "-o", recording.to_str().unwrap()])
            .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let output = p95(&["export", recording.to_str().unwrap(), "-o", om.to_str().unwrap()]).unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let data = folder.path().join("data");
    let mut create = Command::new("promtool");
    create.args(["tsdb", "create-blocks-from", "openmetrics"]).arg(&om).arg(&data);
    let blocks = create.output().unwrap();
    assert!(blocks.status.success(), "{}{}", text(&blocks.stdout), text(&blocks.stderr));
    let config = folder.path().join("prometheus.yml");
    fs::write(&config, "scrape_configs: []\n").unwrap();
    let port = free_port().unwrap();
    let mut command = Command::new("prometheus");
    command.arg(format!("--config.file={}", config.display()));
    command.arg(format!("--storage.tsdb.path={}", data.display()));
    command.arg(format!("--web.listen-address=127.0.0.1:{port}")).arg("--storage.tsdb.retention.time=100y");
    let mut prometheus = Program::start(&mut command).unwrap();
    prometheus.wait_ready(&http::url(port, "/-/ready"), PATIENCE).unwrap();

    let (times_ms, _) = read(&recording).unwrap();
    let at_ms = *times_ms.last().unwrap();
    // No sample lies on an edge of these windows: Prometheus 2 counts it in on the left, 3 and p95 do not.
    for query in [
        "sum by (route) (rate(shop_http_requests_total[9950ms]))",
        "histogram_quantile(0.95, sum by (le) (rate(shop_http_request_duration_seconds_bucket[9950ms])))",
        "max_over_time(shop_queue_depth[4950ms])",
        "count({__name__=~\".+\"})",
        "count_over_time(up[1m])",
    ] {
        let ours = |file: &Path| {
            let output = p95(&["query", query, file.to_str().unwrap(), "-o", "json"]).unwrap();
            assert!(output.status.success(), "{}", text(&output.stderr));
            vector(&serde_json::from_slice(&output.stdout).unwrap()).unwrap()
        };
        let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let at_secs = at_ms as f64 / 1e3;
        let url = http::url(port, &format!("/api/v1/query?query={encoded}&time={at_secs}"));
        let answer: Value = serde_json::from_str(&http::get(&url).unwrap().body).unwrap();
        let theirs = vector(&answer["data"]).unwrap();
        assert!(!theirs.is_empty(), "{query}: {answer}");
        assert_same(query, &ours(&recording), &theirs);
        assert_same(query, &ours(&om), &theirs);
    }
}

/// The series of a vector with their values, in order.
fn vector(data: &Value) -> anyhow::Result<Vec<(String, f64)>> {
    let result = data.get("result").and_then(Value::as_array).context("no result")?;
    let pair = |series: &Value| {
        let value = series.pointer("/value/1").and_then(Value::as_str).context("no value")?.parse()?;
        // serde_json keeps the names in order.
        Ok((series.get("metric").context("no labels")?.to_string(), value))
    };
    let mut series = result.iter().map(pair).collect::<anyhow::Result<Vec<(String, f64)>>>()?;
    series.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(series)
}

#[track_caller]
fn assert_same(query: &str, ours: &[(String, f64)], theirs: &[(String, f64)]) {
    assert_eq!(ours.len(), theirs.len(), "{query}: {ours:?} {theirs:?}");
    for ((our_labels, our_value), (their_labels, their_value)) in ours.iter().zip(theirs) {
        assert_eq!(our_labels, their_labels, "{query}");
        let is_same = (our_value - their_value).abs() <= 1e-9 * their_value.abs()
            || our_value.is_nan() && their_value.is_nan();
        assert!(is_same, "{query} of {our_labels}: {our_value} and {their_value}");
    }
}
