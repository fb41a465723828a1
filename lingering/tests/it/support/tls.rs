// A server's certificate, and a client that trusts it.

use rustls::{
    crypto::ring::default_provider, pki_types::PrivateKeyDer, ClientConfig, RootCertStore,
    ServerConfig,
};
use std::sync::Arc;

/// The configurations of a server and of a client that trusts it as `localhost`.
pub(crate) fn configurations() -> (ServerConfig, ClientConfig) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(default_provider());
    let server = ServerConfig::builder_with_provider(provider.clone());
    let server = server.with_safe_default_protocol_versions().unwrap();
    let client = ClientConfig::builder_with_provider(provider);
    let client = client.with_safe_default_protocol_versions().unwrap();
    (
        server
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap(),
        client.with_root_certificates(roots).with_no_client_auth(),
    )
}
