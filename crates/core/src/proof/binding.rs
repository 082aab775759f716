//! What the JSON of a proof says and what its quads say must be one: the quads are what is signed, the JSON is what
//! this library reads, and between them stand contexts that the presenter may have chosen.

use super::read::Proof;
use super::suite::Suite;
use crate::json::Path;
use crate::rdf::{Dataset, TermRef};
use crate::{Code, Fault};

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const CREATED: &str = "http://purl.org/dc/terms/created";
const SECURITY: &str = "https://w3id.org/security#";

/// What names the suite among the quads.
#[derive(Clone, Copy)]
pub(super) struct Expected<'s> {
    pub(super) type_iri: &'s str,
    pub(super) cryptosuite: Option<&'s str>,
    /// What the suite's properties begin with in a published context that does not give them the security vocabulary.
    pub(super) also: Option<&'static str>,
}

impl From<Suite> for Expected<'static> {
    fn from(suite: Suite) -> Self {
        Self { type_iri: suite.type_iri(), cryptosuite: suite.cryptosuite(), also: None }
    }
}

/// Checks that each member that is read has its quad, and that no quad says it otherwise.
///
/// # Errors
/// [`Code::JsonldUndefinedTerm`] at the member: the document's contexts do not define it as the suite does.
pub(super) fn check(options: &Dataset, suite: Expected<'_>, proof: &Proof<'_, '_>) -> Result<(), Fault> {
    let mut seen = Seen::default();
    for (_, predicate, object, _) in options.quads() {
        let TermRef::Iri(predicate) = options.term(predicate) else { continue };
        let object = match options.term(object) {
            TermRef::Iri(text) | TermRef::Literal { value: text, .. } => text,
            TermRef::Blank(_) => "",
        };
        if predicate == RDF_TYPE {
            seen.suite |= object == suite.type_iri;
            continue;
        }
        let (member, fits) = match predicate.strip_prefix(SECURITY).or_else(|| predicate.strip_prefix(suite.also?)) {
            _ if predicate == CREATED => ("created", seen.created.count(proof.created == Some(object))),
            Some("expiration") => ("expires", seen.expires.count(proof.expires == Some(object))),
            Some("proofPurpose") => {
                ("proofPurpose", seen.purpose.count(purpose_iri(proof.purpose) == object.strip_prefix(SECURITY)))
            }
            Some("verificationMethod") => {
                ("verificationMethod", seen.method.count(proof.verification_method == object))
            }
            Some("cryptosuite") => ("cryptosuite", seen.cryptosuite.count(suite.cryptosuite == Some(object))),
            Some("challenge") => ("challenge", seen.challenge.count(proof.challenge == Some(object))),
            Some("nonce") => ("nonce", seen.nonce.count(proof.nonce == Some(object))),
            Some("domain") => ("domain", seen.domain.count(proof.domain.contains(&object))),
            Some("previousProof") => ("previousProof", seen.previous.count(proof.previous.contains(&object))),
            Some("proofValue") => ("proofValue", false),
            Some("jws") => ("jws", false),
            Some("signatureValue") => ("signatureValue", false),
            _ => continue,
        };
        if !fits {
            return Err(undefined(proof, member));
        }
    }
    let one = |member: Option<&str>| usize::from(member.is_some());
    let expected = [
        ("type", usize::from(seen.suite), 1),
        ("proofPurpose", seen.purpose.0, 1),
        ("verificationMethod", seen.method.0, 1),
        ("cryptosuite", seen.cryptosuite.0, one(suite.cryptosuite)),
        ("created", seen.created.0, one(proof.created)),
        ("expires", seen.expires.0, one(proof.expires)),
        ("challenge", seen.challenge.0, one(proof.challenge)),
        ("nonce", seen.nonce.0, one(proof.nonce)),
        ("domain", seen.domain.0, distinct(&proof.domain)),
        ("previousProof", seen.previous.0, distinct(&proof.previous)),
    ];
    match expected.iter().find(|(_, found, wanted)| found != wanted) {
        Some((member, _, _)) => Err(undefined(proof, member)),
        None => Ok(()),
    }
}

/// How often each member was seen among the quads.
#[derive(Default)]
struct Seen {
    suite: bool,
    created: Count,
    expires: Count,
    purpose: Count,
    method: Count,
    cryptosuite: Count,
    challenge: Count,
    nonce: Count,
    domain: Count,
    previous: Count,
}

#[derive(Default)]
struct Count(usize);

impl Count {
    /// Counts one; gives back whether it fits.
    const fn count(&mut self, fits: bool) -> bool {
        self.0 += 1;
        fits
    }
}

/// The fragment of a purpose's IRI in the security vocabulary.
fn purpose_iri(purpose: &str) -> Option<&str> {
    match purpose {
        "assertionMethod" => Some("assertionMethod"),
        "authentication" => Some("authenticationMethod"),
        "keyAgreement" => Some("keyAgreementMethod"),
        "capabilityInvocation" => Some("capabilityInvocationMethod"),
        "capabilityDelegation" => Some("capabilityDelegationMethod"),
        _ => None,
    }
}

/// The quads are a set: a text that stands twice is one quad.
fn distinct(texts: &[&str]) -> usize {
    texts.iter().enumerate().filter(|(at, text)| !texts.iter().take(*at).any(|earlier| earlier == *text)).count()
}

fn undefined(proof: &Proof<'_, '_>, member: &str) -> Fault {
    let pointer = Path::Root.key(member).pointer();
    Fault::new(Code::JsonldUndefinedTerm).at(pointer).under(&proof.pointer).about(member)
}
