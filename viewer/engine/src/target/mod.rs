//! What is scraped, and how.

mod moved;
mod options;
mod secret;
mod spec;

pub(crate) use moved::moved;
pub use options::{Auth, BasicAuth, ClientCertificate, Header, ScrapeLimits, TargetOptions, TlsOptions};
pub use secret::Secret;
pub use spec::{Location, TargetError, TargetSpec, parse_server, parse_target};
