//! Who may issue what: the trust list, a file that people can read, or the same list as a signed credential.
//!
//! ```json
//! {
//!   "version": 1,
//!   "name": { "en": "Ontario issuers", "fr": "Émetteurs de l’Ontario" },
//!   "issued": "2026-11-01T00:00:00Z",
//!   "validUntil": "2027-11-01T00:00:00Z",
//!   "issuers": [
//!     {
//!       "did": "did:web:id.ontario.example",
//!       "name": { "en": "ServiceOntario", "fr": "ServiceOntario" },
//!       "types": ["OntarioPersonCredential"],
//!       "validFrom": "2026-01-01T00:00:00Z"
//!     }
//!   ],
//!   "contexts": []
//! }
//! ```
//!
//! An issuer of SD-JWT VCs that has no DID is named by its `url` instead of `did`, letter by letter as in `iss`; the `types` of
//! such credentials are their `vct`. Whoever signs status list tokens for the credentials of others has the type
//! `statuslist+jwt`.
//!
//! Such an issuer may sign by certificates (`x5c`; OpenID4VC HAIP has no other way). Then it has `certificates` beside its `url`:
//! the authorities that vouch for it, or certificates of its own, each as base64 of its DER, as they stand in `x5c`. Its keys
//! are then proved by nothing else, and a certificate from an authority must name the `url` or its host.
//!
//! Only `validUntil`, `contexts` and an issuer's `validFrom` and `certificates` may be left out. An unknown member, an issuer that stands twice or a type
//! that stands twice is refused: in a file that decides whom to believe, a slip of the pen must not pass unseen.
//!
//! `contexts` (may be left out) names the JSON-LD contexts beyond the built-in ones that credentials may use, each with the
//! SHA-256 of its bytes: `{ "url": "https://…", "sha256": "…64 hexadecimal digits…" }`. See VC-DI §4.6, context validation.
//!
//! An issuer may issue a credential if **each** of its types, other than `VerifiableCredential`, is in the issuer's `types`,
//! or if `types` holds `*`. A credential that has no other type needs `VerifiableCredential` itself, or `*`, in `types`.

mod contexts;
mod credential;
mod file;

use std::collections::BTreeMap;

use crate::{Code, Fault, Timestamp, limits, x509};

use contexts::TrustedContexts;
pub use credential::TRUST_CONTEXT;

/// A trust list: issuers, the types they may issue, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustList {
    name: DisplayName,
    issued: Timestamp,
    valid_until: Option<Timestamp>,
    issuers: BTreeMap<String, TrustedIssuer>,
    contexts: TrustedContexts,
}

/// A name for people, in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DisplayName {
    /// In English.
    pub en: String,
    /// In French.
    pub fr: String,
}

/// An issuer on a trust list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedIssuer {
    /// The DID; or, of an issuer of SD-JWT VCs that has none, its `https:` URL (`iss`).
    pub did: String,
    /// The name to show.
    pub name: DisplayName,
    /// The credential types that it may issue; `*` stands for any.
    pub types: Vec<String>,
    /// From when it is trusted.
    pub valid_from: Option<Timestamp>,
    /// Until when it is trusted.
    pub valid_until: Option<Timestamp>,
    /// Of an issuer with a URL that signs by certificates (`x5c`): the authorities (X.509, DER) that vouch for its keys, or its
    /// own certificates. Empty for all others.
    pub certificates: Vec<Vec<u8>>,
}

impl TrustList {
    /// A list of these issuers.
    ///
    /// # Errors
    /// [`Code::TrustListInvalid`] for an issuer that stands twice, or that the file form would refuse.
    pub fn new(
        name: DisplayName,
        issued: Timestamp,
        valid_until: Option<Timestamp>,
        issuers: impl IntoIterator<Item = TrustedIssuer>,
    ) -> Result<Self, Fault> {
        let mut list =
            Self { name, issued, valid_until, issuers: BTreeMap::new(), contexts: TrustedContexts::default() };
        for issuer in issuers {
            list.add(issuer)?;
        }
        Ok(list)
    }

