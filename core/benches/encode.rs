//! Writing 10,000 counters of one family with two labels: this crate's encoders beside the clients that Rust users know.
//!
//! `cargo bench -p p95-core --bench encode`
#![expect(clippy::expect_used, reason = "the names that this bench registers are valid")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use p95_core::exposition::Escaping;
use p95_core::exposition::encode::{Encoder, Format};
use p95_core::exposition::protobuf::ProtobufEncoder;
use p95_core::instrument::{Counter, Descriptor, Registry};

/// How many series there are.
const SERIES: usize = 10_000;

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

fn encoding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode 10k series");
    group.throughput(Throughput::Elements(SERIES as u64));
    let registry = ours();
    for (name, format) in [("p95: text", Format::Text), ("p95: OpenMetrics", Format::OpenMetrics)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut encoder = Encoder::new(format);
                registry.visit(0, &mut encoder);
                black_box(encoder.finish()).len()
            });
        });
    }
    group.bench_function("p95: protobuf", |bencher| {
        bencher.iter(|| {
            let mut encoder = ProtobufEncoder::new(Escaping::AllowUtf8);
            registry.visit(0, &mut encoder);
            black_box(encoder.finish()).len()
        });
    });
    let (registry, _family) = prometheus_client();
    group.bench_function("prometheus-client: OpenMetrics", |bencher| {
        bencher.iter(|| {
            let mut page = String::new();
            prometheus_client::encoding::text::encode(&mut page, &registry).expect("it fits a string");
            black_box(page).len()
        });
    });
    let registry = tikv();
    group.bench_function("prometheus (tikv): text", |bencher| {
        bencher.iter(|| {
            let page = prometheus::TextEncoder::new().encode_to_string(&registry.gather());
            black_box(page.expect("it fits a string")).len()
        });
    });
    let recorder = exporter();
    let handle = recorder.handle();
    group.bench_function("metrics-exporter-prometheus: text", |bencher| {
        bencher.iter(|| black_box(handle.render()).len());
    });
    group.finish();
}

criterion_group!(benches, encoding);
criterion_main!(benches);

/// The labels of each series: a path and a method.
fn each(mut f: impl FnMut(&str, &'static str, u64)) {
    for at in 0..SERIES {
        let path = format!("/api/v1/things/{}", at / METHODS.len());
        let method = METHODS.get(at % METHODS.len()).copied().unwrap_or_default();
        f(&path, method, at as u64 * 7919);
    }
}

fn ours() -> Registry {
    let mut registry = Registry::default();
    let descriptor = Descriptor::new("http_requests_total", "Requests.");
    let family = registry.register_family(descriptor, ["path", "method"], Counter::default).expect("valid");
    each(|path, method, count| family.with([path, method]).inc_by(count));
    registry
}

type ClientFamily = prometheus_client::metrics::family::Family<
    Vec<(String, String)>,
    prometheus_client::metrics::counter::Counter,
>;

fn prometheus_client() -> (prometheus_client::registry::Registry, ClientFamily) {
    let mut registry = prometheus_client::registry::Registry::default();
    let family = ClientFamily::default();
    registry.register("http_requests", "Requests", family.clone());
    each(|path, method, count| {
        let labels = vec![("path".to_owned(), path.to_owned()), ("method".to_owned(), method.to_owned())];
        family.get_or_create(&labels).inc_by(count);
    });
    (registry, family)
}

fn tikv() -> prometheus::Registry {
    let registry = prometheus::Registry::new();
    let options = prometheus::Opts::new("http_requests_total", "Requests.");
    let family = prometheus::IntCounterVec::new(options, &["path", "method"]).expect("valid");
    registry.register(Box::new(family.clone())).expect("the first of its name");
    each(|path, method, count| family.with_label_values(&[path, method]).inc_by(count));
    registry
}

fn exporter() -> metrics_exporter_prometheus::PrometheusRecorder {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        each(|path, method, count| {
            metrics::counter!("http_requests_total", "path" => path.to_owned(), "method" => method)
                .increment(count);
        });
    });
    recorder
}
