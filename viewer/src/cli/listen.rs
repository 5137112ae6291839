//! Pushes beside what is scraped: a gateway inside, which is a target like any other.

use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;

/// `--listen` and what goes with it.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Pushes")]
pub(crate) struct ListenArgs {
    /// Also receive what web pages and jobs push, at this address, and show it; :9091 is a port of this machine alone
    #[arg(long = "listen", value_name = "ADDR", value_parser = listen_address)]
    pub(super) address: Option<SocketAddr>,
    /// An origin whose pages may push besides those of this machine, such as https://shop.example
    #[arg(long = "origin", value_name = "ORIGIN", requires = "address")]
    pub(super) origins: Vec<String>,
}

/// The same beside an API, which has the flag `--listen`.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Pushes")]
pub(crate) struct PushListenArgs {
    /// Also receive what web pages and jobs push, at this address; :9091 is a port of this machine alone
    #[arg(id = "push_address", long = "push-listen", value_name = "ADDR", value_parser = listen_address)]
    address: Option<SocketAddr>,
    /// An origin whose pages may push besides those of this machine, such as https://shop.example
    #[arg(id = "push_origins", long = "origin", value_name = "ORIGIN", requires = "push_address")]
    origins: Vec<String>,
}

impl From<&PushListenArgs> for ListenArgs {
    fn from(args: &PushListenArgs) -> Self {
        Self { address: args.address, origins: args.origins.clone() }
    }
}

/// Reads `ADDRESS:PORT`; where there is no address, it is this machine's own.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, ListenAddressError> {
    let port = text.strip_prefix("localhost:").or(text.strip_prefix(':')).unwrap_or(text);
    match port.parse() {
        Ok(port) => Ok((Ipv4Addr::LOCALHOST, port).into()),
        Err(_) => text.parse().map_err(|_| ListenAddressError),
    }
}

/// Why a text is no address to listen at.
#[derive(Debug, thiserror::Error)]
#[error("an address is :PORT or ADDRESS:PORT, such as :9091 or 0.0.0.0:9091; port 0 is a free one")]
pub(super) struct ListenAddressError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        #[track_caller]
        fn check(text: &str, expect: Option<&str>) {
            let address = listen_address(text).map(|address| address.to_string());
            assert_eq!(address.ok().as_deref(), expect, "{text}");
        }
        check(":9091", Some("127.0.0.1:9091"));
        check("9091", Some("127.0.0.1:9091"));
        check("localhost:0", Some("127.0.0.1:0"));
        check("0.0.0.0:9091", Some("0.0.0.0:9091"));
        check("[::1]:9091", Some("[::1]:9091"));
        check("", None);
        check(":", None);
        check("127.0.0.1", None);
        check("shop.example:9091", None);
        check(":99999", None);
    }
}
