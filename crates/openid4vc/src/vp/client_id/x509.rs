//! Certificates of the `x5c` header (RFC 7515 §4.1.6): a chain from one of the caller's trust anchors.

use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509StoreContext, X509VerifyResult};
use tamarack::Timestamp;
use tamarack::encoding::{base64_decode, base64_encode};
use tamarack::json::{Object, Value};
use tamarack::keys::PublicKey;

use crate::{Refusal, RefusalCode, Result, limits};

/// A chain whose leaf is what the message is signed with.
#[derive(Clone, Debug)]
pub struct Chain {
    certificates: Vec<X509>,
}

impl Chain {
    /// Reads the `x5c` of a header: standard base64 of DER, the leaf first.
    ///
    /// # Errors
    /// `invalid_request` (`x5c`) if it is missing, has more than [`limits::CERTIFICATES`] or holds no certificates.
    pub fn of_header(header: &Object<'_>) -> Result<Self> {
        let items = header.get("x5c").and_then(Value::as_array).unwrap_or_default();
        if items.is_empty() || items.len() > limits::CERTIFICATES {
            return Err(wrong());
        }
        let read = |item: &Value<'_>| {
            let der = base64_decode(item.as_str().ok_or_else(wrong)?).map_err(|_| wrong())?;
            X509::from_der(&der).map_err(|_| wrong())
        };
        Ok(Self { certificates: items.iter().map(read).collect::<Result<_>>()? })
    }

    /// Reads a chain in PEM, the leaf first. What else stands there is left out: keys, and certificates that signed
    /// themselves, as nobody believes an anchor for being sent along (RFC 5246 §7.4.2 lets them out, HAIP §5 has to).
    ///
    /// # Errors
    /// As [`Self::of_header`].
    pub fn of_pem(pem: &[u8]) -> Result<Self> {
        let mut certificates = X509::stack_from_pem(pem).map_err(|_| wrong())?;
        let mut first = true;
        certificates.retain(|one| std::mem::take(&mut first) || !signed_itself(one));
        if certificates.is_empty() || certificates.len() > limits::CERTIFICATES {
            return Err(wrong());
        }
        Ok(Self { certificates })
    }

    /// The header with the chain: `x5c`.
    ///
    /// # Errors
    /// `invalid_request` (`x5c`).
    pub fn header(&self) -> Result<Object<'static>> {
        let text = |one: &X509| one.to_der().map(|der| Value::from(base64_encode(&der))).map_err(|_| wrong());
        let texts = self.certificates.iter().map(text).collect::<Result<_>>()?;
        Ok([("x5c", Value::Array(texts))].into_iter().collect())
    }

    /// Whether the leaf is its own issuer: nobody vouches for its key.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.certificates.first().is_some_and(signed_itself)
    }

    /// Whether each certificate has begun and none has ended.
    #[must_use]
    pub fn is_in_time(&self, now: Timestamp) -> bool {
        self.certificates.iter().all(|certificate| is_in_time(certificate, now))
    }

    /// The leaf.
    fn leaf(&self) -> Result<&X509> {
        self.certificates.first().ok_or_else(wrong)
    }

    /// Checks the chain up to one of the anchors (DER), at a time.
    ///
    /// # Errors
    /// `invalid_request` (`x5c`) if it does not hold, or if an anchor is no certificate.
    pub fn verify(&self, anchors: &[Vec<u8>], now: Timestamp) -> Result<()> {
        let leaf = self.leaf()?;
        let held = || -> Result<bool, openssl::error::ErrorStack> {
            let mut parameters = X509VerifyParam::new()?;
            parameters.set_time(now.unix());
            // An anchor need not be a root; what the caller trusts, he trusts.
            parameters.set_flags(X509VerifyFlags::PARTIAL_CHAIN | X509VerifyFlags::X509_STRICT)?;
            let mut store = X509StoreBuilder::new()?;
            for anchor in anchors {
                store.add_cert(X509::from_der(anchor)?)?;
            }
            store.set_param(&parameters)?;
            let store = store.build();
            let mut rest = Stack::new()?;
            for certificate in self.certificates.iter().skip(1) {
                rest.push(certificate.clone())?;
            }
            X509StoreContext::new()?.init(&store, leaf, &rest, openssl::x509::X509StoreContextRef::verify_cert)
        };
        // OpenSSL looks at times of the chain below an anchor; the anchor's own are looked at here.
        let in_time = |der: &Vec<u8>| X509::from_der(der).is_ok_and(|anchor| is_in_time(&anchor, now));
        let usable = anchors.iter().any(in_time);
        if usable && held().unwrap_or(false) { Ok(()) } else { Err(wrong()) }
    }

    /// The key of the leaf.
    ///
    /// # Errors
    /// `invalid_request` (`x5c`) for a key of a kind that this library does not verify with.
    pub fn key(&self) -> Result<PublicKey> {
        let key = self.leaf()?.public_key().map_err(|_| wrong())?;
        let pem = key.public_key_to_pem().map_err(|_| wrong())?;
        let pem = String::from_utf8(pem).map_err(|_| wrong())?;
        PublicKey::from_pem(&pem).map_err(|fault| wrong().because(fault))
    }

    /// Whether the leaf has this DNS name among its subject alternative names; no wildcards (OpenID4VP §5.9.3).
    #[must_use]
    pub fn has_dns_name(&self, name: &str) -> bool {
        let names = self.certificates.first().and_then(|leaf| leaf.subject_alt_names());
        names
            .is_some_and(|names| names.iter().filter_map(|one| one.dnsname()).any(|dns| dns.eq_ignore_ascii_case(name)))
    }

    /// The SHA-256 of the leaf's DER.
    ///
    /// # Errors
    /// `invalid_request` (`x5c`).
    pub fn hash(&self) -> Result<Vec<u8>> {
        self.leaf()?.digest(MessageDigest::sha256()).map(|digest| digest.to_vec()).map_err(|_| wrong())
    }
}

fn signed_itself(certificate: &X509) -> bool {
    certificate.issued(certificate) == X509VerifyResult::OK
}

fn is_in_time(certificate: &X509, now: Timestamp) -> bool {
    Asn1Time::from_unix(now.unix())
        .is_ok_and(|now| certificate.not_before() <= now.as_ref() && certificate.not_after() >= now.as_ref())
}

/// The authority key identifiers in the chain of a header (OpenID4VP §6.1.1.1); none for a header without one.
#[must_use]
pub fn key_identifiers(header: &Object<'_>) -> Vec<Vec<u8>> {
    let Ok(chain) = Chain::of_header(header) else { return Vec::new() };
    let identifiers = chain
        .certificates
        .iter()
        .filter_map(|certificate| certificate.authority_key_id().map(|identifier| identifier.as_slice().to_vec()));
    identifiers.collect()
}

const fn wrong() -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, "x5c")
}
