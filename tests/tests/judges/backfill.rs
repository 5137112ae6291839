//! An hour of samples, written alike to whoever takes remote write.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use p95_core::model::histogram::Bucket;
use p95_core::model::{FloatSample, HistogramSample, Labels, NativeHistogram, STALE_NAN};
use p95_core::remote::write::{WriteRequest, WriteVersion, WrittenSeries};
use p95_tests::Client;

/// The time between two samples.
const STEP_MS: i64 = 15_000;

/// When within a step the samples are: at no time that a query's windows begin or end at. Ranges are open on the left
/// since Prometheus 3, and closed before.
const PHASE_MS: i64 = 4_321;

/// 55 minutes. Prometheus refuses what is an hour older than the newest sample.
const STEPS: u32 = 220;

/// How many steps a request carries.
const STEPS_A_REQUEST: u32 = 20;

const ROUTES: [&str; 4] = ["/", "/items", "/items/{item}", "/orders"];
const PODS: [&str; 3] = ["a-0", "a-1", "b-0"];
const CODES: [&str; 3] = ["200", "404", "500"];
const BOUNDS: [&str; 6] = ["0.01", "0.05", "0.1", "0.5", "2.5", "+Inf"];

/// The samples, and when they end.
pub struct Backfill {
    /// The end of the last step, a whole minute, in milliseconds since the Unix epoch.
    pub end_ms: i64,
    series: Vec<Series>,
}

/// What a series has at a step, where it has anything.
type ValueAt = Box<dyn Fn(u32) -> Option<f64> + Send + Sync>;

struct Series {
    labels: Labels,
    value: ValueAt,
}

impl Backfill {
    /// Samples up to a moment ago.
    pub fn until_now() -> anyhow::Result<Self> {
        let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
        Ok(Self { end_ms: now_ms - now_ms % 60_000, series: all_series() })
    }

    /// When the first sample is, in milliseconds since the Unix epoch.
    pub fn start_ms(&self) -> i64 {
        self.time_ms(0)
    }

    /// Writes all samples to the server at a port.
    pub fn write(&self, port: u16) -> anyhow::Result<()> {
        let mut client = Client::new(port);
        let headers = [
            ("Content-Type", WriteVersion::V1.content_type()),
            ("X-Prometheus-Remote-Write-Version", WriteVersion::V1.header()),
            ("Content-Encoding", "snappy"),
        ];
        for first in (0..STEPS).step_by(STEPS_A_REQUEST as usize) {
            let message = self.request(first..first + STEPS_A_REQUEST).encode(WriteVersion::V1);
            let body = snap::raw::Encoder::new().compress_vec(&message)?;
            let answer = client.send("POST", "/api/v1/write", &headers, &body)?;
            ensure!(answer.status == 204, "port {port}: {} {}", answer.status, answer.body);
        }
        Ok(())
    }

    fn request(&self, steps: std::ops::Range<u32>) -> WriteRequest {
        let of_series = self.series.iter().map(|series| {
            let sample =
                |step| Some(FloatSample { timestamp_ms: self.time_ms(step), value: (series.value)(step)? });
            let samples = steps.clone().filter_map(sample).collect();
            WrittenSeries { labels: series.labels.clone(), samples, ..WrittenSeries::default() }
        });
        let native = (0..).zip(PODS).map(|(number, pod)| {
            let sample = |step| HistogramSample {
                timestamp_ms: self.time_ms(step),
                histogram: Arc::new(round_trips(number, step)),
            };
            let labels = Labels::from_pairs([("__name__", "round_trip_seconds"), ("pod", pod)]);
            WrittenSeries {
                labels,
                histograms: steps.clone().map(sample).collect(),
                ..WrittenSeries::default()
            }
        });
        WriteRequest { series: of_series.chain(native).collect(), metadata: Vec::new() }
    }

    fn time_ms(&self, step: u32) -> i64 {
        self.end_ms - STEP_MS * i64::from(STEPS - step) + PHASE_MS
    }
}

