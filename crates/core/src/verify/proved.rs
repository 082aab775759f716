//! What an accepted showing proved: which claims, by which proofs, and by what such showings can be tied together.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::claims::{Claims, Secured, read_token};
use crate::credential::{Contained, Kind, kind, open_envelope, read_presentation};
use crate::json::{Object, Value};
use crate::present::{LinkKind, Linkability, Manner, assess, leaves};
use crate::proof::{ShownPseudonym, arrangement_of, pseudonym_of};

/// The name of the holder's proof over an SD-JWT (RFC 9901 §4.3).
pub(super) const KEY_BINDING: &str = "kb+jwt";

/// A proof that was found good, with a key that may speak for whom it should.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Proven {
    /// The JSON pointer of the credential or presentation that it secures.
    pub(super) at: String,
    /// The name of its suite; `jwt`, `vc+jwt` or `vp+jwt` for a token.
    pub(super) suite: String,
}

/// One claim that a proof of its issuer covers.
#[derive(Clone, PartialEq, Debug)]
pub struct ProvedClaim {
    /// Its JSON pointer in the credential.
    pub pointer: String,
    /// What it says.
    pub value: Value<'static>,
}

/// One credential of an accepted input.
#[derive(Clone, PartialEq, Debug)]
pub struct Proved {
    /// Its JSON pointer in the input; empty for the input itself.
    pub pointer: String,
    /// The suites of the proofs that cover it.
    pub proofs: Vec<String>,
    /// The claims that were shown, each covered by these proofs: what stands beside the credential in a presentation is
    /// the holder's own word and not among them.
    pub claims: Vec<ProvedClaim>,
    /// By what this showing could be tied to others.
    pub linkability: Linkability,
    /// The holder's pseudonym for one verifier, by which that verifier recognises the holder. It counts only in the verifier's
    /// own domain, which a policy that expects a domain makes sure of.
    pub pseudonym: Option<ShownPseudonym>,
}

impl Serialize for Proved {
    /// Names the claims and leaves their values out: a verdict may be logged.
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let pointers: Vec<&str> = self.claims.iter().map(|claim| claim.pointer.as_str()).collect();
        let mut out = s.serialize_struct("Proved", 4 + usize::from(self.pseudonym.is_some()))?;
        out.serialize_field("pointer", &self.pointer)?;
        out.serialize_field("proofs", &self.proofs)?;
        out.serialize_field("claims", &pointers)?;
        out.serialize_field("linkability", &self.linkability)?;
        if let Some(pseudonym) = &self.pseudonym {
            out.serialize_field("pseudonymFor", &pseudonym.domain)?;
        }
        out.end()
    }
}

/// The credentials of accepted content, with what was proved of each.
pub(super) fn proved(claims: &Claims, proven: &[Proven]) -> Vec<Proved> {
    let value = claims.document();
    let Some(document) = value.as_object() else { return Vec::new() };
    let holder_signs = proven.iter().any(|proof| proof.at.is_empty() && proof.suite == KEY_BINDING)
        || (is_presentation(document) && proven.iter().any(|proof| proof.at.is_empty()));
    let one =
        |at: &str, credential: &Object<'_>, secured: Secured| describe(at, credential, secured, holder_signs, proven);
    if let secured @ Secured::SdJwt { .. } = claims.secured() {
        return vec![one("", document, secured)];
    }
    match kind(document) {
        Ok(Kind::Credential) => vec![one("", document, claims.secured())],
        Ok(Kind::Presentation) => contained(document, one),
        Ok(Kind::Enveloped) => match open_envelope(document).and_then(read_token) {
            Ok(token) if token.is_presentation => contained(&token.document, one),
            Ok(token) => vec![one("", &token.document, token.secured)],
            Err(_) => Vec::new(),
        },
        Err(_) => Vec::new(),
    }
}

fn is_presentation(document: &Object<'_>) -> bool {
    match kind(document) {
        Ok(Kind::Presentation) => true,
        Ok(Kind::Enveloped) => open_envelope(document).and_then(read_token).is_ok_and(|token| token.is_presentation),
        _ => false,
    }
}

fn contained(presentation: &Object<'_>, one: impl Fn(&str, &Object<'_>, Secured) -> Proved) -> Vec<Proved> {
    let Ok(presentation) = read_presentation(presentation) else { return Vec::new() };
    let each = presentation.credentials.iter().filter_map(|(at, credential)| match credential {
        Contained::Embedded(object) => Some(one(at, object, Secured::Inside)),
        Contained::Jwt(token) | Contained::SdJwt(token) => {
            read_token(token).ok().map(|token| one(at, &token.document, token.secured))
        }
    });
    each.collect()
}

fn describe(at: &str, credential: &Object<'_>, secured: Secured, holder_signs: bool, proven: &[Proven]) -> Proved {
    let suites: Vec<String> = proven.iter().filter(|proof| proof.at == at).map(|proof| proof.suite.clone()).collect();
    let objects = credential.get("proof").map(Value::items).unwrap_or_default();
    let proofs: Vec<&Object<'_>> = objects.iter().filter_map(Value::as_object).collect();
    let pseudonym = proofs.iter().find_map(|proof| pseudonym_of(proof));
    let manner = Manner {
        same_signature: secured != Secured::Inside || !proofs.iter().all(|proof| is_derived_each_time(proof)),
        digests: secured == Secured::SdJwt { digests: true },
        holder_signs,
        pseudonym: pseudonym.is_some(),
        arrangement: proofs.iter().find_map(|proof| arrangement_of(proof, credential)),
        parts: &[],
        proofs: &proofs,
    };
    let leaves = leaves(credential);
    // Which claims the issuer made mandatory, a derived proof does not tell by name.
    let linkability = assess(credential.get("@context"), &leaves, &manner, |_| false);
    let claims = leaves
        .into_iter()
        .map(|leaf| ProvedClaim { pointer: leaf.pointer, value: leaf.value.clone().into_owned() })
        .collect();
    Proved { pointer: at.to_owned(), proofs: suites, claims, linkability, pseudonym }
}

/// The suites of proofs that a holder derives anew for each showing.
pub(super) const DERIVED_EACH_TIME: &[&str] = &["bbs-2023", "BbsBlsSignatureProof2020"];

/// Whether two derivations of this proof share nothing that only they have.
fn is_derived_each_time(proof: &Object<'_>) -> bool {
    let names = ["cryptosuite", "type"].into_iter().filter_map(|name| proof.get(name).and_then(Value::as_str));
    names.into_iter().any(|name| DERIVED_EACH_TIME.contains(&name))
}

impl Proved {
    /// Whether the showing was tied to one person's key by a signature.
    #[must_use]
    pub fn is_holder_bound(&self) -> bool {
        self.linkability.links().iter().any(|link| link.kind == LinkKind::HolderKey && link.pointer.is_empty())
    }
}
