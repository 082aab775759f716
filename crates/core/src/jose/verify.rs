//! Judging the signature of a token: whose key, whether it fits, and whether the token is in its time.

use super::claims::{self, id_of};
use super::jws::{Jws, malformed};
use super::{Jwt, JwtForm, JwtOutcome};
use crate::did::{Relationship, did_of};
use crate::json::{Object, Value};
use crate::proof::authority::{self, Authority};
use crate::proof::{Expected, SignatureTask, World};
use crate::{Code, Fault};

/// Checks the signature of a token.
///
/// # Errors
/// [`Code::JoseMalformed`], [`Code::JoseClaim`] for a token that cannot be judged at all.
pub fn verify(token: &str, jwt: &Jwt, expected: Expected<'_>, world: &mut World<'_>) -> Result<JwtOutcome, Fault> {
    let (Value::Object(header), Value::Object(payload)) = (&jwt.header, &jwt.payload) else {
        return Err(malformed("parts"));
    };
    let jws = Jws::parse(token)?;
    let nonce = claims::text(payload, "nonce")?.map(str::to_owned);
    let audience = claims::texts(payload, "aud")?;
    let signed_at = claims::time(payload, "iat")?;

    let url = key_url(header, jwt, expected, world);
    let verification_method = url.clone().unwrap_or_default();
    let authority = match url {
        Ok(url) => authority::find(&url, expected, signed_at, world),
        Err(fault) => Authority::none(fault),
    };
    let mut judge = || {
        check_times(jwt, payload, world)?;
        let key = &authority.method.as_ref().map_err(Clone::clone)?.key;
        world.checker.check(SignatureTask {
            key,
            algorithm: jws.algorithm(),
            message: jws.signing_input(),
            signature: jws.signature(),
        })
    };
    let signature = judge();
    Ok(JwtOutcome {
        algorithm: header.get("alg").and_then(Value::as_str).unwrap_or_default().to_owned(),
        verification_method,
        signature,
        authority: authority.finding(),
        nonce,
        audience,
    })
}

/// The times of the token itself. In a credential of VCDM 1.1, `nbf` and `exp` are the credential's period, which the
/// document now states; elsewhere they are the period of the signature (VC-JOSE-COSE §3.1.3).
fn check_times(jwt: &Jwt, payload: &Object<'_>, world: &World<'_>) -> Result<(), Fault> {
    let latest = world.now.plus_seconds(world.clock_skew_seconds);
    let fault = |code, name| Err(Fault::new(code).about(name));
    if claims::time(payload, "iat")?.is_some_and(|iat| iat > latest) {
        return fault(Code::ProofCreatedInFuture, "iat");
    }
    if jwt.form == JwtForm::V1 && !jwt.is_presentation {
        return Ok(());
    }
    if claims::time(payload, "nbf")?.is_some_and(|nbf| nbf > latest) {
        return fault(Code::ProofCreatedInFuture, "nbf");
    }
    if claims::time(payload, "exp")?.is_some_and(|exp| exp <= world.now) {
        return fault(Code::ProofExpired, "exp");
    }
    Ok(())
}

/// The DID URL of the key: `kid`, made absolute against the one who signs.
fn key_url(header: &Object<'_>, jwt: &Jwt, expected: Expected<'_>, world: &World<'_>) -> Result<String, Fault> {
    let property = if jwt.is_presentation { "holder" } else { "issuer" };
    let signer = || {
        let iss = jwt.payload.get("iss").and_then(Value::as_str);
        iss.or_else(|| jwt.document.get(property).and_then(id_of))
            .or(expected.controller)
            .ok_or_else(|| claims::claim("iss"))
    };
    match header.get("kid").and_then(Value::as_str) {
        Some(kid) if kid.starts_with('#') => Ok(format!("{}{kid}", did_of(signer()?))),
        Some(kid) => Ok(kid.to_owned()),
        // VC-JOSE-COSE §4.1.1: `kid` must be there when the key is found by a DID URL.
        None if jwt.form == JwtForm::V2 => Err(claims::claim("kid")),
        // VCDM 1.1 §6.3.1: "kid MAY be used if there are multiple keys"; so without it there must be one.
        None => only_key(signer()?, expected.purpose, world),
    }
}

/// The only key of a DID for a purpose.
///
/// # Errors
/// As [`crate::did::resolve`]; [`Code::JoseClaim`] (`kid`) if it has none or several.
pub(crate) fn only_key(did: &str, purpose: Relationship, world: &World<'_>) -> Result<String, Fault> {
    let document = world.documents.resolve(did, world.evidence)?;
    let mut methods = document.methods(purpose);
    match (methods.next(), methods.next()) {
        (Some(only), None) => Ok(only.id),
        _ => Err(claims::claim("kid")),
    }
}
