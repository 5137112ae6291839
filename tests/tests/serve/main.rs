//! `p95 serve` before those who speak Prometheus' HTTP API, and those who mean it harm.

mod api;
mod bombs;
mod clients;
mod peers;
mod rules;
mod served;
