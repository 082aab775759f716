//! Certificates (X.509, RFC 5280): the chain of an `x5c` header (RFC 7515 §4.1.6), from one of the caller's trust anchors.
//!
//! Whether a certificate was revoked is not asked: neither CRLs nor OCSP are fetched, and whoever is asked would learn of each
//! verification. Anchors are few and named by the caller, and their certificates short-lived.

use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509StoreContext, X509VerifyResult};

use crate::encoding::{base64_decode, base64_encode};
use crate::json::{Object, Value};
use crate::keys::PublicKey;
use crate::{Code, Fault, Result, Timestamp, limits};

/// What a certificate calls its subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SubjectName {
    /// A DNS name.
    Host(String),
    /// An organization, or another name for people.
    Said(String),
}

/// A chain whose leaf is what the message is signed with.
#[derive(Clone, Debug)]
pub struct Chain {
    certificates: Vec<X509>,
}

impl Chain {
    /// Reads the `x5c` of a header: standard base64 of DER, the leaf first.
    ///
    /// # Errors
    /// [`Code::CertificateInvalid`] if it is missing, has more than [`limits::CERTIFICATES`] or holds no certificates.
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

    /// The value of an `x5c` header.
    ///
    /// # Errors
    /// [`Code::CertificateInvalid`].
    pub fn to_value(&self) -> Result<Value<'static>> {
        let text = |one: &X509| one.to_der().map(|der| Value::from(base64_encode(&der))).map_err(|_| wrong());
        self.certificates.iter().map(text).collect::<Result<_>>().map(Value::Array)
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
    /// [`Code::CertificateInvalid`] if it does not hold, has ended or has not begun, or if an anchor is no certificate.
    pub fn verify(&self, anchors: &[Vec<u8>], now: Timestamp) -> Result<()> {
        let leaf = self.leaf()?;
        let held = || -> std::result::Result<bool, openssl::error::ErrorStack> {
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
    /// [`Code::CertificateInvalid`]; `key.*` for a key of a kind that this library does not verify with.
    pub fn key(&self) -> Result<PublicKey> {
        let key = self.leaf()?.public_key().map_err(|_| wrong())?;
        let pem = key.public_key_to_pem().map_err(|_| wrong())?;
        let pem = String::from_utf8(pem).map_err(|_| wrong())?;
        PublicKey::from_pem(&pem)
    }

    /// Whether the leaf has this DNS name among its subject alternative names; no wildcards (OpenID4VP §5.9.3).
    #[must_use]
    pub fn has_dns_name(&self, name: &str) -> bool {
        let names = self.certificates.first().and_then(|leaf| leaf.subject_alt_names());
        names
            .is_some_and(|names| names.iter().filter_map(|one| one.dnsname()).any(|dns| dns.eq_ignore_ascii_case(name)))
    }

    /// What the leaf calls its subject, for people: its first DNS name, or else its organization or its common name. Whoever vouches
    /// for the leaf vouches for that.
    #[must_use]
    pub fn name(&self) -> Option<SubjectName> {
        let leaf = self.leaf().ok()?;
        let dns =
            leaf.subject_alt_names().and_then(|names| names.iter().find_map(|one| one.dnsname().map(str::to_owned)));
        let called = |kind| leaf.subject_name().entries_by_nid(kind).find_map(|entry| entry.data().to_string().ok());
        let said = || called(Nid::ORGANIZATIONNAME).or_else(|| called(Nid::COMMONNAME)).map(SubjectName::Said);
        dns.map(SubjectName::Host).or_else(said)
    }

    /// Whether the leaf speaks for this issuer: it is one of these certificates itself (DER), or has the issuer's URL, or the
    /// host of that URL, among its subject alternative names.
    ///
    /// An authority vouches for many, and whoever has some certificate of it is not yet this issuer
    /// (draft-ietf-oauth-sd-jwt-vc, “Ecosystem-specific Public Key Verification Methods”).
    #[must_use]
    pub fn speaks_for(&self, issuer: &str, pinned: &[Vec<u8>]) -> bool {
        let Ok(leaf) = self.leaf() else { return false };
        if leaf.to_der().is_ok_and(|der| pinned.contains(&der)) {
            return true;
        }
        let host = issuer.strip_prefix("https://").and_then(|rest| rest.split(['/', ':']).next());
        let has_url = leaf.subject_alt_names().is_some_and(|names| names.iter().any(|one| one.uri() == Some(issuer)));
        has_url || host.is_some_and(|host| !host.is_empty() && self.has_dns_name(host))
    }

    /// The SHA-256 of the leaf's DER.
    ///
    /// # Errors
    /// [`Code::CertificateInvalid`].
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

/// The issuer that the leaf of a header's chain names, where nothing else does: its first `https:` URL among the subject
/// alternative names, or else its first DNS name as such a URL. Nobody checked it.
///
/// draft-ietf-oauth-sd-jwt-vc §3.5: “the Issuer […] is the subject of the end-entity certificate”.
#[must_use]
pub fn issuer_of(header: &Object<'_>) -> Option<String> {
    let chain = Chain::of_header(header).ok()?;
    let names = chain.leaf().ok()?.subject_alt_names()?;
    let url = names.iter().find_map(|one| one.uri().filter(|url| url.starts_with("https://")).map(str::to_owned));
    url.or_else(|| names.iter().find_map(|one| one.dnsname().map(|name| format!("https://{name}"))))
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

/// The certificates of a PEM file, each as DER.
///
/// # Errors
/// [`Code::CertificateInvalid`] if there are none, or more than [`limits::TRUSTED_CERTIFICATES`].
pub fn read_pem(pem: &[u8]) -> Result<Vec<Vec<u8>>> {
    let all = X509::stack_from_pem(pem).map_err(|_| wrong())?;
    if all.is_empty() || all.len() > limits::TRUSTED_CERTIFICATES {
        return Err(wrong());
    }
    all.iter().map(|one| one.to_der().map_err(|_| wrong())).collect()
}

/// Whether the bytes are one certificate in DER, and nothing more.
#[must_use]
pub fn is_certificate(der: &[u8]) -> bool {
    // What was read, written again, must be what was given: bytes behind it would be trusted unseen.
    X509::from_der(der).and_then(|read| read.to_der()).is_ok_and(|written| written == der)
}

fn wrong() -> Fault {
    Fault::new(Code::CertificateInvalid).about("x5c")
}
