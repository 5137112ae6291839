//! The same samples in p95's own store, in Prometheus and in VictoriaMetrics.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use p95_tests::requires::not_run;
use p95_tests::{Program, free_port, http, p95_binary, requires};
use serde_json::Value;

use crate::past::{Past, STEP_MS};

const PATIENCE: Duration = Duration::from_secs(60);
/// The height of the window's bar, which names the file or the server, in pixels.
const BAR_PIXELS: usize = 100;

struct Server {
    port: u16,
    _program: Program,
}

impl Server {
    fn prometheus(folder: &Path) -> anyhow::Result<Self> {
        let config = folder.join("prometheus.yml");
        fs::write(&config, "scrape_configs: []\n")?;
        Self::start("/prom/-/ready", |port| {
            let mut command = Command::new("prometheus");
            command.args(["--web.enable-remote-write-receiver", "--web.route-prefix=/prom"]);
            command.arg(format!("--config.file={}", config.display()));
            command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
            command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
            command
        })
    }

    fn victoria_metrics(folder: &Path) -> anyhow::Result<Self> {
        Self::start("/health", |port| {
            let mut command = Command::new("victoria-metrics");
            command.arg(format!("-httpListenAddr=127.0.0.1:{port}"));
            command.arg(format!("-storageDataPath={}", folder.join("vm").display()));
            // What was written a moment ago is hidden otherwise.
            command.args(["-search.latencyOffset=0s", "-search.disableCache"]);
            command
        })
    }

    fn start(ready: &str, command: impl FnOnce(u16) -> Command) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut program = Program::start(&mut command(port))?;
        program.wait_ready(&http::url(port, ready), PATIENCE)?;
        Ok(Self { port, _program: program })
    }
}

/// The words that name the server, and the time that is its present.
fn words(server: &str, past: &Past) -> Vec<String> {
    let at = (past.end_ms / 1_000).to_string();
    ["--server", server, "--at", &at, "--interval", &format!("{}ms", STEP_MS)].map(str::to_owned).to_vec()
}

/// The rows of a picture below the bar; `None` where this program has no pictures.
fn picture(folder: &Path, words: &[String], more: &[&str]) -> anyhow::Result<Option<Vec<u8>>> {
    let file = folder.join("picture.png");
    let mut command = Command::new(p95_binary()?);
    command.arg("snapshot").args(words).arg("-o").arg(&file).args(more).env("TZ", "UTC");
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("built without the feature `snapshot`") {
        not_run("p95 was built without the feature `snapshot`");
        return Ok(None);
    }
    ensure!(output.status.success(), "{words:?}: {said}");
    let decoder = png::Decoder::new(std::io::BufReader::new(fs::File::open(&file)?));
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("a picture too large")?];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());
    Ok(Some(pixels.split_off(info.line_size * BAR_PIXELS)))
}

