//! Many pages that push at once, while the gateway is killed and restarted again and again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use p95_tests::Client;

use crate::process::GatewayProcess;

const PUSHERS: u64 = 64;
/// What each pusher counts, in all.
const INCREMENTS: u64 = 10_000;
const FRAMES: u64 = 50;
const KILLS: usize = 5;
/// No pusher waits longer for its gateway to come back.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn nothing_is_lost_or_counted_twice_while_the_gateway_is_killed() {
    let gateway = Mutex::new(GatewayProcess::start(&[]).expect("a gateway"));
    let port = gateway.lock().expect("nobody panicked").port;
    let is_over = AtomicBool::new(false);
    let accepted = AtomicU64::new(0);
    thread::scope(|scope| {
        for pusher in 0..PUSHERS {
            let accepted = &accepted;
            scope.spawn(move || push(port, pusher, accepted));
        }
        let watcher = scope.spawn(|| watch(&gateway, &is_over));
        for kill in 1..=KILLS {
            // Evenly over the frames, whatever the machine's pace.
            let wait_for = PUSHERS * FRAMES * kill as u64 / (KILLS as u64 + 1);
            while accepted.load(Ordering::Relaxed) < wait_for {
                thread::sleep(Duration::from_millis(2));
            }
            gateway.lock().expect("nobody panicked").restart().expect("it comes back");
        }
        while accepted.load(Ordering::Relaxed) < PUSHERS * FRAMES {
            thread::sleep(Duration::from_millis(2));
        }
        is_over.store(true, Ordering::Relaxed);
        watcher.join().expect("totals never fall");
    });
    let mut gateway = gateway.into_inner().expect("nobody panicked");
    let check = |gateway: &GatewayProcess| {
        for parity in ["even", "odd"] {
            let series = format!("clicks_total{{app=\"shop\",pusher=\"{parity}\"}}");
            let total = gateway.value(&series).expect("a page");
            assert_eq!(total, Some((PUSHERS / 2 * INCREMENTS) as f64), "{series}");
            let series = format!("load_seconds_bucket{{app=\"shop\",pusher=\"{parity}\",le=\"+Inf\"}}");
            assert_eq!(
                gateway.value(&series).expect("a page"),
                Some((PUSHERS / 2 * FRAMES) as f64),
                "{series}"
            );
        }
    };
    check(&gateway);
    gateway.restart_in_peace().expect("it comes back");
    check(&gateway);
}

/// Sends all frames of one page, each until it is answered with 204; some of them again, as where an answer is lost.
fn push(port: u16, pusher: u64, accepted: &AtomicU64) {
    let mut client = Client::new(port);
    let mut random = fastrand::Rng::with_seed(pusher);
    let mut left = INCREMENTS;
    for sequence in 1..=FRAMES {
        let delta = if sequence == FRAMES { left } else { random.u64(0..=left.min(2 * INCREMENTS / FRAMES)) };
        left -= delta;
        let parity = if pusher.is_multiple_of(2) { "even" } else { "odd" };
        let frame = format!(
            "# p95 1 {pusher:032x} {sequence} shop\n# TYPE clicks counter\nclicks_total{{pusher=\"{parity}\"}} {delta}\n\
             # TYPE load_seconds histogram\nload_seconds_bucket{{pusher=\"{parity}\",le=\"1\"}} 0\n\
             load_seconds_bucket{{pusher=\"{parity}\",le=\"+Inf\"}} 1\nload_seconds_count{{pusher=\"{parity}\"}} 1\n\
             load_seconds_sum{{pusher=\"{parity}\"}} 2.5\n# EOF\n"
        );
        let times = if random.u8(..) < 64 { 2 } else { 1 };
        for _ in 0..times {
            deliver(&mut client, &frame);
        }
        accepted.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends the same bytes until they are accepted.
fn deliver(client: &mut Client, frame: &str) {
    let begun = Instant::now();
    loop {
        match client.send("POST", "/p95", &[], frame.as_bytes()) {
            Ok(answer) if answer.status == 204 => return,
            Ok(answer) if answer.status == 503 => {}
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Reads the page over and over: what was shown once is never taken back, not even by a kill.
fn watch(gateway: &Mutex<GatewayProcess>, is_over: &AtomicBool) {
    let mut last = 0.0;
    while !is_over.load(Ordering::Relaxed) {
        let series = "clicks_total{app=\"shop\",pusher=\"even\"}";
        let total =
            gateway.lock().expect("nobody panicked").value(series).expect("a page").unwrap_or_default();
        assert!(total >= last, "{last}, and then {total}");
        last = total;
        thread::sleep(Duration::from_millis(5));
    }
}
