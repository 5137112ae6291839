//! Counting, observing and exposing: this crate beside the three that Rust users know.
//!
//! `cargo bench -p p95-core --bench instrument`
#![expect(clippy::disallowed_methods, reason = "a bench needs a clock")]
#![expect(clippy::expect_used, reason = "names that this bench makes up are valid")]

mod fastest;

use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use fastest::{report, report_each, report_on_two_threads};

/// Series of the pages that are encoded.
const SERIES: usize = 10_000;
/// The bounds of every classic histogram.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

fn main() {
    counters();
    lookups();
    observations();
    pages();
}

fn counters() {
    use p95_core::instrument::Counter;

    let ours = Counter::default();
    let client: prometheus_client::metrics::counter::Counter = Default::default();
    let tikv = prometheus::IntCounter::new("n", "n").expect("valid");
    let exporter = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let exported = metrics::with_local_recorder(&exporter, || metrics::counter!("n"));
    let bare = AtomicU64::new(0);
    report("inc: a relaxed atomic add, for scale", || {
        black_box(&bare).fetch_add(1, Ordering::Relaxed);
    });
    report("inc: p95", || black_box(&ours).inc());
    report("inc: prometheus-client", || {
        black_box(&client).inc();
    });
    report("inc: prometheus", || black_box(&tikv).inc());
    report("inc: metrics-exporter-prometheus", || black_box(&exported).increment(1));

    let client: prometheus_client::metrics::counter::Counter<f64> = Default::default();
    let tikv = prometheus::Counter::new("n", "n").expect("valid");
    report("inc by a float: p95", || black_box(&ours).add(black_box(0.5)));
    report("inc by a float: prometheus-client", || {
        black_box(&client).inc_by(black_box(0.5));
    });
    report("inc by a float: prometheus", || black_box(&tikv).inc_by(black_box(0.5)));
}

/// A request's labels, which go round through a few combinations.
const REQUESTS: [(&str, &str); 8] = [
    ("GET", "200"),
    ("GET", "404"),
    ("POST", "201"),
    ("POST", "400"),
    ("PUT", "200"),
    ("PUT", "500"),
    ("DELETE", "204"),
    ("HEAD", "200"),
];

fn lookups() {
    use p95_core::instrument::{Counter, Descriptor, Registry};

    let mut registry = Registry::default();
    let ours = registry
        .register_family(Descriptor::new("n", ""), ["method", "status"], Counter::default)
        .expect("valid");
    let client: prometheus_client::metrics::family::Family<
        [(&str, &str); 2],
        prometheus_client::metrics::counter::Counter,
    > = Default::default();
    let tikv = prometheus::IntCounterVec::new(prometheus::Opts::new("n", "n"), &["method", "status"])
        .expect("valid");
    let exporter = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let mut at = 0_usize;
    let mut next = || {
        at += 1;
        *black_box(REQUESTS.get(at % REQUESTS.len()).expect("it goes round"))
    };

    report("2 labels and inc: p95, in one call", || {
        let (method, status) = next();
        ours.inc([method, status]);
    });
    report("2 labels and inc: p95, by a handle", || {
        let (method, status) = next();
        ours.with([method, status]).inc();
    });
    report("2 labels and inc: prometheus-client", || {
        let (method, status) = next();
        client.get_or_create(&[("method", method), ("status", status)]).inc();
    });
    report("2 labels and inc: prometheus", || {
        let (method, status) = next();
        tikv.with_label_values(&[method, status]).inc();
    });
    metrics::with_local_recorder(&exporter, || {
        report("2 labels and inc: metrics-exporter-prometheus", || {
            let (method, status) = next();
            metrics::counter!("n", "method" => method, "status" => status).increment(1);
        });
    });
}

