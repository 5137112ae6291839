//! Remote write: what `/metrics` shows, sent to a Prometheus-compatible server.

mod samples;
mod send;
#[cfg(test)]
mod tests;

pub(crate) use send::Forwarder;
