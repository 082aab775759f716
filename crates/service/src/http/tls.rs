//! TLS from two PEM files.

use std::path::PathBuf;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::StartError;

/// The certificate chain and the key of a server, in PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub certificates: PathBuf,
    /// The key: PKCS#8, PKCS#1 or SEC1.
    pub key: PathBuf,
}

impl TlsFiles {
    /// TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, StartError> {
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_file_iter(&self.certificates).map_err(|_| StartError::Certificate)?.collect();
        let chain = chain.map_err(|_| StartError::Certificate)?;
        if chain.is_empty() {
            return Err(StartError::Certificate);
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|_| StartError::CertificateKey)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| StartError::Certificate)?
            .with_no_client_auth()
            // A key that is not the certificate's is found here.
            .with_single_cert(chain, key)
            .map_err(|_| StartError::CertificateKey)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
