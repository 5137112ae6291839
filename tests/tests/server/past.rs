//! Twenty minutes of samples, as a file that p95 opens and as remote write.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use p95_core::model::{FloatSample, Labels};
use p95_core::remote::write::{WriteRequest, WriteVersion, WrittenSeries};
use p95_tests::Client;

/// The time between two samples, in milliseconds.
pub const STEP_MS: i64 = 15_000;
/// How much earlier than `up` the others are, so that no window begins at a sample: ranges are open on the left since
/// Prometheus 3, and closed before.
const EARLY_MS: i64 = 4_321;
/// 40 minutes.
const STEPS: i32 = 160;

/// What a series has at a step.
type ValueAt = fn(i32) -> f64;

/// The samples, and when they end.
pub struct Past {
    /// The time of the last sample, a whole minute, in milliseconds since the Unix epoch.
    pub end_ms: i64,
    series: Vec<(Labels, ValueAt)>,
}

impl Past {
    /// Samples up to a moment ago.
    pub fn until_now() -> anyhow::Result<Self> {
        let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
        Ok(Self { end_ms: now_ms - now_ms % 60_000, series: series() })
    }

    /// OpenMetrics text without types: a server that is written to has none either.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (labels, value) in &self.series {
            let pairs = labels.iter().filter(|(name, _)| *name != "__name__");
            let pairs = Vec::from_iter(pairs.map(|(name, value)| format!("{name}=\"{value}\""))).join(",");
            for step in 0..STEPS {
                let at_ms = self.time_ms(labels, step);
                let (at, ms) = (at_ms / 1_000, at_ms % 1_000);
                // Writing to a text does not fail.
                let _ = writeln!(text, "{}{{{pairs}}} {} {at}.{ms:03}", labels.metric_name(), value(step));
            }
        }
        text + "# EOF\n"
    }

    /// Writes all samples to the server at a port.
    pub fn write(&self, port: u16, prefix: &str) -> anyhow::Result<()> {
        let series = self.series.iter().map(|(labels, value)| WrittenSeries {
            labels: labels.clone(),
            samples: (0..STEPS)
                .map(|step| FloatSample { timestamp_ms: self.time_ms(labels, step), value: value(step) })
                .collect(),
            ..WrittenSeries::default()
        });
        let request = WriteRequest { series: series.collect(), metadata: Vec::new() };
        let body = snap::raw::Encoder::new().compress_vec(&request.encode(WriteVersion::V1))?;
        let headers = [
            ("Content-Type", WriteVersion::V1.content_type()),
            ("X-Prometheus-Remote-Write-Version", WriteVersion::V1.header()),
            ("Content-Encoding", "snappy"),
        ];
        let answer = Client::new(port).send("POST", &format!("{prefix}/api/v1/write"), &headers, &body)?;
        ensure!(answer.status == 204, "port {port}: {} {}", answer.status, answer.body);
        Ok(())
    }

    /// When a series has its sample of a step. Points lie where `up` has its samples.
    fn time_ms(&self, labels: &Labels, step: i32) -> i64 {
        let early_ms = if labels.metric_name() == "up" { 0 } else { EARLY_MS };
        self.end_ms - STEP_MS * i64::from(STEPS - 1 - step) - early_ms
    }
}

/// Whole numbers, so that sums are exact in whatever order they are made.
fn series() -> Vec<(Labels, ValueAt)> {
    let mut all: Vec<(Labels, ValueAt)> = Vec::new();
    let mut add = |name: &str, labels: &[(&str, &str)], value: ValueAt| {
        let pairs = [("__name__", name), ("job", "shop")].into_iter().chain(labels.iter().copied());
        all.push((Labels::from_pairs(pairs), value));
    };
    for instance in ["a:1", "b:1"] {
        add("up", &[("instance", instance)], |_| 1.0);
        for (status, rate) in
            [("200", (|step| f64::from(step * 30)) as ValueAt), ("500", |step| f64::from(step * step / 15))]
        {
            for route in ["/cart", "/pay"] {
                add(
                    "shop_requests_total",
                    &[("instance", instance), ("route", route), ("status", status)],
                    rate,
                );
            }
        }
        add("shop_queue_depth", &[("instance", instance)], |step| f64::from(step * 7 % 29));
        for (le, count) in [
            ("0.1", (|step| f64::from(step * 15)) as ValueAt),
            ("0.5", |step| f64::from(step * 45)),
            ("+Inf", |step| f64::from(step * 60)),
        ] {
            add("shop_reply_seconds_bucket", &[("instance", instance), ("le", le)], count);
        }
        add("shop_reply_seconds_count", &[("instance", instance)], |step| f64::from(step * 60));
        add("shop_reply_seconds_sum", &[("instance", instance)], |step| f64::from(step * 15));
    }
    all
}