fn observations() {
    use p95_core::instrument::{Histogram, HistogramOptions, NativeOptions};
    use prometheus_client::metrics::histogram::Histogram as ClientHistogram;

    let classic = Histogram::new(BOUNDS);
    let native = Histogram::native(NativeOptions::default());
    let both = Histogram::with_options(HistogramOptions {
        bounds: BOUNDS.to_vec(),
        native: Some(NativeOptions::default()),
    });
    let client = ClientHistogram::new(BOUNDS);
    let tikv =
        prometheus::Histogram::with_opts(prometheus::HistogramOpts::new("h", "h").buckets(BOUNDS.to_vec()))
            .expect("valid");
    let exporter = metrics_exporter_prometheus::PrometheusBuilder::new()
        .set_buckets(&BOUNDS)
        .expect("there are bounds")
        .build_recorder();
    let exported = metrics::with_local_recorder(&exporter, || metrics::histogram!("h"));

    type Observe<'a> = (&'a str, &'a (dyn Fn(f64) + Sync));
    let all: [Observe<'_>; 6] = [
        ("p95, classic", &|value| classic.observe(value)),
        ("p95, native", &|value| native.observe(value)),
        ("p95, both", &|value| both.observe(value)),
        ("prometheus-client", &|value| client.observe(value)),
        ("prometheus", &|value| tikv.observe(value)),
        // It only keeps the value here; a page sorts it into buckets, so what is kept has to go now and then.
        ("metrics-exporter-prometheus", &|value| exported.record(value)),
    ];
    let latencies = latencies();
    for (name, observe) in all {
        let mut values = latencies.iter().cycle();
        report(&format!("observe: {name}"), || observe(*values.next().expect("it goes round")));
        exporter.handle().run_upkeep();
    }
    thread_local! {
        static OWN: AtomicU64 = const { AtomicU64::new(0) };
    }
    report_on_two_threads("on 2 threads: a relaxed atomic add each to its own, for scale", &|| {
        OWN.with(|own| black_box(own).fetch_add(1, Ordering::Relaxed));
    });
    for (name, observe) in all {
        report_on_two_threads(&format!("observe on 2 threads: {name}"), &|| {
            let at = AT.get().wrapping_add(1);
            AT.set(at);
            observe(*latencies.get(at % latencies.len()).expect("it goes round"));
        });
        exporter.handle().run_upkeep();
    }
}

thread_local! {
    /// Which latency a thread observes next.
    static AT: Cell<usize> = const { Cell::new(0) };
}

/// Latencies from 1 ms to 10 s, most of them short.
fn latencies() -> Vec<f64> {
    let mut random = 0x9e37_79b9_u32;
    (0..1024)
        .map(|_| {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            0.001 * 10_000_f64.powf((f64::from(random) / f64::from(u32::MAX)).powi(2))
        })
        .collect()
}

fn pages() {
    use p95_core::exposition::encode::Format;
    use p95_core::instrument::{Counter, Descriptor, Registry};

    let routes: Vec<String> = (0..SERIES / 4).map(|at| format!("/api/v1/things/{at}")).collect();
    let combinations = || {
        routes.iter().flat_map(|route| ["200", "302", "404", "500"].map(|status| (route.as_str(), status)))
    };

    let mut registry = Registry::default();
    let ours = registry
        .register_family(Descriptor::new("n", "Requests."), ["route", "status"], Counter::default)
        .expect("valid");
    combinations().for_each(|(route, status)| ours.inc([route, status]));
    for (name, format) in [("p95, text", Format::Text), ("p95, OpenMetrics", Format::OpenMetrics)] {
        report_each(&format!("a series of a page: {name}"), SERIES, &mut || {
            black_box(registry.encode(format, 0));
        });
    }

    let client: prometheus_client::metrics::family::Family<
        Vec<(String, String)>,
        prometheus_client::metrics::counter::Counter,
    > = Default::default();
    for (route, status) in combinations() {
        let labels = vec![("route".to_owned(), route.to_owned()), ("status".to_owned(), status.to_owned())];
        client.get_or_create(&labels).inc();
    }
    let mut client_registry = prometheus_client::registry::Registry::default();
    client_registry.register("n", "Requests", client);
    report_each("a series of a page: prometheus-client", SERIES, &mut || {
        let mut page = String::new();
        prometheus_client::encoding::text::encode(&mut page, &client_registry).expect("a string takes it");
        black_box(page);
    });

    let tikv = prometheus::IntCounterVec::new(prometheus::Opts::new("n", "Requests."), &["route", "status"])
        .expect("valid");
    combinations().for_each(|(route, status)| tikv.with_label_values(&[route, status]).inc());
    let tikv_registry = prometheus::Registry::new();
    tikv_registry.register(Box::new(tikv)).expect("the name is free");
    report_each("a series of a page: prometheus", SERIES, &mut || {
        let page = prometheus::TextEncoder::new().encode_to_string(&tikv_registry.gather());
        black_box(page.expect("a string takes it"));
    });

    let exporter = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&exporter, || {
        for (route, status) in combinations() {
            metrics::counter!("n", "route" => route.to_owned(), "status" => status).increment(1);
        }
    });
    let handle = exporter.handle();
    report_each("a series of a page: metrics-exporter-prometheus", SERIES, &mut || {
        black_box(handle.render());
    });
}
