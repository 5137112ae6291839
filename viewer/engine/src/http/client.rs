//! The HTTP clients of one target.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, Identity, redirect, tls};
use url::Url;

use super::classify;
use super::resolve::SystemResolver;
use crate::target::{ClientCertificate, TargetOptions};
use crate::{ScrapeFailure, Stage};

/// The HTTP clients of one target or server, each built when it is first needed: who asks over plain http reads no certificates,
/// and a client certificate is shown to the target's own host alone.
pub(crate) struct Clients {
    options: TargetOptions,
    plain: OnceLock<Client>,
    tls_own: OnceLock<Client>,
    tls_elsewhere: OnceLock<Client>,
}

impl Clients {
    pub(crate) fn new(options: TargetOptions) -> Self {
        Self { options, plain: OnceLock::new(), tls_own: OnceLock::new(), tls_elsewhere: OnceLock::new() }
    }

    /// The client for `url`. `is_own_host` says whether that is the target's own host. Reads files the first time.
    ///
    /// # Errors
    /// Where a certificate or key cannot be read, or the system has no authorities to trust.
    pub(crate) fn get(&self, url: &Url, is_own_host: bool) -> Result<Client, ScrapeFailure> {
        let is_tls = url.scheme() == "https";
        let slot = match (is_tls, is_own_host) {
            (false, _) => &self.plain,
            (true, true) => &self.tls_own,
            (true, false) => &self.tls_elsewhere,
        };
        if let Some(client) = slot.get() {
            return Ok(client.clone());
        }
        let builder = if is_tls { self.with_tls(is_own_host)? } else { self.base().tls_certs_only([]) };
        let client = builder.build().map_err(|error| classify::of_client(&error))?;
        Ok(slot.get_or_init(|| client).clone())
    }

    fn base(&self) -> ClientBuilder {
        Client::builder()
            .user_agent(concat!("p95/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(connect_timeout(self.options.timeout()))
            .pool_max_idle_per_host(4)
            .dns_resolver(SystemResolver)
    }

    fn with_tls(&self, is_own_host: bool) -> Result<ClientBuilder, ScrapeFailure> {
        let options = &self.options.tls;
        let mut builder = self.base().tls_version_min(tls::Version::TLS_1_2);
        if let Some(ca_file) = &options.ca_file {
            let bundle = Certificate::from_pem_bundle(&read(ca_file)?)
                .ok()
                .filter(|bundle| !bundle.is_empty())
                .ok_or_else(|| no_pem(ca_file, "certificate"))?;
            builder = builder.tls_certs_merge(bundle);
        }
        if let Some(certificate) = options.client_certificate.as_ref().filter(|_| is_own_host) {
            builder = builder.identity(identity(certificate)?);
        }
        Ok(builder.tls_danger_accept_invalid_certs(options.insecure_skip_verify))
    }
}

/// A little less than the whole: so a connection that does not come about is told from an answer that does not.
fn connect_timeout(timeout: Duration) -> Duration {
    timeout.mul_f64(0.9)
}

fn identity(certificate: &ClientCertificate) -> Result<Identity, ScrapeFailure> {
    let mut pem = read(&certificate.cert_file)?;
    pem.push(b'\n');
    pem.extend(read(&certificate.key_file)?);
    Identity::from_pem(&pem).map_err(|_| no_pem(&certificate.key_file, "private key"))
}

fn read(path: &Path) -> Result<Vec<u8>, ScrapeFailure> {
    fs::read(path).map_err(|cause| {
        ScrapeFailure::new(
            Stage::Options,
            format!("cannot read {}: {cause}", path.display()),
            "check the path and its permissions",
        )
    })
}

fn no_pem(path: &Path, what: &str) -> ScrapeFailure {
    ScrapeFailure::new(
        Stage::Options,
        format!("{} holds no {what} in PEM form", path.display()),
        "a PEM file has lines such as -----BEGIN CERTIFICATE-----",
    )
}
