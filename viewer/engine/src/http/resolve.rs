//! From a host's name to its addresses, with an error that can be told from all others.

use std::io;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver.
pub(super) struct SystemResolver;

/// A host's name that has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name {host:?} has no address: {cause}")]
pub(super) struct NameFailure {
    host: String,
    cause: io::Error,
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let looked_up = tokio::net::lookup_host((host.as_str(), 0)).await.map(Vec::from_iter);
            match looked_up {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(cause) => Err(NameFailure { host, cause }.into()),
            }
        })
    }
}