    fn add(&mut self, issuer: TrustedIssuer) -> Result<(), Fault> {
        let invalid = |what: &str| Err(Fault::new(Code::TrustListInvalid).about(what));
        let mut parts = issuer.did.splitn(3, ':');
        let is_did = parts.next() == Some("did")
            && parts
                .next()
                .is_some_and(|m| !m.is_empty() && m.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
            && parts.next().is_some_and(|id| {
                !id.is_empty()
                    && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'%'))
            });
        // An issuer of SD-JWT VCs may have a URL under which it publishes its keys.
        if !is_did && crate::sd_jwt::metadata_url(&issuer.did).is_err() {
            return invalid("did: not a DID");
        }
        if issuer.types.is_empty() || issuer.types.iter().any(String::is_empty) {
            return invalid("types: empty");
        }
        if issuer.types.iter().enumerate().any(|(i, name)| issuer.types.iter().skip(i + 1).any(|other| other == name)) {
            return invalid("types: one stands twice");
        }
        if let (Some(from), Some(until)) = (issuer.valid_from, issuer.valid_until)
            && until < from
        {
            return invalid("validUntil: before validFrom");
        }
        if is_did && !issuer.certificates.is_empty() {
            return invalid("certificates: beside a DID");
        }
        if issuer.certificates.len() > limits::TRUSTED_CERTIFICATES
            || !issuer.certificates.iter().all(|der| x509::is_certificate(der))
        {
            return invalid("certificates: not a certificate, or too many");
        }
        if self.issuers.contains_key(&issuer.did) {
            return invalid("did: stands twice");
        }
        self.issuers.insert(issuer.did.clone(), issuer);
        Ok(())
    }

    /// Whether this issuer may have issued a credential of these types at this time.
    ///
    /// # Errors
    /// [`Code::TrustIssuerUnknown`], [`Code::TrustTypeNotAllowed`] with the type, [`Code::TrustOutsidePeriod`] when the list
    /// or the issuer is not valid at `at`.
    pub fn allows(&self, issuer: &str, types: &[&str], at: Timestamp) -> Result<(), Fault> {
        if !within(at, Some(self.issued), self.valid_until) {
            return Err(Fault::new(Code::TrustOutsidePeriod).about("trust list"));
        }
        let trusted = self.issuers.get(issuer).ok_or_else(|| Fault::new(Code::TrustIssuerUnknown).about(issuer))?;
        let allowed = |name: &str| trusted.types.iter().any(|t| t == "*" || t == name);
        let mut specific = types.iter().filter(|name| **name != BASE_TYPE).peekable();
        let refused = match specific.peek() {
            Some(_) => specific.find(|name| !allowed(name)).copied(),
            None => Some(BASE_TYPE).filter(|name| !allowed(name)),
        };
        if let Some(name) = refused {
            return Err(Fault::new(Code::TrustTypeNotAllowed).at("/type").about(name));
        }
        if within(at, trusted.valid_from, trusted.valid_until) {
            Ok(())
        } else {
            Err(Fault::new(Code::TrustOutsidePeriod).about(issuer))
        }
    }

    /// The issuer with this DID, if it is on the list: for its name.
    #[must_use]
    pub fn issuer(&self, did: &str) -> Option<&TrustedIssuer> {
        self.issuers.get(did)
    }

    /// The issuers, by DID.
    pub fn issuers(&self) -> impl ExactSizeIterator<Item = &TrustedIssuer> {
        self.issuers.values()
    }

    /// Whether the list vouches for a JSON-LD context that is not built in: its URL, and its very bytes.
    #[must_use]
    pub fn allows_context(&self, url: &str, bytes: &[u8]) -> bool {
        self.contexts.allow(url, bytes)
    }

    /// Whether the list names a JSON-LD context, whatever its bytes.
    #[must_use]
    pub fn names_context(&self, url: &str) -> bool {
        self.contexts.names(url)
    }

    /// The name of the list.
    #[must_use]
    pub const fn name(&self) -> &DisplayName {
        &self.name
    }

    /// When the list was issued.
    #[must_use]
    pub const fn issued(&self) -> Timestamp {
        self.issued
    }

    /// Until when the list may be used; `None`: no end.
    #[must_use]
    pub const fn valid_until(&self) -> Option<Timestamp> {
        self.valid_until
    }
}

/// The type that every credential has, and that says nothing.
const BASE_TYPE: &str = "VerifiableCredential";

fn within(at: Timestamp, from: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    from.is_none_or(|from| from <= at) && until.is_none_or(|until| at <= until)
}
