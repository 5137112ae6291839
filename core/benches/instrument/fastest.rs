//! Times that mean something on a busy machine: of many short runs the fastest, which nobody interrupted.

use std::sync::Barrier;
use std::time::{Duration, Instant};

/// How long one run should take: far less than a scheduler's turn.
const RUN: Duration = Duration::from_micros(100);
/// How many runs are timed.
const RUNS: usize = 3_000;

/// Prints the time of one call of `act`, in nanoseconds, if the name contains the filter from the command line.
pub fn report(name: &str, mut act: impl FnMut()) {
    report_each(name, 1, &mut act);
}

/// As [`report`], for an `act` that handles `count` things: the time is that of one of them.
pub fn report_each(name: &str, count: usize, act: &mut impl FnMut()) {
    if !is_wanted(name) {
        return;
    }
    let calls = calls_per_run(act);
    let runs =
        RUNS.min((Duration::from_secs(1).as_nanos() / run(calls, act).as_nanos().max(1)) as usize).max(10);
    let fastest = (0..runs).map(|_| run(calls, act)).min().unwrap_or_default();
    print(name, fastest.as_nanos() as f64 / (calls * count) as f64);
}

/// Prints the time of one call of `act` while two threads make them, if the name contains the filter: the median of the
/// runs, since in the fastest one the other thread may not have run at all. It needs two idle cores to mean something.
pub fn report_on_two_threads(name: &str, act: &(dyn Fn() + Sync)) {
    if !is_wanted(name) {
        return;
    }
    let calls = calls_per_run(&mut || act());
    let barrier = Barrier::new(2);
    let many = || {
        let mut act = || act();
        (0..RUNS)
            .map(|_| {
                barrier.wait();
                run(calls, &mut act)
            })
            .collect::<Vec<Duration>>()
    };
    let mut took = std::thread::scope(|scope| {
        let other = scope.spawn(many);
        let mut took = many();
        took.extend(other.join().unwrap_or_default());
        took
    });
    took.sort();
    let median = took.get(took.len() / 2).copied().unwrap_or_default();
    print(name, median.as_nanos() as f64 / calls as f64);
}

fn is_wanted(name: &str) -> bool {
    // cargo adds `--bench`; whatever else is there is the filter.
    std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"))
        .is_none_or(|filter| name.contains(&filter))
}

fn calls_per_run(act: &mut impl FnMut()) -> usize {
    let mut calls = 1;
    while run(calls, act) < RUN && calls < 1 << 20 {
        calls *= 2;
    }
    calls
}

fn run(calls: usize, act: &mut impl FnMut()) -> Duration {
    let started = Instant::now();
    (0..calls).for_each(|_| act());
    started.elapsed()
}

fn print(name: &str, nanoseconds: f64) {
    println!("{name:60} {nanoseconds:9.1} ns");
}
