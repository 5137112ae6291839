//! From a host's name to its addresses, none of which may be forbidden. The client connects to the addresses that were looked
//! at here: there is no second question to a name server that could be answered otherwise.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{Kind, kind};

/// Asks for the addresses of a name.
pub(super) trait Lookup: Send + Sync {
    fn lookup(&self, name: String) -> Found;
}

/// Addresses on their way.
pub(super) type Found = std::pin::Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// The system's resolver.
pub(super) struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> Found {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Looks at every address before it is connected to.
pub(super) struct CheckedResolver(pub(super) Arc<dyn Lookup>);

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
pub(super) enum NameProblem {
    #[error("the name {0:?} has no address: {1}")]
    None(String, io::Error),
    #[error("the name {0:?} leads to {1}, which is never asked")]
    Forbidden(String, IpAddr),
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let found = self.0.lookup(name.clone());
        Box::pin(async move {
            let addresses = match found.await {
                Ok(addresses) => addresses,
                Err(cause) => return Err(NameProblem::None(name, cause).into()),
            };
            match addresses.iter().find(|address| !may_ask(&name, **address)) {
                Some(forbidden) => Err(NameProblem::Forbidden(name, *forbidden).into()),
                None => {
                    let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
                    Ok(Box::new(sockets) as Addrs)
                }
            }
        })
    }
}

/// Whether a listed name may lead to an address: to this machine only where the name says so.
pub(super) fn may_ask(name: &str, address: IpAddr) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    match kind(address) {
        Kind::Usual => name != "localhost",
        Kind::Loopback => name == "localhost",
        Kind::Never => false,
    }
}
