//! A server that does everything wrong, and what the engine says of it: one line for each fault.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod hostile;

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use hostile::faults::{BODY_SIZE_LIMIT, Fault, TIMEOUT_MS, faults};
use hostile::{Hostile, Reply, TlsFault};
use p95_core::ingest::relabel::{Action, RelabelConfig};
use p95_core::promql::eval::QueryValue;
use p95_engine::{
    Auth, Command, Engine, EngineConfig, EngineHandle, Header, QuerySource as _, ScrapeFailure, ScrapeLimits,
    Stage, TargetId, TargetOptions, TargetState, TargetStatus, TlsOptions, parse_target,
};

fn options() -> TargetOptions {
    let mut options =
        TargetOptions { interval_ms: 60_000, timeout_ms: Some(TIMEOUT_MS), ..TargetOptions::default() };
    options.limits.body_size_limit = Some(BODY_SIZE_LIMIT);
    options
}

fn start() -> EngineHandle {
    Engine::start(EngineConfig::default(), || ()).unwrap()
}

fn add(engine: &EngineHandle, target: &str, options: TargetOptions) {
    engine.send(Command::AddTarget { spec: parse_target(target).unwrap(), options: Box::new(options) });
}

/// The status of a target once it satisfies `done`.
#[track_caller]
fn wait(engine: &EngineHandle, id: u32, done: impl Fn(&TargetStatus) -> bool) -> Arc<TargetStatus> {
    let begun = Instant::now();
    loop {
        let snapshot = engine.snapshot();
        let target = snapshot.targets.iter().find(|target| target.id == TargetId(id));
        if let Some(target) = target.filter(|target| done(target)) {
            return Arc::clone(target);
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{target:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Scrapes a target once.
#[track_caller]
fn scrape(target: &str, options: TargetOptions) -> Arc<TargetStatus> {
    let engine = start();
    add(&engine, target, options);
    wait(&engine, 0, |target| target.scrapes_total > 0)
}

#[track_caller]
fn assert_failure(failure: Option<&ScrapeFailure>, stage: Stage, message: &str, name: &str) {
    let Some(failure) = failure else { panic!("{name}: the scrape was good") };
    let line = failure.to_string();
    assert_eq!(failure.stage, stage, "{name}: {line}");
    assert!(line.contains(message), "{name}: {line:?} does not say {message:?}");
    assert!(!line.contains(char::is_control), "{name}: {line:?} is not one plain line");
    assert!(!failure.hint.is_empty(), "{name}: {line:?} names no remedy");
}

/// What the target sends, and what is said of it.
#[test]
fn each_fault_has_its_message_and_harms_no_other_target() {
    let faults = faults();
    let server = Hostile::start(faults.iter().map(|fault| (fault.name, fault.reply.clone())));
    let engine = start();
    let good = Hostile::start([("metrics", Reply::page("text/plain", b"a 1\n"))]);
    add(&engine, &good.url("metrics"), TargetOptions { interval_ms: 100, ..options() });
    for fault in &faults {
        add(&engine, &server.url(fault.name), options());
    }
    for (id, Fault { name, stage, message, .. }) in (1..).zip(&faults) {
        let target = wait(&engine, id, |target| target.scrapes_total > 0);
        assert_eq!(target.state, TargetState::Down, "{name}");
        assert_failure(target.failure.as_ref(), *stage, message, name);
    }
    let good = wait(&engine, 0, |target| target.scrapes_total > 5);
    assert_eq!(good.state, TargetState::Up);
    let starts_ms = Vec::from_iter(good.history.iter().map(|scrape| scrape.start_ms));
    let gap_ms = starts_ms.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(gap_ms <= Some(400), "the good target was not scraped for {gap_ms:?} ms: {starts_ms:?}");
}

#[test]
fn what_prometheus_accepts_is_accepted() {
    #[track_caller]
    fn check(content_type: &str, body: &'static [u8], samples: u64) {
        let server = Hostile::start([("metrics", Reply::page(content_type, body))]);
        let target = scrape(&server.url("metrics"), options());
        assert_eq!(target.failure, None);
        assert_eq!(target.last_scrape().unwrap().samples, samples);
    }
    check("text/plain", b"", 0);
    check("", b"a 1\n", 1);
    check("text/plain", b"a 1\nb 2", 2);
    check("text/plain", b"a{l=\"x\0y\"} 1\n", 1);
    check("application/openmetrics-text; version=1.0.0", b"a 1\n# EOF\n", 1);
}

#[test]
fn what_is_not_stored_is_counted() {
    #[track_caller]
    fn check(body: &'static [u8], samples: u64, duplicates: u64, dropped: u64) {
        let server = Hostile::start([("metrics", Reply::page("text/plain", body))]);
        let target = scrape(&server.url("metrics"), options());
        assert_eq!(target.failure, None);
        let scrape = target.last_scrape().unwrap();
        assert_eq!((scrape.samples, scrape.duplicates, scrape.dropped), (samples, duplicates, dropped));
    }
    check(b"a 1\na 2\nb 3\n", 3, 1, 0);
    check(b"a 1 1000\nb 2\n", 2, 0, 1);
    check(b"a 1 9999999999999\nb 2\n", 2, 0, 1);
}

#[test]
fn each_limit_has_its_message() {
    #[track_caller]
    fn check(limits: ScrapeLimits, message: &str) {
        let page = Reply::page("text/plain", b"a{long_name=\"long_value\"} 1\nb 2\n");
        let server = Hostile::start([("metrics", page)]);
        let target = scrape(&server.url("metrics"), TargetOptions { limits, ..options() });
        assert_failure(target.failure.as_ref(), Stage::Limit, message, message);
    }
    let none = ScrapeLimits { body_size_limit: None, ..ScrapeLimits::default() };
    check(ScrapeLimits { body_size_limit: Some(20), ..none.clone() }, "body_size_limit exceeded");
    check(ScrapeLimits { sample_limit: Some(1), ..none.clone() }, "sample_limit exceeded");
    check(ScrapeLimits { label_limit: Some(3), ..none.clone() }, "label_limit exceeded");
    check(
        ScrapeLimits { label_name_length_limit: Some(8), ..none.clone() },
        "label_name_length_limit exceeded",
    );
    check(ScrapeLimits { label_value_length_limit: Some(9), ..none }, "label_value_length_limit exceeded");
}

/// The values of a query's answer now.
fn values(engine: &EngineHandle, query: &str) -> Vec<f64> {
    let at_ms = engine.snapshot().targets[0].last_scrape().unwrap().start_ms;
    let answer = engine.wait(engine.source().instant(query, at_ms)).unwrap();
    let QueryValue::Vector(samples) = answer.value else { panic!("{query} answers no vector") };
    samples.iter().map(|sample| sample.sample.value).collect()
}

#[test]
fn a_failed_scrape_is_an_empty_one() {
    let choice = Arc::new(Mutex::new(Reply::page("", b"a 1\n")));
    let server = Hostile::start([("metrics", Reply::chosen(&choice))]);
    let engine = start();
    add(&engine, &server.url("metrics"), options());
    wait(&engine, 0, |target| target.scrapes_total == 1);
    assert_eq!((values(&engine, "a"), values(&engine, "up")), (vec![1.0], vec![1.0]));
    *choice.lock().unwrap() = Reply::status("500 Internal Server Error");
    engine.send(Command::ScrapeNow(None));
    let target = wait(&engine, 0, |target| target.scrapes_total == 2);
    assert_eq!((target.state, target.scrapes_in_a_row), (TargetState::Down, 0));
    assert_eq!((values(&engine, "a"), values(&engine, "up")), (vec![], vec![0.0]));
    assert_eq!(values(&engine, "scrape_samples_scraped"), [0.0]);
}

#[test]
fn the_series_of_a_target_that_was_removed_end() {
    let server = Hostile::start([("metrics", Reply::page("", b"a 1\n"))]);
    let engine = start();
    add(&engine, &server.url("metrics"), options());
    add(&engine, &server.url("metrics"), TargetOptions { job: "other".to_owned(), ..options() });
    wait(&engine, 0, |target| target.scrapes_total == 1);
    wait(&engine, 1, |target| target.scrapes_total == 1);
    engine.send(Command::RemoveTarget(TargetId(1)));
    let begun = Instant::now();
    while engine.snapshot().targets.len() > 1 || !values(&engine, r#"up{job="other"}"#).is_empty() {
        engine.send(Command::ScrapeNow(None));
        thread::sleep(Duration::from_millis(50));
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    assert_eq!(values(&engine, r#"up{job="p95"}"#), [1.0]);
}

#[test]
fn relabelling_rules_hold_or_say_what_is_wrong() {
    let rule = |regex: &str| RelabelConfig {
        source_labels: vec!["__name__".to_owned()],
        regex: regex.to_owned(),
        action: Action::Drop,
        ..RelabelConfig::default()
    };
    let server = Hostile::start([("metrics", Reply::page("", b"a 1\nb 2\nc 3\n"))]);
    let engine = start();
    let with = |rules| TargetOptions { metric_relabel_configs: rules, ..options() };
    add(&engine, &server.url("metrics"), with(vec![rule("a|b")]));
    wait(&engine, 0, |target| target.state == TargetState::Up);
    assert_eq!((values(&engine, "a"), values(&engine, "c")), (vec![], vec![3.0]));
    assert_eq!(values(&engine, "scrape_samples_scraped - scrape_samples_post_metric_relabeling"), [2.0]);

    let target = scrape(&server.url("metrics"), with(vec![rule("a"), rule("(")]));
    let message = "metric_relabel_configs: relabelling rule 2: invalid regular expression";
    assert_failure(target.failure.as_ref(), Stage::Options, message, "rules");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_query_with_a_mistake_says_where() {
    let engine = start();
    let failure = engine.wait(engine.source().instant("rate(up)", 0)).unwrap_err();
    assert_eq!(
        failure.message,
        "position 1:6: rate expects a range vector, and this is an instant vector: add [5m]"
    );
    assert_eq!(failure.span.unwrap().range(), 5..7);
}

#[test]
fn a_page_in_gzip_is_read() {
    let server = Hostile::start([("metrics", Reply::gzip(&hostile::gzipped(b"a 1\nb 2\n")))]);
    let target = scrape(&server.url("metrics"), options());
    assert_eq!(target.failure, None);
    assert_eq!(target.last_scrape().unwrap().body_bytes, 8);
}

#[test]
fn a_host_that_is_not_there_says_why() {
    let target = scrape("http://nowhere.invalid/metrics", options());
    assert_failure(
        target.failure.as_ref(),
        Stage::Name,
        r#"the name "nowhere.invalid" has no address"#,
        "name",
    );

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let target = scrape(&free.to_string(), options());
    assert_failure(
        target.failure.as_ref(),
        Stage::Connect,
        &format!("connection to {free} refused"),
        "refused",
    );
}

#[test]
fn each_fault_of_a_certificate_has_its_message() {
    #[track_caller]
    fn check(fault: TlsFault, message: &str) {
        let (server, ca) = Hostile::start_tls(fault, [("metrics", Reply::page("", b"a 1\n"))]);
        let tls = TlsOptions { ca_file: ca.as_ref().map(|ca| ca.path().to_owned()), ..TlsOptions::default() };
        let target = scrape(&server.url("metrics"), TargetOptions { tls, ..options() });
        assert_failure(target.failure.as_ref(), Stage::Tls, message, &format!("{fault:?}"));
        let tls = TlsOptions { insecure_skip_verify: true, ..TlsOptions::default() };
        let target = scrape(&server.url("metrics"), TargetOptions { tls, ..options() });
        assert_eq!(target.failure, None, "{fault:?}");
    }
    check(TlsFault::Expired, "the server's certificate has expired");
    check(TlsFault::WrongHost, r#"the server's certificate is not for "localhost""#);
    check(TlsFault::SelfSigned, "the server's certificate is self-signed");
}

#[test]
fn a_certificate_of_a_named_authority_is_trusted() {
    let (server, ca) = Hostile::start_tls(TlsFault::None, [("metrics", Reply::page("", b"a 1\n"))]);
    let tls = TlsOptions { ca_file: ca.as_ref().map(|ca| ca.path().to_owned()), ..TlsOptions::default() };
    let target = scrape(&server.url("metrics"), TargetOptions { tls, ..options() });
    assert_eq!(target.failure, None);
}

#[test]
fn https_to_a_plain_server_says_so() {
    let server = Hostile::start([("metrics", Reply::page("", b"a 1\n"))]);
    let target = scrape(&server.url("metrics").replace("http://", "https://"), options());
    let failure = target.failure.as_ref().unwrap();
    assert!(matches!(failure.stage, Stage::Tls | Stage::Connect), "{failure}");
}

#[test]
fn https_never_falls_to_http() {
    let plain = Hostile::start([("metrics", Reply::page("", b"a 1\n"))]);
    let (server, ca) =
        Hostile::start_tls(TlsFault::None, [("metrics", Reply::redirect(&plain.url("metrics")))]);
    let tls = TlsOptions { ca_file: ca.as_ref().map(|ca| ca.path().to_owned()), ..TlsOptions::default() };
    let target = scrape(&server.url("metrics"), TargetOptions { tls, ..options() });
    assert_failure(target.failure.as_ref(), Stage::Status, "redirects from https to http", "downgrade");
    assert_eq!(plain.requests(), Vec::<String>::new());
}

#[test]
fn credentials_never_follow_to_another_host() {
    let elsewhere = Hostile::start([("metrics", Reply::page("", b"a 1\n"))]);
    let server = Hostile::start([
        ("metrics", Reply::redirect("/here")),
        ("here", Reply::redirect(&elsewhere.url("metrics"))),
    ]);
    let target = scrape(
        &server.url("metrics"),
        TargetOptions {
            auth: Auth::Bearer("tok3n".into()),
            headers: vec![Header { name: "X-Api-Key".to_owned(), value: "k3y".into() }],
            ..options()
        },
    );
    assert_eq!(target.failure, None);
    let [first, second] = &server.requests()[..] else { panic!("{:?}", server.requests()) };
    for request in [first, second] {
        assert!(request.contains("authorization: Bearer tok3n\r\n"), "{request}");
        assert!(request.contains("x-api-key: k3y\r\n"), "{request}");
    }
    let [third] = &elsewhere.requests()[..] else { panic!("{:?}", elsewhere.requests()) };
    assert!(!third.contains("tok3n") && !third.contains("k3y"), "{third}");
}

#[test]
fn a_request_says_what_it_can_read_and_how_long_it_waits() {
    let server = Hostile::start([("metrics", Reply::page("", b"a 1\n"))]);
    scrape(&server.url("metrics").replace("://", "://me:pa%3Ass@"), options());
    let [request] = &server.requests()[..] else { panic!("{:?}", server.requests()) };
    let lower = request.to_ascii_lowercase();
    for expect in [
        "accept: application/openmetrics-text;",
        &format!("user-agent: p95/{}\r\n", env!("CARGO_PKG_VERSION")),
        "x-prometheus-scrape-timeout-seconds: 1.5\r\n",
        "accept-encoding: gzip\r\n",
    ] {
        assert!(lower.contains(expect), "{request}");
    }
    // base64 of "me:pa:ss"
    assert!(request.contains("Basic bWU6cGE6c3M="), "{request}");
}

#[test]
fn a_claimed_length_takes_no_memory() {
    let server = Hostile::start([("metrics", Reply::claim(10_737_418_240, b"a 1\n"))]);
    let mut options = options();
    options.limits.body_size_limit = None;
    let before_kb = peak_kb();
    let target = scrape(&server.url("metrics"), options);
    assert_failure(target.failure.as_ref(), Stage::Read, "timed out", "claimed length");
    assert!(peak_kb() - before_kb < 200_000, "{before_kb} kB before, {} kB after", peak_kb());
}

/// The most memory that this process has held, in kB.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
