//! How a document is secured: the suites by their names, the contexts that they need, and one call that signs.

use crate::credential::{self, Kind, Version};
use crate::did::Relationship;
use crate::jose::{self, JwtForm, JwtOptions};
use crate::json::{self, Object, Value};
use crate::jsonld::Contexts;
use crate::keys::{KeyType, SignatureAlgorithm, Signer};
use crate::proof::{self, Binding, SignOptions, Suite};
use crate::sd_jwt::Profile;
use crate::x509::Chain;
use crate::{Code, Fault, Randomness, SystemRandomness, Timestamp, resource};

/// A way to secure a credential or presentation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Securing {
    /// A Data Integrity proof.
    DataIntegrity(Suite),
    /// A compact JWT: `jwt` (VCDM 1.1 §6.3.1) or `vc+jwt` (VC-JOSE-COSE).
    Jwt(JwtForm),
    /// An SD-JWT: `dc+sd-jwt` (SD-JWT VC) or `vc+sd-jwt` (VC-JOSE-COSE).
    SdJwt(Profile),
}

/// Every way, by the name that people give on a command line.
const NAMES: &[(&str, Securing)] = &[
    ("Ed25519Signature2020", Securing::DataIntegrity(Suite::Ed25519Signature2020)),
    ("eddsa-rdfc-2022", Securing::DataIntegrity(Suite::EddsaRdfc2022)),
    ("eddsa-jcs-2022", Securing::DataIntegrity(Suite::EddsaJcs2022)),
    ("ecdsa-rdfc-2019", Securing::DataIntegrity(Suite::EcdsaRdfc2019)),
    ("ecdsa-jcs-2019", Securing::DataIntegrity(Suite::EcdsaJcs2019)),
    ("ecdsa-sd-2023", Securing::DataIntegrity(Suite::EcdsaSd2023)),
    ("bbs-2023", Securing::DataIntegrity(Suite::Bbs2023)),
    ("BbsBlsSignature2020", Securing::DataIntegrity(Suite::BbsBlsSignature2020)),
    ("jwt", Securing::Jwt(JwtForm::V1)),
    ("vc+jwt", Securing::Jwt(JwtForm::V2)),
    ("dc+sd-jwt", Securing::SdJwt(Profile::SdJwtVc)),
    ("vc+sd-jwt", Securing::SdJwt(Profile::VcdmSdJwt)),
];

/// Those of selective disclosure.
const DIVISIBLE: &[&str] = &["bbs-2023", "ecdsa-sd-2023", "BbsBlsSignature2020", "dc+sd-jwt", "vc+sd-jwt"];
/// Those with zero-knowledge proofs.
const UNLINKABLE: &[&str] = &["bbs-2023", "BbsBlsSignature2020"];

impl Securing {
    /// The names of every way.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The way with this name; `vp+jwt` is another name of `vc+jwt`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = if name == "vp+jwt" { "vc+jwt" } else { name };
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, securing)| *securing)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, securing)| *securing == self).map_or("", |(name, _)| name)
    }

    /// Whether a holder can show a part of a credential that is secured so.
    #[must_use]
    pub fn is_divisible(self) -> bool {
        DIVISIBLE.contains(&self.name())
    }

    /// Whether two showings of such a credential share nothing of its signature.
    #[must_use]
    pub fn is_unlinkable(self) -> bool {
        UNLINKABLE.contains(&self.name())
    }

    /// Whether an issuer can say which claims every showing must have.
    #[must_use]
    pub fn takes_mandatory(self) -> bool {
        self.is_divisible() && self != Self::DataIntegrity(Suite::BbsBlsSignature2020)
    }

    /// Whether its proof must say when it was made.
    pub(super) fn needs_created(self) -> bool {
        self.name() == "BbsBlsSignature2020"
    }

    /// Whether a key of this kind can sign so.
    #[must_use]
    pub const fn fits(self, key: KeyType) -> bool {
        match self {
            Self::DataIntegrity(suite) => suite.fits(key),
            Self::Jwt(_) | Self::SdJwt(_) => matches!(key, KeyType::Ed25519 | KeyType::P256 | KeyType::P384),
        }
    }

    /// The context that a document of this version must name so that the proof's own terms are defined, if the data
    /// model's context does not define them (VC-DI §2.4.1 "Context Injection").
    #[must_use]
    pub const fn context(self, version: Version) -> Option<&'static str> {
        match (self, version) {
            (Self::Jwt(_) | Self::SdJwt(_), _) => None,
            (Self::DataIntegrity(Suite::Ed25519Signature2020), _) => {
                Some("https://w3id.org/security/suites/ed25519-2020/v1")
            }
            (Self::DataIntegrity(Suite::BbsBlsSignature2020 | Suite::BbsBlsSignatureProof2020), _) => {
                Some("https://w3id.org/security/bbs/v1")
            }
            (Self::DataIntegrity(_), Version::V1) => Some("https://w3id.org/security/data-integrity/v2"),
            (Self::DataIntegrity(_), Version::V2) => None,
        }
    }

    /// Adds that context to a document that has no proof yet. A document that has one must stay as it was signed.
    pub fn add_context(self, document: &mut Object<'_>) {
        if document.contains_key("proof") {
            return;
        }
        let version = match document.get("@context").and_then(|contexts| contexts.items().first()) {
            Some(first) if first.as_str() == Some("https://www.w3.org/2018/credentials/v1") => Version::V1,
            _ => Version::V2,
        };
        let Some(url) = self.context(version) else { return };
        let Some(contexts) = document.get_mut("@context") else { return };
        if contexts.items().iter().any(|known| known.as_str() == Some(url)) {
            return;
        }
        let mut all = match std::mem::replace(contexts, Value::Null) {
            Value::Array(items) => items,
            one => vec![one],
        };
        all.push(Value::from(url));
        *contexts = Value::Array(all);
    }
}

