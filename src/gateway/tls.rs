//! How a server proves that it is the right one: by the certificates that this computer trusts.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

/// The versions of HTTP that a connection may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Versions {
    /// HTTP/1.1 and nothing else.
    Http1,
    /// HTTP/2, or HTTP/1.1 where the server knows no other.
    Any,
}

/// The certificates of this computer, read once for all clients: reading them takes hundreds of files.
#[derive(Debug)]
pub(super) struct Trust {
    config: ClientConfig,
    /// Whether this computer has any. Without them every secure connection is refused.
    pub(super) has_certificates: bool,
}

impl Trust {
    /// Reads the certificates of this computer, and those in `extra_roots`, each in PEM.
    ///
    /// # Errors
    ///
    /// The words of the TLS library, when one of `extra_roots` is no certificate, or when it cannot start at all.
    pub(super) fn read(extra_roots: &[Vec<u8>]) -> Result<Self, String> {
        let extra: Vec<CertificateDer<'static>> = extra_roots
            .iter()
            .map(|pem| CertificateDer::from_pem_slice(pem).map_err(|cause| cause.to_string()))
            .collect::<Result<_, _>>()?;
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|cause| cause.to_string())?;
        let verifier =
            if extra.is_empty() { Verifier::new(provider) } else { Verifier::new_with_extra_roots(extra, provider) };
        let has_certificates = verifier.is_ok();
        let config = match verifier {
            Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)),
            // A computer without certificates trusts nobody, and can do all that needs no secure connection.
            Err(cause) => {
                tracing::warn!(%cause, "there are no certificates");
                builder.with_root_certificates(RootCertStore::empty())
            }
        };
        Ok(Self { config: config.with_no_client_auth(), has_certificates })
    }

    /// What a client needs for its connections.
    pub(super) fn config(&self, versions: Versions) -> ClientConfig {
        let mut config = self.config.clone();
        config.alpn_protocols = match versions {
            Versions::Http1 => vec![b"http/1.1".to_vec()],
            Versions::Any => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        };
        config
    }
}
