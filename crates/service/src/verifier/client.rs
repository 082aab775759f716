//! How the verifier names itself to wallets (OpenID4VP §5.9.3), and the key that its requests are signed with.

use tamarack::Timestamp;
use tamarack::did::{DocumentBuilder, MethodForm, Relationship};
use tamarack::json::{self, Object};
use tamarack::keys::{SecretKey, Signer as _};
use tamarack::x509::Chain;
use tamarack_openid4vc::vp::client_id::ClientId;
use tamarack_openid4vc::vp::request::algorithm_of;
use zeroize::Zeroizing;

use super::Verifier;
use crate::http::{BaseUrl, Problem, StartError};
use crate::signers::SigningKey;

/// How the verifier names itself to wallets, and the key that its requests are signed with.
#[derive(Debug)]
pub struct ClientKey {
    pub(super) client_id: ClientId,
    /// The header of each request object: `kid` or `x5c`.
    pub(super) header: Object<'static>,
    pub(super) key: SigningKey,
    /// The DID document to publish, of a `did:web`.
    pub(super) document: Option<String>,
}

/// How a certificate names the verifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CertificateName {
    /// `x509_san_dns:` the host of the base URL, which must be among the certificate's DNS names.
    SanDns,
    /// `x509_hash:` the certificate's digest. The OpenID4VC High Assurance Interoperability Profile (HAIP §5) knows this alone.
    Hash,
}

/// Why a certificate cannot name the verifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CertificateError {
    /// There is no certificate, or there are too many.
    None,
    /// It is not that of the key.
    Key,
    /// It does not name the host of the base URL.
    Host,
    /// It, or one above it, has not begun or has ended.
    Time,
    /// It signed itself: no wallet has a reason to believe it (HAIP §5).
    SelfSigned,
}

impl CertificateError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "serve.request_certificate",
            Self::Key => "serve.request_certificate_key",
            Self::Host => "serve.request_certificate_host",
            Self::Time => "serve.request_certificate_time",
            Self::SelfSigned => "serve.request_certificate_self",
        }
    }

    /// Every code, for tests of the texts that explain them.
    pub const CODES: &'static [&'static str] = &[
        "serve.request_certificate",
        "serve.request_certificate_key",
        "serve.request_certificate_host",
        "serve.request_certificate_time",
        "serve.request_certificate_self",
    ];
}

impl std::fmt::Display for CertificateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for CertificateError {}

impl ClientKey {
    /// `decentralized_identifier:` with the `did:web` of the base URL, whose document the server publishes; or, where no
    /// `did:web` can be (this very machine), with the key's own `did:key`.
    ///
    /// # Errors
    /// [`StartError::Key`] if the key cannot sign requests.
    pub fn of_did(base: &BaseUrl, key: impl Into<SigningKey>) -> Result<Self, StartError> {
        let key = key.into();
        algorithm_of(&key).map_err(|_| StartError::Key)?;
        let multikey = key.public_key().to_multikey();
        let (did, kid, document) = if base.is_https() {
            let did = did_web(base);
            let kid = format!("{did}#{multikey}");
            // As a Multikey: of the forms that Controlled Identifiers 1.0 has, the one that wallets' libraries read today.
            let mut builder = DocumentBuilder::new(&did);
            let uses = [Relationship::Authentication, Relationship::AssertionMethod];
            builder.add(&kid, key.public_key(), MethodForm::Multikey, &uses);
            let document = builder.build().map_err(|_| StartError::Key)?;
            (did, kid, Some(json::to_string(&json::Value::Object(document.to_json().clone()))))
        } else {
            let did = format!("did:key:{multikey}");
            let kid = format!("{did}#{multikey}");
            (did, kid, None)
        };
        let client_id = ClientId::parse(&format!("decentralized_identifier:{did}")).map_err(|_| StartError::Key)?;
        Ok(Self { client_id, header: [("kid", kid)].into_iter().collect(), key, document })
    }

    /// By a certificate: its chain (PEM, the key's own certificate first) goes along with each request.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn of_certificate(
        base: &BaseUrl,
        key: impl Into<SigningKey>,
        pem: &[u8],
        name: CertificateName,
        now: Timestamp,
    ) -> Result<Self, CertificateError> {
        let key = key.into();
        let none = |_| CertificateError::None;
        let chain = Chain::of_pem(pem).map_err(none)?;
        // Of a kind that signs requests, and the same.
        if algorithm_of(&key).is_err() || chain.key().ok().as_ref() != Some(key.public_key()) {
            return Err(CertificateError::Key);
        }
        if chain.is_self_signed() {
            return Err(CertificateError::SelfSigned);
        }
        if !chain.is_in_time(now) {
            return Err(CertificateError::Time);
        }
        let client_id = match name {
            CertificateName::SanDns if !chain.has_dns_name(base.host()) => return Err(CertificateError::Host),
            CertificateName::SanDns => format!("x509_san_dns:{}", base.host()),
            CertificateName::Hash => {
                let hash = chain.hash().map_err(none)?;
                format!("x509_hash:{}", tamarack::encoding::base64url_encode(&hash))
            }
        };
        let client_id = ClientId::parse(&client_id).map_err(|_| CertificateError::Host)?;
        let header = [("x5c", chain.to_value().map_err(none)?)].into_iter().collect();
        Ok(Self { client_id, header, key, document: None })
    }

    /// The secret of the key as a private JWK, if it is here.
    pub(super) fn secret(&self) -> Option<Zeroizing<String>> {
        self.key.secret().map(SecretKey::expose_jwk)
    }
}

impl Verifier {
    /// Has something signed with the key of the requests, which may be elsewhere: then it is waited for on a thread of its own.
    pub(super) async fn with_key<T: Send + 'static>(
        &self,
        make: impl FnOnce(&ClientKey) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        if !self.inner.client.key.is_elsewhere() {
            return Ok(make(&self.inner.client));
        }
        let verifier = self.clone();
        let made = tokio::task::spawn_blocking(move || make(&verifier.inner.client));
        made.await.map_err(|_| Problem::internal())
    }
}

/// did:web §2.3: the host, the port behind `%3A`, the path with colons.
fn did_web(base: &BaseUrl) -> String {
    let authority = base.origin().split_once("://").map(|(_, rest)| rest.replace(':', "%3A")).unwrap_or_default();
    format!("did:web:{authority}{}", base.path().replace('/', ":"))
}

#[cfg(test)]
mod tests {
    use tamarack::keys::KeyType;

    use super::*;

    #[test]
    fn names_itself_by_its_address() {
        for (base, did) in [
            ("https://id.example", "did:web:id.example"),
            ("https://id.example:8443/a/b", "did:web:id.example%3A8443:a:b"),
        ] {
            assert_eq!(did_web(&BaseUrl::parse(base).unwrap()), did);
        }
    }

    #[test]
    fn its_key_is_published_as_wallets_read_it() {
        let base = BaseUrl::parse("https://id.example").unwrap();
        let key = SecretKey::generate(KeyType::P256).unwrap();
        let multikey = key.public_key().to_multikey();
        let client = ClientKey::of_did(&base, key).unwrap();
        let document = json::parse(client.document.as_deref().unwrap().as_bytes()).unwrap().into_owned();
        let method = document.pointer("/verificationMethod/0").unwrap();
        assert_eq!(method.get("type").and_then(json::Value::as_str), Some("Multikey"));
        assert_eq!(method.get("publicKeyMultibase").and_then(json::Value::as_str), Some(multikey.as_str()));
        assert_eq!(method.get("id"), client.header.get("kid"));
    }
}
