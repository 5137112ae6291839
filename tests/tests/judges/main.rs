//! p95 on real services, judged by a client's ledger, by a real Prometheus, and by what must be true.

mod answer;
mod backfill;
mod backfilled;
mod chance;
mod cold_start;
mod compare;
mod departures;
mod differential;
mod driver;
mod expressions;
mod ledger;
mod lockstep;
mod node_exporter;
mod programs;
mod shapes;
mod verdict;
