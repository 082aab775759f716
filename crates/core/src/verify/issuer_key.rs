//! Whose key signed a JSON Web Token that is no Data Integrity proof: that of a DID, that of an issuer who publishes
//! metadata, or that of a certificate.

use super::credential::rule_authority;
use super::judge::{Judge, Ruling};
use super::policy::{Policy, Trust};
use super::verdict::CheckId;
use crate::did::{Relationship, VerificationMethod, did_of};
use crate::jose::claims::claim;
use crate::jose::{self, Jws};
use crate::json::Value;
use crate::keys::PublicKey;
use crate::proof::authority::{self, Authority};
use crate::proof::{Expected, SignatureTask};
use crate::sd_jwt::issuer_metadata;
use crate::x509::Chain;
use crate::{Code, EvidenceKind, Fault, Timestamp};

/// What is known of the signature of an issuer.
pub(super) struct Signer<'s> {
    /// The issuer, a DID or an `https:` URL.
    pub(super) issuer: &'s str,
    /// Whether a key of a DID must be named by `kid`.
    pub(super) needs_kid: bool,
    /// When it was signed, as far as it says.
    pub(super) signed: Option<Timestamp>,
    /// The JSON pointer of what it signed in the input.
    pub(super) at: &'s str,
}

/// Rules on the signature ([`CheckId::Proof`]) and on whether the key is the issuer's ([`CheckId::KeyAuthorized`]).
///
/// How an issuer's keys are proved is for the trust list to say, never for the credential: certificates in the header (`x5c`)
/// are used where the list has the issuer speak by them, and nothing else is then; anywhere else they are not looked at.
pub(super) fn rule_signature(jws: &Jws<'_>, signer: &Signer<'_>, judge: &mut Judge<'_>) {
    match vouching(signer.issuer, judge.policy) {
        Some(certificates) => rule_certified(jws, signer, certificates, judge),
        None if signer.issuer.starts_with("https://") => rule_published(jws, signer, judge),
        None => rule_did(jws, signer, judge),
    }
}

/// Whether the trust list has this issuer speak by certificates.
pub(super) fn is_certified(issuer: &str, judge: &Judge<'_>) -> bool {
    vouching(issuer, judge.policy).is_some()
}

/// The certificates by which the trust list has this issuer speak.
fn vouching<'p>(issuer: &str, policy: &'p Policy) -> Option<&'p [Vec<u8>]> {
    match &policy.trust {
        Trust::List(list) => {
            list.issuer(issuer).map(|issuer| issuer.certificates.as_slice()).filter(|all| !all.is_empty())
        }
        Trust::Unset | Trust::InsecureAnyone => None,
    }
}

/// One signature for a checker.
pub(super) fn task<'t>(jws: &'t Jws<'_>, key: &'t PublicKey) -> SignatureTask<'t> {
    SignatureTask { key, algorithm: jws.algorithm(), message: jws.signing_input(), signature: jws.signature() }
}

fn kid<'j>(jws: &'j Jws<'_>) -> Option<&'j str> {
    jws.header().get("kid").and_then(Value::as_str)
}

fn rule_did(jws: &Jws<'_>, signer: &Signer<'_>, judge: &mut Judge<'_>) {
    let expected = Expected { purpose: Relationship::AssertionMethod, controller: Some(signer.issuer) };
    let world = judge.world();
    let url = match kid(jws) {
        Some(kid) if kid.starts_with('#') => Ok(format!("{}{kid}", did_of(signer.issuer))),
        Some(kid) => Ok(kid.to_owned()),
        None if signer.needs_kid => Err(claim("kid")),
        None => jose::only_key(signer.issuer, expected.purpose, &world),
    };
    let (method, authority) = match url {
        Ok(url) => {
            let authority = authority::find(&url, expected, signer.signed, &world);
            (url, authority)
        }
        Err(fault) => (String::new(), Authority::none(fault)),
    };
    let signature = match &authority.method {
        Ok(method) => world.checker.check(task(jws, &method.key)),
        Err(fault) => Err(fault.clone()),
    };
    let ruling = match signature {
        Ok(()) => Ruling::Pass,
        Err(fault) => judge.rule_method(fault, &method),
    };
    judge.rule(CheckId::Proof, signer.at, ruling);
    let finding: Result<VerificationMethod, Fault> = authority.finding();
    rule_authority(std::iter::once(("", &finding, method.as_str())), signer.at, judge);
}

/// draft-ietf-oauth-sd-jwt-vc §3.5, “Inline X.509 Certificates”; OpenID4VC HAIP §6.1.1.
fn rule_certified(jws: &Jws<'_>, signer: &Signer<'_>, vouching: &[Vec<u8>], judge: &mut Judge<'_>) {
    match certified_key(jws, signer.issuer, vouching, judge.now) {
        Ok(key) => {
            let ruling = judge.world().checker.check(task(jws, &key)).into();
            judge.rule(CheckId::Proof, signer.at, ruling);
            judge.rule(CheckId::KeyAuthorized, signer.at, Ruling::Pass);
        }
        Err(fault) => {
            judge.rule(CheckId::Proof, signer.at, Ruling::NotChecked);
            judge.rule(CheckId::KeyAuthorized, signer.at, Ruling::Fail(fault));
        }
    }
}

/// The key of the leaf, once the chain holds and is the issuer's.
fn certified_key(jws: &Jws<'_>, issuer: &str, vouching: &[Vec<u8>], now: Timestamp) -> Result<PublicKey, Fault> {
    if !jws.header().contains_key("x5c") {
        return Err(Fault::new(Code::CertificateMissing).about(issuer));
    }
    let about_issuer = |fault: Fault| match fault.code() {
        Code::CertificateInvalid => fault.about(issuer),
        _ => fault,
    };
    let chain = Chain::of_header(jws.header()).map_err(about_issuer)?;
    chain.verify(vouching, now).map_err(about_issuer)?;
    if !chain.speaks_for(issuer, vouching) {
        return Err(Fault::new(Code::CertificateInvalid).about(issuer));
    }
    chain.key()
}

/// draft-ietf-oauth-sd-jwt-vc §4: the issuer's metadata, under a URL that follows from the issuer's.
fn rule_published(jws: &Jws<'_>, signer: &Signer<'_>, judge: &mut Judge<'_>) {
    let found = issuer_metadata::find(signer.issuer, kid(jws), jws.header(), judge.evidence);
    for url in &found.used {
        if let Err(fault) = judge.use_evidence(EvidenceKind::IssuerMetadata, url) {
            judge.rule(CheckId::EvidenceAge, signer.at, fault.into());
        }
    }
    match found.key {
        Ok(key) => {
            let ruling = judge.world().checker.check(task(jws, &key)).into();
            judge.rule(CheckId::Proof, signer.at, ruling);
            judge.rule(CheckId::KeyAuthorized, signer.at, Ruling::Pass);
        }
        Err(fault) => {
            // A key that was published since: asked for anew before anything is held against the credential.
            let ruling = match found.used.last() {
                Some(url)
                    if fault.code() == Code::IssuerMetadataKey && judge.is_old(EvidenceKind::IssuerMetadata, url) =>
                {
                    judge.need_anew(EvidenceKind::IssuerMetadata, url);
                    Ruling::Undetermined(fault)
                }
                _ => fault.into(),
            };
            judge.rule(CheckId::Proof, signer.at, Ruling::NotChecked);
            judge.rule(CheckId::KeyAuthorized, signer.at, ruling);
        }
    }
}
