//! Who we are to servers that ask for a certificate.

use ureq::tls::{Certificate, ClientCert, PemItem};

use crate::authorities_from_pem;

/// A certificate of our own, with its key, for servers that ask who we are (mutual TLS).
pub struct Identity(ClientCert);

impl Identity {
    /// Reads the chain, our own certificate first, and the key (PKCS#8, PKCS#1 or SEC1), in PEM; `None` if there is no
    /// certificate or one is broken, or if there is not exactly one key.
    #[must_use]
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Option<Self> {
        let chain: Vec<_> =
            authorities_from_pem(chain)?.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        let mut keys = Vec::new();
        for item in ureq::tls::parse_pem(key) {
            if let PemItem::PrivateKey(key) = item.ok()? {
                keys.push(key);
            }
        }
        let key = keys.pop().filter(|_| keys.is_empty())?;
        Some(Self(ClientCert::new_with_certs(&chain, key)))
    }

    pub(crate) fn certificate(&self) -> ClientCert {
        self.0.clone()
    }
}

impl core::fmt::Debug for Identity {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Identity(redacted)")
    }
}