#[test]
fn pictures_of_prometheus_equal_those_of_the_embedded_store() -> anyhow::Result<()> {
    if !requires("prometheus") {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let past = Past::until_now()?;
    let file = folder.path().join("past.om");
    fs::write(&file, past.text())?;
    let prometheus = Server::prometheus(folder.path())?;
    past.write(prometheus.port, "/prom")?;
    let server = words(&format!("http://127.0.0.1:{}/prom", prometheus.port), &past);
    let own = [file.display().to_string(), "--for".to_owned(), "1ms".to_owned()];
    for more in [&["--range", "5m"][..], &["--range", "15m", "--theme", "light"]] {
        let Some(of_store) = picture(folder.path(), &own, more)? else { return Ok(()) };
        let Some(of_server) = picture(folder.path(), &server, more)? else { return Ok(()) };
        let differing = of_store.iter().zip(&of_server).filter(|(a, b)| a != b).count();
        ensure!(of_store.len() == of_server.len() && differing == 0, "{more:?}: {differing} bytes differ");
        let colours: std::collections::BTreeSet<&[u8]> = of_store.chunks(4).collect();
        ensure!(colours.len() > 50, "{more:?}: there is nothing in the picture");
    }
    Ok(())
}

#[test]
fn values_of_victoria_metrics_are_those_of_its_own_api() -> anyhow::Result<()> {
    if !requires("victoria-metrics") {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let past = Past::until_now()?;
    let server = Server::victoria_metrics(folder.path())?;
    past.write(server.port, "")?;
    let words = words(&format!("http://127.0.0.1:{}", server.port), &past);
    let deadline = Instant::now() + PATIENCE;
    while own_answer(&server, &past, "count(up)")?.is_empty() {
        ensure!(Instant::now() < deadline, "VictoriaMetrics does not show what was written");
        std::thread::sleep(Duration::from_millis(100));
    }
    for query in [
        "up",
        "sum by (route) (rate(shop_requests_total[1m]))",
        "histogram_quantile(0.95, sum by (le) (rate(shop_reply_seconds_bucket[1m])))",
        r#"100 * sum(rate(shop_requests_total{status=~"5.."}[1m])) / sum(rate(shop_requests_total[1m]))"#,
        "max_over_time(shop_queue_depth[5m:15s])",
        "1 / 0",
        // What only VictoriaMetrics has.
        "rate(shop_requests_total)",
        "range_last(shop_queue_depth)",
    ] {
        let output = Command::new(p95_binary()?)
            .args(["query", query, "--range", "10m", "--step", "30s", "--output", "json"])
            .args(&words)
            .output()?;
        ensure!(output.status.success(), "{query}: {}", String::from_utf8_lossy(&output.stderr));
        let of_p95 = by_labels(&serde_json::from_slice(&output.stdout)?)?;
        let own = own_answer(&server, &past, query)?;
        ensure!(!own.is_empty() && is_close(&of_p95, &own), "{query}:\n{of_p95:?}\n{own:?}");
    }
    let Some(pixels) = picture(folder.path(), &words, &["--range", "5m"])? else { return Ok(()) };
    let colours: std::collections::BTreeSet<&[u8]> = pixels.chunks(4).collect();
    ensure!(colours.len() > 50, "there is nothing in the picture");
    Ok(())
}

/// Whether the values are the same but for the last digit: VictoriaMetrics adds in another order each time.
fn is_close(a: &BTreeMap<String, Vec<(f64, f64)>>, b: &BTreeMap<String, Vec<(f64, f64)>>) -> bool {
    let is_same = |((time, value), (other_time, other)): (&(f64, f64), &(f64, f64))| {
        time == other_time && (value == other || (value - other).abs() <= value.abs() * 1e-14)
    };
    a.keys().eq(b.keys())
        && a.values().zip(b.values()).all(|(a, b)| a.len() == b.len() && a.iter().zip(b).all(is_same))
}

/// What a server says itself to a query over the last ten minutes.
fn own_answer(
    server: &Server,
    past: &Past,
    query: &str,
) -> anyhow::Result<BTreeMap<String, Vec<(f64, f64)>>> {
    let end = past.end_ms / 1_000;
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let call = format!("/api/v1/query_range?start={}&end={end}&step=30&query={query}", end - 600);
    let answer: Value = serde_json::from_str(&http::get(&http::url(server.port, &call))?.body)?;
    by_labels(answer.get("data").context("no data")?)
}

/// The points of a matrix by the labels of their series.
fn by_labels(data: &Value) -> anyhow::Result<BTreeMap<String, Vec<(f64, f64)>>> {
    let series = data.get("result").and_then(Value::as_array).context("no result")?;
    let points = |series: &Value| -> anyhow::Result<(String, Vec<(f64, f64)>)> {
        let values = series.get("values").and_then(Value::as_array).context("no values")?;
        let point = |value: &Value| match value.as_array().map(Vec::as_slice) {
            Some([time, Value::String(number)]) => Ok((time.as_f64().context("no time")?, number.parse()?)),
            _ => bail!("no point: {value}"),
        };
        let labels: BTreeMap<String, Value> =
            serde_json::from_value(series.get("metric").context("no labels")?.clone())?;
        Ok((format!("{labels:?}"), values.iter().map(point).collect::<anyhow::Result<_>>()?))
    };
    series.iter().map(points).collect()
}
