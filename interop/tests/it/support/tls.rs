//! A certificate made for the test, and both ends of TLS with it.

use rustls::{
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer},
    ClientConfig, RootCertStore, ServerConfig,
};
use std::sync::Arc;

/// The configurations of a server and of a client that trusts it as `localhost`, which speak
/// `protocols`, the first one preferred.
pub(crate) fn configurations(protocols: &[&str]) -> (ServerConfig, ClientConfig) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let protocols: Vec<_> = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();

    let mut server = server(certificate.clone(), key);
    server.alpn_protocols.clone_from(&protocols);
    let mut client = client(certificate);
    client.alpn_protocols = protocols;
    (server, client)
}

fn server(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> ServerConfig {
    let server = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let server = server.with_safe_default_protocol_versions().unwrap();
    let server = server.with_no_client_auth();
    server.with_single_cert(vec![certificate], key).unwrap()
}

fn client(certificate: CertificateDer<'static>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let client = client.with_safe_default_protocol_versions().unwrap();
    client.with_root_certificates(roots).with_no_client_auth()
}
