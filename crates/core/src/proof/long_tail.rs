//! Suites outside our list, verified through the `ssi` crate (feature `long-tail`).
//!
//! The document and the proof's options first pass our own strict JSON-LD step and the rules that every proof passes. Then
//! `ssi` canonicalizes both by itself, with the same context documents, and its N-Quads must be ours byte for byte: it
//! leaves some values out of what it signs, and what it leaves out must not be taken as signed. What is checked at last
//! is the signature over the hashes of our canonical forms, with the one key that our own resolution found. `ssi` resolves
//! and fetches nothing.

mod opinion;
#[cfg(test)]
mod tests;

use sha2::{Digest as _, Sha256};

use super::authority::Authority;
use super::read::{FOREIGN_SIGNATURES, Proof};
use super::verify::check_options;
use super::{Expected, World, binding, spelling};
use crate::encoding::{base64_decode, base64url_decode, multibase58_encode};
use crate::json::{Object, Value, parse, to_string};
use crate::jsonld::{self, Contexts};
use crate::keys::{KeyType, PublicKey};
use crate::rdf::{Dataset, HashAlgorithm, canonicalize_with_map};
use crate::{Code, Fault, limits};

/// The suites of the long tail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LongTail {
    Ed25519Signature2018,
    JsonWebSignature2020,
    EcdsaSecp256k1Signature2019,
    EcdsaSecp256r1Signature2019,
    RsaSignature2018,
}

impl LongTail {
    const ALL: [Self; 5] = [
        Self::Ed25519Signature2018,
        Self::JsonWebSignature2020,
        Self::EcdsaSecp256k1Signature2019,
        Self::EcdsaSecp256r1Signature2019,
        Self::RsaSignature2018,
    ];

    /// The suite of a proof; `None` if it is none of these. None of them is named by a `cryptosuite`.
    pub(super) fn of(proof: &Proof<'_, '_>) -> Option<Self> {
        let name = proof.object.get("type").and_then(Value::as_str)?;
        let named_once = !proof.object.contains_key("cryptosuite");
        Self::ALL.into_iter().find(|suite| named_once && suite.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Ed25519Signature2018 => "Ed25519Signature2018",
            Self::JsonWebSignature2020 => "JsonWebSignature2020",
            Self::EcdsaSecp256k1Signature2019 => "EcdsaSecp256k1Signature2019",
            Self::EcdsaSecp256r1Signature2019 => "EcdsaSecp256r1Signature2019",
            Self::RsaSignature2018 => "RsaSignature2018",
        }
    }

    /// Whether a key of this kind signs with this JOSE algorithm under the suite.
    fn fits(self, key: KeyType, algorithm: &str) -> bool {
        let (kind, fits) = match algorithm {
            "EdDSA" => (KeyType::Ed25519, matches!(self, Self::Ed25519Signature2018 | Self::JsonWebSignature2020)),
            "ES256K" => {
                (KeyType::Secp256k1, matches!(self, Self::EcdsaSecp256k1Signature2019 | Self::JsonWebSignature2020))
            }
            "ES256" => (KeyType::P256, matches!(self, Self::EcdsaSecp256r1Signature2019 | Self::JsonWebSignature2020)),
            "RS256" => (KeyType::Rsa, matches!(self, Self::RsaSignature2018 | Self::JsonWebSignature2020)),
            "PS256" => (KeyType::Rsa, self == Self::JsonWebSignature2020),
            _ => return false,
        };
        fits && kind == key
    }

    /// The verification method that `ssi` takes for the suite, with this key alone, as JSON.
    fn method(self, id: &str, controller: &str, key: &PublicKey) -> String {
        let (kind, property, value) = match self {
            Self::Ed25519Signature2018 => {
                let base58 = multibase58_encode(key.bytes());
                let base58 = base58.strip_prefix('z').unwrap_or_default().to_owned();
                ("Ed25519VerificationKey2018", "publicKeyBase58", Value::from(base58))
            }
            Self::JsonWebSignature2020 => ("JsonWebKey2020", "publicKeyJwk", key.to_jwk()),
            Self::EcdsaSecp256k1Signature2019 => ("EcdsaSecp256k1VerificationKey2019", "publicKeyJwk", key.to_jwk()),
            Self::EcdsaSecp256r1Signature2019 => {
                ("EcdsaSecp256r1VerificationKey2019", "publicKeyMultibase", Value::from(key.to_multikey()))
            }
            Self::RsaSignature2018 => ("RsaVerificationKey2018", "publicKeyJwk", key.to_jwk()),
        };
        let mut method = Object::new();
        method.insert("id", id.to_owned());
        method.insert("type", kind);
        method.insert("controller", controller.to_owned());
        method.insert(property, value);
        to_string(&Value::Object(method))
    }
}

