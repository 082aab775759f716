//! Who shows an SD-JWT: the key-binding JWT at its end.

use super::issuer_key::task;
use super::judge::{Judge, Ruling};
use super::presentation::{Showing, rule_audience};
use super::proved::KEY_BINDING;
use super::sd_jwt::Place;
use super::verdict::CheckId;
use crate::did::{Relationship, VerificationMethod};
use crate::jose::claims::claim;
use crate::json::{Object, Value};
use crate::keys::{JwkUse, PublicKey};
use crate::proof::{Expected, authority};
use crate::sd_jwt::{HashName, HolderProof, SdJwt};
use crate::{Code, Fault, Timestamp};

/// RFC 9901 §7.3: whether a key-binding JWT is asked for is the policy's to say, never the holder's. One that is there must
/// hold, asked for or not. In a presentation it is not asked for: there the presentation's own proof says who shows it.
pub(super) fn rule(sd_jwt: &SdJwt<'_>, hash: HashName, payload: &Object<'_>, place: Place<'_>, judge: &mut Judge<'_>) {
    let at = place.at();
    let asked = judge.policy.challenge.is_some() || judge.policy.domain.is_some();
    let proof = match HolderProof::read(sd_jwt, hash) {
        Ok(Some(proof)) => proof,
        Ok(None) if matches!(place, Place::Presented(_)) => return,
        Ok(None) if asked => {
            judge.rule(CheckId::HolderBinding, at, Ruling::Fail(Fault::new(Code::SdJwtKeyBindingMissing)));
            judge.rule(CheckId::Audience, at, Ruling::NotChecked);
            return;
        }
        Ok(None) => {
            judge.rule(CheckId::HolderBinding, at, Ruling::NotChecked);
            judge.rule(CheckId::Audience, at, Ruling::NotChecked);
            return;
        }
        Err(fault) => {
            judge.rule(CheckId::HolderBinding, at, Ruling::Fail(fault));
            judge.rule(CheckId::Audience, at, Ruling::NotChecked);
            return;
        }
    };
    let held = check_times(&proof, judge).and_then(|()| {
        let key = confirmed(payload, proof.issued, judge)?;
        judge.world().checker.check(task(&proof.jws, &key))
    });
    if held.is_ok() {
        judge.proven(at, KEY_BINDING);
    }
    judge.rule(CheckId::HolderBinding, at, held.into());
    let showing = Showing::token(proof.nonce, proof.audience);
    rule_audience(&showing, judge);
}

/// RFC 9901 §7.3 step 5.5: made now, within the policy's window; and step 5.8.
fn check_times(proof: &HolderProof<'_>, judge: &Judge<'_>) -> Result<(), Fault> {
    let latest = judge.policy.latest_now(judge.now);
    for (name, begin) in [("iat", Some(proof.issued)), ("nbf", proof.not_before)] {
        if begin.is_some_and(|begin| begin > latest) {
            return Err(Fault::new(Code::ProofCreatedInFuture).about(name));
        }
    }
    let age = judge.now.seconds_since(proof.issued);
    let limit = judge.policy.key_binding_seconds;
    if age > limit {
        return Err(Fault::new(Code::ProofExpired).about(format!("iat: {age} s > {limit} s")));
    }
    if proof.expires.is_some_and(|end| end <= judge.now) {
        return Err(Fault::new(Code::ProofExpired).about("exp"));
    }
    Ok(())
}

/// RFC 7800 §3.1: the key that the issuer confirmed, by value (`jwk`) or by the DID URL of its document (`kid`). Beside the value
/// `kid` is its name (§3.4), and if that is a DID URL, of the same key; a second value there may not be.
fn confirmed(payload: &Object<'_>, signed: Timestamp, judge: &mut Judge<'_>) -> Result<PublicKey, Fault> {
    let cnf = payload.get("cnf").and_then(Value::as_object).ok_or_else(|| claim("cnf"))?;
    if cnf.contains_key("jwe") || cnf.contains_key("jku") {
        return Err(claim("cnf"));
    }
    if let Some(jwk) = cnf.get("jwk") {
        // RFC 7517 §4.2, §4.3: whoever made the key says what it is not for.
        if !JwkUse::of(jwk).verifies {
            return Err(Fault::new(Code::KeyWrongSuite).at("/cnf/jwk").about("use"));
        }
        let key = PublicKey::from_jwk(jwk).map_err(|fault| fault.at("/cnf/jwk"))?;
        let url = cnf.get("kid").and_then(Value::as_str).filter(|kid| kid.starts_with("did:"));
        return match url.map(|url| named(url, signed, judge)).transpose()? {
            Some(other) if other != key => Err(claim("cnf")),
            _ => Ok(key),
        };
    }
    named(cnf.get("kid").and_then(Value::as_str).ok_or_else(|| claim("cnf"))?, signed, judge)
}

/// The key of a DID URL.
fn named(kid: &str, signed: Timestamp, judge: &mut Judge<'_>) -> Result<PublicKey, Fault> {
    let expected = Expected { purpose: Relationship::Authentication, controller: None };
    let found = authority::find(kid, expected, Some(signed), &judge.world());
    found.finding().map(|VerificationMethod { key, .. }| key)
}
