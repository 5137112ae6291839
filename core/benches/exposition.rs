//! Parsing one page of mixed families: this crate's parser beside the two that Rust users know.
//!
//! `cargo bench -p p95-core --bench exposition`
#![expect(clippy::expect_used, reason = "a page that this bench makes is valid")]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use p95_core::exposition::families;
use p95_core::exposition::parse::{Event, Format, Parser};

/// How many families of each kind the page has.
const FAMILIES: usize = 60;

fn parsing(criterion: &mut Criterion) {
    let page = mixed_page();
    assert_eq!(
        samples(&page),
        prometheus_parse_samples(&page) + buckets_folded(&page),
        "all read every line"
    );
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("p95: events, checked", |bencher| bencher.iter(|| samples(black_box(&page))));
    let known = series(&page);
    group.bench_function("p95: events, series known from the last page", |bencher| {
        bencher.iter(|| known_samples(black_box(&page), &known))
    });
    group.bench_function("p95: events and decoded labels", |bencher| {
        bencher.iter(|| label_bytes(black_box(&page)))
    });
    group.bench_function("p95: typed families", |bencher| {
        bencher
            .iter(|| families::read(black_box(page.as_bytes()), Format::Text).map(|read| read.families.len()))
    });
    group.sample_size(10);
    group.bench_function("prometheus-parse", |bencher| {
        bencher.iter(|| prometheus_parse_samples(black_box(&page)))
    });
    group.bench_function("openmetrics-parser", |bencher| {
        bencher.iter(|| {
            openmetrics_parser::prometheus::parse_prometheus(black_box(&page)).map(|set| set.families.len())
        })
    });
    group.finish();
}

criterion_group!(benches, parsing);
criterion_main!(benches);

fn parser(page: &str) -> Parser<'_> {
    Parser::new(page.as_bytes(), Format::Text).expect("the page is UTF-8")
}

/// Reads all events; the labels are checked, not decoded.
fn samples(page: &str) -> usize {
    let mut parser = parser(page);
    let mut samples = 0;
    while let Some(event) = parser.next_event().expect("the page is valid") {
        samples += usize::from(matches!(black_box(event), Event::Sample(_)));
    }
    samples
}

/// The raw bytes of every series, in the page's order.
fn series(page: &str) -> Vec<String> {
    let mut parser = parser(page);
    let mut series = Vec::new();
    while let Some(event) = parser.next_event().expect("the page is valid") {
        if let Event::Sample(sample) = event {
            series.push(sample.series.raw().to_owned());
        }
    }
    series
}

/// Reads a page whose series are known, as every scrape but a target's first does.
fn known_samples(page: &str, known: &[String]) -> usize {
    let mut parser = parser(page);
    let mut samples = 0;
    loop {
        let next = known.get(samples).map(String::as_str).unwrap_or_default();
        if let Some(sample) = parser.next_sample_of(next).expect("the page is valid") {
            black_box(sample);
            samples += 1;
        } else if let Some(event) = parser.next_event().expect("the page is valid") {
            samples += usize::from(matches!(black_box(event), Event::Sample(_)));
        } else {
            return samples;
        }
    }
}

/// Reads all events and decodes each label.
fn label_bytes(page: &str) -> usize {
    let mut parser = parser(page);
    let mut bytes = 0;
    while let Some(event) = parser.next_event().expect("the page is valid") {
        if let Event::Sample(sample) = event {
            bytes += sample.series.labels().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        }
    }
    bytes
}

fn prometheus_parse_samples(page: &str) -> usize {
    let lines = page.lines().map(|line| Ok(line.to_owned()));
    prometheus_parse::Scrape::parse(lines).expect("it never fails").samples.len()
}

/// How many lines prometheus-parse folds into the sample of another: buckets and quantiles, less one for each group.
fn buckets_folded(page: &str) -> usize {
    let groups =
        page.lines().filter(|line| line.contains("le=\"+Inf\"") || line.contains("quantile=\"0.5\"")).count();
    let lines = page.lines().filter(|line| line.contains("le=\"") || line.contains("quantile=\"")).count();
    lines - groups
}

/// Counters, gauges, histograms and summaries with their metadata, about 1.5 MB.
fn mixed_page() -> String {
    let mut page = String::new();
    let mut random = 0x9e37_79b9_u32;
    let mut next = move |below: u32| {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random % below
    };
    let routes = ["/api/v1/orders", "/api/v1/orders/:id", "/checkout", "/login", "/static/*path"];
    for family in 0..FAMILIES {
        let _ = writeln!(
            page,
            "# HELP shop_{family}_requests_total Requests that were answered, by route and status."
        );
        let _ = writeln!(page, "# TYPE shop_{family}_requests_total counter");
        for route in routes {
            for status in ["200", "302", "404", "500"] {
                let value = next(10_000_000);
                let _ = writeln!(
                    page,
                    "shop_{family}_requests_total{{method=\"GET\",route=\"{route}\",status=\"{status}\"}} {value}"
                );
            }
        }
        let _ = writeln!(page, "# HELP shop_{family}_queue_length Orders that wait.");
        let _ = writeln!(page, "# TYPE shop_{family}_queue_length gauge");
        for shard in 0..8 {
            let value = f64::from(next(1_000_000)) / 1000.0;
            let _ = writeln!(
                page,
                "shop_{family}_queue_length{{shard=\"{shard}\",zone=\"eu-central-1a\"}} {value}"
            );
        }
        let _ = writeln!(page, "# HELP shop_{family}_latency_seconds How long an answer took.");
        let _ = writeln!(page, "# TYPE shop_{family}_latency_seconds histogram");
        for route in routes {
            let mut count = 0;
            for le in ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]
            {
                count += next(5_000);
                let _ = writeln!(
                    page,
                    "shop_{family}_latency_seconds_bucket{{route=\"{route}\",le=\"{le}\"}} {count}"
                );
            }
            let sum = f64::from(next(1_000_000_000)) / 65536.0;
            let _ = writeln!(page, "shop_{family}_latency_seconds_sum{{route=\"{route}\"}} {sum}");
            let _ = writeln!(page, "shop_{family}_latency_seconds_count{{route=\"{route}\"}} {count}");
        }
        let _ = writeln!(page, "# HELP shop_{family}_gc_seconds Pauses.");
        let _ = writeln!(page, "# TYPE shop_{family}_gc_seconds summary");
        for quantile in ["0.5", "0.9", "0.99"] {
            let value = f64::from(next(1_000_000)) * 1e-9;
            let _ = writeln!(page, "shop_{family}_gc_seconds{{quantile=\"{quantile}\"}} {value:e}");
        }
        let _ = writeln!(page, "shop_{family}_gc_seconds_sum {}", f64::from(next(1_000_000)) / 1000.0);
        let _ = writeln!(page, "shop_{family}_gc_seconds_count {}", next(1_000_000));
    }
    page
}
