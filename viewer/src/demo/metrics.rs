//! What the shop measures.

use p95_core::instrument::{
    Counter, Descriptor, Family, Gauge, Histogram, Info, RegisterError, Registry, StateSet, Summary, bounds,
};
use p95_core::model::Labels;

/// The handles of everything that is measured; the registry has their names.
pub(super) struct Metrics {
    /// By method, route and status.
    pub(super) requests: Family<Counter, 3>,
    /// By route.
    pub(super) latency_secs: Family<Histogram, 1>,
    pub(super) response_size_bytes: Summary,
    pub(super) in_flight: Gauge,
    pub(super) queue_depth: Gauge,
    /// By rack.
    pub(super) temperature_celsius: Family<Gauge, 1>,
    pub(super) cache_hit_ratio: Gauge,
    pub(super) payments: Counter,
    pub(super) payments_failed: Counter,
    pub(super) breaker: StateSet,
    pub(super) last_order_secs: Gauge,
    pub(super) cpu_secs: Counter,
    pub(super) memory_bytes: Gauge,
    pub(super) start_secs: Gauge,
}

/// The states of the circuit breaker in front of the payment provider.
pub(super) const BREAKER_STATES: [&str; 3] = ["closed", "half_open", "open"];

/// How long the summary's quantiles look back, in milliseconds.
const SUMMARY_MAX_AGE_MS: i64 = 60_000;

impl Metrics {
    /// Registers everything.
    pub(super) fn register(registry: &mut Registry) -> Result<Self, RegisterError> {
        let text = Descriptor::new;
        let seconds = |name, help| Descriptor::new(name, help).with_unit("seconds");
        let bytes = |name, help| Descriptor::new(name, help).with_unit("bytes");
        let build = Labels::from_pairs([("version", env!("CARGO_PKG_VERSION")), ("edition", "demo")]);
        registry.register(text("shop_build", "How this shop was built."), Info::new(build))?;
        let latency = || Histogram::new(bounds::LATENCY_SECS);
        let sizes = Summary::new([0.5, 0.9, 0.99], SUMMARY_MAX_AGE_MS);
        Ok(Self {
            requests: registry.register_family(
                text("shop_http_requests", "Requests answered."),
                ["method", "route", "status"],
                Counter::default,
            )?,
            latency_secs: registry.register_family(
                seconds("shop_http_request_duration_seconds", "How long requests took."),
                ["route"],
                latency,
            )?,
            response_size_bytes: registry
                .register(bytes("shop_http_response_size_bytes", "How big responses were."), sizes)?,
            in_flight: registry.register(
                text("shop_http_requests_in_flight", "Requests being answered."),
                Gauge::default(),
            )?,
            queue_depth: registry
                .register(text("shop_queue_depth", "Orders that wait to be packed."), Gauge::default())?,
            temperature_celsius: registry.register_family(
                Descriptor::new("shop_rack_temperature_celsius", "How warm the racks are.")
                    .with_unit("celsius"),
                ["rack"],
                Gauge::default,
            )?,
            cache_hit_ratio: registry.register(
                Descriptor::new("shop_cache_hit_ratio", "The share of look-ups that the cache answers.")
                    .with_unit("ratio"),
                Gauge::default(),
            )?,
            payments: registry.register(text("shop_payments", "Payments tried."), Counter::default())?,
            payments_failed: registry
                .register(text("shop_payments_failed", "Payments that failed."), Counter::default())?,
            breaker: registry.register(
                text("shop_payment_breaker", "The circuit breaker in front of the payment provider."),
                StateSet::new(BREAKER_STATES),
            )?,
            last_order_secs: registry.register(
                seconds("shop_last_order_timestamp_seconds", "When the last order came in."),
                Gauge::default(),
            )?,
            cpu_secs: registry
                .register(seconds("process_cpu_seconds", "CPU time used."), Counter::default())?,
            memory_bytes: registry
                .register(bytes("process_resident_memory_bytes", "Memory in use."), Gauge::default())?,
            start_secs: registry
                .register(seconds("process_start_time_seconds", "When the shop opened."), Gauge::default())?,
        })
    }
}
