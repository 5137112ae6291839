//! `p95 gateway` as it runs: killed and restarted while many push, attacked, and beside the real Pushgateway.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod forward;
mod full_disk;
mod hostile;
mod listen;
mod process;
mod prometheus;
mod pushers;
mod pushgateway;