/// The finding on a proof's signature, as for the suites of our own list.
///
/// # Errors
/// `jsonld.*` where the document or the options cannot be read as their contexts say.
pub(super) fn judge(
    suite: LongTail,
    document: &Object<'_>,
    proof: &Proof<'_, '_>,
    expected: Expected<'_>,
    authority: &Authority,
    world: &World<'_>,
) -> Result<Result<(), Fault>, Fault> {
    let whole = jsonld::Document { object: document, context: None, skip: &["proof"] };
    let claims = jsonld::to_quads(&whole, &world.contexts)?;
    spelling::check(document, &claims)?;
    let claims = claims.dataset;
    let options = options_dataset(suite, document, proof, &world.contexts)?;
    let signature = || {
        check_members(proof)?;
        check_options(proof, expected, world)?;
        let method = authority.method.as_ref().map_err(Clone::clone)?;
        let signed = Signed::read(suite, proof)?;
        if !suite.fits(method.key.key_type(), &signed.algorithm) {
            return Err(Fault::new(Code::KeyWrongSuite).at(proof.pointer.as_str()).about(suite.name()));
        }
        let ours = Forms { document: canonical(&claims, proof)?, options: canonical(&options, proof)? };
        let secured = single(suite, document, proof);
        if secured.len() > limits::LONG_TAIL_BYTES {
            return Err(too_large(proof, "LONG_TAIL_BYTES", secured.len(), limits::LONG_TAIL_BYTES));
        }
        // Whatever keeps ssi from a canonical form of its own, a panic included, is no agreement.
        let theirs = opinion::canonical_forms(&secured, world.contexts);
        if theirs.as_ref() != Some(&ours) {
            return Err(unsupported(proof, "canonical forms disagree"));
        }
        let message = signed.message(&ours);
        let method = suite.method(&method.id, &method.controller, &method.key);
        if opinion::signature_matches(suite, &method, &signed, &message) {
            Ok(())
        } else {
            Err(Fault::new(Code::ProofSignatureInvalid).at(proof.pointer.as_str()))
        }
    };
    Ok(signature())
}

/// The canonical N-Quads of a document and of its proof's options.
#[derive(PartialEq, Eq)]
struct Forms {
    document: String,
    options: String,
}

/// The quads of the options. These suites put the proof into the document, so that its own contexts come after those of
/// the document.
fn options_dataset(
    suite: LongTail,
    document: &Object<'_>,
    proof: &Proof<'_, '_>,
    contexts: &Contexts<'_>,
) -> Result<Dataset, Fault> {
    let members = [document.get("@context"), proof.object.get("@context")];
    let both: Value<'_> = Value::Array(members.into_iter().flatten().flat_map(Value::items).cloned().collect());
    let skip = ["@context", "proofValue"].iter().chain(FOREIGN_SIGNATURES).copied().collect::<Vec<_>>();
    let options = jsonld::Document { object: proof.object, context: Some(&both), skip: &skip };
    let dataset = jsonld::to_dataset(&options, contexts).map_err(|fault| {
        let in_contexts = fault.pointer().is_some_and(|pointer| pointer.starts_with("/@context"));
        if in_contexts { fault } else { fault.under(&proof.pointer) }
    })?;
    let type_iri = format!("https://w3id.org/security#{}", suite.name());
    // The context of VCDM 1.1 forgets to define the prefix `sec` for this one suite, so that its properties are the IRIs
    // `sec:proofPurpose` and so on.
    let also = (suite == LongTail::RsaSignature2018).then_some("sec:");
    binding::check(&dataset, binding::Expected { type_iri: &type_iri, cryptosuite: None, also }, proof)?;
    Ok(dataset)
}

/// What the reader lets pass where a suite is not in our list.
fn check_members(proof: &Proof<'_, '_>) -> Result<(), Fault> {
    for (key, text) in [("verificationMethod", proof.verification_method), ("proofPurpose", proof.purpose)] {
        if text.is_empty() {
            return Err(Fault::new(Code::ProofMalformed).at(format!("{}/{key}", proof.pointer)).about(key));
        }
    }
    // ssi knows no chains: it would take the proof for one that stands alone.
    if proof.previous.is_empty() { Ok(()) } else { Err(unsupported(proof, "previousProof")) }
}