/// What a signature says beside the document.
#[derive(Clone, Copy, Default, Debug)]
pub struct SecureOptions<'o> {
    /// The DID URL of the key.
    pub verification_method: &'o str,
    /// When the proof was created; JWTs have no such member.
    pub created: Option<Timestamp>,
    /// The nonce of the verifier that a presentation answers.
    pub challenge: Option<&'o str>,
    /// The verifier that a presentation is for.
    pub domain: Option<&'o str>,
    /// JSON pointers into the credential: what every showing must have. For suites of selective disclosure.
    pub mandatory: &'o [String],
    /// The `vct` of an SD-JWT VC, if the document has none of its own.
    pub vct: Option<&'o str>,
    /// The DID URL by which an SD-JWT VC is to name its holder's key (`cnf.kid`), instead of by the key itself.
    pub holder_method: Option<&'o str>,
    /// How an SD-JWT VC names its issuer by a certificate of the key.
    pub certified: Option<CertifiedIssuer<'o>>,
    /// The place of an SD-JWT VC in a Token Status List.
    pub status: Option<TokenSlot<'o>>,
    /// The secrets of the holder to which a `bbs-2023` credential is bound ([`crate::proof::HolderCommitment::binding`]).
    pub binding: Binding<'o>,
}

/// An issuer that is known by a certificate (draft-ietf-oauth-sd-jwt-vc §3.5; OpenID4VC HAIP §6.1.1).
#[derive(Clone, Copy, Debug)]
pub struct CertifiedIssuer<'c> {
    /// The `https:` URL (`iss`) that the certificate names, itself or by its host.
    pub url: &'c str,
    /// The chain, without the authority's own certificate.
    pub chain: &'c Chain,
}

/// A place in a Token Status List that was taken for one credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenSlot<'s> {
    /// The URL of the status list token.
    pub list: &'s str,
    /// The index in the list.
    pub index: usize,
}

/// Signs an unsigned credential (as issuer) or presentation (as holder) and gives its text: JSON without white space, or
/// a compact JWT, or an SD-JWT. The same input gives the same bytes (Ed25519 and RFC 6979 need no randomness), but for the
/// suites of selective disclosure.
///
/// # Errors
/// [`Code::InputNotACredential`], [`Code::KeyWrongSuite`] (also for a binding under another suite than `bbs-2023`), `jsonld.*`
/// in safe mode, [`Code::JoseClaim`],
/// [`Code::KeySignerFailed`], [`Code::ResourceDigest`] for a related resource that is a built-in context with another digest; for an
/// SD-JWT [`Code::IssueClaim`], also without a `vct`.
pub fn secure(
    document: Object<'_>,
    securing: Securing,
    options: &SecureOptions<'_>,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
) -> Result<String, Fault> {
    secure_with(document, securing, options, signer, contexts, &mut SystemRandomness)
}

