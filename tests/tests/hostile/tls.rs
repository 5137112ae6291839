//! Certificates with a fault.

use std::io::Write;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::NamedTempFile;

/// What is wrong with the certificate of a server at `localhost`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TlsFault {
    /// Nothing, for those who trust its authority.
    None,
    /// It has expired.
    Expired,
    /// It is for another host.
    WrongHost,
    /// It is its own authority.
    SelfSigned,
}

/// The server's side, and the PEM file of its authority.
pub fn server(fault: TlsFault) -> (Arc<ServerConfig>, Option<NamedTempFile>) {
    let host = if fault == TlsFault::WrongHost { "other.example" } else { "localhost" };
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    if fault == TlsFault::Expired {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let (certificate, ca) = if fault == TlsFault::SelfSigned {
        (params.self_signed(&key).unwrap(), None)
    } else {
        let mut ca_params = CertificateParams::default();
        ca_params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(ca_params, KeyPair::generate().unwrap()).unwrap();
        let mut ca = NamedTempFile::new().unwrap();
        ca.write_all(issuer.pem().as_bytes()).unwrap();
        (params.signed_by(&key, &issuer).unwrap(), Some(ca))
    };
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    (Arc::new(config), ca)
}
