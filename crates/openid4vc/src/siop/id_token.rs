//! The self-issued ID token (SIOPv2 §11).

use tamarack::did::{Relationship, did_of, verification_method};
use tamarack::jose::Jws;
use tamarack::json::{self, Object, Value};
use tamarack::keys::{PublicKey, Signer};
use tamarack::{Evidence, Fault, Timestamp};

use super::JWK_THUMBPRINT;
use crate::vp::request::algorithm_of;
use crate::{Refusal, RefusalCode, Result, limits};

/// What a relying party knows of the ID token that it expects.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedToken<'e> {
    /// The client identifier.
    pub audience: &'e str,
    /// The nonce of the request.
    pub nonce: &'e str,
}

/// Who signed an ID token for himself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// The `sub`: a DID, or a thumbprint.
    pub id: String,
    /// The key that signed.
    pub key: PublicKey,
}

/// What a person signs an ID token with.
#[derive(Clone, Copy)]
pub struct SelfIssued<'s> {
    /// The key.
    pub signer: &'s dyn Signer,
    /// The DID URL under which the key is known; `None` to be known by the key's thumbprint alone.
    pub verification_method: Option<&'s str>,
}

impl core::fmt::Debug for SelfIssued<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SelfIssued").field("verification_method", &self.verification_method).finish_non_exhaustive()
    }
}

/// Signs an ID token for a relying party. It says nothing but who signs, for whom and when.
///
/// # Errors
/// `server_error` (`id_token`) if the key cannot sign.
pub fn issue_id_token(by: &SelfIssued<'_>, audience: &str, nonce: &str, now: Timestamp) -> Result<String> {
    let failed = |fault: Fault| Refusal::new(RefusalCode::ServerError, "id_token").because(fault);
    let key = by.signer.public_key();
    let mut header = Object::new();
    // OpenID Connect has no type of its own for ID tokens; this is what tokens without one are called.
    header.insert("typ", "JWT");
    let mut claims = Object::new();
    let subject = match by.verification_method {
        Some(method) => {
            header.insert("kid", method.to_owned());
            did_of(method).to_owned()
        }
        None => format!("{JWK_THUMBPRINT}:sha-256:{}", key.jwk_thumbprint()),
    };
    claims.insert("iss", subject.clone());
    claims.insert("sub", subject);
    claims.insert("aud", audience.to_owned());
    claims.insert("nonce", nonce.to_owned());
    let seconds = |time: Timestamp| u32::try_from(time.unix()).map(f64::from).map(Value::Number);
    for (name, time) in [("iat", now), ("exp", now.plus_seconds(limits::ID_TOKEN_SECONDS))] {
        claims.insert(name, seconds(time).map_err(|_| Refusal::new(RefusalCode::ServerError, "id_token"))?);
    }
    if by.verification_method.is_none() {
        claims.insert("sub_jwk", key.to_jwk());
    }
    let payload = json::to_string(&Value::Object(claims));
    let algorithm = algorithm_of(by.signer).map_err(failed)?;
    Jws::sign(&header, payload.as_bytes(), algorithm, by.signer).map_err(failed)
}

/// Verifies a self-issued ID token (§11.1).
///
/// # Errors
/// `invalid_request` with the rule that does not hold: `id_token` (no JWT), `iss`, `sub`, `sub_jwk`, `kid`, `signature`, `aud`, `nonce`, `exp`, `iat`.
pub fn verify_id_token(
    token: &str,
    expected: &ExpectedToken<'_>,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<Subject> {
    let jws = Jws::parse(token).map_err(|fault| wrong("id_token").because(fault))?;
    let value = json::parse(jws.payload()).map_err(|fault| wrong("id_token").because(fault))?;
    let claims = value.as_object().ok_or(wrong("id_token"))?;
    let text = |name: &'static str| claims.get(name).and_then(Value::as_str);
    let subject = text("sub").filter(|subject| !subject.is_empty()).ok_or(wrong("sub"))?;
    // Step 1: what another party issued is no self-issued token.
    if text("iss") != Some(subject) {
        return Err(wrong("iss"));
    }
    // Step 2.
    let audience = claims.get("aud").ok_or(wrong("aud"))?;
    if !audience.items().iter().any(|one| one.as_str() == Some(expected.audience)) {
        return Err(wrong("aud"));
    }
    // Steps 3 to 5.
    let key = key_of(subject, claims, jws.header(), evidence)?;
    jws.verify(&key).map_err(|fault| wrong("signature").because(fault))?;
    // Steps 6 and 7.
    let seconds =
        |name: &'static str| claims.get(name).and_then(Value::as_i64).map(Timestamp::from_unix).ok_or(wrong(name));
    if seconds("exp")?.plus_seconds(limits::CLOCK_SKEW_SECONDS) <= now {
        return Err(wrong("exp"));
    }
    let issued = seconds("iat")?;
    if issued > now.plus_seconds(limits::CLOCK_SKEW_SECONDS) || now.seconds_since(issued) > limits::ID_TOKEN_AGE_SECONDS
    {
        return Err(wrong("iat"));
    }
    let nonce = text("nonce").unwrap_or_default();
    if !bool::from(subtle::ConstantTimeEq::ct_eq(nonce.as_bytes(), expected.nonce.as_bytes())) {
        return Err(wrong("nonce"));
    }
    Ok(Subject { id: subject.to_owned(), key })
}

/// §8: the key that the subject's identifier stands for.
fn key_of(subject: &str, claims: &Object<'_>, header: &Object<'_>, evidence: &Evidence) -> Result<PublicKey> {
    if subject.starts_with("did:") {
        // §8: "sub_jwk MUST NOT be included".
        if claims.contains_key("sub_jwk") {
            return Err(wrong("sub_jwk"));
        }
        let kid = header.get("kid").and_then(Value::as_str).ok_or(wrong("kid"))?;
        let url = if kid.starts_with('#') { format!("{subject}{kid}") } else { kid.to_owned() };
        if did_of(&url) != subject {
            return Err(wrong("kid"));
        }
        let found = verification_method(&url, Relationship::Authentication, evidence);
        return found.map(|method| method.key).map_err(|fault| wrong("kid").because(fault));
    }
    let jwk = claims.get("sub_jwk").ok_or(wrong("sub_jwk"))?;
    let key = PublicKey::from_jwk(jwk).map_err(|fault| wrong("sub_jwk").because(fault))?;
    // §11 calls the value the thumbprint, its examples write the URI of RFC 9278; both are in use.
    let thumbprint = key.jwk_thumbprint();
    let named = subject.strip_prefix(JWK_THUMBPRINT).and_then(|rest| rest.strip_prefix(":sha-256:")).unwrap_or(subject);
    if named == thumbprint { Ok(key) } else { Err(wrong("sub")) }
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