/// [`secure`] with other randomness than the operating system's: the same random bytes give the same text.
///
/// # Errors
/// As [`secure`].
pub fn secure_with(
    document: Object<'_>,
    securing: Securing,
    options: &SecureOptions<'_>,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    random: &mut dyn Randomness,
) -> Result<String, Fault> {
    let purpose = match credential::kind(&document)? {
        Kind::Credential => Relationship::AssertionMethod,
        Kind::Presentation => Relationship::Authentication,
        Kind::Enveloped => return Err(Fault::new(Code::InputNotACredential).at("/type").about("secured already")),
    };
    // Nobody could accept a credential that contradicts what is published. What else is wrong with it, its reader says.
    if document.contains_key("relatedResource")
        && let Ok(credential) = credential::read_credential(&document)
    {
        resource::check_published(&credential)?;
    }
    let key_type = signer.public_key().key_type();
    let can_bind = securing == Securing::DataIntegrity(Suite::Bbs2023);
    if !securing.fits(key_type) || (options.binding != Binding::None && !can_bind) {
        return Err(Fault::new(Code::KeyWrongSuite).about(securing.name()));
    }
    match securing {
        Securing::DataIntegrity(suite) => {
            let mut document = document.into_owned();
            securing.add_context(&mut document);
            let binding = options.binding;
            let options = SignOptions {
                suite,
                verification_method: options.verification_method.to_owned(),
                purpose,
                // VC-DI-BBS §5: what the options say is shown each time, and ties showings together.
                created: options.created.filter(|_| suite != Suite::Bbs2023),
                expires: None,
                challenge: options.challenge.map(str::to_owned),
                domain: options.domain.map(str::to_owned),
                id: None,
                previous: Vec::new(),
                mandatory_pointers: options.mandatory.to_vec(),
            };
            let secured = proof::sign_owned_with(document, &options, binding, signer, contexts, random)?;
            Ok(json::to_string(&Value::Object(secured)))
        }
        Securing::Jwt(form) => {
            let algorithm = match key_type {
                KeyType::P256 => SignatureAlgorithm::Es256,
                KeyType::P384 => SignatureAlgorithm::Es384,
                _ => SignatureAlgorithm::EdDsa,
            };
            let options = JwtOptions {
                form,
                algorithm,
                verification_method: options.verification_method.to_owned(),
                audience: options.domain.map(str::to_owned),
                nonce: options.challenge.map(str::to_owned),
                purpose,
            };
            jose::sign(&document, &options, signer)
        }
        Securing::SdJwt(_) if purpose != Relationship::AssertionMethod => {
            Err(Fault::new(Code::InputNotACredential).at("/type").about("a presentation"))
        }
        Securing::SdJwt(profile) => super::sd_jwt::secure(document.into_owned(), profile, options, signer, random),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for name in Securing::names() {
            assert_eq!(Securing::parse(name).map(Securing::name), Some(name));
        }
        assert_eq!(Securing::parse("vp+jwt"), Some(Securing::Jwt(JwtForm::V2)));
        assert_eq!(Securing::parse("RSA"), None);
    }

    #[test]
    fn adds_the_context_of_the_suite_once_and_never_to_a_signed_document() {
        let add = |text: &str, name: &str| {
            let mut value = json::parse(text.as_bytes()).unwrap();
            Securing::parse(name).unwrap().add_context(value.as_object_mut().unwrap());
            json::to_string(&value)
        };
        let v1 = r#"{"@context":"https://www.w3.org/2018/credentials/v1"}"#;
        let both =
            r#"{"@context":["https://www.w3.org/2018/credentials/v1","https://w3id.org/security/data-integrity/v2"]}"#;
        let signed = r#"{"@context":"https://www.w3.org/2018/credentials/v1","proof":{}}"#;
        let v2 = r#"{"@context":["https://www.w3.org/ns/credentials/v2"]}"#;
        assert_eq!(add(v1, "eddsa-rdfc-2022"), both);
        assert_eq!(add(both, "eddsa-rdfc-2022"), both);
        assert_eq!(add(v1, "jwt"), v1);
        assert_eq!(add(signed, "eddsa-rdfc-2022"), signed);
        assert_eq!(add(v2, "ecdsa-jcs-2019"), v2);
        assert!(add(v2, "Ed25519Signature2020").contains("ed25519-2020"));
    }
}
