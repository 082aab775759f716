//! Key attestations (OpenID4VCI Appendix D), in the header of a `jwt` proof or as a proof of their own (Appendix F.3).

use tamarack::Timestamp;
use tamarack::json::{Object, Value};
use tamarack::keys::{PublicKey, Signer};

use super::{CODE, Found, algorithms};
use crate::jwt::{self, Token};
use crate::members::{Builder, number};
use crate::vci::configuration::{KeyAttestationsRequired, ProofTypeSupport};
use crate::{Refusal, Result, limits};

const TYP: &str = "key-attestation+jwt";
/// That, or what it was called in drafts, as a library that many wallets have still writes it.
const TYPS: &str = "key-attestation+jwt keyattestation+jwt";

/// What a key attestation says.
#[derive(Clone, Debug)]
pub struct KeyAttestation {
    /// The keys, each with its `kid` if it has one.
    pub keys: Vec<(PublicKey, Option<String>)>,
    /// How well the keys are kept (Appendix D.2).
    pub key_storage: Vec<String>,
    /// How well their user is known to them.
    pub user_authentication: Vec<String>,
    /// Where the certification of the key store is described.
    pub certification: Option<String>,
    /// How to look up whether the attestation was revoked. Not looked up here.
    pub status: Option<Value<'static>>,
}

impl KeyAttestation {
    /// The key with this `kid`, or else at this place.
    pub(super) fn named(&self, kid: &str) -> Option<&PublicKey> {
        let by_name = self.keys.iter().find(|(_, name)| name.as_deref() == Some(kid));
        let by_place = || self.keys.get(kid.parse::<usize>().ok()?);
        by_name.or_else(by_place).map(|(key, _)| key)
    }
}

/// Checks an attestation (Appendix D.1).
pub(super) fn check(
    text: &str,
    support: &ProofTypeSupport,
    with_proof: bool,
    found: &mut Found<'_>,
) -> Result<KeyAttestation> {
    let refuse = |about| Refusal::new(CODE, about);
    let rules = found.rules;
    let max_bytes = limits::KEY_PROOF_BYTES;
    let mut token = Token::read_up_to(max_bytes, text, TYPS, &algorithms(support), "key_attestation", CODE)?;
    rules.attesters.verify(&token, rules.now)?;
    let iat = token.claims.seconds("iat")?.ok_or_else(|| refuse("iat"))?;
    if iat > rules.now.unix().saturating_add(limits::CLOCK_SKEW_SECONDS) {
        return Err(refuse("iat"));
    }
    if token.period(rules.now)?.is_none() && with_proof {
        return Err(refuse("exp"));
    }
    let nonce = token.claims.text("nonce")?;
    found.nonce(nonce.as_deref())?;
    let items = token.claims.array("attested_keys", limits::ATTESTED_KEYS)?.ok_or_else(|| refuse("attested_keys"))?;
    let keys = items.iter().map(|jwk| {
        let key = PublicKey::from_jwk(jwk).map_err(|fault| refuse("attested_keys").because(fault))?;
        Ok((key, jwk.get("kid").and_then(Value::as_str).map(str::to_owned)))
    });
    let attestation = KeyAttestation {
        keys: keys.collect::<Result<_>>()?,
        key_storage: token.claims.texts("key_storage", limits::ATTESTED_KEYS)?,
        user_authentication: token.claims.texts("user_authentication", limits::ATTESTED_KEYS)?,
        certification: token.claims.text("certification")?,
        status: token.claims.take("status"),
    };
    match &support.key_attestations_required {
        Some(required) => suffices(&attestation, required).map(|()| attestation),
        None => Ok(attestation),
    }
}

/// §12.2.4: one of the values that the issuer accepts.
fn suffices(attestation: &KeyAttestation, required: &KeyAttestationsRequired) -> Result<()> {
    let met = |wanted: &[String], stated: &[String]| wanted.is_empty() || stated.iter().any(|one| wanted.contains(one));
    if !met(&required.key_storage, &attestation.key_storage) {
        return Err(Refusal::new(CODE, "key_storage"));
    }
    if !met(&required.user_authentication, &attestation.user_authentication) {
        return Err(Refusal::new(CODE, "user_authentication"));
    }
    Ok(())
}

/// Checks an attestation that is a proof by itself and adds its keys to what was found.
pub(super) fn check_alone(text: &str, support: &ProofTypeSupport, found: &mut Found<'_>) -> Result<()> {
    if !found.rules.configuration.binding_methods.iter().any(|method| method == "jwk") {
        return Err(Refusal::new(CODE, "the proof type"));
    }
    let attestation = check(text, support, false, found)?;
    found.attested(&attestation);
    Ok(())
}

/// Makes a key attestation: what a wallet provider or a key store does.
///
/// # Errors
/// [`crate::RefusalCode::ServerError`] if the signer refuses.
pub fn make(
    keys: &[&PublicKey],
    storage: &KeyAttestationsRequired,
    nonce: Option<&str>,
    now: Timestamp,
    expires: Option<Timestamp>,
    signer: &dyn Signer,
) -> Result<String> {
    let claims = Builder::default()
        .set("iat", Some(number(now.unix())))
        .set("exp", expires.map(|at| number(at.unix())))
        .array("attested_keys", keys.iter().map(|key| key.to_jwk()).collect())
        .texts("key_storage", &storage.key_storage)
        .texts("user_authentication", &storage.user_authentication)
        .set("nonce", nonce.map(str::to_owned));
    jwt::sign(TYP, Object::new(), &claims.value(), signer)
}
