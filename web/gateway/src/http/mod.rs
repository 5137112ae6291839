//! What is answered over HTTP.

mod access;
mod answer;
mod body;
mod frames;
mod groups;
mod page;
mod rates;
mod router;
mod serve;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use access::Guard;
pub(crate) use rates::Rates;
pub use router::Surface;
pub(crate) use router::{PeerAddress, router};
pub(crate) use serve::serve;
pub(crate) use service::{Service, millis};