/// All series of numbers. Their values are whole numbers or multiples of powers of two, so that sums of them are exact in
/// whatever order they are made.
fn all_series() -> Vec<Series> {
    let mut all = Vec::new();
    let mut add = |name: &str, labels: &[(&str, &str)], value: ValueAt| {
        let pairs = [("__name__", name)].into_iter().chain(labels.iter().copied());
        all.push(Series { labels: Labels::from_pairs(pairs), value });
    };
    let mut number = 0;
    for route in ROUTES {
        for pod in PODS {
            number += 1;
            for (code, rank) in CODES.into_iter().zip(1..) {
                let labels = [("route", route), ("pod", pod), ("code", code)];
                add("requests_total", &labels, Box::new(counter(number * 3 + rank)));
            }
            let of_pod = [("route", route), ("pod", pod)];
            let of = number;
            add("queue_depth", &of_pod, Box::new(move |step| Some(wave(of, step))));
            for (bound, rank) in BOUNDS.into_iter().zip(1..) {
                let labels = [("route", route), ("pod", pod), ("le", bound)];
                add(
                    "latency_seconds_bucket",
                    &labels,
                    Box::new(move |step| Some(f64::from(rank * total(of, step)))),
                );
            }
            add("latency_seconds_count", &of_pod, Box::new(move |step| Some(f64::from(6 * total(of, step)))));
            add(
                "latency_seconds_sum",
                &of_pod,
                Box::new(move |step| Some(0.25 * f64::from(5 * total(of, step)))),
            );
        }
    }
    for (pod, rank) in PODS.into_iter().zip(0..) {
        let of_pod = [("pod", pod)];
        add("up", &of_pod, Box::new(move |step| Some(if (step + rank * 9) % 23 == 0 { 0.0 } else { 1.0 })));
        let version = format!("1.{}", 9 + rank);
        add("build_info", &[("pod", pod), ("version", &version)], Box::new(|_| Some(1.0)));
        // Days of several months and years; the first is a 29th of February.
        add(
            "start_time_seconds",
            &of_pod,
            Box::new(move |_| Some(1_709_210_096.0 + 30_000_000.5 * f64::from(rank))),
        );
        for (quantile, factor) in [("0.5", 1.0), ("0.99", 3.5)] {
            let labels = [("pod", pod), ("quantile", quantile)];
            add("gc_seconds", &labels, Box::new(move |step| Some(factor * wave(rank, step).abs())));
        }
        add(
            "angle_radians",
            &of_pod,
            Box::new(move |step| Some(f64::from((step + rank * 5) % 13) / 16.0 + 0.0625)),
        );
    }
    add("odd", &[("kind", "two\nlines")], Box::new(|_| Some(1.0)));
    let fresh = |step: u32| step.checked_sub(STEPS - 11).map(|age| f64::from(12 + age * 15));
    add("fresh_total", &[], Box::new(fresh));
    for (kind, odd) in [("nan", f64::NAN), ("inf", f64::INFINITY), ("minus-inf", f64::NEG_INFINITY)] {
        add(
            "odd",
            &[("kind", kind)],
            Box::new(move |step| Some(if step % 4 == 1 { odd } else { wave(2, step) })),
        );
    }
    all
}

/// A counter: some are reset, some have a gap, come late or end early.
fn counter(number: u32) -> impl Fn(u32) -> Option<f64> + Send + Sync {
    move |step| match step {
        90..95 if number % 7 == 3 => None,
        0..60 if number % 11 == 5 => None,
        150 if number % 13 == 2 => Some(STALE_NAN),
        150.. if number % 13 == 2 => None,
        130.. if number.is_multiple_of(6) => Some(f64::from(total(number, step) - total(number, 129))),
        _ => Some(f64::from(total(number, step))),
    }
}

/// What has been counted at a step: it never falls, now and then stands still, and begins far from zero.
fn total(number: u32, step: u32) -> u32 {
    let since_start: u32 = (0..=step)
        .map(|step| (number * 7 + step * step * 3 + step * number) % 11)
        .map(|n| n.saturating_sub(2))
        .sum();
    5_000 + number + since_start
}

/// A gauge, above and below zero.
fn wave(number: u32, step: u32) -> f64 {
    f64::from((step * (number + 3) + number * number) % 29) * 0.25 - 1.5
}

fn round_trips(number: u32, step: u32) -> NativeHistogram {
    // Prometheus 2.42 takes one without observations for one of whole numbers, and misses them.
    let count = f64::from(1 + total(number, step));
    NativeHistogram {
        schema: 1,
        zero_threshold: 0.001,
        zero_count: count,
        count: 7.0 * count,
        sum: 2.5 * count,
        positive: [(-3, 1.0), (-2, 3.0), (4, 2.0)]
            .map(|(index, share)| Bucket { index, count: share * count })
            .to_vec(),
        ..NativeHistogram::default()
    }
}
