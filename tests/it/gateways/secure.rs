//! Certificates of our own, and a server that speaks TLS with them.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::{ServerConfig, crypto};
use tokio_rustls::server::TlsStream;

/// Names for which the usual certificate of these tests is good.
pub const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "gateway.example.com", "media.example.com"];

/// An authority that signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    /// Its own certificate, for those who trust it.
    pub fn pem(&self) -> Vec<u8> {
        self.0.pem().into_bytes()
    }

    /// A certificate for `names`, changed by `change`, with its key.
    pub fn sign(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let (params, key) = params_for(names, change);
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        Identity { chain: vec![certificate.der().clone()], key: key.serialize_der() }
    }
}

fn params_for(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> (CertificateParams, KeyPair) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("fine names");
    change(&mut params);
    (params, KeyPair::generate().expect("a key"))
}

/// What a server shows of itself.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

impl Identity {
    /// A certificate that nobody signed but itself.
    pub fn self_signed(names: &[&str]) -> Self {
        let (params, key) = params_for(names, |_| {});
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { chain: vec![certificate.der().clone()], key: key.serialize_der() }
    }
}

/// Makes secure connections out of plain ones, and writes down which protocols the other side offered.
#[derive(Clone)]
pub struct Guard {
    config: Arc<ServerConfig>,
    offered: Arc<Mutex<Vec<Vec<String>>>>,
}

impl Guard {
    /// `protocols` are those that the server knows, the best first.
    pub fn new(identity: Identity, protocols: &[&str]) -> Self {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key));
        let provider = Arc::new(crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("usual versions")
            .with_no_client_auth()
            .with_single_cert(identity.chain, key)
            .expect("a fitting key");
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Self { config: Arc::new(config), offered: Arc::default() }
    }

    /// The secure connection; `None` when the other side does not trust us or speaks nothing that we know.
    pub async fn accept<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> Option<TlsStream<S>> {
        let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await.ok()?;
        let protocols = start
            .client_hello()
            .alpn()
            .map(|names| names.map(|name| String::from_utf8_lossy(name).into_owned()).collect());
        self.offered.lock().expect("no panic while locked").push(protocols.unwrap_or_default());
        start.into_stream(Arc::clone(&self.config)).await.ok()
    }

    /// The protocols that were offered with each connection.
    pub fn offered(&self) -> Vec<Vec<String>> {
        self.offered.lock().expect("no panic while locked").clone()
    }
}