fn canonical(dataset: &Dataset, proof: &Proof<'_, '_>) -> Result<String, Fault> {
    if dataset.len() > limits::LONG_TAIL_QUADS {
        return Err(too_large(proof, "LONG_TAIL_QUADS", dataset.len(), limits::LONG_TAIL_QUADS));
    }
    let canonical = canonicalize_with_map(dataset, HashAlgorithm::Sha256)?;
    let nodes = canonical.labels().len();
    if nodes > limits::LONG_TAIL_BLANK_NODES {
        return Err(too_large(proof, "LONG_TAIL_BLANK_NODES", nodes, limits::LONG_TAIL_BLANK_NODES));
    }
    Ok(canonical.into_nquads())
}

/// The document with this proof alone, as JSON for `ssi`: the proof's signature under the name that `ssi` reads.
fn single(suite: LongTail, document: &Object<'_>, proof: &Proof<'_, '_>) -> String {
    let mut options: Object<'_> = proof.object.clone();
    for key in FOREIGN_SIGNATURES {
        options.remove(key);
    }
    let (name, placeholder) = match suite {
        LongTail::RsaSignature2018 => ("signatureValue", ""),
        LongTail::EcdsaSecp256k1Signature2019
        | LongTail::EcdsaSecp256r1Signature2019
        | LongTail::Ed25519Signature2018
        | LongTail::JsonWebSignature2020 => ("jws", ".."),
    };
    // The signature is no part of the canonical forms, and is checked by itself.
    options.insert(name, placeholder);
    let mut single = document.clone();
    single.insert("proof", Value::Object(options));
    to_string(&Value::Object(single))
}

/// The signature of a proof.
struct Signed {
    /// The JOSE name of the algorithm.
    algorithm: String,
    /// The JWS header as it stands, which is signed too.
    header: Option<String>,
    signature: Vec<u8>,
}

impl Signed {
    /// Reads the one member that holds it: a detached JWS (RFC 7515 appendix F, RFC 7797), or base64 for
    /// `RsaSignature2018`.
    fn read(suite: LongTail, proof: &Proof<'_, '_>) -> Result<Self, Fault> {
        let mut members = FOREIGN_SIGNATURES.iter().chain(&["proofValue"]).filter(|key| proof.object.contains_key(key));
        let (Some(member), None) = (members.next(), members.next()) else {
            return Err(Fault::new(Code::ProofMalformed).at(proof.pointer.as_str()).about("jws"));
        };
        let malformed = || Fault::new(Code::ProofValueEncoding).at(format!("{}/{member}", proof.pointer));
        let text = proof.object.get(member).and_then(Value::as_str).ok_or_else(malformed)?;
        match *member {
            "jws" => Self::detached(text).ok_or_else(malformed),
            "signatureValue" if suite == LongTail::RsaSignature2018 => Ok(Self {
                algorithm: "RS256".to_owned(),
                header: None,
                signature: base64_decode(text).map_err(|_| malformed())?,
            }),
            _ => Err(malformed()),
        }
    }

    /// `{"alg":…,"b64":false,"crit":["b64"]}`, two dots, the signature. Nothing else in the header is understood.
    fn detached(text: &str) -> Option<Self> {
        let (header, signature) = text.split_once("..")?;
        let Value::Object(members) = parse(&base64url_decode(header).ok()?).ok()?.into_owned() else { return None };
        let known = members.keys().all(|key| matches!(key, "alg" | "b64" | "crit" | "kid" | "typ"));
        let critical = members.get("crit").is_some_and(|crit| matches!(crit, Value::Array(_)))
            && members.get("crit").map_or(&[][..], Value::items).iter().map(Value::as_str).eq([Some("b64")]);
        if !known || !critical || members.get("b64").and_then(Value::as_bool) != Some(false) {
            return None;
        }
        Some(Self {
            algorithm: members.get("alg").and_then(Value::as_str)?.to_owned(),
            header: Some(header.to_owned()),
            signature: base64url_decode(signature).ok()?,
        })
    }

    /// What was signed: the hash of the options, then that of the document, after the header if there is one.
    fn message(&self, forms: &Forms) -> Vec<u8> {
        let mut message = self.header.as_ref().map(|header| format!("{header}.").into_bytes()).unwrap_or_default();
        message.extend_from_slice(&Sha256::digest(forms.options.as_bytes()));
        message.extend_from_slice(&Sha256::digest(forms.document.as_bytes()));
        message
    }
}

fn unsupported(proof: &Proof<'_, '_>, about: &str) -> Fault {
    Fault::new(Code::ProofSuiteUnsupported).at(proof.pointer.as_str()).about(about)
}

fn too_large(proof: &Proof<'_, '_>, limit: &str, found: usize, most: usize) -> Fault {
    unsupported(proof, &format!("{limit} {found} > {most}"))
}
