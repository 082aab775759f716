//! Whose key signed a JSON Web Token that is no Data Integrity proof: that of a DID, or that of an issuer who publishes
//! metadata.

use super::credential::rule_authority;
use super::judge::{Judge, Ruling};
use super::verdict::CheckId;
use crate::did::{Relationship, VerificationMethod, did_of};
use crate::jose::claims::claim;
use crate::jose::{self, Jws};
use crate::json::Value;
use crate::keys::PublicKey;
use crate::proof::authority::{self, Authority};
use crate::proof::{Expected, SignatureTask};
use crate::sd_jwt::issuer_metadata;
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
/// Certificates in the header (`x5c`) are never used: no trust list names authorities for them. A credential that names its
/// issuer by nothing else has no issuer here.
pub(super) fn rule_signature(jws: &Jws<'_>, signer: &Signer<'_>, judge: &mut Judge<'_>) {
    if signer.issuer.starts_with("https://") {
        rule_published(jws, signer, judge);
    } else {
        rule_did(jws, signer, judge);
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
