//! `p95 --server`: on a real Prometheus and VictoriaMetrics, on `p95 serve`, and on servers that answer badly.

mod asked;
mod bad;
mod past;
mod peers;
mod recorder;
