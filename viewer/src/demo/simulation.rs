//! What happens in the shop: a function of the seed and of the time that has passed.

use std::f64::consts::TAU;

use super::metrics::Metrics;

/// One step of the simulation, in milliseconds.
const STEP_MS: i64 = 100;
/// The most that is caught up on at once, so that a machine that slept does not work off its night.
const MAX_CATCH_UP_MS: i64 = 600_000;

/// A route: method, path, requests a second, typical latency in seconds, share of errors in quiet times.
const ROUTES: [(&str, &str, f64, f64, f64); 5] = [
    ("GET", "/", 40.0, 0.008, 0.0),
    ("GET", "/products", 25.0, 0.03, 0.001),
    ("GET", "/search", 12.0, 0.09, 0.004),
    ("POST", "/cart", 6.0, 0.05, 0.002),
    ("POST", "/checkout", 3.0, 0.2, 0.01),
];

/// Every two minutes errors come in a burst of twenty seconds.
const BURST_PERIOD_SECS: f64 = 120.0;
const BURST_START_SECS: f64 = 40.0;
const BURST_END_SECS: f64 = 60.0;
/// How long the breaker tries again before it closes.
const HALF_OPEN_SECS: f64 = 8.0;
/// The tail of latencies swings between short and long in this time.
const TAIL_PERIOD_SECS: f64 = 180.0;

/// The shop, at some time since it opened.
pub(super) struct Simulation {
    metrics: Metrics,
    random: fastrand::Rng,
    opened_ms: i64,
    /// Up to where it has been simulated, since it opened.
    elapsed_ms: i64,
}

impl Simulation {
    /// A shop that opens at `opened_ms`, milliseconds since the Unix epoch.
    pub(super) fn new(metrics: Metrics, seed: u64, opened_ms: i64) -> Self {
        metrics.start_secs.set(opened_ms as f64 / 1000.0);
        Self { metrics, random: fastrand::Rng::with_seed(seed), opened_ms, elapsed_ms: 0 }
    }

    /// Simulates up to `now_ms`, milliseconds since the Unix epoch.
    pub(super) fn advance_to(&mut self, now_ms: i64) {
        let target_ms = now_ms.saturating_sub(self.opened_ms);
        self.elapsed_ms = self.elapsed_ms.max(target_ms.saturating_sub(MAX_CATCH_UP_MS));
        while self.elapsed_ms + STEP_MS <= target_ms {
            self.elapsed_ms += STEP_MS;
            self.step();
        }
    }

    fn step(&mut self) {
        let secs = self.elapsed_ms as f64 / 1000.0;
        let in_burst = (BURST_START_SECS..BURST_END_SECS).contains(&(secs % BURST_PERIOD_SECS));
        // Traffic breathes over five minutes; the tail of the latencies swings on its own.
        let traffic = 1.0 + 0.4 * (TAU * secs / 300.0).sin();
        let tail = 1.0 + 0.5 * (1.0 - (TAU * secs / TAIL_PERIOD_SECS).cos());
        let mut busy_secs = 0.0;
        for (method, route, per_sec, typical_secs, quiet_errors) in ROUTES {
            let errors = if in_burst && per_sec < 20.0 { 0.25 } else { quiet_errors };
            for _ in 0..self.count(per_sec * traffic * STEP_MS as f64 / 1000.0) {
                busy_secs += self.request(method, route, typical_secs * tail, errors);
            }
        }
        self.set_gauges(secs, busy_secs, traffic, in_burst);
    }

    /// One request; returns how long it took, in seconds.
    fn request(&mut self, method: &str, route: &str, typical_secs: f64, errors: f64) -> f64 {
        let draw = self.random.f64();
        let failed = draw < errors;
        let status = if failed {
            "500"
        } else if draw > 0.985 {
            "404"
        } else if method == "POST" {
            "201"
        } else {
            "200"
        };
        // The exponential of a sum of uniform draws: most near the typical latency, some far above it.
        let spread = self.random.f64() + self.random.f64() + self.random.f64() - 1.5;
        let latency_secs = typical_secs * (1.6 * spread).exp();
        let size_bytes = (300.0 + 20_000.0 * self.random.f64().powi(3)).round();
        let now_ms = self.opened_ms + self.elapsed_ms;
        let metrics = &self.metrics;
        metrics.requests.with([method, route, status]).inc();
        metrics.latency_secs.with([route]).observe(latency_secs);
        metrics.response_size_bytes.observe(size_bytes, now_ms);
        if route == "/checkout" {
            metrics.payments.inc();
            if failed {
                metrics.payments_failed.inc();
            } else {
                metrics.last_order_secs.set(now_ms as f64 / 1000.0);
            }
        }
        latency_secs
    }

    fn set_gauges(&mut self, secs: f64, busy_secs: f64, traffic: f64, in_burst: bool) {
        let noise = self.random.f64() - 0.5;
        let metrics = &self.metrics;
        metrics.in_flight.set((busy_secs * 1000.0 / STEP_MS as f64).round());
        metrics.queue_depth.set((12.0 * traffic + if in_burst { 30.0 } else { 0.0 } + 4.0 * noise).round());
        for (rack, base, phase) in [("a1", 24.0, 0.0), ("a2", 27.0, 1.0)] {
            metrics.temperature_celsius.with([rack]).set(base + 3.0 * (TAU * secs / 240.0 + phase).sin());
        }
        metrics.cache_hit_ratio.set((0.9 + 0.05 * noise - if in_burst { 0.3 } else { 0.0 }).clamp(0.0, 1.0));
        let after_burst = secs % BURST_PERIOD_SECS - BURST_END_SECS;
        let state = if in_burst {
            "open"
        } else if (0.0..HALF_OPEN_SECS).contains(&after_burst) {
            "half_open"
        } else {
            "closed"
        };
        metrics.breaker.set_only(state);
        metrics.cpu_secs.add(0.05 * busy_secs);
        metrics.memory_bytes.set(80e6 + 6e6 * (TAU * secs / 90.0).sin());
    }

    /// A whole number that is `expected` on average.
    fn count(&mut self, expected: f64) -> u64 {
        let whole = expected.floor();
        whole as u64 + u64::from(self.random.f64() < expected - whole)
    }
}

#[cfg(test)]
mod tests {
    use p95_core::exposition::encode::Format;
    use p95_core::instrument::Registry;

    use super::*;

    /// The page of a shop that was asked at each of these times since it opened.
    fn page(seed: u64, asked_ms: &[i64]) -> String {
        let mut registry = Registry::default();
        let mut simulation = Simulation::new(Metrics::register(&mut registry).unwrap(), seed, 1_000_000);
        asked_ms.iter().for_each(|at_ms| simulation.advance_to(1_000_000 + at_ms));
        registry.encode(Format::OpenMetrics, 1_000_000)
    }

    #[test]
    fn the_same_seed_gives_the_same_shop_however_often_it_is_asked() {
        assert_eq!(page(1, &[70_000]), page(1, &[1, 999, 30_050, 70_000]));
        assert_ne!(page(1, &[70_000]), page(2, &[70_000]));
    }

    #[test]
    fn errors_and_an_open_breaker_come_in_bursts() {
        let count = |page: &str| page.lines().filter(|line| line.contains("status=\"500\"")).count();
        let burst = page(1, &[50_000]);
        assert!(burst.contains("shop_payment_breaker{shop_payment_breaker=\"open\"} 1"), "{burst}");
        assert!(count(&burst) >= 3, "{burst}");
        assert!(page(1, &[30_000]).contains("shop_payment_breaker{shop_payment_breaker=\"closed\"} 1"));
    }
}
