//! A client of the shop (`services/shop.py`) that keeps a ledger of what happened.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use p95_tests::http;

/// How many clients send at once.
const CLIENTS: usize = 4;

/// Requests a route and burst. 0.95 times any small multiple of it is no whole number, so the 95th percentile never
/// falls between two observations.
const REQUESTS_A_ROUTE: usize = 97;

/// The shop's routes: method, path, and the route's name in the metrics.
const ROUTES: [(&str, &str, &str); 3] =
    [("GET", "/items", "/items"), ("GET", "/items/7", "/items/{item}"), ("POST", "/orders", "/orders")];

/// The upper bounds of the shop's latency buckets, in seconds.
const BUCKETS_SECS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// What the shop did, as its client knows it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Requests by method, route and status.
    pub requests: BTreeMap<(String, String, String), u64>,
    /// The durations that the shop observed, by route, in seconds.
    pub durations_secs: BTreeMap<String, Vec<f64>>,
    /// What each order that was placed was worth.
    pub order_values_euros: Vec<f64>,
}

impl Ledger {
    /// Adds what another ledger holds.
    pub fn add(&mut self, other: Self) {
        for (key, count) in other.requests {
            *self.requests.entry(key).or_default() += count;
        }
        for (route, durations) in other.durations_secs {
            self.durations_secs.entry(route).or_default().extend(durations);
        }
        self.order_values_euros.extend(other.order_values_euros);
    }

    /// The bucket, above its lower and up to its upper bound in seconds, of the 95th percentile of a route's durations.
    pub fn p95_bucket_secs(&self, route: &str) -> anyhow::Result<(f64, f64)> {
        let mut durations = self.durations_secs.get(route).context("no such route")?.clone();
        durations.sort_by(f64::total_cmp);
        let rank = (0.95 * durations.len() as f64).ceil() as usize;
        let p95 = *durations.get(rank.saturating_sub(1)).context("no durations")?;
        let upper = BUCKETS_SECS.iter().copied().find(|bound| p95 <= *bound).unwrap_or(f64::INFINITY);
        let lower = BUCKETS_SECS.iter().copied().rfind(|bound| p95 > *bound).unwrap_or(0.0);
        Ok((lower, upper))
    }

    /// The part of a route's requests that ended with a status of 500 or above.
    pub fn error_ratio(&self, route: &str) -> f64 {
        let of_route = || self.requests.iter().filter(|((_, endpoint, _), _)| endpoint == route);
        let errors: u64 =
            of_route().filter(|((_, _, status), _)| status.starts_with('5')).map(|(_, count)| count).sum();
        errors as f64 / of_route().map(|(_, count)| count).sum::<u64>() as f64
    }

    fn note(&mut self, request: &Request, response: &http::Response) -> anyhow::Result<()> {
        ensure!(response.status == request.status, "{request:?} was answered {}", response.status);
        let observed = response.header("X-Observed-Seconds").context("no observed duration")?.parse()?;
        let (method, _, route) = request.route;
        let key = (method.to_owned(), route.to_owned(), request.status.to_string());
        *self.requests.entry(key).or_default() += 1;
        self.durations_secs.entry(route.to_owned()).or_default().push(observed);
        if request.status == 201 {
            self.order_values_euros.push(request.value_euros);
        }
        Ok(())
    }
}

/// A burst of requests: the same number to each route, some of which fail, most of them quick.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    /// How long four of five requests take, in milliseconds.
    pub quick_ms: u32,
    /// How long the fifth one takes, in milliseconds.
    pub slow_ms: u32,
    /// How long the burst lasts.
    pub spread_over: Duration,
}

impl Burst {
    /// Sends the burst to the shop at `port`, and returns what happened.
    pub fn send(self, port: u16) -> anyhow::Result<Ledger> {
        let requests: Vec<Request> = self.requests();
        let pause = self.spread_over * CLIENTS as u32 / requests.len() as u32;
        let client = |of_client: &[Request]| {
            let started = Instant::now();
            let mut ledger = Ledger::default();
            for (request, at) in of_client.iter().zip(0..) {
                thread::sleep((pause * at).saturating_sub(started.elapsed()));
                ledger.note(request, &request.send(port)?)?;
            }
            anyhow::Ok(ledger)
        };
        let mut ledger = Ledger::default();
        thread::scope(|scope| {
            let shares = requests.chunks(requests.len().div_ceil(CLIENTS));
            let clients: Vec<_> = shares.map(|share| scope.spawn(move || client(share))).collect();
            for client in clients {
                ledger.add(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
            }
            Ok(ledger)
        })
    }

    fn requests(self) -> Vec<Request> {
        let request = |at: usize, route: (&'static str, &'static str, &'static str)| Request {
            route,
            status: match at % 10 {
                3 => 500,
                7 => 404,
                _ if route.0 == "POST" => 201,
                _ => 200,
            },
            work_ms: if at.is_multiple_of(5) { self.slow_ms } else { self.quick_ms },
            value_euros: 1.25 * at as f64 + 0.1,
        };
        (0..REQUESTS_A_ROUTE).flat_map(|at| ROUTES.map(|route| request(at, route))).collect()
    }
}

/// A request, and what the shop is to make of it.
#[derive(Debug)]
struct Request {
    route: (&'static str, &'static str, &'static str),
    status: u16,
    work_ms: u32,
    value_euros: f64,
}

impl Request {
    fn send(&self, port: u16) -> anyhow::Result<http::Response> {
        let Self { route: (method, path, _), status, work_ms, value_euros } = self;
        let query = format!("work_ms={work_ms}&status={status}&value_euros={value_euros}");
        Ok(http::send(method, &http::url(port, &format!("{path}?{query}")), &[])?)
    }
}
